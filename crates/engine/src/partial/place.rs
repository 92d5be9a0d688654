//! Places to show: the text that an element of the rule is, and the text that a node of the flow graph stands for.
//!
//! Invariant: a place that is shown is one line; of a longer one, its first.

use cfg::{FlowKind, Graph, NodeIndex};
use csyntax::{NodeId, NodeKind, TokenId, Tree};
use smpl::Body;
use text::{LineIndex, Span};

use crate::element::Element;
use crate::formula;

/// The text of an element in the semantic patch.
pub(crate) fn of_element(body: &Body, element: Element) -> Span {
    let range = formula::element_range(body, element);
    of_tokens(&body.minus, range)
}

/// An element as one line: the tokens that are matched, with a blank where there is any between them.
pub(crate) fn name(body: &Body, element: Element) -> String {
    let minus = &body.minus;
    let mut text = Vec::new();
    let range = formula::element_range(body, element).map(TokenId);
    for token in range.filter(|&token| !minus.is_hidden(token)) {
        let is_apart = !text.is_empty() && !minus.gap_before(token).is_empty();
        text.extend(is_apart.then_some(b' '));
        text.extend_from_slice(minus.token_text(token));
    }
    shortened(&String::from_utf8_lossy(&text))
}

/// Tokens that the parser saw, from the first to the last.
pub(crate) fn of_tokens(tree: &Tree, range: std::ops::Range<u32>) -> Span {
    first_line(tree, whole(tree, range))
}

fn whole(tree: &Tree, range: std::ops::Range<u32>) -> Span {
    let start = tree.tokens().span(TokenId(range.start));
    let mut seen = range.map(TokenId).filter(|&token| !tree.is_hidden(token));
    let Some(first) = seen.next() else { return start };
    let last = seen.next_back().unwrap_or(first);
    tree.tokens().span(first).cover(tree.tokens().span(last))
}

/// What of a span is on its first line.
pub(crate) fn first_line(tree: &Tree, span: Span) -> Span {
    let text = &tree.source()[span.range()];
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    Span::new(span.start, span.start + line.trim_ascii_end().len() as u32)
}

/// A text, cut if it is long.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The code that a node of the flow graph stands for: of a compound statement its head, of a branch the head that it
/// belongs to. None for nodes without code.
pub(crate) fn of_node(tree: &Tree, graph: &Graph, node: NodeIndex) -> Option<Span> {
    Some(first_line(tree, range_of_node(tree, graph, node)?))
}

/// The same, with all its lines.
pub(crate) fn range_of_node(tree: &Tree, graph: &Graph, node: NodeIndex) -> Option<Span> {
    let node = graph.node(node);
    if matches!(node.kind, FlowKind::Top | FlowKind::End | FlowKind::Exit | FlowKind::ErrorExit) {
        return None;
    }
    if let Some(token) = node.token {
        return Some(tree.tokens().span(token));
    }
    let syntax = node.syntax?;
    match node.kind {
        FlowKind::PreExit | FlowKind::EndStatement => {
            tree.last_token(syntax).map(|last| tree.tokens().span(last))
        }
        _ => Some(whole(tree, head(tree, syntax))),
    }
}

/// The tokens of a statement in front of the statements in it.
fn head(tree: &Tree, syntax: NodeId) -> std::ops::Range<u32> {
    let whole = tree.token_range(syntax);
    if tree.kind(syntax) == NodeKind::DoStatement {
        return whole.start..whole.start + 1;
    }
    let inner = tree
        .children(syntax)
        .find(|&child| tree.kind(child).is_statement())
        .map_or(whole.end, |child| tree.data(child).first.0);
    if inner > whole.start { whole.start..inner } else { whole }
}

/// The line of an offset, from 1.
pub(crate) fn line(tree: &Tree, offset: u32) -> u32 {
    LineIndex::new(tree.source()).line(offset)
}

/// What happens at a branch of the flow graph, in words.
pub(crate) fn branch(kind: FlowKind) -> Option<&'static str> {
    Some(match kind {
        FlowKind::True { .. } => "taken",
        FlowKind::False | FlowKind::Fall => "not taken",
        FlowKind::InLoop => "entered",
        FlowKind::LoopFall => "left",
        FlowKind::Case | FlowKind::CaseRange | FlowKind::Default => "this case",
        _ => return None,
    })
}
