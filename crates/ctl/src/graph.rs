//! What the checker needs to know of a graph: its edges, both ways, and its loops.
//!
//! Invariant: a direct edge is also among all edges; control edges are structure only and never part of
//! an execution.

/// A node of the graph, counted from 0.
pub type State = usize;

/// Which edges to follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edges {
    /// Those that an execution can take.
    Direct,
    /// Those, and the control edges that lead from the head of a construct to the place behind it.
    All,
}

/// A finite graph.
pub trait Graph {
    /// How many states there are.
    fn states(&self) -> usize;
    /// The states one step ahead of `state`, each once.
    fn successors(&self, state: State, edges: Edges) -> &[State];
    /// The states one step behind `state`, each once.
    fn predecessors(&self, state: State, edges: Edges) -> &[State];
    /// Whether `state` is the target of a back edge: every cycle but a self loop has one such state.
    fn is_loop(&self, state: State) -> bool;
}

/// A graph as seen by one operator: forward, or with every edge turned round.
pub(crate) struct View<'g, G> {
    graph: &'g G,
    direction: super::Direction,
}

impl<'g, G: Graph> View<'g, G> {
    /// `graph`, walked in `direction`.
    pub(crate) fn new(graph: &'g G, direction: super::Direction) -> Self {
        View { graph, direction }
    }

    /// How many states there are.
    pub(crate) fn states(&self) -> usize {
        self.graph.states()
    }

    /// The states one step on.
    pub(crate) fn after(&self, state: State, edges: Edges) -> &'g [State] {
        match self.direction {
            super::Direction::Forward => self.graph.successors(state, edges),
            super::Direction::Backward => self.graph.predecessors(state, edges),
        }
    }

    /// The states from which `state` is one step on.
    pub(crate) fn before(&self, state: State, edges: Edges) -> &'g [State] {
        match self.direction {
            super::Direction::Forward => self.graph.predecessors(state, edges),
            super::Direction::Backward => self.graph.successors(state, edges),
        }
    }

    /// Whether `state` is the target of a back edge.
    pub(crate) fn is_loop(&self, state: State) -> bool {
        self.graph.is_loop(state)
    }
}
