//! Isomorphisms: terms that a pattern may stand for as well.
//!
//! An isomorphism file is a list of
//!
//! ```text
//! Expression
//! @ is_null @ expression X; @@
//!  X == NULL <=> NULL == X => !X
//! ```
//!
//! `<=>` joins the members of one group, `=>` starts the next; a term that matches a member of group k may be any
//! member of group k or later.
//!
//! Invariant: order is kept, of isomorphisms and of members; a member that cannot be parsed is reported.

use std::sync::Arc;

use csyntax::{TokenId, TokenKind, Tokens, Tree, pattern};
use diag::{Diagnostic, Source};
use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;
use text::Span;

use crate::body::lex;
use crate::cursor::Cursor;
use crate::file::declaration::Reader;
use crate::file::header::Above;
use crate::metavariable::{Metavariable, MetavariableId};
use crate::report::Reports;
use crate::scope::{FileNames, Scope};

/// The isomorphisms that are in force unless disabled.
pub const DEFAULT_SOURCE: &str = include_str!("default.iso");

/// Equivalences that the matcher knows without a file; `disable` takes their names too.
pub const BUILT_IN: [&str; 9] = [
    "optional_storage",
    "optional_qualifier",
    "optional_attributes",
    "optional_declarer_semicolon",
    "value_format",
    "comm_assoc",
    "prototypes",
    "list_and_aggregate_initialization",
    "all",
];

/// Which terms an isomorphism is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IsoSection {
    /// Expressions anywhere.
    Expression,
    /// Whole arguments, right sides of assignments.
    ArgExpression,
    /// Conditions.
    TestExpression,
    /// The first member anywhere, the others as conditions.
    ToTestExpression,
    /// Statements.
    Statement,
    /// Declarations.
    Declaration,
    /// Types.
    Type,
    /// A rule as a whole.
    TopLevel,
}

/// Whether a step goes both ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// `<=>`
    Both,
    /// `=>`
    Forward,
}

/// An isomorphism.
#[derive(Clone, Debug)]
pub struct Isomorphism {
    /// The name that `disable` takes.
    pub name: Box<str>,
    /// Which terms it is about.
    pub section: IsoSection,
    /// Its metavariables.
    pub metavariables: Vec<IsoMetavariable>,
    /// Groups of members that may replace each other; a later group may replace an earlier one.
    pub groups: Vec<Vec<Member>>,
    /// From the `@` of its header to its end.
    pub span: Span,
}

/// A metavariable of an isomorphism.
#[derive(Clone, Debug)]
pub struct IsoMetavariable {
    /// As in a rule.
    pub metavariable: Metavariable,
    /// `pure`: stands for a metavariable that occurs once, with nothing hung on it.
    pub pure: bool,
    /// `context`: stands for a metavariable that is not removed.
    pub context: bool,
}

/// One side of an isomorphism.
#[derive(Clone, Debug)]
pub struct Member {
    /// The pattern: a [`csyntax::NodeKind::PatternSequence`] around one term, or none for an empty member.
    pub tree: Tree,
    /// The metavariable of each token.
    pub metavariables: Vec<Option<MetavariableId>>,
    /// How it follows from the member before it; none for the first.
    pub direction: Option<Direction>,
}

impl Member {
    /// The metavariable that `token` is.
    pub fn metavariable_of(&self, token: TokenId) -> Option<MetavariableId> {
        self.metavariables.get(token.index()).copied().flatten()
    }
}

/// Parses [`DEFAULT_SOURCE`].
pub fn default_isomorphisms() -> Vec<Isomorphism> {
    let source = Source::new("default.iso", DEFAULT_SOURCE.as_bytes());
    // A test shows that it has no errors.
    parse_isomorphisms(&source).unwrap_or_default()
}

/// Parses an isomorphism file.
pub fn parse_isomorphisms(source: &Source) -> Result<Vec<Isomorphism>, Vec<Diagnostic>> {
    let mut reports = Reports::new(source.name.clone());
    let source = &source.text;
    let mut found: Vec<Isomorphism> = Vec::new();
    for entry in entries(source, &mut reports) {
        if let Some(isomorphism) = isomorphism(source, entry, &mut reports) {
            if found.iter().any(|earlier| earlier.name == isomorphism.name) {
                let message = format!("isomorphism `{}` is declared twice", isomorphism.name);
                reports.error("smpl/isomorphism", message, isomorphism.span, "declared again");
            }
            found.push(isomorphism);
        }
    }
    if reports.has_errors() { Err(reports.list) } else { Ok(found) }
}

/// The parts of one isomorphism.
#[derive(Clone, Copy, Debug)]
struct Entry {
    section: IsoSection,
    name: Span,
    declarations: Span,
    members: Span,
}

/// Cuts the file: section words and `@ name @ declarations @@ members`.
fn entries(source: &[u8], reports: &mut Reports) -> Vec<Entry> {
    let mut words = Cursor::new(source, Span::new(0, source.len() as u32));
    let at_sign = |words: &Cursor<'_>| words.at_word("@");
    let (mut entries, mut section) = (Vec::new(), None);
    while !words.at_end() {
        let word = words.peek();
        if let Some(found) = section_word(words.bytes(word)) {
            section = Some(found);
            words.bump();
            continue;
        }
        let (Some(section), true) = (section, at_sign(&words)) else {
            reports
                .error("smpl/isomorphism", "not expected here", word.span, "here")
                .help("an isomorphism is a section word, `@ name @`, metavariables, `@@`, terms");
            return entries;
        };
        let mut marks = vec![words.bump().span];
        let mut end = word.span.end;
        while !words.at_end() && (marks.len() < 4 || !starts_entry(&words)) {
            let word = words.bump();
            if words.bytes(word) == b"@" {
                marks.push(word.span);
            }
            end = word.span.end;
        }
        let [first, second, third, fourth] = marks.as_slice() else {
            reports.error(
                "smpl/isomorphism",
                "this isomorphism is not complete",
                word.span,
                "here",
            );
            return entries;
        };
        entries.push(Entry {
            section,
            name: Span::new(first.end, second.start),
            declarations: Span::new(second.end, third.start),
            members: Span::new(fourth.end, end),
        });
    }
    entries
}

fn starts_entry(words: &Cursor<'_>) -> bool {
    words.at_word("@") || section_word(words.bytes(words.peek())).is_some()
}

fn section_word(word: &[u8]) -> Option<IsoSection> {
    Some(match word {
        b"Expression" => IsoSection::Expression,
        b"ArgExpression" => IsoSection::ArgExpression,
        b"TestExpression" => IsoSection::TestExpression,
        b"ToTestExpression" => IsoSection::ToTestExpression,
        b"Statement" => IsoSection::Statement,
        b"Declaration" => IsoSection::Declaration,
        b"Type" => IsoSection::Type,
        b"TopLevel" => IsoSection::TopLevel,
        _ => return None,
    })
}

fn isomorphism(source: &Arc<[u8]>, entry: Entry, reports: &mut Reports) -> Option<Isomorphism> {
    let mut names = FileNames::default();
    let (scope, modifiers) = declarations(source, entry.declarations, &mut names, reports);
    let name = String::from_utf8_lossy(source[entry.name.range()].trim_ascii()).into();
    let mut groups: Vec<Vec<Member>> = vec![Vec::new()];
    for (direction, span) in split(source, entry.members) {
        let member = member(source, span, direction, entry.section, &scope, &mut names, reports)?;
        match groups.last_mut() {
            Some(group) if direction != Some(Direction::Forward) => group.push(member),
            _ => groups.push(vec![member]),
        }
    }
    let metavariables = scope.metavariables.into_iter().zip(modifiers);
    let metavariables = metavariables
        .map(|(metavariable, (pure, context))| IsoMetavariable { metavariable, pure, context })
        .collect();
    let span = Span::new(entry.name.start, entry.members.end);
    Some(Isomorphism { name, section: entry.section, metavariables, groups, span })
}

/// Declarations as in a rule, each with `pure` and `context` in front.
fn declarations(
    source: &Arc<[u8]>,
    span: Span,
    names: &mut FileNames,
    reports: &mut Reports,
) -> (Scope, Vec<(bool, bool)>) {
    let (mut scope, mut modifiers) = (Scope::default(), Vec::new());
    let (names_above, below) = (FxHashMap::default(), FxHashMap::default());
    let above =
        Above { rules: &[], names: &names_above, virtuals: &[], last_change: None, below: &below };
    let mut words = Cursor::new(source, span);
    while !words.at_end() {
        let (mut pure, mut context) = (false, false);
        loop {
            if words.eat_word("pure").is_some() {
                pure = true;
            } else if words.eat_word("context").is_some() {
                context = true;
            } else {
                break;
            }
        }
        let start = words.peek().span.start;
        words.skip_past(TokenKind::Semicolon);
        let end = words.peek().span.start.max(start);
        let mut reader = Reader {
            words: Cursor::new(source, Span::new(start, end)),
            source,
            above: &above,
            names,
            scope: &mut scope,
            reports,
            constrained: None,
        };
        // The next declaration's modifiers are no part of this one.
        reader.one_declaration();
        modifiers.resize(scope.metavariables.len(), (pure, context));
    }
    (scope, modifiers)
}

/// The members, each with the arrow in front of it.
fn split(source: &[u8], span: Span) -> Vec<(Option<Direction>, Span)> {
    let text = &source[span.range()];
    let (mut parts, mut start, mut direction, mut at) = (Vec::new(), 0, None, 0);
    let part = |from: usize, to: usize| Span::new(span.start + from as u32, span.start + to as u32);
    while at < text.len() {
        let (next, length) = match &text[at..] {
            [b'<', b'=', b'>', ..] => (Direction::Both, 3),
            [b'=', b'>', ..] => (Direction::Forward, 2),
            _ => {
                at += 1;
                continue;
            }
        };
        parts.push((direction, part(start, at)));
        at += length;
        start = at;
        direction = Some(next);
    }
    parts.push((direction, part(start, text.len())));
    parts
}

fn member(
    source: &Arc<[u8]>,
    span: Span,
    direction: Option<Direction>,
    section: IsoSection,
    scope: &Scope,
    names: &mut FileNames,
    reports: &mut Reports,
) -> Option<Member> {
    // The lexer of rules reads column 0 in a special way, which members do not have.
    let lexed = lex::lex(source, span, scope, names, reports);
    let hidden = FixedBitSet::with_capacity(lexed.tokens.len());
    let tokens: Tokens = lexed.tokens;
    let tree = match section {
        IsoSection::Type => pattern::parse_type(source.clone(), tokens, hidden, &mut names.types),
        _ => pattern::parse(source.clone(), tokens, hidden, &mut names.types),
    };
    if let Some(problem) = tree.problems().first() {
        let at = tree.tokens().span(problem.token);
        let message = "this member of an isomorphism cannot be read";
        reports.error("smpl/isomorphism", message, at, problem.message.clone());
        return None;
    }
    Some(Member { tree, metavariables: lexed.metavariables, direction })
}
