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

/// An `#if` group: the directives from `#if` to `#endif`.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) directives: Vec<TokenId>,
    /// The group around it.
    parent: Option<usize>,
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
    /// Pairs the directives of a file.
    pub(crate) fn new(tokens: &Tokens) -> Groups {
        let mut groups: Vec<Group> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for token in tokens.ids() {
            match tokens.kind(token) {
                TokenKind::PpIf => {
                    let parent = open.last().copied();
                    open.push(groups.len());
                    groups.push(Group { directives: vec![token], parent, resolution: None });
                }
                TokenKind::PpElif | TokenKind::PpElse => {
                    if let Some(&group) = open.last() {
                        groups[group].directives.push(token);
                    }
                }
                TokenKind::PpEndif => {
                    if let Some(group) = open.pop() {
                        groups[group].directives.push(token);
                    }
                }
                _ => {}
            }
        }
        // Groups that the file's end cuts off enclose all that are open inside them.
        let unclosed: FxHashSet<usize> = open.into_iter().collect();
        let parent_of = |group: &Group| group.parent.filter(|parent| !unclosed.contains(parent));
        let mut numbers = vec![None; groups.len()];
        let mut closed: Vec<Group> = Vec::with_capacity(groups.len());
        for (number, group) in groups.into_iter().enumerate() {
            if !unclosed.contains(&number) {
                numbers[number] = Some(closed.len());
                let parent = parent_of(&group).and_then(|parent| numbers[parent]);
                closed.push(Group { parent, ..group });
            }
        }
        Groups { groups: closed }
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

/// Resolves what needs no parsing, and tells what is hidden by it.
pub(crate) fn hidden_tokens(
    text: &[u8],
    tokens: &Tokens,
    groups: &mut Groups,
    guards: &Guards,
) -> FixedBitSet {
    let mut hidden = FixedBitSet::with_capacity(tokens.len());
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
            None if group.branches().any(|branch| !is_balanced(tokens, branch))
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

/// Whether the brackets in a range of tokens pair up; those of macro definitions do not count.
fn is_balanced(tokens: &Tokens, range: Range<u32>) -> bool {
    use TokenKind::*;
    let mut depth = 0i64;
    let mut in_directive = false;
    for token in range.map(TokenId) {
        match tokens.kind(token) {
            PpDefine | PpUndef | PpInclude => in_directive = true,
            PpEnd => in_directive = false,
            _ if in_directive => {}
            LeftParen | LeftBracket | LeftBrace => depth += 1,
            RightParen | RightBracket | RightBrace => {
                depth -= 1;
                if depth < 0 {
                    return false;
                }
            }
            _ => {}
        }
    }
    depth == 0
}
