//! Which words a file must have for a rule to match.
//!
//! Invariant: a formula may ask for less than the rule does, never for more; added code asks for nothing.

use csyntax::{Element, NodeId, NodeKind, TokenKind, Tree};
use rustc_hash::FxHashSet;

use crate::body::Body;
use crate::isomorphism::Isomorphism;
use crate::metavariable::{
    Constraint, ConstraintItem, Metavariable, MetavariableId, MetavariableKind, Origin, TypeShape,
};
use crate::patch::{Dependency, Rule, RuleContent, ScriptSource};

/// Names in isomorphisms: a pattern with one of them may match code without it.
#[derive(Clone, Debug, Default)]
pub struct DroppedNames {
    names: FxHashSet<Box<[u8]>>,
    any_term: bool,
}

impl DroppedNames {
    /// Whether a pattern with `name` may match code without it.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.names.contains(name)
    }

    /// Whether some isomorphism leaves out what one of its metavariables stands for, which can be any term of a pattern.
    /// What is pure stands for a metavariable; those for types, statements and typed expressions do not count.
    pub fn any_term(&self) -> bool {
        self.any_term
    }

    /// Adds those of further isomorphisms.
    pub(crate) fn add(&mut self, isomorphisms: &[Isomorphism]) {
        for member in isomorphisms.iter().flat_map(|iso| iso.groups.iter().flatten()) {
            let tokens = member.tree.tokens();
            let names = tokens.ids().filter(|&token| tokens.kind(token) == TokenKind::Identifier);
            self.names.extend(names.map(|token| member.tree.token_text(token).into()));
        }
        self.any_term |= isomorphisms.iter().any(drops_a_term);
    }
}

/// Whether a member of an isomorphism lacks a metavariable of a member that it stands for.
fn drops_a_term(isomorphism: &Isomorphism) -> bool {
    let is_in = |name: &[u8], tree: &Tree| {
        tree.tokens()
            .ids()
            .any(|t| tree.tokens().kind(t).is_metavariable() && tree.token_text(t) == name)
    };
    isomorphism.metavariables.iter().any(|declared| {
        let metavariable = &declared.metavariable;
        let only_such = declared.pure
            && (matches!(metavariable.kind, MetavariableKind::Type | MetavariableKind::Statement)
                || !metavariable.types.is_empty());
        let name = metavariable.name.as_bytes();
        let has: Vec<bool> = isomorphism
            .groups
            .iter()
            .map(|group| group.iter().any(|member| is_in(name, &member.tree)))
            .collect();
        let lacks = isomorphism
            .groups
            .iter()
            .map(|group| group.iter().any(|member| !is_in(name, &member.tree)));
        let mut lacks = lacks.enumerate().filter(|&(_, lacks)| lacks);
        !only_such && lacks.any(|(to, _)| has[..=to].contains(&true))
    })
}

/// A condition over the words of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WordFormula {
    /// Any file.
    True,
    /// No file.
    False,
    /// Files with this word.
    Word(Box<str>),
    /// A virtual name: true when it is given on the command line.
    Virtual(Box<str>),
    /// All of these.
    And(Vec<WordFormula>),
    /// One of these.
    Or(Vec<WordFormula>),
}

impl WordFormula {
    /// All of `parts`.
    pub fn all(parts: impl IntoIterator<Item = WordFormula>) -> WordFormula {
        let mut list = Vec::new();
        for part in parts {
            match part {
                WordFormula::True => {}
                WordFormula::False => return WordFormula::False,
                WordFormula::And(inner) => list.extend(inner),
                other => list.push(other),
            }
        }
        Self::tidy(list, WordFormula::True, WordFormula::And)
    }

    /// One of `parts`.
    pub fn any(parts: impl IntoIterator<Item = WordFormula>) -> WordFormula {
        let mut list = Vec::new();
        for part in parts {
            match part {
                WordFormula::False => {}
                WordFormula::True => return WordFormula::True,
                WordFormula::Or(inner) => list.extend(inner),
                other => list.push(other),
            }
        }
        Self::tidy(list, WordFormula::False, WordFormula::Or)
    }

    fn tidy(
        mut list: Vec<WordFormula>,
        empty: WordFormula,
        build: fn(Vec<WordFormula>) -> WordFormula,
    ) -> WordFormula {
        list.sort();
        list.dedup();
        absorb(&mut list);
        match list.len() {
            0 => empty,
            1 => list.remove(0),
            _ => build(list),
        }
    }

    /// The formula, or one that asks for less if it is long. What a rule inherits is asked for again by each rule
    /// below, so formulas would grow with the file.
    fn bounded(&self) -> WordFormula {
        const MOST: usize = 16;
        match self {
            WordFormula::And(parts) => {
                WordFormula::all(parts.iter().take(MOST).map(WordFormula::bounded))
            }
            WordFormula::Or(parts) if parts.len() > 4 * MOST => WordFormula::True,
            WordFormula::Or(parts) => WordFormula::any(parts.iter().map(WordFormula::bounded)),
            other => other.clone(),
        }
    }

    /// Whether a file with the words that `has` knows may match, given the names set on the command line.
    pub fn holds(&self, has: &dyn Fn(&str) -> bool, is_set: &dyn Fn(&str) -> bool) -> bool {
        match self {
            WordFormula::True => true,
            WordFormula::False => false,
            WordFormula::Word(word) => has(word),
            WordFormula::Virtual(name) => is_set(name),
            WordFormula::And(parts) => parts.iter().all(|part| part.holds(has, is_set)),
            WordFormula::Or(parts) => parts.iter().any(|part| part.holds(has, is_set)),
        }
    }
}

/// `a | (a & b)` is `a`, and so is `a & (a | b)`: parts that have another part among theirs add nothing. Long lists stay as
/// they are, as each part is compared with each.
fn absorb(list: &mut Vec<WordFormula>) {
    const MOST: usize = 64;
    if list.len() > MOST {
        return;
    }
    let parts = |formula: &WordFormula| match formula {
        WordFormula::And(parts) | WordFormula::Or(parts) => parts.clone(),
        other => vec![other.clone()],
    };
    let all: Vec<_> = list.iter().map(parts).collect();
    let mut index = 0;
    list.retain(|formula| {
        let own = &all[index];
        index += 1;
        let compound = matches!(formula, WordFormula::And(_) | WordFormula::Or(_));
        let has = |other: &Vec<WordFormula>| {
            other.len() < own.len() && other.iter().all(|part| own.binary_search(part).is_ok())
        };
        !(compound && all.iter().any(has))
    });
}

/// The formula of a rule; `above` are the rules before it, with theirs.
pub(crate) fn rule_words(
    depends: &Dependency,
    metavariables: &[Metavariable],
    content: &RuleContent,
    above: &[Rule],
    dropped: &DroppedNames,
) -> WordFormula {
    let depends = dependency_words(depends, above);
    match content {
        RuleContent::Code(body) => {
            let reader = Reader { body: Some(body), metavariables, above, dropped };
            WordFormula::all([depends, reader.node(&body.minus, NodeId::ROOT)])
        }
        RuleContent::Script(script) => {
            let inputs = script.inputs.iter().filter(|input| input.default.is_none());
            let inputs = inputs.map(|input| match &input.source {
                ScriptSource::Rule(rule, _) => above[*rule].words.bounded(),
                ScriptSource::Virtual(_) | ScriptSource::Merge(_) => WordFormula::True,
            });
            WordFormula::all(inputs.chain([depends]))
        }
    }
}

fn dependency_words(depends: &Dependency, above: &[Rule]) -> WordFormula {
    match depends {
        Dependency::Rule(rule) | Dependency::Ever(rule) => above[*rule].words.bounded(),
        Dependency::Virtual(name) => WordFormula::Virtual(name.clone()),
        Dependency::And(a, b) => {
            WordFormula::all([dependency_words(a, above), dependency_words(b, above)])
        }
        Dependency::Or(a, b) => {
            WordFormula::any([dependency_words(a, above), dependency_words(b, above)])
        }
        Dependency::Always | Dependency::Never(_) | Dependency::Not(_) | Dependency::FileIn(_) => {
            WordFormula::True
        }
    }
}

/// The formula of the file: one of the rules that do something must be able to match.
pub(crate) fn file_words(rules: &[Rule]) -> WordFormula {
    let active = rules.iter().filter(|rule| match &rule.content {
        RuleContent::Code(body) => body.is_patch() || body.is_match,
        RuleContent::Script(_) => true,
    });
    WordFormula::any(active.map(|rule| rule.words.clone()))
}

struct Reader<'a> {
    body: Option<&'a Body>,
    metavariables: &'a [Metavariable],
    above: &'a [Rule],
    dropped: &'a DroppedNames,
}

impl Reader<'_> {
    fn node(&self, tree: &Tree, node: NodeId) -> WordFormula {
        let branches = || tree.children(node).map(|child| self.node(tree, child));
        match tree.kind(node) {
            NodeKind::Dots | NodeKind::WhenClause => return WordFormula::True,
            NodeKind::Disjunction => return WordFormula::any(branches()),
            NodeKind::Nest => {
                let first = tree.first_token(node).map(|token| tree.tokens().kind(token));
                if first != Some(TokenKind::NestPlusOpen) {
                    return WordFormula::True;
                }
            }
            _ => {}
        }
        WordFormula::all(tree.elements(node).map(|element| match element {
            Element::Node(child) => self.node(tree, child),
            Element::Token(token) => {
                if self.body.is_some_and(|body| body.is_optional(token)) {
                    return WordFormula::True;
                }
                match self.body.and_then(|body| body.metavariable_of(token)) {
                    Some(id) => self.metavariable(id),
                    None => self.token(tree.tokens().kind(token), tree.token_text(token)),
                }
            }
        }))
    }

    fn metavariable(&self, id: MetavariableId) -> WordFormula {
        let metavariable = &self.metavariables[id.index()];
        match metavariable.origin {
            Origin::Inherited { rule, .. } => return self.above[rule].words.bounded(),
            Origin::Virtual => return WordFormula::True,
            Origin::Own => {}
        }
        let types = match metavariable.types.is_empty() {
            true => WordFormula::True,
            false => WordFormula::any(metavariable.types.iter().map(|ty| match &ty.shape {
                TypeShape::Type(tree) => {
                    let plain = Reader { body: None, ..*self };
                    plain.node(tree, NodeId::ROOT)
                }
                TypeShape::Open { .. } => WordFormula::True,
            })),
        };
        let constraint = match &metavariable.constraint {
            Some(Constraint::OneOf(items)) => {
                WordFormula::any(items.iter().map(|item| match item {
                    ConstraintItem::Metavariable(id) if self.is_inherited(*id) => {
                        self.metavariable(*id)
                    }
                    _ => WordFormula::True,
                }))
            }
            _ => WordFormula::True,
        };
        WordFormula::all([types, constraint])
    }

    /// The word that a token asks for.
    fn token(&self, kind: TokenKind, text: &[u8]) -> WordFormula {
        let text = match kind {
            TokenKind::Identifier
            | TokenKind::TypedefName
            | TokenKind::IteratorName
            | TokenKind::DeclarerName
            | TokenKind::AttributeName => text,
            TokenKind::PpHeader => return header_word(text),
            _ => return WordFormula::True,
        };
        // `true` and `false` are spelt in several ways.
        if self.dropped.contains(text) || matches!(text, b"true" | b"false") {
            return WordFormula::True;
        }
        WordFormula::Word(String::from_utf8_lossy(text).into())
    }

    fn is_inherited(&self, id: MetavariableId) -> bool {
        matches!(self.metavariables[id.index()].origin, Origin::Inherited { .. })
    }
}

/// The last part of the path in an `#include`.
fn header_word(text: &[u8]) -> WordFormula {
    let text = String::from_utf8_lossy(text);
    let path = text.trim_matches(['"', '<', '>']);
    match path.rsplit('/').next() {
        Some(last) if !last.is_empty() && !path.contains("...") => WordFormula::Word(last.into()),
        _ => WordFormula::True,
    }
}
