//! Loops: while, for, macros that loop, do-while.
//!
//! Invariant: no condition is evaluated, every loop can be left by its exit edge; the one exception is
//! `while (0)` behind `do`, which never goes back.

use csyntax::{NodeId, TokenKind};

use super::jumps::Enclosing;
use super::{Builder, Edge, Flow};
use crate::kind::{AfterKind, FlowKind};
use crate::labels::LabelId;
use crate::no_graph::{NoGraph, Reason};

impl Builder<'_> {
    /// A loop whose header is in front of its body.
    pub(super) fn header_loop(
        &mut self,
        kind: FlowKind,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let head = self.node_after(flow, kind, statement, label);
        let into = self.node_after(head, FlowKind::InLoop, statement, label);
        let fall = self.node_after(head, FlowKind::LoopFall, statement, label);
        let end = self.node_after(fall, FlowKind::EndStatement, statement, label);
        self.around.push(Enclosing::Loop { label, continues: head, breaks: end });
        let last = self.opt_body(statement, Some(into), label)?;
        self.leave();
        self.flow(last, head);
        Ok(Some(end))
    }

    /// Whether a macro that is written as a loop runs its body exactly once (`linux/cleanup.h`).
    pub(super) fn runs_once(&self, statement: NodeId) -> bool {
        let name = self.tree.nth_child(statement, 0).map(|name| self.tree.text(name));
        name == Some(b"scoped_guard")
    }

    /// `scoped_guard(...) { ... }`: the nodes of a loop, but no way around the body and none back. `break` and
    /// `continue` leave it.
    pub(super) fn guarded_block(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let head = self.node_after(flow, FlowKind::Iterator, statement, label);
        let into = self.node_after(head, FlowKind::InLoop, statement, label);
        let fall = self.node(FlowKind::LoopFall, Some(statement), label);
        self.edges.push(Edge { from: head, to: fall, is_control: true });
        let end = self.node_after(Some(fall), FlowKind::EndStatement, statement, label);
        self.around.push(Enclosing::Loop { label, continues: fall, breaks: end });
        let last = self.opt_body(statement, Some(into), label)?;
        self.leave();
        self.flow(last, fall);
        Ok(Some(end))
    }

    pub(super) fn do_statement(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let Some(body) = self.tree.nth_child(statement, 0) else {
            return self.fail(Reason::Unparsed, statement);
        };
        let head = self.node_after(flow, FlowKind::Do, statement, label);
        let token = self.tree.own_token(statement, TokenKind::While);
        let tail = self.token_node(FlowKind::DoTail, statement, token, label);
        let fall = self.node_after(tail, FlowKind::Fall, statement, label);
        let end = self.node_after(fall, FlowKind::EndStatement, statement, label);
        self.after(AfterKind::Normal, head, end, statement, label);
        if !self.has_zero_condition(statement) {
            let into = self.node_after(tail, FlowKind::InLoop, statement, label);
            self.edge(into, head);
        }
        let first = self.edges.len();
        self.around.push(Enclosing::Loop { label, continues: tail, breaks: end });
        let last = self.statement(body, Some(head), label)?;
        self.leave();
        self.flow(last, tail);
        if !self.edges[first..].iter().any(|edge| edge.to == tail) {
            return self.fail(Reason::UnreachedDoTail, statement);
        }
        Ok(Some(end))
    }

    /// Whether a do-while says `while (0)`.
    pub(super) fn has_zero_condition(&self, statement: NodeId) -> bool {
        self.tree.nth_child(statement, 1).is_some_and(|condition| self.tree.text(condition) == b"0")
    }
}
