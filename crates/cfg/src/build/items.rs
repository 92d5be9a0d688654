//! Items: functions, declarations, directives, macro definitions.
//!
//! Invariant: every graph begins with TOP.

use csyntax::{NodeId, NodeKind, TokenKind};

use super::{Builder, Flow, Returns};
use crate::graph::NodeIndex;
use crate::kind::FlowKind;
use crate::labels::LabelId;
use crate::no_graph::{NoGraph, Reason};

impl Builder<'_> {
    pub(super) fn item(&mut self, item: NodeId) -> Result<(), NoGraph> {
        use NodeKind::*;
        let top = self.node(FlowKind::Top, None, LabelId::EMPTY);
        match self.tree.kind(item) {
            FunctionDefinition => self.function(top, item)?,
            Declaration | StaticAssertDeclaration | AsmDeclaration | EmptyDeclaration => {
                self.single(top, FlowKind::Declaration, item);
            }
            MacroDeclaration if self.tree.child(item, DeclSpecifiers).is_none() => {
                self.single(top, FlowKind::MacroCall, item);
            }
            MacroDeclaration => self.single(top, FlowKind::Declaration, item),
            Include | Pragma | OtherDirective => self.single(top, FlowKind::Directive, item),
            Define | Undef => self.define(top, item)?,
            kind if kind.is_statement() => self.single(top, FlowKind::ExpressionStatement, item),
            ErrorItem => return self.fail(Reason::Unparsed, item),
            _ => return self.fail(Reason::NoItem, item),
        }
        Ok(())
    }

    /// TOP, the item, END.
    fn single(&mut self, top: NodeIndex, kind: FlowKind, item: NodeId) {
        let label = self.labels.extend(LabelId::EMPTY);
        let node = self.node_after(top, kind, item, label);
        let end = self.node(FlowKind::End, None, LabelId::EMPTY);
        self.edge(node, end);
    }

    /// TOP, FUNHEADER, the body, PREEXIT, EXIT; or ERROREXIT.
    fn function(&mut self, top: NodeIndex, function: NodeId) -> Result<(), NoGraph> {
        let Some(body) = self.tree.child(function, NodeKind::CompoundStatement) else {
            return self.fail(Reason::Unparsed, function);
        };
        let label = self.labels.extend(LabelId::EMPTY);
        let header = self.node_after(top, FlowKind::FunctionHeader, function, label);
        let (pre_exit, exit) = self.ends(function);
        self.edge(pre_exit, exit);
        let error = self.node(FlowKind::ErrorExit, None, LabelId::EMPTY);
        self.returns = Returns::To { normal: pre_exit, error };
        self.collect_labels(body)?;
        let end = self.function_body(header, body, label)?;
        self.flow(end, pre_exit);
        Ok(())
    }

    fn ends(&mut self, item: NodeId) -> (NodeIndex, NodeIndex) {
        let pre_exit = self.node(FlowKind::PreExit, Some(item), LabelId::EMPTY);
        (pre_exit, self.node(FlowKind::Exit, None, LabelId::EMPTY))
    }

    /// TOP, DEFINE, the body, PREEXIT, END.
    fn define(&mut self, top: NodeIndex, define: NodeId) -> Result<(), NoGraph> {
        let label = self.labels.extend(LabelId::EMPTY);
        let header = self.node_after(top, FlowKind::Define, define, label);
        let behind = match self.tree.child(define, NodeKind::MacroBody) {
            Some(body) => self.macro_body(header, body, label)?,
            None => Some(header),
        };
        let pre_exit = self.node(FlowKind::PreExit, Some(define), LabelId::EMPTY);
        self.flow(behind, pre_exit);
        let end = self.node(FlowKind::End, None, LabelId::EMPTY);
        self.edge(pre_exit, end);
        Ok(())
    }

    fn macro_body(
        &mut self,
        header: NodeIndex,
        body: NodeId,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let Some(first) = self.tree.nth_child(body, 0) else { return Ok(Some(header)) };
        let kind = self.tree.kind(first);
        if kind == NodeKind::MacroTokens {
            return self.fail(Reason::Unparsed, body);
        }
        if kind == NodeKind::DoStatement && self.is_do_while_zero_without_semicolon(first) {
            return self.do_while_zero(header, first, label);
        }
        if self.is_code(first) {
            let exit = self.node(FlowKind::Exit, None, LabelId::EMPTY);
            let error = self.node(FlowKind::ErrorExit, None, LabelId::EMPTY);
            self.returns = Returns::To { normal: exit, error };
            self.collect_labels(body)?;
            let contents = self.labels.extend(label);
            return self.statements(self.tree.children(body), Some(header), contents);
        }
        Ok(Some(self.node_after(header, FlowKind::DefineBody, body, label)))
    }

    /// Whether a part of a macro body is a statement or stands among statements.
    fn is_code(&self, part: NodeId) -> bool {
        let kind = self.tree.kind(part);
        kind.is_statement()
            || kind.is_directive()
            || matches!(
                kind,
                NodeKind::Declaration | NodeKind::MacroDeclaration | NodeKind::Conditional
            )
    }

    /// With a semicolon it is a plain statement.
    fn is_do_while_zero_without_semicolon(&self, statement: NodeId) -> bool {
        let ends = self.tree.own_tokens(statement).last();
        ends.is_some_and(|token| self.tree.tokens().kind(token) != TokenKind::Semicolon)
            && self.has_zero_condition(statement)
    }

    /// The body without its loop: neither `return` nor `break` may be in it.
    fn do_while_zero(
        &mut self,
        header: NodeIndex,
        statement: NodeId,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let marker = self.node_after(header, FlowKind::DoWhileZero, statement, label);
        self.collect_labels(statement)?;
        match self.tree.nth_child(statement, 0) {
            Some(body) => self.statement(body, Some(marker), label),
            None => Ok(Some(marker)),
        }
    }
}
