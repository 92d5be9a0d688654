//! Statements: which kind goes where, and the simple ones.
//!
//! Invariant: every statement but a conditional directive appends one fresh number to the path of what
//! is around it.

use csyntax::{NodeId, NodeKind};

use super::{Builder, Flow};
use crate::kind::FlowKind;
use crate::labels::LabelId;
use crate::no_graph::{NoGraph, Reason};

impl Builder<'_> {
    /// A list of statements, declarations and directives.
    pub(super) fn statements(
        &mut self,
        list: impl Iterator<Item = NodeId>,
        mut flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        for statement in list {
            flow = self.statement(statement, flow, label)?;
        }
        Ok(flow)
    }

    /// One statement, declaration or directive in what has the path `around`.
    pub(super) fn statement(
        &mut self,
        statement: NodeId,
        flow: Flow,
        around: LabelId,
    ) -> Result<Flow, NoGraph> {
        use NodeKind::*;
        let kind = self.tree.kind(statement);
        if kind == Conditional {
            return self.conditional(statement, flow, around);
        }
        let label = self.labels.extend(around);
        match kind {
            CompoundStatement => self.block(statement, flow, label),
            IfStatement => self.if_statement(statement, flow, label),
            WhileStatement => self.header_loop(FlowKind::While, statement, flow, label),
            ForStatement => self.header_loop(FlowKind::For, statement, flow, label),
            IteratorStatement if self.runs_once(statement) => {
                self.guarded_block(statement, flow, label)
            }
            IteratorStatement => self.header_loop(FlowKind::Iterator, statement, flow, label),
            DoStatement => self.do_statement(statement, flow, label),
            SwitchStatement => self.switch(statement, flow, label),
            CaseStatement => self.case(FlowKind::Case, statement, flow, label),
            CaseRangeStatement => self.case(FlowKind::CaseRange, statement, flow, label),
            DefaultStatement => self.case(FlowKind::Default, statement, flow, label),
            LabelStatement => self.label(statement, flow, label),
            GotoStatement => self.goto(statement, flow, label),
            BreakStatement => self.break_statement(statement, flow, label),
            ContinueStatement => self.continue_statement(statement, flow, label),
            ReturnStatement => self.return_statement(statement, flow, label),
            PragmaStatement => {
                let mut parts = self.tree.children(statement);
                let (Some(pragma), Some(governed)) = (parts.next(), parts.next()) else {
                    return self.fail(Reason::Unparsed, statement);
                };
                let pragma = self.node_after(flow, FlowKind::Directive, pragma, label);
                self.statement(governed, Some(pragma), label)
            }
            _ => {
                let Some(kind) = simple_kind(kind) else {
                    return self.fail(Reason::Unparsed, statement);
                };
                Ok(Some(self.node_after(flow, kind, statement, label)))
            }
        }
    }

    /// The last child, which the statement under a label, a loop or an else is.
    pub(super) fn body_of(&self, statement: NodeId) -> Option<NodeId> {
        let last = self.tree.children(statement).last()?;
        self.tree.kind(last).is_statement().then_some(last)
    }

    /// The statement under `statement`, which takes it around.
    pub(super) fn opt_body(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        match self.body_of(statement) {
            Some(body) => self.statement(body, flow, label),
            None => Ok(flow),
        }
    }
}

/// The kind of a statement that is one node, whatever is in it.
fn simple_kind(kind: NodeKind) -> Option<FlowKind> {
    use NodeKind::*;
    Some(match kind {
        ExpressionStatement | EmptyStatement => FlowKind::ExpressionStatement,
        Declaration
        | MacroDeclaration
        | StaticAssertDeclaration
        | LocalLabelDeclaration
        | EmptyDeclaration => FlowKind::Declaration,
        AsmStatement | AsmDeclaration => FlowKind::Asm,
        MacroStatement => FlowKind::MacroStatement,
        FunctionDefinition => FlowKind::NestedFunction,
        kind if kind.is_directive() => FlowKind::Directive,
        _ => return None,
    })
}
