//! `#if` groups before parsing: which branches are dropped because their value is known, and which groups
//! break a bracket and so cannot become nodes.
//!
//! Idioms known here: `#if 0`, `#if 1`, `#ifdef __cplusplus`; a group whose branches each open a brace that
//! is closed behind the group (two function headers, two `if (..) {`), or a header each with the brace behind the
//! group. For the latter the first branch stays and the others are hidden. Where it fails: a bracket that is closed in a later, separate group of the
//! same guard counts as broken in both, so both lose their structure, not their text.

use std::ops::Range;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashSet;

use crate::kind::TokenKind;
use crate::knowledge::Guards;
use crate::tree::{TokenId, Tokens};
use crate::work;

/// How many groups around another may be nodes; what is deeper was written by a program.
const MAX_NODE_LEVEL: usize = 64;

/// An `#if` group: the directives from `#if` to `#endif`.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) directives: Vec<TokenId>,
    /// The group around it.
    parent: Option<usize>,
    /// How many groups are around it.
    level: usize,
    /// Whether a branch opens a bracket and does not close it, or closes one that it did not open.
    breaks_brackets: bool,
    /// How it was resolved, if it is no node.
    pub(crate) resolution: Option<Branch>,
}

/// The branch of a resolved group that stays visible; the others and the directives are hidden.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Branch {
    /// The one with this number, from 0.
    Kept(usize),
    /// None of them: as if there were an `#else` without contents.
    None,
}

impl Group {
    pub(crate) fn first(&self) -> TokenId {
        self.directives[0]
    }

    pub(crate) fn last(&self) -> TokenId {
        self.directives[self.directives.len() - 1]
    }

    /// All tokens of the group.
    pub(crate) fn range(&self) -> Range<u32> {
        self.first().0..self.last().0 + 1
    }

    /// The tokens of each branch.
    pub(crate) fn branches(&self) -> impl ExactSizeIterator<Item = Range<u32>> + '_ {
        self.directives.windows(2).map(|pair| pair[0].0 + 1..pair[1].0)
    }

    /// The tokens that are hidden when the group is resolved to `branch`.
    pub(crate) fn hidden_by(&self, branch: Branch) -> impl Iterator<Item = Range<u32>> + '_ {
        let branches = self.branches().enumerate().filter(move |&(n, _)| Branch::Kept(n) != branch);
        let directives = self.directives.iter().map(|directive| directive.0..directive.0 + 1);
        branches.map(|(_, branch)| branch).chain(directives)
    }
}

/// The groups of a file that are closed, outer ones before the ones inside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    groups: Vec<Group>,
}

impl Groups {
    /// Pairs the directives of a file, and looks how brackets lie between them.
    pub(crate) fn new(tokens: &Tokens) -> Groups {
        use TokenKind::*;
        let mut pairing = Pairing::default();
        let mut depth = 0i64;
        // Brackets of macro definitions do not count.
        let mut in_directive = false;

        work::steps(tokens.len());
        for token in tokens.ids() {
            match tokens.kind(token) {
                PpIf => pairing.open(token, depth),
                PpElif | PpElse => pairing.branch(token, depth),
                PpEndif => pairing.close(token, depth),
                PpDefine | PpUndef | PpInclude | PpPragma => in_directive = true,
                PpEnd => in_directive = false,
                _ if in_directive => {}
                LeftParen | LeftBracket | LeftBrace => depth += 1,
                RightParen | RightBracket | RightBrace => {
                    depth -= 1;
                    pairing.lower(depth);
                }
                _ => {}
            }
        }
        pairing.finish()
    }

    pub(crate) fn get(&self, group: usize) -> &Group {
        &self.groups[group]
    }

    pub(crate) fn resolve(&mut self, group: usize, branch: Branch) {
        self.groups[group].resolution = Some(branch);
    }

    /// The groups that start in a range of tokens.
    pub(crate) fn starting_in(&self, tokens: Range<u32>) -> Range<usize> {
        let count_before =
            |token: u32| self.groups.partition_point(|group| group.first().0 < token);
        count_before(tokens.start)..count_before(tokens.end).max(count_before(tokens.start))
    }

    /// The groups around a token, the innermost first.
    pub(crate) fn around(&self, token: TokenId) -> impl Iterator<Item = usize> + '_ {
        let before = self.groups.partition_point(|group| group.first() <= token);
        std::iter::successors(before.checked_sub(1), |&group| self.groups[group].parent)
            .filter(move |&group| token <= self.groups[group].last())
    }
}

/// The groups of a file up to some token, in the order of their `#if`s.
#[derive(Default)]
struct Pairing {
    groups: Vec<Group>,
    open: Vec<OpenGroup>,
}

/// A group that is not closed yet, and its brackets; depths are counted from the start of the file.
struct OpenGroup {
    number: usize,
    /// How deep brackets were nested where the branch at hand started.
    start: i64,
    /// The least depth in that branch, and in all branches so far.
    least_in_branch: i64,
    least: i64,
}

impl Pairing {
    fn open(&mut self, token: TokenId, depth: i64) {
        let parent = self.open.last().map(|group| group.number);
        let number = self.groups.len();
        self.open.push(OpenGroup { number, start: depth, least_in_branch: depth, least: depth });
        self.groups.push(Group {
            directives: vec![token],
            parent,
            level: self.open.len() - 1,
            breaks_brackets: false,
            resolution: None,
        });
    }

    /// Ends a branch of the innermost group.
    fn branch(&mut self, token: TokenId, depth: i64) {
        if let Some(open) = self.open.last_mut() {
            let group = &mut self.groups[open.number];
            group.directives.push(token);
            group.breaks_brackets |= depth != open.start || open.least_in_branch < open.start;
            open.least = open.least.min(open.least_in_branch);
            open.start = depth;
            open.least_in_branch = depth;
        }
    }

    fn close(&mut self, token: TokenId, depth: i64) {
        self.branch(token, depth);
        if let Some(closed) = self.open.pop() {
            self.lower(closed.least);
        }
    }

    /// Notes a depth in the innermost group; the ones around get to know when it is closed.
    fn lower(&mut self, depth: i64) {
        if let Some(group) = self.open.last_mut() {
            group.least_in_branch = group.least_in_branch.min(depth);
        }
    }

    /// Drops the groups that the end of the file cuts off.
    fn finish(self) -> Groups {
        let unclosed: FxHashSet<usize> = self.open.iter().map(|group| group.number).collect();
        let mut numbers = vec![None; self.groups.len()];
        let mut closed: Vec<Group> = Vec::with_capacity(self.groups.len());
        for (number, group) in self.groups.into_iter().enumerate() {
            if !unclosed.contains(&number) {
                numbers[number] = Some(closed.len());
                // What is around an unclosed group is unclosed, too.
                let parent = group.parent.and_then(|parent| numbers[parent]);
                closed.push(Group { parent, ..group });
            }
        }
        Groups { groups: closed }
    }
}

/// Directives that belong to no closed group; they would only stand in the way.
fn directives_without_group(tokens: &Tokens, groups: &Groups) -> FixedBitSet {
    let mut strays = FixedBitSet::with_capacity(tokens.len());
    let directives = tokens.ids().filter(|&token| tokens.kind(token).is_conditional_directive());
    strays.extend(directives.map(TokenId::index));
    for token in groups.groups.iter().flat_map(|group| &group.directives) {
        strays.remove(token.index());
    }
    strays
}

/// Resolves what needs no parsing, and tells what is hidden by it.
pub(crate) fn hidden_tokens(
    text: &[u8],
    tokens: &Tokens,
    groups: &mut Groups,
    guards: &Guards,
) -> FixedBitSet {
    let mut hidden = directives_without_group(tokens, groups);
    for number in 0..groups.groups.len() {
        let group = &groups.groups[number];
        if hidden.contains(group.first().index()) {
            continue;
        }
        let guard = &text[tokens.span(group.first()).range()];
        let branch = match known_value(guard, guards) {
            Some(true) => Branch::Kept(0),
            Some(false) if group.directives.len() > 2 => Branch::Kept(group.directives.len() - 2),
            Some(false) => Branch::None,
            None if group.breaks_brackets
                || group.level > MAX_NODE_LEVEL
                || is_choice_of_headers(tokens, group) =>
            {
                Branch::Kept(0)
            }
            None => continue,
        };
        for range in group.hidden_by(branch) {
            hidden.insert_range(range.start as usize..range.end as usize);
        }
        groups.resolve(number, branch);
    }
    hidden
}

/// Whether the branches end in `)` and a `{` follows the group: headers of a function, an `if` or a loop.
fn is_choice_of_headers(tokens: &Tokens, group: &Group) -> bool {
    tokens.kind(group.last().next()) == TokenKind::LeftBrace
        && group.branches().all(|branch| {
            !branch.is_empty() && tokens.kind(TokenId(branch.end - 1)) == TokenKind::RightParen
        })
}

/// The value of a guard that needs no configuration, or is known from outside.
fn known_value(directive: &[u8], guards: &Guards) -> Option<bool> {
    let text = directive[1..].trim_ascii_start();
    let (word, guard) = text.split_at(text.iter().take_while(|b| b.is_ascii_alphabetic()).count());
    let guard = without_comment(guard).trim_ascii();
    if let Some(value) = told_value(word, guard, guards) {
        return Some(value);
    }
    match word {
        b"if" => match guard {
            [b'1', rest @ ..] if ends_guard(rest) => Some(true),
            [b'0', rest @ ..] if ends_guard(rest) => Some(false),
            b"defined(__cplusplus)" | b"defined (__cplusplus)" | b"defined __cplusplus" => {
                Some(false)
            }
            b"(0)" => Some(false),
            b"(1)" => Some(true),
            _ => None,
        },
        b"ifdef" if guard == b"__cplusplus" => Some(false),
        b"ifdef" if guard == b"__STDC__" => Some(true),
        _ => None,
    }
}

/// A guard up to the comment behind it.
fn without_comment(guard: &[u8]) -> &[u8] {
    let comment = |mark: &[u8]| memchr::memmem::find(guard, mark).unwrap_or(guard.len());
    &guard[..comment(b"/*").min(comment(b"//"))]
}

/// The value that was told of a guard: of its name, or of its whole text.
fn told_value(word: &[u8], guard: &[u8], guards: &Guards) -> Option<bool> {
    match word {
        b"ifdef" => guards.value(guard),
        b"ifndef" => guards.value(guard).map(|value| !value),
        _ => guards.value(guard).or_else(|| {
            let (guard, negated) = match guard.strip_prefix(b"!") {
                Some(rest) => (rest.trim_ascii(), true),
                None => (guard, false),
            };
            let operand = guard.strip_prefix(b"defined")?.trim_ascii();
            let name = match operand {
                [b'(', name @ .., b')'] => name.trim_ascii(),
                _ => operand,
            };
            guards.value(name).map(|value| value != negated)
        }),
    }
}

/// Whether nothing but a comment stands behind the number of a guard.
fn ends_guard(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    rest.is_empty() || rest.starts_with(b"/*") || rest.starts_with(b"//")
}
