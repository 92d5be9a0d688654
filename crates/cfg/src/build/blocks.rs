//! Blocks: `{`, the contents, `}`.
//!
//! ```c
//! { a(); if (x) break; b(); }     // { a() ... if ... b() }, and a second } behind break
//! ```
//!
//! Invariant: all `}` of a block share the number of its `{`, its token and its path.

use csyntax::NodeId;

use super::jumps::{Copied, Enclosing};
use super::{Builder, Flow};
use crate::graph::NodeIndex;
use crate::kind::{AfterKind, FlowKind};
use crate::labels::LabelId;
use crate::no_graph::NoGraph;

/// The block of a function, a switch, or a plain one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) syntax: NodeId,
    pub(super) open: NodeIndex,
    pub(super) brace: u32,
    pub(super) label: LabelId,
}

impl Builder<'_> {
    /// A block that is a statement by itself, or the body of one.
    pub(super) fn block(
        &mut self,
        syntax: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let block = self.open_block(syntax, flow, label);
        self.around.push(Enclosing::Copied(Copied::block(block)));
        let end = self.statements(self.tree.children(syntax), Some(block.open), label)?;
        let jumped = self.leave();
        let Some(end) = end else { return Ok(None) };
        let close = self.close_block(block, Some(end));
        self.replace_afters(jumped, block.open, close, syntax, label);
        Ok(Some(close))
    }

    /// The block of a function, whose contents have two more numbers than the function.
    pub(super) fn function_body(
        &mut self,
        header: NodeIndex,
        syntax: NodeId,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let block = self.open_block(syntax, Some(header), label);
        let contents = self.labels.extend(label);
        self.around.push(Enclosing::Function(block));
        let end = self.statements(self.tree.children(syntax), Some(block.open), contents)?;
        self.leave();
        Ok(end.map(|end| self.close_block(block, Some(end))))
    }

    pub(super) fn open_block(&mut self, syntax: NodeId, flow: Flow, label: LabelId) -> Block {
        self.braces += 1;
        let brace = self.braces;
        let token = self.tree.first_token(syntax);
        let open = self.token_node(FlowKind::OpenBrace, syntax, token, label);
        self.change(open, |node| node.brace = Some(brace));
        self.flow(flow, open);
        Block { syntax, open, brace, label }
    }

    /// One more `}` of a block.
    pub(super) fn close_block(&mut self, block: Block, flow: Flow) -> NodeIndex {
        let token = self.tree.last_token(block.syntax);
        let close = self.token_node(FlowKind::CloseBrace, block.syntax, token, block.label);
        self.change(close, |node| node.brace = Some(block.brace));
        self.flow(flow, close);
        close
    }

    /// Puts one normal AFTER in the place of those that jumps have made.
    pub(super) fn replace_afters(
        &mut self,
        jumped: Vec<NodeIndex>,
        head: NodeIndex,
        end: NodeIndex,
        syntax: NodeId,
        label: LabelId,
    ) {
        for after in jumped {
            self.remove(after);
        }
        self.after(AfterKind::Normal, head, end, syntax, label);
    }
}
