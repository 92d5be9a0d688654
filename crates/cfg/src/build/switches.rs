//! Switches and their cases.
//!
//! Invariant: the `{` of a switch leads to every case in it, however deep; the braces have the path of the
//! switch, the contents two more numbers.

use csyntax::{NodeId, NodeKind};

use super::jumps::Enclosing;
use super::{Builder, Flow};
use crate::kind::{AfterKind, FlowKind};
use crate::labels::LabelId;
use crate::no_graph::{NoGraph, Reason};

impl Builder<'_> {
    pub(super) fn switch(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let body = self.body_of(statement);
        let Some(body) = body.filter(|&b| self.tree.kind(b) == NodeKind::CompoundStatement) else {
            return self.fail(Reason::SwitchWithoutBraces, statement);
        };
        let head = self.node_after(flow, FlowKind::Switch, statement, label);
        let end = self.node(FlowKind::EndStatement, Some(statement), label);
        let made = self.edges.len();
        let block = self.open_block(body, Some(head), label);
        if !self.has_default(body) {
            let fall = self.node_after(head, FlowKind::Fall, statement, label);
            self.edge(fall, end);
        }
        self.around.push(Enclosing::Switch { block, breaks: end });
        let contents = self.labels.extend(label);
        let last = self.statements(self.tree.children(body), Some(block.open), contents)?;
        self.leave();
        if let Some(last) = last {
            let close = self.close_block(block, Some(last));
            self.edge(close, end);
        }
        if !self.edges[made..].iter().any(|edge| edge.to == end) {
            self.remove(end);
            return Ok(None);
        }
        self.after(AfterKind::Normal, head, end, statement, label);
        Ok(Some(end))
    }

    /// Whether one of the statements of a switch body is, behind its labels, a `default`.
    fn has_default(&self, body: NodeId) -> bool {
        let labelled = |&node: &NodeId| {
            use NodeKind::*;
            let kind = self.tree.kind(node);
            matches!(kind, CaseStatement | CaseRangeStatement | LabelStatement | DefaultStatement)
        };
        self.tree.children(body).any(|statement| {
            let under = |&node: &NodeId| self.body_of(node).filter(labelled);
            std::iter::successors(Some(statement).filter(labelled), under)
                .any(|node| self.tree.kind(node) == NodeKind::DefaultStatement)
        })
    }

    /// A case or default, and the statement under it.
    pub(super) fn case(
        &mut self,
        kind: FlowKind,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let Some(open) = self.switch_of(kind) else {
            let is_default = kind == FlowKind::Default;
            let reason = if is_default { Reason::StrayDefault } else { Reason::StrayCase };
            return self.fail(reason, statement);
        };
        let node = self.node_after(open, kind, statement, label);
        self.flow(flow.filter(|&before| before != open), node);
        self.opt_body(statement, Some(node), label)
    }

    /// The `{` of the switch that a case belongs to. A default does not look past a loop.
    fn switch_of(&self, kind: FlowKind) -> Option<usize> {
        for around in self.around.iter().rev() {
            match around {
                Enclosing::Switch { block, .. } => return Some(block.open),
                Enclosing::Loop { .. } if kind == FlowKind::Default => return None,
                _ => {}
            }
        }
        None
    }
}
