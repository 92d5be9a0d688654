//! What holds for every tree, checked from outside: for tests and for fuzzing.
//!
//! Invariants: only the public view of a tree is used, nothing is shared with lexer and parser, so that a fault there
//! is no fault here; the work is linear, and none of it is on the call stack.

use std::ops::Range;

use crate::kind::{NodeKind, TokenKind};
use crate::tree::{Element, Elements, NodeId, SyntaxProblem, TokenId, Tree};

/// What a check answers: nothing, or what does not hold and where.
type Checked = Result<(), String>;

/// Checks the invariants of the tree of a C file, as [`crate::parse`] makes it.
///
/// 1. Tokens are in order and do not overlap; the last one, and no other, is [`TokenKind::Eof`], at the end of the text.
/// 2. Between tokens stand only blanks, comments, line continuations, and a byte order mark at the start.
/// 3. Parents and subtree ends agree; children lie inside their parents, in order, and do not overlap.
/// 4. Walking from the root reaches each visible token once; with hidden tokens and gaps this gives the source.
/// 5. Each problem has an [`NodeKind::ErrorItem`] that covers it, and each error item has its problem.
///
/// # Errors
///
/// The first of these that does not hold, in words.
pub fn check(tree: &Tree) -> Result<(), String> {
    tokens(tree)?;
    gaps(tree)?;
    nodes(tree)?;
    walk(tree)?;
    problems(tree)
}

/// Fails with `message` unless `holds`.
fn ensure(holds: bool, message: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(message()) }
}

fn last_token(tree: &Tree) -> TokenId {
    TokenId(tree.tokens().len() as u32 - 1)
}

fn tokens(tree: &Tree) -> Checked {
    ensure(!tree.tokens().is_empty(), || "there is no token".to_owned())?;
    let mut end = 0;
    for token in tree.tokens().ids() {
        let (kind, span) = (tree.tokens().kind(token), tree.tokens().span(token));
        ensure(end <= span.start && span.start <= span.end, || {
            format!("{token:?} at {span:?} starts before {end}")
        })?;
        let may_be_empty = matches!(kind, TokenKind::Eof | TokenKind::PpEnd);
        ensure(may_be_empty || span.start < span.end, || format!("{token:?}, {kind:?}, is empty"))?;
        ensure((kind == TokenKind::Eof) == (token == last_token(tree)), || {
            format!("{token:?} is {kind:?}: the last token is the end, and no other is")
        })?;
        end = span.end;
    }
    ensure(end as usize == tree.source().len(), || format!("the last token ends at {end}"))
}

fn gaps(tree: &Tree) -> Checked {
    let text = tree.source();
    for token in tree.tokens().ids() {
        let mut gap = tree.gap_before(token).range();
        if gap.start == 0 && text[gap.clone()].starts_with(b"\xef\xbb\xbf") {
            gap.start = 3;
        }
        while !gap.is_empty() {
            let length = blank(&text[gap.start..], gap.len()).ok_or_else(|| {
                format!("what stands at {} in front of {token:?} is no blank", gap.start)
            })?;
            gap.start += length;
        }
    }
    Ok(())
}

/// The length of the blank, comment or line continuation at the start of `rest`, if one ends within `limit`.
fn blank(rest: &[u8], limit: usize) -> Option<usize> {
    let length = match rest {
        [b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, ..] => 1,
        [b'\\', b'\n', ..] => 2,
        [b'\\', b'\r', b'\n', ..] => 3,
        [b'/', b'*', ..] => match rest[2..limit].windows(2).position(|pair| pair == b"*/") {
            Some(inside) => inside + 4,
            // Only the end of the text may end a comment early.
            None => rest.len(),
        },
        [b'/', b'/', ..] => line_comment(rest, limit),
        _ => return None,
    };
    (length <= limit).then_some(length)
}

/// Where a `//` comment ends: in front of a line end, or behind `limit`. A backslash carries it over a line end.
fn line_comment(rest: &[u8], limit: usize) -> usize {
    let mut spliced = false;
    for (index, &byte) in rest[..limit].iter().enumerate() {
        match byte {
            b'\n' if !spliced => return index,
            b'\r' => {}
            _ => spliced = byte == b'\\',
        }
    }
    // The gap ends here; so must the comment.
    if matches!(rest.get(limit), None | Some(b'\n' | b'\r')) { limit } else { usize::MAX }
}

fn nodes(tree: &Tree) -> Checked {
    ensure(!tree.is_empty(), || "there is no root".to_owned())?;
    let root = tree.data(NodeId::ROOT);
    ensure(root.parent == NodeId::ROOT && root.subtree_end.index() == tree.len(), || {
        "the root does not hold all nodes".to_owned()
    })?;
    ensure(root.first.0 == 0 && root.end == last_token(tree), || {
        format!("the root holds the tokens {:?} to {:?}", root.first, root.end)
    })?;
    // The nodes around the one at hand, each with the end of its last child so far.
    let mut around = vec![(NodeId::ROOT, root.first)];
    for node in tree.ids().skip(1) {
        while around.last().is_some_and(|&(outer, _)| !tree.is_within(node, outer)) {
            around.pop();
        }
        let (parent, free) =
            around.last_mut().ok_or_else(|| format!("{node:?} is behind the root"))?;
        placed(tree, node, *parent, *free)?;
        *free = tree.data(node).end;
        around.push((node, tree.data(node).first));
    }
    Ok(())
}

/// Whether `node` lies inside `parent`, not before the token `free`.
fn placed(tree: &Tree, node: NodeId, parent: NodeId, free: TokenId) -> Checked {
    let (inner, outer) = (tree.data(node), tree.data(parent));
    ensure(inner.parent == parent, || {
        format!("{node:?} names {:?} as its parent and lies in {parent:?}", inner.parent)
    })?;
    ensure(node < inner.subtree_end && inner.subtree_end <= outer.subtree_end, || {
        format!("the subtree of {node:?} ends at {:?}", inner.subtree_end)
    })?;
    ensure(free <= inner.first && inner.first <= inner.end && inner.end <= outer.end, || {
        format!(
            "{node:?}, {:?}, holds {:?} to {:?}; free in {parent:?} is {free:?} to {:?}",
            inner.kind, inner.first, inner.end, outer.end
        )
    })
}

/// A walk over the elements of a tree, and what it has passed.
struct Walk<'a> {
    tree: &'a Tree,
    /// The first token that was not passed yet.
    next: u32,
    /// How many nodes were entered.
    entered: usize,
    text: Vec<u8>,
}

impl Walk<'_> {
    /// Passes `token` and the hidden ones in front of it.
    fn token(&mut self, token: TokenId) -> Checked {
        ensure(self.next <= token.0, || format!("{token:?} is reached too late, or twice"))?;
        for passed in (self.next..=token.0).map(TokenId) {
            ensure(passed == token || self.tree.is_hidden(passed), || {
                format!("{passed:?} is visible and is not reached")
            })?;
            self.text.extend_from_slice(&self.tree.source()[self.tree.gap_before(passed).range()]);
            self.text.extend_from_slice(self.tree.token_text(passed));
        }
        self.next = token.0 + 1;
        Ok(())
    }

    fn node(&mut self, node: NodeId) -> Checked {
        ensure(node.index() == self.entered, || {
            format!("{node:?} is reached as the {}th", self.entered)
        })?;
        self.entered += 1;
        Ok(())
    }
}

fn walk(tree: &Tree) -> Checked {
    let text = Vec::with_capacity(tree.source().len());
    let mut walk = Walk { tree, next: 0, entered: 0, text };
    walk.node(NodeId::ROOT)?;
    // A tree may be deeper than the call stack.
    let mut around: Vec<Elements<'_>> = vec![tree.elements(NodeId::ROOT)];
    while let Some(elements) = around.last_mut() {
        match elements.next() {
            Some(Element::Token(token)) => walk.token(token)?,
            Some(Element::Node(node)) => {
                walk.node(node)?;
                around.push(tree.elements(node));
            }
            None => {
                around.pop();
            }
        }
    }
    walk.token(last_token(tree))?;
    ensure(walk.entered == tree.len(), || format!("only {} nodes are reached", walk.entered))?;
    ensure(walk.text[..] == tree.source()[..], || "the tree's text is not its source".to_owned())
}

fn problems(tree: &Tree) -> Checked {
    let errors: Vec<NodeId> =
        tree.ids().filter(|&node| tree.kind(node) == NodeKind::ErrorItem).collect();
    let problems = tree.problems();
    ensure(errors.len() == problems.len(), || {
        format!("there are {} error items and {} problems", errors.len(), problems.len())
    })?;
    let mut free = 0;
    for (problem, &error) in problems.iter().zip(&errors) {
        ensure(free <= problem.tokens.start, || format!("{problem:?} overlaps another"))?;
        covered(tree, problem, tree.token_range(error))?;
        free = problem.tokens.end;
    }
    Ok(())
}

/// Whether `item` holds what a problem gave up; hidden tokens at both ends need no node.
fn covered(tree: &Tree, problem: &SyntaxProblem, item: Range<u32>) -> Checked {
    let last = last_token(tree);
    let tokens = &problem.tokens;
    ensure(tokens.start < tokens.end && tokens.end <= last.0 && problem.token <= last, || {
        format!("{problem:?} is not within the file")
    })?;
    let outside =
        tokens.clone().find(|&token| !tree.is_hidden(TokenId(token)) && !item.contains(&token));
    ensure(outside.is_none(), || format!("{problem:?} is not covered by its error item, {item:?}"))
}
