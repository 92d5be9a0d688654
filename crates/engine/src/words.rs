//! The words that an item must have for a rule to match in it.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};
use rustc_hash::{FxHashMap, FxHasher};
use smpl::{Body, DroppedNames, MetavariableId, Rule};

use crate::value::{self, ValueId, Values};

/// The names in an item, as sorted hashes.
#[derive(Debug)]
pub(crate) struct ItemWords(Vec<u64>);

impl ItemWords {
    pub(crate) fn new(tree: &Tree, item: NodeId) -> ItemWords {
        let mut words: Vec<u64> = tree
            .visible_tokens(item)
            .filter(|&token| tree.tokens().kind(token) == TokenKind::Identifier)
            .map(|token| hash(tree.token_text(token)))
            .collect();
        words.sort_unstable();
        words.dedup();
        ItemWords(words)
    }

    /// Whether `name` is there.
    pub(crate) fn has(&self, name: &[u8]) -> bool {
        self.0.binary_search(&hash(name)).is_ok()
    }

    /// Whether all of `needed` are there.
    pub(crate) fn have(&self, needed: &[u64]) -> bool {
        needed.iter().all(|word| self.0.binary_search(word).is_ok())
    }
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    hasher.finish()
}

/// The names that a match of the rule cannot do without: those of its minus slice that are on every way through it, and
/// the values of inherited names there.
pub(crate) fn needed(
    rule: &Rule,
    body: &Body,
    inherited: &FxHashMap<MetavariableId, ValueId>,
    values: &Values,
    dropped: &DroppedNames,
) -> Vec<u64> {
    let whole = body.minus.token_range(NodeId::ROOT);
    let mut words: Vec<u64> = needed_names(rule, body, inherited, values, dropped, whole)
        .iter()
        .map(|name| hash(name))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The names in a range of the minus slice that a match cannot do without, in text order.
pub(crate) fn needed_names<'v>(
    rule: &'v Rule,
    body: &'v Body,
    inherited: &'v FxHashMap<MetavariableId, ValueId>,
    values: &'v Values,
    dropped: &'v DroppedNames,
    range: Range<u32>,
) -> Vec<&'v [u8]> {
    let mut collector =
        Collector { rule, body, inherited, values, dropped, range, names: Vec::new() };
    collector.collect(NodeId::ROOT);
    collector.names
}

struct Collector<'a> {
    rule: &'a Rule,
    body: &'a Body,
    inherited: &'a FxHashMap<MetavariableId, ValueId>,
    values: &'a Values,
    dropped: &'a DroppedNames,
    range: Range<u32>,
    names: Vec<&'a [u8]>,
}

impl<'a> Collector<'a> {
    fn collect(&mut self, node: NodeId) {
        let minus: &'a Tree = &self.body.minus;
        let free = matches!(
            minus.kind(node),
            NodeKind::Disjunction | NodeKind::Nest | NodeKind::WhenClause | NodeKind::Attribute
        ) || minus.first_token(node).is_some_and(|token| self.body.is_optional(token));
        if free {
            return;
        }
        let range = self.range.clone();
        for token in minus.own_tokens(node).filter(|token| range.contains(&token.0)) {
            let text = minus.token_text(token);
            match minus.tokens().kind(token) {
                TokenKind::Identifier if !self.dropped.contains(text) => {
                    self.names.push(text);
                }
                TokenKind::MetaIdentifier => self.inherited_name(token),
                _ => {}
            }
        }
        for child in minus.children(node) {
            self.collect(child);
        }
    }

    fn inherited_name(&mut self, token: TokenId) {
        let value = self
            .body
            .metavariable_of(token)
            .filter(|m| self.rule.metavariables[m.index()].origin != smpl::Origin::Own)
            .and_then(|m| self.inherited.get(&m));
        if let Some(text) = value.and_then(|&value| value::text_of(self.values.get(value))) {
            self.names.push(text);
        }
    }
}
