//! Building a graph: one walk over the syntax of an item.
//!
//! 1. Each statement is given the node that control comes from, if any, and gives back the node where
//!    control leaves it normally, if it does. `if (x) return;` gives its ENDSTMT, `return;` nothing.
//! 2. What is around the statement stands on a stack; a jump copies the ends of all that it leaves.
//! 3. [`crate::finish`] then marks loops, closes the ends with self loops and gives dead code a
//!    predecessor.
//!
//! Invariant: the recursion is as deep as statements nest, not as long as a block is.

mod blocks;
mod branches;
mod items;
mod jumps;
mod loops;
mod statements;
mod switches;

use csyntax::{NodeId, TokenId, Tree};
use rustc_hash::FxHashMap;

use crate::finish::finish;
use crate::graph::{Edge, FlowNode, Graph, NodeIndex};
use crate::kind::{AfterKind, FlowKind};
use crate::labels::{LabelId, Labels};
use crate::no_graph::{NoGraph, Reason};
use jumps::Enclosing;

/// The flow graph of one item: a function, a declaration, a macro call, a directive.
///
/// # Errors
/// [`NoGraph`] if the item cannot have one; nothing matches in it then.
pub fn build(tree: &Tree, item: NodeId) -> Result<Graph, NoGraph> {
    let mut builder = Builder::new(tree);
    builder.branches_in_a_row = branches::has_a_cut_conditional(tree, item);
    builder.item(item)?;
    Ok(finish(builder.nodes, builder.edges, builder.labels))
}

/// Where control is: behind a node, or nowhere in code that is not reached.
type Flow = Option<NodeIndex>;

struct Builder<'t> {
    tree: &'t Tree,
    nodes: Vec<Option<FlowNode>>,
    edges: Vec<Edge>,
    labels: Labels,
    braces: u32,
    /// What is around the statement at hand, outermost first.
    around: Vec<Enclosing>,
    /// The nodes of all labels of the function.
    targets: FxHashMap<&'t [u8], NodeIndex>,
    /// Where a return leads.
    returns: Returns,
    /// Whether a then-branch of an `if` without else is around.
    in_then: bool,
    /// Whether the branches of conditional directives run one after the other.
    branches_in_a_row: bool,
}

/// Where a return leads, if there may be one.
#[derive(Clone, Copy)]
enum Returns {
    Nowhere,
    To { normal: NodeIndex, error: NodeIndex },
}

impl<'t> Builder<'t> {
    fn new(tree: &'t Tree) -> Builder<'t> {
        Builder {
            tree,
            nodes: Vec::new(),
            edges: Vec::new(),
            labels: Labels::new(),
            braces: 0,
            around: Vec::new(),
            targets: FxHashMap::default(),
            returns: Returns::Nowhere,
            in_then: false,
            branches_in_a_row: false,
        }
    }

    /// A node that belongs to `syntax`.
    fn node(&mut self, kind: FlowKind, syntax: Option<NodeId>, label: LabelId) -> NodeIndex {
        self.push(FlowNode {
            kind,
            syntax,
            token: None,
            label,
            brace: None,
            jump_label: None,
            is_fake: false,
            is_loop: false,
        })
    }

    /// A node that belongs to `syntax`, behind `flow`.
    fn node_after(
        &mut self,
        flow: impl Into<Flow>,
        kind: FlowKind,
        syntax: NodeId,
        label: LabelId,
    ) -> NodeIndex {
        let node = self.node(kind, Some(syntax), label);
        self.flow(flow.into(), node);
        node
    }

    /// A node that stands for `token`.
    fn token_node(
        &mut self,
        kind: FlowKind,
        syntax: NodeId,
        token: Option<TokenId>,
        label: LabelId,
    ) -> NodeIndex {
        let node = self.node(kind, Some(syntax), label);
        self.change(node, |data| data.token = token);
        node
    }

    fn push(&mut self, node: FlowNode) -> NodeIndex {
        self.nodes.push(Some(node));
        self.nodes.len() - 1
    }

    fn change(&mut self, node: NodeIndex, change: impl FnOnce(&mut FlowNode)) {
        if let Some(data) = &mut self.nodes[node] {
            change(data);
        }
    }

    /// Takes a node and its edges out again.
    fn remove(&mut self, node: NodeIndex) {
        self.nodes[node] = None;
    }

    /// A direct edge.
    fn edge(&mut self, from: NodeIndex, to: NodeIndex) {
        self.edges.push(Edge { from, to, is_control: false });
    }

    /// A direct edge, if control gets there.
    fn flow(&mut self, from: Flow, to: NodeIndex) {
        if let Some(from) = from {
            self.edge(from, to);
        }
    }

    /// An AFTER node with control edges from the head of a construct to an end of it.
    fn after(
        &mut self,
        kind: AfterKind,
        head: NodeIndex,
        end: NodeIndex,
        syntax: NodeId,
        label: LabelId,
    ) -> NodeIndex {
        let after = self.node(FlowKind::After(kind), Some(syntax), label);
        self.edges.push(Edge { from: head, to: after, is_control: true });
        self.edges.push(Edge { from: after, to: end, is_control: true });
        after
    }

    fn fail<T>(&self, reason: Reason, syntax: NodeId) -> Result<T, NoGraph> {
        Err(NoGraph { reason, syntax })
    }
}
