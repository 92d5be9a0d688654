//! Branches: `if`, and conditional directives around statements.
//!
//! Invariant: a return is an error exit exactly within the then-branch of an `if` without else, however
//! deep; an if/else and a conditional directive leave that as it is.

use csyntax::tree::Element;
use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};

use super::jumps::{Copied, Enclosing};
use super::{Builder, Flow};
use crate::graph::NodeIndex;
use crate::kind::{AfterKind, FlowKind};
use crate::labels::LabelId;
use crate::no_graph::{NoGraph, Reason};

impl Builder<'_> {
    pub(super) fn if_statement(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let head = self.node_after(flow, FlowKind::If, statement, label);
        let kind = FlowKind::True { escapes: false };
        let into_then = self.node_after(head, kind, statement, label);
        let Some(then) = self.tree.nth_child(statement, 1) else {
            return self.fail(Reason::Unparsed, statement);
        };
        let clauses = self.else_clauses(statement);
        if clauses.is_empty() {
            return self.if_alone(statement, head, into_then, then, label);
        }
        self.if_else(statement, head, into_then, then, &clauses, label)
    }

    /// The else-clauses of an `if`, those in conditional directives first. The one that is in none stands last.
    fn else_clauses(&self, statement: NodeId) -> Vec<NodeId> {
        let mut clauses = Vec::new();
        for child in self.tree.children(statement) {
            match self.tree.kind(child) {
                NodeKind::ElseClause => clauses.push(child),
                NodeKind::Conditional => clauses.extend(
                    self.tree
                        .children(child)
                        .filter(|&n| self.tree.kind(n) == NodeKind::ElseClause),
                ),
                _ => {}
            }
        }
        clauses
    }

    fn if_alone(
        &mut self,
        statement: NodeId,
        head: NodeIndex,
        into_then: NodeIndex,
        then: NodeId,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let fall = self.node_after(head, FlowKind::Fall, statement, label);
        let outer = std::mem::replace(&mut self.in_then, true);
        let then = self.then_branch(into_then, then, label)?;
        self.in_then = outer;
        let end = self.node_after(fall, FlowKind::EndStatement, statement, label);
        self.flow(then, end);
        self.after(AfterKind::Normal, head, end, statement, label);
        Ok(Some(end))
    }

    fn if_else(
        &mut self,
        statement: NodeId,
        head: NodeIndex,
        into_then: NodeIndex,
        then: NodeId,
        clauses: &[NodeId],
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let words: Vec<NodeIndex> =
            clauses.iter().map(|&clause| self.else_word(statement, head, clause, label)).collect();
        self.around.push(Enclosing::Copied(Copied::if_else(head, statement, label)));
        let mut ends = vec![self.then_branch(into_then, then, label)?];
        for (&clause, word) in clauses.iter().zip(words) {
            ends.push(self.opt_body(clause, Some(word), label)?);
        }
        let jumped = self.leave();
        // With all its else-clauses in conditional directives, an `if` may have none.
        if !clauses.iter().any(|&clause| self.tree.parent(clause) == Some(statement)) {
            ends.push(Some(self.node_after(head, FlowKind::Fall, statement, label)));
        }
        let mut ends = ends.into_iter().flatten();
        let Some(first) = ends.next() else { return Ok(None) };
        let end = self.node_after(first, FlowKind::EndStatement, statement, label);
        ends.for_each(|last| self.edge(last, end));
        self.replace_afters(jumped, head, end, statement, label);
        Ok(Some(end))
    }

    /// The way from the head of an `if` into an else-clause.
    fn else_word(
        &mut self,
        statement: NodeId,
        head: NodeIndex,
        clause: NodeId,
        label: LabelId,
    ) -> NodeIndex {
        let into_else = self.node_after(head, FlowKind::False, statement, label);
        let token = self.tree.own_token(clause, TokenKind::Else);
        let word = self.token_node(FlowKind::Else, clause, token, label);
        self.edge(into_else, word);
        word
    }

    fn then_branch(
        &mut self,
        into_then: NodeIndex,
        then: NodeId,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let end = self.statement(then, Some(into_then), label)?;
        let escapes = end.is_none();
        self.change(into_then, |node| node.kind = FlowKind::True { escapes });
        Ok(end)
    }

    /// A conditional directive; its branches stand in what is around it, without a number of their own.
    pub(super) fn conditional(
        &mut self,
        syntax: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let branches = self.directive_branches(syntax);
        if self.branches_in_a_row {
            let statements = branches.into_iter().flat_map(|(_, contents)| contents);
            return self.statements(statements, flow, label);
        }
        let Some(((first, contents), others)) = branches.split_first() else {
            return self.fail(Reason::Unparsed, syntax);
        };
        let head = self.token_node(FlowKind::Ifdef, syntax, Some(*first), label);
        self.flow(flow, head);
        let token = self.tree.last_token(syntax);
        let end = self.token_node(FlowKind::IfdefEnd, syntax, token, label);
        if others.is_empty() {
            let fall = self.node_after(head, FlowKind::Fall, syntax, label);
            self.edge(fall, end);
        }
        self.around.push(Enclosing::Ifdef { syntax, label });
        let last = self.statements(contents.iter().copied(), Some(head), label)?;
        self.flow(last, end);
        for (directive, contents) in others {
            let word = self.token_node(FlowKind::IfdefElse, syntax, Some(*directive), label);
            self.edge(head, word);
            let last = self.statements(contents.iter().copied(), Some(word), label)?;
            self.flow(last, end);
        }
        self.leave();
        Ok(Some(end))
    }

    /// The directives of a conditional but the last, each with the statements behind it.
    fn directive_branches(&self, syntax: NodeId) -> Vec<(TokenId, Vec<NodeId>)> {
        let mut branches: Vec<(TokenId, Vec<NodeId>)> = Vec::new();
        for element in self.tree.elements(syntax) {
            match element {
                Element::Token(token) => match self.tree.tokens().kind(token) {
                    TokenKind::PpEndif => {}
                    _ => branches.push((token, Vec::new())),
                },
                Element::Node(node) => {
                    if let Some((_, contents)) = branches.last_mut() {
                        contents.push(node);
                    }
                }
            }
        }
        branches
    }
}

/// Whether a conditional directive of an item cuts through a term. The directives of such an item then count as comments
/// and their branches stand in a row, as in Coccinelle, which reads it in this way.
pub(super) fn has_a_cut_conditional(tree: &Tree, item: NodeId) -> bool {
    let range = tree.token_range(item);
    let cut = tree.cut_conditionals();
    let from = cut.partition_point(|token| token.0 < range.start);
    if cut.get(from).is_some_and(|token| token.0 < range.end) {
        return true;
    }
    let is_conditional = |node: NodeId| tree.kind(node) == NodeKind::Conditional;
    let is_alone = |node: NodeId| {
        !tree
            .own_tokens(node)
            .any(|token| matches!(tree.tokens().kind(token), TokenKind::PpElse | TokenKind::PpElif))
    };
    // `f() ¶ #ifdef A ¶ ; ¶ #else ¶ + 1; ¶ #endif`
    let ends_call = |(before, node): (NodeId, NodeId)| {
        tree.kind(before) == NodeKind::MacroStatement
            && is_conditional(node)
            && tree.children(node).any(|child| tree.kind(child) == NodeKind::EmptyStatement)
    };
    tree.descendants(item).any(|node| {
        use NodeKind::*;
        match tree.kind(node) {
            IfStatement | ArgumentList | ParameterList | InitialiserList | EnumeratorList => {
                tree.children(node).any(|child| is_conditional(child) && is_alone(child))
            }
            CompoundStatement => {
                tree.children(node).zip(tree.children(node).skip(1)).any(ends_call)
            }
            _ => false,
        }
    })
}
