//! Jumps: break, continue, goto, return, and the labels that they lead to.
//!
//! A jump first passes copies of the ends of all that it leaves:
//!
//! ```c
//! while (x) { if (y) { break; } else a(); }   // break, } of the if, end of the if, } of the while, end
//! ```
//!
//! Invariant: copies of the ends of functions, switches and `#ifdef`s are fake, others are not; a copy in a
//! plain block or an if/else has an AFTER that says how the construct is left.

use csyntax::{NodeId, NodeKind};

use super::blocks::Block;
use super::{Builder, Flow, Returns};
use crate::graph::NodeIndex;
use crate::kind::{AfterKind, FlowKind};
use crate::labels::LabelId;
use crate::no_graph::{NoGraph, Reason};

/// What is around a statement, as far as jumps out of it are concerned.
#[derive(Clone, Debug)]
pub(super) enum Enclosing {
    Function(Block),
    /// A plain block or an if/else.
    Copied(Copied),
    Loop {
        label: LabelId,
        continues: NodeIndex,
        breaks: NodeIndex,
    },
    Switch {
        block: Block,
        breaks: NodeIndex,
    },
    /// A conditional directive, by the syntax and the path of what it stands in.
    Ifdef {
        syntax: NodeId,
        label: LabelId,
    },
}

/// A construct whose end is copied for each jump out of it.
#[derive(Clone, Debug)]
pub(super) struct Copied {
    /// Where its AFTERs start.
    head: NodeIndex,
    end: CopiedEnd,
    /// The AFTERs made for jumps so far.
    afters: Vec<NodeIndex>,
}

#[derive(Clone, Copy, Debug)]
enum CopiedEnd {
    Brace(Block),
    EndStatement { syntax: NodeId, label: LabelId },
}

impl Copied {
    pub(super) fn block(block: Block) -> Copied {
        Copied { head: block.open, end: CopiedEnd::Brace(block), afters: Vec::new() }
    }

    pub(super) fn if_else(head: NodeIndex, syntax: NodeId, label: LabelId) -> Copied {
        Copied { head, end: CopiedEnd::EndStatement { syntax, label }, afters: Vec::new() }
    }
}

impl<'t> Builder<'t> {
    /// Steps out of the innermost construct; gives the AFTERs that jumps have made for it.
    pub(super) fn leave(&mut self) -> Vec<NodeIndex> {
        match self.around.pop() {
            Some(Enclosing::Copied(copied)) => copied.afters,
            _ => Vec::new(),
        }
    }

    /// Copies the ends of the constructs from the innermost out to `outermost`, behind `from`; gives the
    /// last copy.
    fn pass_ends(&mut self, from: NodeIndex, outermost: usize, kind: AfterKind) -> NodeIndex {
        let mut last = from;
        for index in (outermost..self.around.len()).rev() {
            last = match self.around[index].clone() {
                Enclosing::Function(block) | Enclosing::Switch { block, .. } => {
                    let close = self.close_block(block, Some(last));
                    self.mark_fake(close)
                }
                Enclosing::Ifdef { syntax, label } => {
                    let token = self.tree.last_token(syntax);
                    let end = self.token_node(FlowKind::IfdefEnd, syntax, token, label);
                    self.edge(last, end);
                    self.mark_fake(end)
                }
                Enclosing::Copied(copied) => self.pass_copied(last, index, &copied, kind),
                Enclosing::Loop { .. } => last,
            };
        }
        last
    }

    fn pass_copied(
        &mut self,
        from: NodeIndex,
        index: usize,
        copied: &Copied,
        kind: AfterKind,
    ) -> NodeIndex {
        let (end, syntax, label) = match copied.end {
            CopiedEnd::Brace(block) => {
                (self.close_block(block, Some(from)), block.syntax, block.label)
            }
            CopiedEnd::EndStatement { syntax, label } => {
                (self.node_after(from, FlowKind::EndStatement, syntax, label), syntax, label)
            }
        };
        let after = self.after(kind, copied.head, end, syntax, label);
        if let Enclosing::Copied(copied) = &mut self.around[index] {
            copied.afters.push(after);
        }
        end
    }

    fn mark_fake(&mut self, node: NodeIndex) -> NodeIndex {
        self.change(node, |node| node.is_fake = true);
        node
    }

    pub(super) fn break_statement(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let found = self.around.iter().enumerate().rev().find_map(|(index, around)| match around {
            Enclosing::Loop { label, breaks, .. } => {
                Some((index, *label, *breaks, AfterKind::Break))
            }
            Enclosing::Switch { block, breaks } => {
                Some((index, block.label, *breaks, AfterKind::SwitchBreak))
            }
            _ => None,
        });
        let Some((index, left, target, kind)) = found else {
            return self.fail(Reason::StrayBreak, statement);
        };
        let node = self.node_after(flow, FlowKind::Break, statement, label);
        self.change(node, |node| node.jump_label = Some(left));
        let last = self.pass_ends(node, index, kind);
        self.edge(last, target);
        Ok(None)
    }

    pub(super) fn continue_statement(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let found = self.around.iter().enumerate().rev().find_map(|(index, around)| match around {
            Enclosing::Loop { label, continues, .. } => Some((index, *label, *continues)),
            _ => None,
        });
        let Some((index, left, target)) = found else {
            return self.fail(Reason::StrayContinue, statement);
        };
        let node = self.node_after(flow, FlowKind::Continue, statement, label);
        self.change(node, |node| node.jump_label = Some(left));
        let last = self.pass_ends(node, index, AfterKind::Continue);
        self.edge(last, target);
        Ok(None)
    }

    pub(super) fn return_statement(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let Returns::To { normal, error } = self.returns else {
            return self.fail(Reason::ReturnInDoWhileZero, statement);
        };
        let node = self.node_after(flow, FlowKind::Return, statement, label);
        let last = self.pass_ends(node, 0, AfterKind::Return);
        self.edge(last, if self.in_then { error } else { normal });
        Ok(None)
    }

    /// All that is left but the function, wherever the label is.
    pub(super) fn goto(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let Some(name) = self.tree.nth_child(statement, 0) else {
            return self.fail(Reason::Unparsed, statement);
        };
        if self.tree.own_token(statement, csyntax::TokenKind::Star).is_some() {
            return self.fail(Reason::ComputedGoto, statement);
        }
        let Some(&target) = self.targets.get(self.tree.text(name)) else {
            return self.fail(Reason::UnknownLabel, statement);
        };
        let node = self.node_after(flow, FlowKind::Goto, statement, label);
        let outermost = usize::from(matches!(self.around.first(), Some(Enclosing::Function(_))));
        let last = self.pass_ends(node, outermost, AfterKind::Goto);
        self.edge(last, target);
        Ok(None)
    }

    /// Makes the nodes of all labels below `body`, those of nested functions excepted.
    pub(super) fn collect_labels(&mut self, body: NodeId) -> Result<(), NoGraph> {
        let tree = self.tree;
        let mut skipped_to = body;
        for node in tree.descendants(body) {
            if node < skipped_to {
                continue;
            }
            // A statement expression has no graph, so a label in it is no target.
            match tree.kind(node) {
                NodeKind::FunctionDefinition | NodeKind::StatementExpression => {
                    skipped_to = tree.data(node).subtree_end;
                }
                NodeKind::LabelStatement => {
                    let target = self.node(FlowKind::Label, Some(node), LabelId::EMPTY);
                    let name = self.label_name(node);
                    if self.targets.insert(name, target).is_some() {
                        return self.fail(Reason::DuplicateLabel, node);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn label_name(&self, statement: NodeId) -> &'t [u8] {
        self.tree.first_token(statement).map_or(&[], |token| self.tree.token_text(token))
    }

    /// LABEL, and the statement under it.
    pub(super) fn label(
        &mut self,
        statement: NodeId,
        flow: Flow,
        label: LabelId,
    ) -> Result<Flow, NoGraph> {
        let Some(&node) = self.targets.get(self.label_name(statement)) else {
            return self.fail(Reason::UnknownLabel, statement);
        };
        self.change(node, |node| node.label = label);
        self.flow(flow, node);
        self.opt_body(statement, Some(node), label)
    }
}
