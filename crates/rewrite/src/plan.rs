//! The edits of one file by one rule, and which of them go together.
//!
//! Invariant: one token takes one addition on each side, in one environment, unless the addition says `++`; a token
//! that carries a replacement is removed by no other match.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use csyntax::{NodeId, TokenId, Tree};
use smallvec::SmallVec;
use smpl::{Body, Side};

use crate::added::{AddedCode, added_code};
use crate::conflict::Conflict;
use crate::declarators;
use crate::print;
use crate::spell::{self, Added, Bindings};
use crate::style::Style;

/// Who removes a token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Removal {
    /// Which match.
    pub match_id: u32,
    /// Tokens of one group have what stands between them removed as well.
    pub group: u32,
}

/// Where added code hangs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// A token of the C tree.
    pub token: TokenId,
    /// On which side of it.
    pub side: Side,
    /// Whether it hangs on the mark of a declaration, function or control statement.
    pub at_mark: bool,
    /// Behind a statement: how many statements in it end with the same token ([`statements_ending_inside`]).
    pub depth: u32,
}

/// How many statements inside `statement` end with its last token, as both parts of `if (x) y();` do. What hangs behind
/// one of them hangs inside of what hangs behind the statement.
pub fn statements_ending_inside(tree: &Tree, statement: NodeId) -> u32 {
    let end = tree.token_range(statement).end;
    if end == 0 {
        return 0;
    }
    let inner = tree.innermost(end - 1..end);
    std::iter::once(inner)
        .chain(tree.ancestors(inner))
        .take_while(|&node| node != statement && tree.token_range(node).end == end)
        .filter(|&node| tree.kind(node).is_statement())
        .count() as u32
}

/// The removals of one token, with the range that each came with.
pub(crate) type Removals = SmallVec<[(Removal, u32, u32); 1]>;

/// Added code at one side of one token.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The index of the addition in its rule.
    addition: usize,
    multiple: bool,
    /// Those of one run in the order of their texts, behind those of later runs.
    pub(crate) codes: Vec<Code>,
}

/// Added code of one environment, with the two printings: spacing of the printer, and of the semantic patch.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    run: u32,
    environment: u64,
    pub(crate) plain: AddedCode,
    pub(crate) as_written: AddedCode,
}

impl Code {
    /// The printing that `style` asks for.
    pub(crate) fn printed(&self, style: &Style) -> &AddedCode {
        if style.smpl_spacing { &self.as_written } else { &self.plain }
    }
}

/// The edits of one file by one rule.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) tree: Arc<Tree>,
    pub(crate) removed: BTreeMap<u32, Removals>,
    pub(crate) declarators: BTreeMap<NodeId, Vec<(NodeId, Removal)>>,
    pub(crate) sites: BTreeMap<(u32, SideKey), Site>,
    pub(crate) braces: BTreeSet<NodeId>,
    run: u32,
}

/// A [`Side`] in the order of text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum SideKey {
    /// In front of the token.
    Before,
    /// In its place.
    Replace,
    /// Behind it, or (`mark`) behind the term that ends with it.
    Behind {
        /// As in [`Anchor`].
        depth: u32,
        /// As in [`Anchor`].
        mark: bool,
    },
}

impl SideKey {
    fn of(anchor: Anchor) -> SideKey {
        match anchor.side {
            Side::Before => SideKey::Before,
            Side::Replace => SideKey::Replace,
            Side::After => SideKey::Behind { depth: anchor.depth, mark: anchor.at_mark },
        }
    }
}

/// The length and start of the smallest term that a match removes.
fn smallest(removals: &[(Removal, u32, u32)], match_id: u32) -> Option<(u32, u32)> {
    let own = removals.iter().filter(|(by, _, _)| by.match_id == match_id);
    own.map(|&(_, start, end)| (end - start, start)).min()
}

impl Plan {
    /// No edits of `tree`.
    pub fn new(tree: Arc<Tree>) -> Plan {
        Plan {
            tree,
            removed: BTreeMap::new(),
            declarators: BTreeMap::new(),
            sites: BTreeMap::new(),
            braces: BTreeSet::new(),
            run: 0,
        }
    }

    /// What is added from here on comes from another run of the rule, for other inherited values.
    pub fn begin_run(&mut self) {
        self.run += 1;
    }

    /// Removes `tokens`.
    ///
    /// # Errors
    /// A token among them carries a replacement that another match made for a smaller or larger term.
    pub fn remove(&mut self, tokens: Range<u32>, by: Removal) -> Result<(), Conflict> {
        for token in tokens.clone() {
            let removals = self.removed.entry(token).or_default();
            let removal = (by, tokens.start, tokens.end);
            // One match after the other: its own are the last ones.
            let mut own = removals.iter().rev().take_while(|(it, ..)| it.match_id == by.match_id);
            if !own.any(|&known| known == removal) {
                removals.push(removal);
            }
        }
        tokens.clone().try_for_each(|token| self.check_removed_by(TokenId(token), by.match_id))
    }

    /// Removes one declarator of a declaration that declares several; when all are removed, the declaration is.
    ///
    /// # Errors
    /// None so far; a declarator that is removed twice is removed.
    pub fn remove_declarator(
        &mut self,
        declaration: NodeId,
        declarator: NodeId,
        by: Removal,
    ) -> Result<(), Conflict> {
        let removed = self.declarators.entry(declaration).or_default();
        if !removed.iter().any(|&(node, _)| node == declarator) {
            removed.push((declarator, by));
        }
        Ok(())
    }

    /// Adds an addition of a rule at a token.
    ///
    /// `environment` identifies the values of the metavariables that the addition mentions: the same addition with the
    /// same environment is added once.
    ///
    /// # Errors
    /// The token has another addition on this side, or the same in another environment without `++`; or a
    /// metavariable has no value.
    pub fn add(
        &mut self,
        anchor: Anchor,
        body: &Body,
        addition: usize,
        environment: u64,
        bindings: &dyn Bindings,
    ) -> Result<(), Conflict> {
        let token = anchor.token;
        let Some(written) = body.additions().get(addition) else { return Ok(()) };
        let key = (token.0, SideKey::of(anchor));
        if let Some(site) = self.sites.get(&key) {
            if site.addition != addition {
                return Err(Conflict::AlreadyTagged { token });
            }
            if site.codes.iter().any(|code| code.environment == environment) {
                return Ok(());
            }
            if !site.multiple {
                return Err(Conflict::AlreadyTagged { token });
            }
        }
        let print = |smpl_spacing| {
            added_code(written, Added { body, bindings, smpl_spacing, behind_directive: false })
                .map_err(|metavariable| Conflict::Unbound { token, metavariable })
        };
        let code =
            Code { run: self.run, environment, plain: print(false)?, as_written: print(true)? };
        let site = self.sites.entry(key).or_insert_with(|| Site {
            addition,
            multiple: written.multiple,
            codes: Vec::new(),
        });
        let order = |code: &Code| (Reverse(code.run), spell::flat(&code.plain.pieces));
        let place = site.codes.partition_point(|other| order(other) <= order(&code));
        site.codes.insert(place, code);
        self.check_replaced(token)
    }

    /// The same when one match has removed one more term, and the others have been looked at before.
    fn check_removed_by(&self, token: TokenId, match_id: u32) -> Result<(), Conflict> {
        let removals = self.removed.get(&token.0).map_or(&[][..], |removals| &removals[..]);
        let first = removals.first().map(|(by, _, _)| by.match_id);
        let is_replaced = self.sites.contains_key(&(token.0, SideKey::Replace));
        if !is_replaced || first == Some(match_id) {
            return self.check_replaced(token);
        }
        if first.is_some_and(|first| smallest(removals, first) != smallest(removals, match_id)) {
            return Err(Conflict::AlreadyTagged { token });
        }
        Ok(())
    }

    /// A token with a replacement must be removed as a part of one term.
    fn check_replaced(&self, token: TokenId) -> Result<(), Conflict> {
        if !self.sites.contains_key(&(token.0, SideKey::Replace)) {
            return Ok(());
        }
        let Some(removals) = self.removed.get(&token.0) else { return Ok(()) };
        let Some((first, _, _)) = removals.first() else { return Ok(()) };
        let expected = smallest(removals, first.match_id);
        if removals.iter().all(|(by, _, _)| smallest(removals, by.match_id) == expected) {
            Ok(())
        } else {
            Err(Conflict::AlreadyTagged { token })
        }
    }

    /// Puts braces around a single statement, which is the branch of an `if` or the body of a loop, and around the
    /// code that is added to it.
    pub fn brace(&mut self, statement: NodeId) {
        self.braces.insert(statement);
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty()
            && self.declarators.is_empty()
            && self.sites.is_empty()
            && self.braces.is_empty()
    }

    /// What hangs behind `token`: inside of braces around the innermost statement that ends there first.
    pub(crate) fn behind(&self, token: u32) -> impl Iterator<Item = (u32, bool, &Site)> {
        let all = (token, SideKey::Behind { depth: 0, mark: false })
            ..=(token, SideKey::Behind { depth: u32::MAX, mark: true });
        self.sites.range(all).filter_map(|(&(_, key), site)| match key {
            SideKey::Behind { depth, mark } => Some((depth, mark, site)),
            SideKey::Before | SideKey::Replace => None,
        })
    }

    /// The text of the file with the edits made.
    pub fn print(&self, style: &Style) -> Vec<u8> {
        let removed = declarators::settle(self);
        print::file(self, &removed, style)
    }
}
