//! What is done when all nodes are made.
//!
//! 1. Removed nodes go, the others move up.
//! 2. Targets of depth-first back edges are marked as loops.
//! 3. TOP and the ends get self loops; an ERROREXIT that nothing leads to goes with step 1.
//! 4. A node that nothing leads to gets a FAKE node in front, so that dead code can be matched too.
//!
//! Invariant: afterwards every node has a predecessor.

use fixedbitset::FixedBitSet;
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::graph::{Edge, FlowNode, Graph, NodeIndex};
use crate::kind::FlowKind;
use crate::labels::{LabelId, Labels};

/// Makes the graph of what was built; `None` stands for a node that was removed.
pub(crate) fn finish(nodes: Vec<Option<FlowNode>>, edges: Vec<Edge>, labels: Labels) -> Graph {
    let (mut nodes, mut edges) = compact(nodes, edges);
    mark_loops(&mut nodes, &edges);
    for (index, node) in nodes.iter().enumerate() {
        use FlowKind::{End, ErrorExit, Exit, Top};
        if matches!(node.kind, Top | Exit | End | ErrorExit) {
            edges.push(Edge { from: index, to: index, is_control: false });
        }
    }
    lead_into_dead_code(&mut nodes, &mut edges);
    Graph::new(nodes, labels, &edges)
}

/// Drops removed nodes, their edges, unused error exits and edges that are there twice.
fn compact(nodes: Vec<Option<FlowNode>>, edges: Vec<Edge>) -> (Vec<FlowNode>, Vec<Edge>) {
    let entered: FixedBitSet = edges.iter().map(|edge| edge.to).collect();
    let mut places = vec![None; nodes.len()];
    let mut kept = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.into_iter().enumerate() {
        let Some(node) = node else { continue };
        if node.kind == FlowKind::ErrorExit && !entered.contains(index) {
            continue;
        }
        places[index] = Some(kept.len());
        kept.push(node);
    }
    let mut seen = FxHashSet::with_capacity_and_hasher(edges.len(), FxBuildHasher);
    let moved = edges
        .into_iter()
        .filter_map(|edge| Some(Edge { from: places[edge.from]?, to: places[edge.to]?, ..edge }));
    (kept, moved.filter(|edge| seen.insert((edge.from, edge.to))).collect())
}

/// Marks the targets of back edges of a depth-first search that begins at TOP, and goes on with code that
/// is not reached from there.
fn mark_loops(nodes: &mut [FlowNode], edges: &[Edge]) {
    let mut after = vec![Vec::new(); nodes.len()];
    let mut entered = FixedBitSet::with_capacity(nodes.len());
    for edge in edges {
        after[edge.from].push(edge.to);
        entered.insert(edge.to);
    }
    let mut search = LoopSearch {
        after,
        met: FixedBitSet::with_capacity(nodes.len()),
        open: FixedBitSet::with_capacity(nodes.len()),
        loops: FixedBitSet::with_capacity(nodes.len()),
    };
    // TOP is the first of those that nothing leads to; cycles that nothing leads to come last.
    let roots: Vec<NodeIndex> = entered.zeroes().chain(0..nodes.len()).collect();
    for root in roots {
        search.run(root);
    }
    for index in search.loops.ones() {
        nodes[index].is_loop = true;
    }
}

struct LoopSearch {
    after: Vec<Vec<NodeIndex>>,
    met: FixedBitSet,
    /// The nodes on the way from the root to the node at hand.
    open: FixedBitSet,
    loops: FixedBitSet,
}

impl LoopSearch {
    fn run(&mut self, root: NodeIndex) {
        if self.met.put(root) {
            return;
        }
        self.open.insert(root);
        let mut way = vec![(root, 0)];
        while let Some((node, edge)) = way.last_mut() {
            let Some(&next) = self.after[*node].get(*edge) else {
                self.open.remove(*node);
                way.pop();
                continue;
            };
            *edge += 1;
            if self.open.contains(next) {
                self.loops.insert(next);
            } else if !self.met.put(next) {
                self.open.insert(next);
                way.push((next, 0));
            }
        }
    }
}

/// Gives each node without predecessor a FAKE one.
fn lead_into_dead_code(nodes: &mut Vec<FlowNode>, edges: &mut Vec<Edge>) {
    let mut entered = FixedBitSet::with_capacity(nodes.len());
    entered.extend(edges.iter().map(|edge| edge.to));
    for dead in entered.zeroes() {
        let fake = nodes.len();
        nodes.push(FlowNode {
            kind: FlowKind::Fake,
            syntax: None,
            token: None,
            label: LabelId::EMPTY,
            brace: None,
            jump_label: None,
            is_fake: true,
            is_loop: false,
        });
        for to in [fake, dead] {
            edges.push(Edge { from: fake, to, is_control: false });
        }
    }
}
