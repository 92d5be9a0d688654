//! A finished flow graph: nodes, label paths, edges both ways.
//!
//! Invariants: the first node is TOP; all edges of a node are one slice, in the order in which they were
//! made; direct edges are among all edges; no edge is there twice.

use csyntax::{NodeId, TokenId};

use crate::kind::FlowKind;
use crate::labels::{LabelId, Labels};

/// A node of a graph, counted from 0; an index, so that slices of edges can be handed on as they are.
pub type NodeIndex = usize;

/// Which edges to follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edges {
    /// Those of execution.
    Direct,
    /// Those, and the control edges to and from AFTER nodes.
    All,
}

/// A node of a flow graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlowNode {
    /// What it is.
    pub kind: FlowKind,
    /// The statement, declaration, function or directive that it belongs to.
    pub syntax: Option<NodeId>,
    /// The token that it stands for: of a brace, `else`, the `while` of a do-while, a conditional directive.
    pub token: Option<TokenId>,
    /// Where in the nest of statements it stands.
    pub label: LabelId,
    /// The number that `{` and all its `}` share.
    pub brace: Option<u32>,
    /// Of BREAK and CONTINUE: the path of the loop or switch.
    pub jump_label: Option<LabelId>,
    /// Whether it is a copy made for a jump out of a function, a switch or an `#ifdef`.
    pub is_fake: bool,
    /// Whether a back edge leads here.
    pub is_loop: bool,
}

/// The edges of all nodes, one way: those of node `n` are `targets[starts[n]..starts[n + 1]]`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Adjacency {
    starts: Vec<u32>,
    targets: Vec<NodeIndex>,
}

impl Adjacency {
    fn new(nodes: usize, edges: impl Iterator<Item = (NodeIndex, NodeIndex)> + Clone) -> Adjacency {
        let mut starts = vec![0; nodes + 1];
        for (from, _) in edges.clone() {
            starts[from + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut free = starts.clone();
        let mut targets = vec![0; starts[nodes] as usize];
        for (from, to) in edges {
            targets[free[from] as usize] = to;
            free[from] += 1;
        }
        Adjacency { starts, targets }
    }

    fn of(&self, node: NodeIndex) -> &[NodeIndex] {
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// Edges both ways.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct EdgeSet {
    after: Adjacency,
    before: Adjacency,
}

impl EdgeSet {
    fn new(nodes: usize, edges: impl Iterator<Item = (NodeIndex, NodeIndex)> + Clone) -> EdgeSet {
        EdgeSet {
            after: Adjacency::new(nodes, edges.clone()),
            before: Adjacency::new(nodes, edges.map(|(from, to)| (to, from))),
        }
    }
}

/// The flow graph of one item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Graph {
    nodes: Vec<FlowNode>,
    labels: Labels,
    direct: EdgeSet,
    all: EdgeSet,
}

/// An edge on its way into a graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Edge {
    pub(crate) from: NodeIndex,
    pub(crate) to: NodeIndex,
    pub(crate) is_control: bool,
}

impl Graph {
    pub(crate) fn new(nodes: Vec<FlowNode>, labels: Labels, edges: &[Edge]) -> Graph {
        let direct = edges.iter().filter(|edge| !edge.is_control);
        let direct = EdgeSet::new(nodes.len(), direct.map(|edge| (edge.from, edge.to)));
        let all = EdgeSet::new(nodes.len(), edges.iter().map(|edge| (edge.from, edge.to)));
        Graph { nodes, labels, direct, all }
    }

    /// All nodes, by index.
    pub fn nodes(&self) -> &[FlowNode] {
        &self.nodes
    }

    /// The node at `index`.
    pub fn node(&self, index: NodeIndex) -> &FlowNode {
        &self.nodes[index]
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node; a built graph has at least TOP and its end.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The label paths.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The nodes that edges lead to from `node`.
    pub fn successors(&self, node: NodeIndex, edges: Edges) -> &[NodeIndex] {
        self.edges(edges).after.of(node)
    }

    /// The nodes from which edges lead to `node`.
    pub fn predecessors(&self, node: NodeIndex, edges: Edges) -> &[NodeIndex] {
        self.edges(edges).before.of(node)
    }

    /// Whether a back edge leads to `node`.
    pub fn is_loop(&self, node: NodeIndex) -> bool {
        self.nodes[node].is_loop
    }

    /// Whether the edge between two neighbours is a control edge.
    pub fn is_control(&self, from: NodeIndex, to: NodeIndex) -> bool {
        !self.successors(from, Edges::Direct).contains(&to)
    }

    fn edges(&self, edges: Edges) -> &EdgeSet {
        match edges {
            Edges::Direct => &self.direct,
            Edges::All => &self.all,
        }
    }
}
