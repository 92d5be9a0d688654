//! What happens to an item that does not parse.
//!
//! It is read again, each time with one thing changed near the place where it failed, until it parses or nothing is left to
//! change:
//! 1. an `#if` group around the place gives up being a node: its first branch stays and the others are hidden; when the
//!    failure is inside the branch that stays, the next one takes its turn, at last none;
//! 2. macros are believed in where nothing else fits ([`Parser::second_reading`]);
//! 3. a `#define`, `#undef`, `#include` or `#pragma` that stands inside a term is hidden;
//! 4. groups in front of the place give up being nodes, the last one first; then all groups of the item.
//!
//! If all that does not help, the item becomes an [`NodeKind::ErrorItem`] up to the next token in column 0 that can start an item.

use super::{Checkpoint, Parser};
use crate::conditionals::{Branch, Groups};
use crate::kind::{NodeKind, TokenKind};
use crate::tree::TokenId;
use crate::work;

/// How often an item is read again with something near the failure changed, at most.
const MAX_REPAIRS: usize = 24;

impl Parser<'_> {
    /// TranslationUnit: item*
    pub(crate) fn translation_unit(&mut self, groups: Groups) {
        self.groups = groups;
        let unit = self.open(NodeKind::TranslationUnit);
        while !self.at(TokenKind::Eof) {
            self.item_with_recovery();
        }
        let root = self.close(unit);
        self.cover_all(root);
    }

    fn item_with_recovery(&mut self) {
        let start = self.checkpoint();
        let Err(first_fault) = self.try_item(start) else { return };
        let first = self.at;
        let mut fault = first_fault;
        for _ in 0..MAX_REPAIRS {
            if !self.repair(first, fault.0) {
                break;
            }
            match self.try_item(start) {
                Ok(()) => return,
                Err(next) => fault = next,
            }
        }
        if self.resolve_all(first, self.resync_point(fault.0)) && self.try_item(start).is_ok() {
            return;
        }
        self.second_reading = false;
        self.error_item(first_fault.0, first_fault.1);
    }

    /// Parses an item, or goes back to its start and tells where it failed.
    fn try_item(&mut self, start: Checkpoint) -> Result<(), (TokenId, &'static str)> {
        self.clear_problem();
        self.renew_effort();
        // Everything that was left may have been hidden.
        if self.at(TokenKind::Eof) || self.item().is_ok() {
            self.names.keep_inferred();
            self.second_readings += u32::from(std::mem::take(&mut self.second_reading));
            return Ok(());
        }
        let fault = self.take_problem();
        self.names.undo_inferred();
        self.rollback(start);
        Err(fault)
    }

    /// Changes one thing near a failure; false when there is nothing to change.
    fn repair(&mut self, first: TokenId, fault: TokenId) -> bool {
        self.resolve_around(first, fault)
            || !std::mem::replace(&mut self.second_reading, true)
            || self.hide_directive_at(fault)
            || self.resolve_before(first, fault)
    }

    /// Resolves the innermost group around a failure that is a node, or changes the resolution of one that is none.
    fn resolve_around(&mut self, first: TokenId, fault: TokenId) -> bool {
        let around: Vec<usize> = self
            .groups
            .around(fault)
            .take_while(|&n| self.groups.get(n).first() >= first)
            .collect();
        for group in around {
            let next = match self.groups.get(group).resolution {
                None => Some(Branch::Kept(0)),
                Some(Branch::Kept(kept)) => self.next_branch(group, kept),
                Some(Branch::None) => None,
            };
            if let Some(branch) = next {
                self.resolve(group, branch);
                return true;
            }
        }
        false
    }

    fn next_branch(&self, group: usize, kept: usize) -> Option<Branch> {
        let count = self.groups.get(group).branches().len();
        Some(if kept + 1 < count { Branch::Kept(kept + 1) } else { Branch::None })
    }

    /// Resolves the last group between the start of the item and a failure that is still a node.
    fn resolve_before(&mut self, first: TokenId, fault: TokenId) -> bool {
        let before = self.groups.starting_in(first.0..fault.0);
        let group = before.rev().find(|&n| self.is_node(n));
        if let Some(group) = group {
            self.resolve(group, Branch::Kept(0));
        }
        group.is_some()
    }

    /// Resolves all groups that start between two tokens to their first branch; tells whether there was any.
    fn resolve_all(&mut self, first: TokenId, end: TokenId) -> bool {
        let mut changed = first.0..first.0;
        for group in self.groups.starting_in(first.0..end.0) {
            if self.is_node(group) {
                changed.end = changed.end.max(self.groups.get(group).range().end);
                self.hide_branches(group, Branch::Kept(0));
            }
        }
        self.refresh(changed.clone());
        !changed.is_empty()
    }

    /// Whether a group can still be a node: it was not resolved, nor dropped with a group around it.
    fn is_node(&self, group: usize) -> bool {
        let group = self.groups.get(group);
        group.resolution.is_none() && !self.hidden.contains(group.first().index())
    }

    /// Keeps one branch of a group visible, whatever was visible before.
    fn resolve(&mut self, group: usize, branch: Branch) {
        let whole = self.groups.get(group).range();
        self.hidden.remove_range(whole.start as usize..whole.end as usize);
        self.hide_branches(group, branch);
        // Groups inside that were resolved before.
        for inner in self.groups.starting_in(whole.start + 1..whole.end) {
            let inner_group = self.groups.get(inner);
            let dropped = self.hidden.contains(inner_group.first().index());
            if let (Some(branch), false) = (inner_group.resolution, dropped) {
                self.hide_branches(inner, branch);
            }
        }
        self.refresh(whole);
    }

    fn hide_branches(&mut self, group: usize, branch: Branch) {
        self.groups.resolve(group, branch);
        if self.cuts_through(group) {
            self.cut_conditionals.insert(self.groups.get(group).first());
        }
        for range in self.groups.get(group).hidden_by(branch) {
            work::steps(range.len());
            self.hidden.insert_range(range.start as usize..range.end as usize);
        }
    }

    /// Whether no branch of a group stands for the others: there is but one, or one of them ends a statement or block.
    fn cuts_through(&self, group: usize) -> bool {
        use TokenKind::*;
        let mut branches = self.groups.get(group).branches();
        branches.len() == 1
            || branches.any(|branch| {
                let last = branch.clone().last().map(|token| self.kind_of(TokenId(token)));
                matches!(last, Some(Semicolon | LeftBrace | RightBrace))
            })
    }

    /// Hides a directive, other than a conditional, or a conditional without partner, that stands where a term goes on.
    fn hide_directive_at(&mut self, fault: TokenId) -> bool {
        use TokenKind::*;
        let Some(start) = self.directive_at(fault) else { return false };
        let mut end = start;
        if matches!(self.kind_of(start), PpDefine | PpUndef | PpInclude | PpPragma) {
            while !matches!(self.kind_of(end), PpEnd | Eof) {
                end = end.next();
            }
        }
        self.hidden.insert_range(start.index()..end.index() + 1);
        self.refresh(start.0..end.0 + 1);
        true
    }

    /// The visible directive that starts at a token.
    fn directive_at(&self, token: TokenId) -> Option<TokenId> {
        use TokenKind::*;
        let kind = self.kind_of(token);
        let is_directive = kind.is_conditional_directive()
            || matches!(kind, PpDefine | PpUndef | PpInclude | PpPragma | PpOther);
        (is_directive && !self.hidden.contains(token.index())).then_some(token)
    }

    fn error_item(&mut self, fault: TokenId, expected: &str) {
        let item = self.open(NodeKind::ErrorItem);
        let first = self.at;
        let end = self.resync_point(fault.max(first));
        while self.at < end && !self.at(TokenKind::Eof) {
            self.bump();
        }
        self.close(item);
        self.report(fault.max(first), first.0..self.at.0, expected);
    }

    /// Where the item after the one at the cursor starts, which has a fault: behind a `}` in column 0, or at a token in
    /// column 0 that can start an item; the token at fault may be that.
    fn resync_point(&self, fault: TokenId) -> TokenId {
        use TokenKind::*;
        let mut token = fault;
        let mut in_directive = false;
        loop {
            let kind = self.kind_of(token);
            let column_zero = self.starts_line(token) && self.column(token) == 0;
            match kind {
                Eof => return token,
                PpDefine | PpInclude | PpUndef | PpPragma => {
                    if token > self.at && column_zero && !in_directive {
                        return token;
                    }
                    in_directive = true;
                }
                PpEnd => in_directive = false,
                RightBrace if column_zero => {
                    let mut end = self.following(token);
                    while matches!(self.kind_of(end), Semicolon | Identifier)
                        && !self.starts_line(end)
                    {
                        end = self.following(end);
                    }
                    return end;
                }
                Struct | Union | Enum | Static | Extern | Typedef | Const | Inline | TypeWord
                | Volatile | Register | Identifier
                    if column_zero && token > self.at && !in_directive =>
                {
                    return token;
                }
                _ => {}
            }
            token = self.following(token);
        }
    }
}
