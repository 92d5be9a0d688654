//! Which nodes of a graph are in a cycle with each other: its strongly connected components (Kosaraju's algorithm), and those of
//! what is left when nodes are taken out.
//!
//! 1. The graph is walked in depth, and each node is noted when all behind it are done.
//! 2. From the last one noted on, against the edges: what is reached and in no component yet is in one with it.
//!
//! Both walks keep their own stack, as a driver's code may be longer than ours is deep.

/// A graph in groups of nodes, which are split until no cycle is left.
pub(super) struct Groups<'g> {
    /// The targets of each node's edges.
    edges: &'g [Vec<usize>],
    /// Where the edges to each node begin.
    against: Vec<Vec<usize>>,
    /// The group of each node; nothing for one that was taken out.
    groups: Vec<Option<usize>>,
    /// How many groups there have been.
    count: usize,
}

impl<'g> Groups<'g> {
    /// A graph in one group.
    pub(super) fn new(edges: &'g [Vec<usize>]) -> Groups<'g> {
        let against = reversed(edges);
        Groups { edges, against, groups: vec![Some(0); edges.len()], count: 1 }
    }

    /// Whether two nodes are in one group.
    pub(super) fn are_together(&self, one: usize, other: usize) -> bool {
        self.groups[one].is_some() && self.groups[one] == self.groups[other]
    }

    /// Whether an edge comes to `node` from outside its group.
    pub(super) fn is_entered(&self, node: usize) -> bool {
        self.against[node].iter().any(|&from| !self.are_together(from, node))
    }

    /// Takes a node out of its group, and all edges with it.
    pub(super) fn take_out(&mut self, node: usize) {
        self.groups[node] = None;
    }

    /// Splits a group, of which `nodes` are all, into those that are in cycles with each other; the ones with a cycle, each in order.
    pub(super) fn split(&mut self, nodes: &[usize]) -> Vec<Vec<usize>> {
        let mut cycles = Vec::new();
        let Some(&first) = nodes.first() else { return cycles };
        let group = self.groups[first];
        for root in self.finished(nodes).into_iter().rev() {
            if self.groups[root] != group {
                continue;
            }
            let mut component = self.component(root, group);
            if component.len() > 1 || self.edges[root].contains(&root) {
                component.sort_unstable();
                cycles.push(component);
            }
        }
        cycles
    }

    /// What leads to `root` within its group, in a new one.
    fn component(&mut self, root: usize, group: Option<usize>) -> Vec<usize> {
        let new = self.count;
        self.count += 1;
        let mut component = Vec::new();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if self.groups[node] == group {
                self.groups[node] = Some(new);
                component.push(node);
                open.extend(&self.against[node]);
            }
        }
        component
    }

    /// All nodes of a group, each behind those that are reached from it there, as far as there is no cycle.
    fn finished(&self, nodes: &[usize]) -> Vec<usize> {
        enum Visit {
            Begin(usize),
            End(usize),
        }
        let mut order = Vec::with_capacity(nodes.len());
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open: Vec<Visit> = nodes.iter().copied().map(Visit::Begin).collect();
        while let Some(visit) = open.pop() {
            match visit {
                Visit::End(node) => order.push(node),
                Visit::Begin(node) if !seen.insert(node) => {}
                Visit::Begin(node) => {
                    open.push(Visit::End(node));
                    let targets = self.edges[node].iter().copied();
                    open.extend(
                        targets.filter(|&to| self.are_together(node, to)).map(Visit::Begin),
                    );
                }
            }
        }
        order
    }
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
    fn check(edges: &[&[usize]], without: &[usize], cycles: &[&[usize]]) {
        let edges: Vec<Vec<usize>> = edges.iter().map(|targets| targets.to_vec()).collect();
        let mut groups = Groups::new(&edges);
        without.iter().for_each(|&node| groups.take_out(node));
        let nodes: Vec<usize> = (0..edges.len()).filter(|node| !without.contains(node)).collect();
        let mut found = groups.split(&nodes);
        found.sort();
        assert_eq!(found, cycles);
    }

    #[test]
    fn what_comes_back_is_together() {
        check(&[&[1], &[2], &[0]], &[], &[&[0, 1, 2]]);
        check(&[&[1], &[2, 3], &[1], &[]], &[], &[&[1, 2]]);
        // Two cycles that share a node.
        check(&[&[1, 2], &[0], &[0]], &[], &[&[0, 1, 2]]);
    }

    #[test]
    fn what_only_joins_again_is_apart() {
        check(&[&[1, 2], &[3], &[3], &[]], &[], &[]);
        // A jump to a lower number, and no way on from there.
        check(&[&[2], &[], &[1]], &[], &[]);
        check(&[&[0], &[]], &[], &[&[0]]);
    }

    #[test]
    fn what_is_taken_out_is_no_way() {
        check(&[&[1, 2], &[0], &[0]], &[1], &[&[0, 2]]);
        check(&[&[1, 2], &[0], &[0]], &[0], &[]);
    }
}
