//! What metavariables are bound to, as interned numbers.
//!
//! Invariant: equal values have one [`ValueId`], so environments compare numbers. Terms are equal when their trees are,
//! blanks and comments aside; positions when file and range are. Where one metavariable may be two different values,
//! [`Values::merge`] says which of them it is.

use std::rc::Rc;
use std::sync::Arc;

use crate::matcher::integer_value;
use csyntax::types::TypeTerm;
use csyntax::{NodeId, NodeKind, TokenId, Tree};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// An interned [`Value`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ValueId(pub u32);

/// A range of tokens in one state of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// The index of the file in its group.
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// What a metavariable stands for.
#[derive(Clone, Debug)]
pub enum Value {
    /// A name, an operator: its text.
    Identifier(Box<[u8]>),
    /// An expression, statement, declaration, parameter, initialiser, ... The number tells terms apart that are spelt
    /// alike but speak of different local variables; it is 0 for terms without, and between rules.
    Term(Arc<Tree>, NodeId, u64),
    /// A type: the constructors and specifiers that the metavariable took. The type of an expression also has what it
    /// is without typedef names, and by this it is compared with other types.
    Type(Arc<Tree>, TypeTerm, Option<Rc<csema::Type>>),
    /// A type that C has no spelling for, such as that of a struct without tag.
    Unspelt(csema::Type),
    /// A run of arguments, parameters, ...; commas are not in it.
    List(Arc<Tree>, Vec<NodeId>),
    /// How long a list is.
    Length(u32),
    /// Places.
    Positions(Vec<Position>),
    /// Of the formula, not of the patch: the path of numbers that says in which block a node is. A prefix is
    /// compatible with every path that it starts.
    Path {
        /// The path.
        numbers: Box<[u32]>,
        /// Whether it stands for all paths below it.
        prefix: bool,
    },
    /// Of the formula: the number that the braces of one block share.
    Brace(u32),
    /// Of the formula: the record of a match, by its index.
    Record(u32),
}

/// All values of a run, each once.
#[derive(Debug, Default)]
pub struct Values {
    values: Vec<Value>,
    by_hash: FxHashMap<u64, Vec<ValueId>>,
}

impl Values {
    /// The number of `value`.
    pub fn intern(&mut self, value: Value) -> ValueId {
        let hash = hash(&value);
        let same = self.by_hash.entry(hash).or_default();
        for &id in same.iter() {
            if equal(&self.values[id.0 as usize], &value) {
                return id;
            }
        }
        let id = ValueId(self.values.len() as u32);
        same.push(id);
        self.values.push(value);
        id
    }

    /// What a metavariable is that has to be both, if it can be: one value; a name and an expression that is this
    /// name; two types of which one is an expression's and that differ in typedef names only.
    pub fn merge(&self, a: ValueId, b: ValueId) -> Option<ValueId> {
        if a == b {
            return Some(a);
        }
        match (self.get(a), self.get(b)) {
            (Value::Identifier(name), Value::Term(tree, node, _)) => {
                (bare_name(tree, *node) == Some(name)).then_some(b)
            }
            (Value::Term(tree, node, _), Value::Identifier(name)) => {
                (bare_name(tree, *node) == Some(name)).then_some(a)
            }
            (Value::Type(t, x, r), Value::Type(u, y, s)) => {
                let without_names = match (r, s) {
                    (None, None) => return None,
                    (Some(ours), Some(theirs)) => ours == theirs,
                    (Some(ours), None) => **ours == csema::Type::of_term(u, y),
                    (None, Some(theirs)) => **theirs == csema::Type::of_term(t, x),
                };
                (without_names || same_type(t, x, u, y)).then(|| a.min(b))
            }
            _ => None,
        }
    }

    /// The value that `id` stands for.
    pub fn get(&self, id: ValueId) -> &Value {
        &self.values[id.0 as usize]
    }
}

/// The value as other rules see it: what a variable is called, not which one it is.
pub fn between_rules(value: &Value) -> Value {
    match value {
        Value::Term(tree, node, _) => match bare_name(tree, *node) {
            Some(name) => Value::Identifier(name.into()),
            None => Value::Term(Arc::clone(tree), *node, 0),
        },
        other => other.clone(),
    }
}

/// The text of an identifier or of a one-token term.
pub fn text_of(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Identifier(text) => Some(text),
        Value::Term(tree, node, _) => Some(tree.text(*node)),
        _ => None,
    }
}

/// A value as text for messages; blanks and line breaks in it count as one blank. None for what has no spelling.
pub fn spelt(value: &Value) -> Option<String> {
    let text = match value {
        Value::Identifier(text) => text.to_vec(),
        Value::Term(tree, node, _) => tree.text(*node).to_vec(),
        Value::Type(tree, term, _) => {
            let tokens = type_tokens(tree, term).into_iter();
            let words: Vec<&[u8]> = tokens.map(|token| tree.token_text(token)).collect();
            words.join(&b' ')
        }
        Value::List(tree, nodes) => {
            let items: Vec<&[u8]> = nodes.iter().map(|&node| tree.text(node)).collect();
            items.join(&b", "[..])
        }
        Value::Length(length) => length.to_string().into_bytes(),
        Value::Unspelt(_)
        | Value::Positions(_)
        | Value::Path { .. }
        | Value::Brace(_)
        | Value::Record(_) => return None,
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The tokens that a type consists of, in reading order from the specifiers outwards: words without storage, and
/// the tokens of its constructors.
pub fn type_tokens(tree: &Tree, term: &TypeTerm) -> Vec<TokenId> {
    let mut tokens = Vec::new();
    if let Some(specifiers) = term.specifiers {
        let sorted = csyntax::types::sort_specifiers(tree, specifiers);
        let dropped: Vec<TokenId> =
            sorted.storage.iter().chain(&sorted.function_words).copied().collect();
        let attributes = sorted.attributes;
        tokens.extend(tree.visible_tokens(specifiers).filter(|&token| {
            !dropped.contains(&token)
                && !attributes.iter().any(|&node| tree.token_range(node).contains(&token.0))
        }));
    }
    for &constructor in term.constructors.iter().rev() {
        match tree.kind(constructor) {
            NodeKind::PointerDeclarator => tokens.extend(tree.own_tokens(constructor)),
            _ => tokens.extend(suffix_tokens(tree, constructor)),
        }
    }
    tokens.retain(|token| !term.without.contains(token));
    tokens
}

/// The tokens behind the inner declarator: `[3]`, `(int a)`.
pub fn suffix_tokens(tree: &Tree, constructor: NodeId) -> Vec<TokenId> {
    let inner = csyntax::types::inner_declarator(tree, constructor);
    let from = inner.map_or(tree.data(constructor).first, |inner| tree.data(inner).end);
    tree.visible_tokens(constructor).filter(|&token| token >= from).collect()
}

fn hash(value: &Value) -> u64 {
    let mut hasher = FxHasher::default();
    match value {
        Value::Identifier(text) => text.hash(&mut hasher),
        Value::Term(tree, node, _) => match integer_literal(tree, *node) {
            Some(number) => number.hash(&mut hasher),
            None => tree.hash(*node).hash(&mut hasher),
        },
        Value::Type(tree, term, _) => csema::Type::of_term(tree, term).hash(&mut hasher),
        Value::Unspelt(ty) => ty.hash(&mut hasher),
        Value::List(tree, nodes) => {
            nodes.iter().for_each(|&node| tree.hash(node).hash(&mut hasher));
        }
        Value::Length(length) => length.hash(&mut hasher),
        Value::Positions(positions) => positions.hash(&mut hasher),
        Value::Path { numbers, prefix } => (numbers, prefix).hash(&mut hasher),
        Value::Brace(number) | Value::Record(number) => number.hash(&mut hasher),
    }
    hasher.finish()
}

/// Types are equal by meaning (`unsigned` is `unsigned int`), with their qualifiers and what stands in brackets.
fn same_type(t: &Tree, x: &TypeTerm, u: &Tree, y: &TypeTerm) -> bool {
    let besides = |tree: &Tree, term: &TypeTerm| -> Vec<Vec<u8>> {
        let words = term
            .specifiers
            .map(|node| csyntax::types::sort_specifiers(tree, node).words)
            .unwrap_or_default();
        let all = type_tokens(tree, term).into_iter().filter(|token| !words.contains(token));
        all.map(|token| tree.token_text(token).to_vec()).collect()
    };
    csema::Type::of_term(t, x) == csema::Type::of_term(u, y) && besides(t, x) == besides(u, y)
}

/// The name that a term is, if it is but one: an identifier and an expression of one name are the same value.
fn bare_name(tree: &Tree, node: NodeId) -> Option<&[u8]> {
    (tree.kind(node) == NodeKind::Name).then(|| tree.text(node))
}

/// The number that a term is, if it is but a literal: `3` and `0x03` are one value.
fn integer_literal(tree: &Tree, node: NodeId) -> Option<u128> {
    let text = (tree.kind(node) == NodeKind::Literal).then(|| tree.text(node))?;
    let has_suffix = text.last().is_some_and(|last| b"uUlL".contains(last));
    if has_suffix { None } else { integer_value(text) }
}

/// Whether the same conditional directives cut through two terms of the same tokens.
fn same_directives(t: &Tree, n: NodeId, u: &Tree, m: NodeId) -> bool {
    let directives = |tree: &Tree, node| -> Vec<Vec<u8>> {
        tree.token_range(node)
            .map(TokenId)
            .filter(|&token| tree.tokens().kind(token).is_conditional_directive())
            .map(|token| tree.token_text(token).to_vec())
            .collect()
    };
    directives(t, n) == directives(u, m)
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Identifier(x), Value::Identifier(y)) => x == y,
        (Value::Term(t, n, x), Value::Term(u, m, y)) => {
            let numbers = integer_literal(t, *n).zip(integer_literal(u, *m));
            let same = match numbers {
                Some((ours, theirs)) => ours == theirs,
                None => t.same_term(*n, u, *m) && same_directives(t, *n, u, *m),
            };
            x == y && same
        }
        (Value::Type(t, x, r), Value::Type(u, y, s)) => r == s && same_type(t, x, u, y),
        (Value::List(t, ns), Value::List(u, ms)) => {
            ns.len() == ms.len() && ns.iter().zip(ms).all(|(&n, &m)| t.same_term(n, u, m))
        }
        (Value::Unspelt(x), Value::Unspelt(y)) => x == y,
        (Value::Length(x), Value::Length(y)) => x == y,
        (Value::Positions(x), Value::Positions(y)) => x == y,
        (Value::Path { numbers: x, prefix: p }, Value::Path { numbers: y, prefix: q }) => {
            x == y && p == q
        }
        (Value::Brace(x), Value::Brace(y)) | (Value::Record(x), Value::Record(y)) => x == y,
        _ => false,
    }
}
