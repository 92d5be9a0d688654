//! The parser's machinery: a cursor over visible tokens, events, and the two dialects.
//!
//! The grammar lives in the modules below, one part of the C standard's grammar each. A grammar function
//! consumes a term and reports success; a failure unwinds to the item (or to a place that knows another
//! reading), which rolls its events back. So a failure costs one item, never a file.
//!
//! Invariants: the cursor only moves to visible tokens; every opened node is closed in the same function;
//! nesting deeper than [`MAX_DEPTH`] is a problem of its item, not a stack overflow.

mod arguments;
mod assembler;
mod attributes;
mod brackets;
mod build;
mod conditionals;
mod declarations;
mod declarators;
mod directives;
mod expressions;
mod initialisers;
mod items;
mod patterns;
mod recovery;
mod specifiers;
mod statements;
mod structures;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use crate::conditionals::Groups;
use crate::hints::{Hints, Role};
use crate::kind::{NodeKind, TokenKind};
use crate::names::Names;
use crate::tree::{SyntaxProblem, TokenId, Tokens, Tree};
use crate::work;
use brackets::Brackets;

/// How deep terms may nest; a deeper one becomes an error item.
pub(crate) const MAX_DEPTH: u32 = 600;

/// How long a chain of operators on one level may be; its tree leans to the left and is as deep as it is long.
pub(crate) const MAX_CHAIN: u32 = 4000;

/// A term could not be parsed; the reason stands in [`Parser::problem`].
#[derive(Debug)]
pub(crate) struct Failure;

/// What a grammar function answers.
pub(crate) type Parsed = Result<(), Failure>;

/// Which language is parsed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    /// C files.
    C,
    /// The slices of semantic patches.
    Pattern,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A node starts; `outer` is the event of a node that was wrapped around it later, or 0.
    Open { kind: NodeKind, first: u32, outer: u32 },
    /// The innermost open node ends before this token.
    Close { end: u32 },
    /// An opened node that was given up.
    Gone,
}

/// A node that was opened and is not closed yet.
#[must_use]
pub(crate) struct Marker(usize);

/// A node that was closed, for wrapping another one around it.
#[derive(Clone, Copy)]
pub(crate) struct Completed(usize);

/// A place to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Checkpoint {
    at: TokenId,
    previous: TokenId,
    events: usize,
    depth: u32,
    scopes: usize,
    function_depth: u32,
    parameter_names: usize,
    in_macro_body: bool,
    in_macro_argument: bool,
}

/// How often the tokens of an item were passed.
#[derive(Clone, Copy, Default)]
struct Effort {
    start: u32,
    farthest: u32,
    passed: u64,
}

impl Effort {
    /// How often each token may be passed, on average, before no reading is tried any more.
    const PASSES: u64 = 40;
    /// What each item may cost anyway.
    const FREE: u64 = 2000;

    fn passed(&mut self, token: TokenId) {
        self.passed += 1;
        self.farthest = self.farthest.max(token.0);
    }

    fn is_spent(&self) -> bool {
        let length = u64::from(self.farthest.saturating_sub(self.start));
        self.passed > Effort::FREE + Effort::PASSES * length
    }
}

pub(crate) struct Parser<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) tokens: Tokens,
    pub(crate) hidden: FixedBitSet,
    /// For each token the next visible one.
    following: Vec<u32>,
    brackets: Brackets,
    pub(crate) at: TokenId,
    /// The visible token before the cursor.
    pub(crate) previous: TokenId,
    events: Vec<Event>,
    depth: u32,
    pub(crate) dialect: Dialect,
    pub(crate) names: Names,
    pub(crate) hints: &'a Hints,
    /// The failure that got farthest in the item at hand.
    problem: Option<(TokenId, &'static str)>,
    pub(crate) problems: Vec<SyntaxProblem>,
    effort: Effort,
    /// The `#if` groups of the file.
    pub(crate) groups: Groups,
    /// Whether the item at hand did not parse as it stands, and macros are now believed in where nothing else fits.
    pub(crate) second_reading: bool,
    second_readings: u32,
    /// The `#if`s of groups that were resolved while an item was read, and that no branch stands for.
    cut_conditionals: BTreeSet<TokenId>,
    /// How deep the initialiser entry at hand stands; an operand in it that is as deep may be its end.
    entry_depth: Option<u32>,
    /// Whether the cursor is in a macro body, where a term may lack its last `;`.
    pub(crate) in_macro_body: bool,
    /// Whether the cursor is in statements that are an argument of a macro; the last one may lack its `;`, too.
    pub(crate) in_macro_argument: bool,
    /// How many function bodies are around the cursor.
    pub(crate) function_depth: u32,
    /// The name that the last declarator declares.
    pub(crate) declared_name: Option<TokenId>,
    /// Whether that declarator is one of a function: `f(...)`, not `(*f)(...)`.
    pub(crate) declared_function: bool,
    /// Whether its parameters are names without types.
    pub(crate) old_style_list: bool,
    /// The names of the parameters of the function declarator at hand.
    pub(crate) parameter_names: Vec<TokenId>,
    /// The disjunction closed last.
    pub(crate) last_disjunction: Option<Completed>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(
        text: &'a [u8],
        tokens: Tokens,
        hidden: FixedBitSet,
        dialect: Dialect,
        names: Names,
        hints: &'a Hints,
    ) -> Parser<'a> {
        let count = tokens.len();
        let mut following = vec![count as u32 - 1; count];
        let mut next = count as u32 - 1;
        for index in (0..count).rev() {
            following[index] = next;
            if !hidden.contains(index) {
                next = index as u32;
            }
        }
        Parser {
            text,
            brackets: Brackets::new(&tokens, &hidden),
            tokens,
            hidden,
            following,
            at: TokenId(next),
            previous: TokenId(next),
            events: Vec::with_capacity(count),
            depth: 0,
            dialect,
            names,
            hints,
            problem: None,
            problems: Vec::new(),
            effort: Effort::default(),
            groups: Groups::default(),
            second_reading: false,
            second_readings: 0,
            cut_conditionals: BTreeSet::new(),
            entry_depth: None,
            in_macro_body: false,
            in_macro_argument: false,
            function_depth: 0,
            declared_name: None,
            declared_function: false,
            old_style_list: false,
            parameter_names: Vec::new(),
            last_disjunction: None,
        }
    }

    pub(crate) fn finish(self, source: Arc<[u8]>) -> (Tree, Names) {
        let names = self.names;
        let mut tree = build::tree(source, self.tokens, self.hidden, self.events, self.problems);
        tree.second_readings = self.second_readings;
        tree.cut_conditionals = self.cut_conditionals.into_iter().collect();
        (tree, names)
    }

    // The cursor.

    pub(crate) fn kind(&self) -> TokenKind {
        self.tokens.kind(self.at)
    }

    /// The visible token `n` places behind the cursor.
    pub(crate) fn nth(&self, n: usize) -> TokenId {
        let mut token = self.at;
        for _ in 0..n {
            token = self.following(token);
        }
        token
    }

    pub(crate) fn nth_kind(&self, n: usize) -> TokenKind {
        self.tokens.kind(self.nth(n))
    }

    /// The visible token behind `token`.
    pub(crate) fn following(&self, token: TokenId) -> TokenId {
        work::steps(1);
        TokenId(self.following[token.index()])
    }

    pub(crate) fn kind_of(&self, token: TokenId) -> TokenKind {
        self.tokens.kind(token)
    }

    pub(crate) fn text_of(&self, token: TokenId) -> &'a [u8] {
        &self.text[self.tokens.span(token).range()]
    }

    pub(crate) fn is_pattern(&self) -> bool {
        self.dialect == Dialect::Pattern
    }

    pub(crate) fn bump(&mut self) {
        debug_assert!(self.kind() != TokenKind::Eof);
        debug_assert!(!self.in_macro_body || self.kind() != TokenKind::PpEnd);
        self.previous = self.at;
        self.at = self.following(self.at);
        self.effort.passed(self.at);
    }

    pub(crate) fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// Takes a token of `kind` if it is next.
    pub(crate) fn opt(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    pub(crate) fn expect(&mut self, kind: TokenKind, expected: &'static str) -> Parsed {
        if self.opt(kind) { Ok(()) } else { self.fail(expected) }
    }

    /// Moves the cursor to `token`, which must be visible and not before the cursor.
    pub(crate) fn jump_to(&mut self, token: TokenId) {
        while self.at < token {
            self.bump();
        }
    }

    /// Brings the cursor's tables up to date after tokens in a range behind it were hidden or shown, and moves the
    /// cursor on if it stands on a hidden one.
    pub(crate) fn refresh(&mut self, range: Range<u32>) {
        let mut next = match range.end as usize {
            end if end >= self.tokens.len() => self.tokens.len() as u32 - 1,
            end if self.hidden.contains(end) => self.following[end],
            end => end as u32,
        };
        // Also what stands in front, as far as its next visible token may have changed.
        for index in (self.at.index()..range.end as usize).rev() {
            work::steps(1);
            self.following[index] = next;
            if !self.hidden.contains(index) {
                if index < range.start as usize {
                    break;
                }
                next = index as u32;
            }
        }
        self.brackets.pair(&self.tokens, &self.hidden, self.at.0..range.end);
        if self.hidden.contains(self.at.index()) {
            self.at = self.following(self.at);
        }
    }

    // Places in the text.

    /// Whether `token` is the first one on its line.
    pub(crate) fn starts_line(&self, token: TokenId) -> bool {
        token.0 == 0 || {
            let start = self.tokens.span(TokenId(token.0 - 1)).end as usize;
            let gap = &self.text[start..self.tokens.span(token).start as usize];
            work::steps(gap.len());
            gap.contains(&b'\n')
        }
    }

    /// The column of `token` in bytes from 0, a tab counting as 8.
    pub(crate) fn column(&self, token: TokenId) -> usize {
        let start = self.tokens.span(token).start as usize;
        let line = &self.text[..start];
        let line = &line[memchr::memrchr(b'\n', line).map_or(0, |at| at + 1)..];
        work::steps(line.len());
        line.iter()
            .fold(0, |column, &byte| if byte == b'\t' { (column / 8 + 1) * 8 } else { column + 1 })
    }

    /// Whether the token directly behind `token`, hidden or not, starts a line.
    pub(crate) fn ends_line(&self, token: TokenId) -> bool {
        self.starts_line(token.next())
    }

    /// The closing partner of the bracket at `open`, among visible tokens.
    pub(crate) fn matching(&self, open: TokenId) -> Option<TokenId> {
        self.brackets.partner(open)
    }

    // Names.

    pub(crate) fn role(&self, token: TokenId) -> Option<Role> {
        match self.kind_of(token) {
            TokenKind::Identifier => {
                let name = self.text_of(token);
                self.names.role(name).or_else(|| self.hints.role(name))
            }
            _ => None,
        }
    }

    // Events.

    pub(crate) fn open(&mut self, kind: NodeKind) -> Marker {
        work::steps(1);
        self.events.push(Event::Open { kind, first: self.at.0, outer: 0 });
        Marker(self.events.len() - 1)
    }

    pub(crate) fn close(&mut self, marker: Marker) -> Completed {
        let end = match self.events[marker.0] {
            Event::Open { first, .. } if first == self.at.0 => first,
            _ => self.previous.0 + 1,
        };
        self.events.push(Event::Close { end });
        Completed(marker.0)
    }

    /// Closes a node as another kind than it was opened as.
    pub(crate) fn close_as(&mut self, marker: Marker, kind: NodeKind) -> Completed {
        if let Event::Open { kind: opened, .. } = &mut self.events[marker.0] {
            *opened = kind;
        }
        self.close(marker)
    }

    /// Gives an opened node up; what is inside stays.
    pub(crate) fn abandon(&mut self, marker: Marker) {
        self.events[marker.0] = Event::Gone;
    }

    /// Opens a node that starts where `inner` starts and holds it.
    pub(crate) fn wrap(&mut self, inner: Completed, kind: NodeKind) -> Marker {
        let wrapper = self.events.len();
        let mut start = 0;
        if let Event::Open { first, outer, .. } = &mut self.events[inner.0] {
            start = *first;
            *outer = wrapper as u32;
        }
        self.events.push(Event::Open { kind, first: start, outer: 0 });
        Marker(wrapper)
    }

    /// A node of one token.
    pub(crate) fn leaf(&mut self, kind: NodeKind) -> Completed {
        let marker = self.open(kind);
        self.bump();
        self.close(marker)
    }

    /// An empty node.
    pub(crate) fn empty(&mut self, kind: NodeKind) -> Completed {
        let marker = self.open(kind);
        self.close(marker)
    }

    /// Forgets what the items before have cost.
    pub(crate) fn renew_effort(&mut self) {
        self.effort = Effort { start: self.at.0, farthest: self.at.0, passed: 0 };
    }

    // Failures.

    /// Notes what was expected at the cursor and fails.
    pub(crate) fn fail<T>(&mut self, expected: &'static str) -> Result<T, Failure> {
        if self.problem.is_none_or(|(token, _)| token < self.at) {
            self.problem = Some((self.at, expected));
        }
        Err(Failure)
    }

    pub(crate) fn take_problem(&mut self) -> (TokenId, &'static str) {
        self.problem.take().unwrap_or((self.at, "this is no C that can be read"))
    }

    pub(crate) fn clear_problem(&mut self) {
        self.problem = None;
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            at: self.at,
            previous: self.previous,
            events: self.events.len(),
            depth: self.depth,
            scopes: self.names.depth(),
            function_depth: self.function_depth,
            parameter_names: self.parameter_names.len(),
            in_macro_body: self.in_macro_body,
            in_macro_argument: self.in_macro_argument,
        }
    }

    pub(crate) fn rollback(&mut self, checkpoint: Checkpoint) {
        self.at = checkpoint.at;
        self.previous = checkpoint.previous;
        self.events.truncate(checkpoint.events);
        self.depth = checkpoint.depth;
        self.names.close_scopes_to(checkpoint.scopes);
        self.function_depth = checkpoint.function_depth;
        self.parameter_names.truncate(checkpoint.parameter_names);
        self.in_macro_body = checkpoint.in_macro_body;
        self.in_macro_argument = checkpoint.in_macro_argument;
        // A token may have been hidden since.
        if self.hidden.contains(self.at.index()) {
            self.at = self.following(self.at);
        }
    }

    /// Forgets all events and goes back to the first token.
    pub(crate) fn rollback_all(&mut self) {
        self.events.clear();
        self.depth = 0;
        self.at = TokenId(0);
        if self.hidden.contains(0) {
            self.at = self.following(self.at);
        }
        self.previous = self.at;
    }

    /// How many more levels terms may nest.
    pub(crate) fn depth_left(&self) -> u32 {
        MAX_DEPTH - self.depth
    }

    /// Runs a reading of the text; takes everything back when it fails.
    ///
    /// Readings nest, and each may be followed by another one. So that this does not double with each level, no reading
    /// succeeds any more once an item has cost too much.
    pub(crate) fn attempt(&mut self, reading: impl FnOnce(&mut Self) -> Parsed) -> bool {
        if self.effort.is_spent() {
            return false;
        }
        let checkpoint = self.checkpoint();
        let ok = reading(self).is_ok();
        if !ok {
            self.rollback(checkpoint);
        }
        ok
    }

    /// Counts one more link of a chain that leans to the left.
    pub(crate) fn link(&mut self, links: &mut u32) -> Parsed {
        *links += 1;
        if *links > MAX_CHAIN { self.fail("this chain of operators is too long") } else { Ok(()) }
    }

    /// One member of a list. One that takes no token, such as an abstract declarator where nothing can be read, would come
    /// again without end.
    pub(crate) fn member(&mut self, member: fn(&mut Self) -> Parsed) -> Parsed {
        let before = self.at;
        member(self)?;
        if self.at == before { self.fail("this cannot be read here") } else { Ok(()) }
    }

    /// Runs `term` one level deeper.
    pub(crate) fn nested(&mut self, term: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= MAX_DEPTH {
            return self.fail("terms nest too deeply here");
        }
        self.depth += 1;
        let parsed = term(self);
        self.depth -= 1;
        parsed
    }

    pub(crate) fn report(&mut self, token: TokenId, tokens: Range<u32>, message: &str) {
        self.problems.push(SyntaxProblem { token, tokens, message: message.to_owned() });
    }
}

impl Parser<'_> {
    /// Makes the root cover every token, hidden ones at both ends included.
    pub(crate) fn cover_all(&mut self, root: Completed) {
        let last = self.tokens.len() as u32 - 1;
        if let Event::Open { first, .. } = &mut self.events[root.0] {
            *first = 0;
        }
        if let Some(Event::Close { end }) = self.events.last_mut() {
            *end = last;
        }
    }
}

impl Parser<'_> {
    /// The failure noted so far, for a part that has its own way out.
    pub(crate) fn save_problem(&mut self) -> Option<(TokenId, &'static str)> {
        self.problem.take()
    }

    pub(crate) fn restore_problem(&mut self, problem: Option<(TokenId, &'static str)>) {
        self.problem = problem;
    }
}
