//! The words that an item must have for a rule to match in it.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};
use rustc_hash::{FxHashMap, FxHasher};
use smpl::{Body, DroppedNames, MetavariableId, Origin, Rule};

use crate::matcher::Matcher;
use crate::value::{self, Value, ValueId, Values};

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

pub(crate) fn hash(word: &[u8]) -> u64 {
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

/// The names, as hashes, that a match of one element cannot do without, in the code that the element matches.
///
/// Only expressions are looked at: a type can be spelt in many ways. The names in inherited expressions count as well.
pub(crate) fn needed_by(
    matcher: &Matcher<'_>,
    values: &Values,
    dropped: &DroppedNames,
    element: NodeId,
    range: Range<u32>,
) -> Vec<u64> {
    let mut words = Vec::new();
    for token in needed_tokens(matcher, dropped, element, range) {
        let minus = &matcher.body.minus;
        if minus.tokens().kind(token) == TokenKind::Identifier {
            words.push(hash(minus.token_text(token)));
            continue;
        }
        let value = matcher.body.metavariable_of(token).and_then(|m| matcher.inherited.get(&m));
        match value.map(|&value| values.get(value)) {
            Some(Value::Identifier(name)) => words.push(hash(name)),
            Some(Value::Term(tree, node, _)) => words.extend(
                tree.visible_tokens(*node)
                    .filter(|&token| tree.tokens().kind(token).is_name())
                    .map(|token| hash(tree.token_text(token))),
            ),
            _ => {}
        }
    }
    words
}

/// The inherited positions of tokens that a match of one element cannot do without.
pub(crate) fn needed_positions(
    matcher: &Matcher<'_>,
    dropped: &DroppedNames,
    element: NodeId,
    range: Range<u32>,
) -> Vec<MetavariableId> {
    let declared = |m: MetavariableId| &matcher.rule.metavariables[m.index()];
    let minus = &matcher.body.minus;
    let tokens = needed_tokens(matcher, dropped, element, range).into_iter();
    // What is assigned to can be a declaration, of which the place is not asked.
    let tokens = tokens.filter(|token| {
        let outer = minus.parent(minus.innermost(token.0..token.0 + 1));
        outer.is_none_or(|outer| minus.kind(outer) != NodeKind::AssignmentExpression)
    });
    let attached = tokens.flat_map(|token| matcher.body.positions(token));
    attached
        .filter(|&m| declared(m).kind.is_position() && declared(m).origin != Origin::Own)
        .collect()
}

/// The names and the metavariables for names and expressions in an element that each match of it takes something for.
fn needed_tokens(
    matcher: &Matcher<'_>,
    dropped: &DroppedNames,
    element: NodeId,
    range: Range<u32>,
) -> Vec<TokenId> {
    let mut tokens = Vec::new();
    if dropped.any_term() {
        return tokens;
    }
    let minus = &matcher.body.minus;
    let mut open = vec![element];
    while let Some(node) = open.pop() {
        if is_free(matcher.body, node) {
            continue;
        }
        open.extend(minus.children(node));
        if !matches!(minus.kind(node), NodeKind::Name | NodeKind::Metavariable) {
            continue;
        }
        let own = minus.own_tokens(node).filter(|token| range.contains(&token.0));
        tokens.extend(own.filter(|&token| match minus.tokens().kind(token) {
            TokenKind::Identifier => !dropped.contains(minus.token_text(token)),
            TokenKind::MetaIdentifier | TokenKind::MetaExpression => {
                // With a type it can be the variable of a declaration, by an isomorphism.
                let metavariable = matcher.body.metavariable_of(token);
                metavariable.is_some_and(|m| matcher.rule.metavariables[m.index()].types.is_empty())
            }
            _ => false,
        }));
    }
    tokens
}

/// Whether a match can do without a term of the minus slice, or without something in it.
fn is_free(body: &Body, node: NodeId) -> bool {
    let minus = &body.minus;
    matches!(
        minus.kind(node),
        NodeKind::Disjunction | NodeKind::Nest | NodeKind::WhenClause | NodeKind::Attribute
    ) || minus.first_token(node).is_some_and(|token| body.is_optional(token))
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
        if is_free(self.body, node) {
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
            .filter(|m| self.rule.metavariables[m.index()].origin != Origin::Own)
            .and_then(|m| self.inherited.get(&m));
        if let Some(text) = value.and_then(|&value| value::text_of(self.values.get(value))) {
            self.names.push(text);
        }
    }
}
