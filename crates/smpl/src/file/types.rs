//! Types in declarations: `struct s *x`, `{int, long} n`, `T *x`.
//!
//! Invariant: a type is kept as a pattern tree, so that it is compared with C types as patterns are.

use std::sync::Arc;

use csyntax::{TokenKind, Tokens, pattern};
use fixedbitset::FixedBitSet;
use text::Span;

use crate::cursor::{Cursor, Word};
use crate::metavariable::{MetavariableId, TypePattern, TypeShape};
use crate::report::Reports;
use crate::scope::{FileNames, Scope};

/// What stands between the kind and the first name: alternatives, and a suffix that all of them get.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypeWords {
    alternatives: Vec<Vec<Word>>,
    suffix: Vec<Word>,
    /// Where `r.T` stands, and the metavariable that it means.
    inherited: Vec<(Span, MetavariableId)>,
}

impl TypeWords {
    pub fn is_empty(&self) -> bool {
        self.alternatives.is_empty() && self.suffix.is_empty()
    }

    /// Makes one word of each `r.T`; `resolve` finds the metavariable.
    pub fn resolve_inherited(
        &mut self,
        mut resolve: impl FnMut(Word, Word) -> Option<MetavariableId>,
    ) {
        for words in &mut self.alternatives {
            let mut at = 0;
            while at + 2 < words.len() {
                let [rule, dot, name] = [words[at], words[at + 1], words[at + 2]];
                if dot.kind == TokenKind::Dot
                    && let Some(id) = resolve(rule, name)
                {
                    let span = rule.span.cover(name.span);
                    words.splice(at..at + 3, [Word { kind: TokenKind::MetaType, span }]);
                    self.inherited.push((span, id));
                }
                at += 1;
            }
        }
    }

    fn inherited(&self, span: Span) -> Option<MetavariableId> {
        self.inherited.iter().find(|(at, _)| *at == span).map(|&(_, id)| id)
    }

    /// One alternative of these words.
    pub fn of(words: &[Word]) -> TypeWords {
        TypeWords { alternatives: vec![words.to_vec()], ..TypeWords::default() }
    }

    /// How many stars stand in front of the name.
    pub fn pointers(&self) -> usize {
        self.suffix.iter().filter(|word| word.kind == TokenKind::Star).count()
    }

    /// All words, in text order.
    pub fn words(&self) -> Vec<Word> {
        let mut words: Vec<Word> = self.alternatives.iter().flatten().copied().collect();
        words.extend(&self.suffix);
        words
    }

    /// The only word, if there is one word only and it is a name.
    pub fn single(&self) -> Option<Word> {
        match (self.alternatives.as_slice(), self.suffix.as_slice()) {
            ([only], _) => match only.as_slice() {
                [word] if word.kind == TokenKind::Identifier => Some(*word),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it is only stars, as in `expression *e`.
    fn is_pointer_only(&self) -> bool {
        self.alternatives.is_empty()
    }
}

/// Reads words up to the name that is declared, which is the last name before `;`, `,` or a constraint.
pub(crate) fn type_words(words: &mut Cursor<'_>) -> TypeWords {
    let mut found = TypeWords::default();
    if words.eat(TokenKind::LeftBrace).is_some() {
        let mut one = Vec::new();
        while !words.at_end() && !words.at_kind(TokenKind::RightBrace) {
            match words.eat(TokenKind::Comma) {
                Some(_) => found.alternatives.push(std::mem::take(&mut one)),
                None => one.push(words.bump()),
            }
        }
        found.alternatives.push(one);
        words.eat(TokenKind::RightBrace);
    }
    let start = words.position();
    let mut name = start;
    while !ends_declarator(words) {
        if words.is_name(0) {
            name = words.position();
        }
        words.bump();
    }
    // `int:5 x`: all in front of the width is the type.
    if words.at_kind(TokenKind::Colon) && words.is_name(2) && !words.nth_is(1, "script") {
        name = words.position();
    }
    // `r.x`: the rule belongs to the name.
    let end = match words.between(start, name) {
        [.., rule, dot] if dot.kind == TokenKind::Dot && !is_type_keyword(rule.kind) => name - 2,
        _ => name,
    };
    words.rewind(end);
    let between = words.between(start, end).to_vec();
    let stars = between.iter().rposition(|word| !is_suffix(word.kind)).map_or(0, |at| at + 1);
    if found.alternatives.is_empty() && stars > 0 {
        found.alternatives.push(between[..stars].to_vec());
        found.suffix = between[stars..].to_vec();
    } else {
        found.suffix = between;
    }
    found
}

fn is_suffix(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Star | TokenKind::LeftBracket | TokenKind::RightBracket)
}

fn is_type_keyword(kind: TokenKind) -> bool {
    kind == TokenKind::TypeWord || is_tag_keyword(kind)
}

/// `;` `,` or the start of a constraint.
fn ends_declarator(words: &Cursor<'_>) -> bool {
    use TokenKind::*;
    matches!(
        words.peek().kind,
        Eof | Semicolon
            | Comma
            | Equal
            | BangEqual
            | Bang
            | Colon
            | Less
            | LessEqual
            | Greater
            | GreaterEqual
            | LeftParen
            | AmpAmp
            | PipePipe
    )
}

/// Parses the alternatives into patterns.
pub(crate) fn type_patterns(
    source: &Arc<[u8]>,
    types: &TypeWords,
    scope: &Scope,
    names: &mut FileNames,
    reports: &mut Reports,
) -> Vec<TypePattern> {
    if types.is_empty() {
        return Vec::new();
    }
    let alternatives = match types.is_pointer_only() {
        true => vec![Vec::new()],
        false => types.alternatives.clone(),
    };
    let patterns = alternatives.into_iter().filter_map(|mut words| {
        words.extend(&types.suffix);
        type_pattern(source, types, &words, scope, names, reports)
    });
    patterns.collect()
}

fn type_pattern(
    source: &Arc<[u8]>,
    types: &TypeWords,
    words: &[Word],
    scope: &Scope,
    names: &mut FileNames,
    reports: &mut Reports,
) -> Option<TypePattern> {
    let (first, last) = (words.first()?, words.last()?);
    let span = first.span.cover(last.span);
    if let Some(shape) = open_type(words) {
        return Some(TypePattern { shape, span, metavariables: vec![None; words.len()] });
    }
    let (mut tokens, mut metavariables) = (Tokens::new(), Vec::new());
    let mut tag = false;
    for word in words {
        let (kind, id) = match word.kind {
            TokenKind::Identifier => scope.token(&source[word.span.range()], names),
            _ => (None, types.inherited(word.span)),
        };
        let kind = match kind {
            Some(kind) => kind,
            // Any other word in the place of a type is the name of one.
            None if word.kind == TokenKind::Identifier && !tag => TokenKind::TypedefName,
            None => word.kind,
        };
        tag = is_tag_keyword(word.kind);
        tokens.push(kind, word.span);
        metavariables.push(id);
    }
    tokens.push(TokenKind::Eof, Span::empty(span.end));
    let hidden = FixedBitSet::with_capacity(tokens.len());
    let tree = pattern::parse_type(source.clone(), tokens, hidden, &mut names.types);
    if let Some(problem) = tree.problems().first() {
        reports
            .error("smpl/type", "this is no type", span, "cannot be read as a type")
            .help(problem.message.clone());
        return None;
    }
    Some(TypePattern { shape: TypeShape::Type(Box::new(tree)), span, metavariables })
}

/// `*`, `struct *`: a type of which only the outside is said.
fn open_type(words: &[Word]) -> Option<TypeShape> {
    let (keyword, stars) = match words {
        [first, rest @ ..] if is_tag_keyword(first.kind) => (Some(first.kind), rest),
        stars => (None, stars),
    };
    let only_stars = stars.iter().all(|word| word.kind == TokenKind::Star);
    only_stars.then_some(TypeShape::Open { keyword, pointers: stars.len() as u32 })
}

fn is_tag_keyword(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Struct | TokenKind::Union | TokenKind::Enum)
}
