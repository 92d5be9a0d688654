//! Which nodes of a graph are in a cycle with each other: its strongly connected components (Kosaraju's algorithm).
//!
//! 1. The graph is walked in depth, and each node is noted when all behind it are done.
//! 2. From the last one noted on, against the edges: what is reached and in no component yet is in one with it.
//!
//! Both walks keep their own stack, as a driver's code may be longer than ours is deep.

/// For each node a number that it shares with just those that are in a cycle with it. `edges` has the targets of each node's.
pub(super) fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    let against = reversed(edges);
    let mut components: Vec<Option<usize>> = vec![None; edges.len()];
    for root in finished(edges).into_iter().rev() {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if components[node].is_none() {
                components[node] = Some(root);
                open.extend(&against[node]);
            }
        }
    }
    components.into_iter().flatten().collect()
}

/// All nodes, each behind those that are reached from it, as far as there is no cycle.
fn finished(edges: &[Vec<usize>]) -> Vec<usize> {
    enum Visit {
        Begin(usize),
        End(usize),
    }
    let mut order = Vec::with_capacity(edges.len());
    let mut seen = vec![false; edges.len()];
    let mut open: Vec<Visit> = (0..edges.len()).map(Visit::Begin).collect();
    while let Some(visit) = open.pop() {
        match visit {
            Visit::End(node) => order.push(node),
            Visit::Begin(node) if seen[node] => {}
            Visit::Begin(node) => {
                seen[node] = true;
                open.push(Visit::End(node));
                open.extend(edges[node].iter().copied().map(Visit::Begin));
            }
        }
    }
    order
}

fn reversed(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut against = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for &target in targets {
            against[target].push(from);
        }
    }
    against
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(edges: &[&[usize]], together: &[(usize, usize)], apart: &[(usize, usize)]) {
        let edges: Vec<Vec<usize>> = edges.iter().map(|targets| targets.to_vec()).collect();
        let components = components(&edges);
        assert_eq!(components.len(), edges.len());
        assert!(together.iter().all(|&(a, b)| components[a] == components[b]), "{components:?}");
        assert!(apart.iter().all(|&(a, b)| components[a] != components[b]), "{components:?}");
    }

    #[test]
    fn what_comes_back_is_together() {
        check(&[&[1], &[2], &[0]], &[(0, 1), (1, 2)], &[]);
        check(&[&[1], &[2, 3], &[1], &[]], &[(1, 2)], &[(0, 1), (1, 3)]);
        // Two cycles that share a node.
        check(&[&[1, 2], &[0], &[0]], &[(0, 1), (0, 2)], &[]);
    }

    #[test]
    fn what_only_joins_again_is_apart() {
        check(&[&[1, 2], &[3], &[3], &[]], &[], &[(0, 1), (1, 2), (1, 3), (0, 3)]);
        // A jump to a lower number, and no way on from there.
        check(&[&[2], &[], &[1]], &[], &[(0, 1), (1, 2), (0, 2)]);
        check(&[&[0], &[]], &[], &[(0, 1)]);
    }
}
