//! The flat lossless tree: tokens in parallel arrays, nodes in preorder.
//!
//! Invariants: the text of a tree is its input, byte for byte; tokens are in order and do not overlap;
//! a node's children lie inside it, in order; what the parser did not see is *hidden*, never lost.

use std::ops::Range;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use text::Span;

use crate::kind::{NodeKind, TokenKind};
use crate::work;

/// A token of one tree, in text order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TokenId(pub u32);

/// A node of one tree, in preorder; the root is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

impl TokenId {
    /// The token behind this one.
    pub fn next(self) -> TokenId {
        TokenId(self.0 + 1)
    }

    /// The index into arrays over tokens.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl NodeId {
    /// The node of the whole text.
    pub const ROOT: NodeId = NodeId(0);

    /// The index into arrays over nodes.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The tokens of a text, in order, without blanks and comments; the last one is [`TokenKind::Eof`].
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    kinds: Vec<TokenKind>,
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Tokens {
    /// No tokens yet.
    pub fn new() -> Tokens {
        Tokens::default()
    }

    /// Adds a token behind all others.
    pub fn push(&mut self, kind: TokenKind, span: Span) {
        debug_assert!(self.ends.last().is_none_or(|&end| end <= span.start));
        self.kinds.push(kind);
        self.starts.push(span.start);
        self.ends.push(span.end);
    }

    /// How many there are, [`TokenKind::Eof`] included.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there is none, not even [`TokenKind::Eof`].
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The kind of `token`; [`TokenKind::Eof`] behind the last.
    pub fn kind(&self, token: TokenId) -> TokenKind {
        self.kinds.get(token.index()).copied().unwrap_or(TokenKind::Eof)
    }

    /// Makes `token` one of another kind: a macro that stands for it.
    pub(crate) fn set_kind(&mut self, token: TokenId, kind: TokenKind) {
        self.kinds[token.index()] = kind;
    }

    /// The bytes of `token`.
    pub fn span(&self, token: TokenId) -> Span {
        Span { start: self.starts[token.index()], end: self.ends[token.index()] }
    }

    /// The first token that starts at byte `offset` or behind it; the last token, [`TokenKind::Eof`], at most.
    pub(crate) fn first_from(&self, offset: u32) -> TokenId {
        let index = self.starts.partition_point(|&start| start < offset);
        TokenId(index.min(self.kinds.len().saturating_sub(1)) as u32)
    }

    /// All tokens in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = TokenId> + use<> {
        (0..self.kinds.len() as u32).map(TokenId)
    }
}

/// What is stored of a node.
#[derive(Clone, Copy, Debug)]
pub struct NodeData {
    /// What it is.
    pub kind: NodeKind,
    /// The first token, or the one behind an empty node.
    pub first: TokenId,
    /// One past the last token; equal to `first` for an empty node.
    pub end: TokenId,
    /// The node behind the last descendant, in preorder.
    pub subtree_end: NodeId,
    /// The node around; the root is its own parent.
    pub parent: NodeId,
    /// Equal for terms that are equal but for blanks and comments.
    pub hash: u64,
}

/// A place where the text is no C that the grammar knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// The token at fault.
    pub token: TokenId,
    /// The tokens that were given up.
    pub tokens: Range<u32>,
    /// What was expected there.
    pub message: String,
}

/// A parsed text.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(crate) source: Arc<[u8]>,
    pub(crate) tokens: Tokens,
    pub(crate) hidden: FixedBitSet,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) problems: Vec<SyntaxProblem>,
    pub(crate) second_readings: u32,
    pub(crate) cut_conditionals: Vec<TokenId>,
}

impl Tree {
    /// The whole text.
    pub fn source(&self) -> &Arc<[u8]> {
        &self.source
    }

    /// The tokens of the text, hidden ones included.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Whether the parser was not shown `token`: a directive that breaks a term, a dropped branch.
    pub fn is_hidden(&self, token: TokenId) -> bool {
        self.hidden.contains(token.index())
    }

    /// The runs of tokens that are hidden, in order.
    pub fn hidden_runs(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        let mut hidden = self.hidden.ones().map(|token| token as u32).peekable();
        std::iter::from_fn(move || {
            let start = hidden.next()?;
            let mut end = start + 1;
            while hidden.next_if_eq(&end).is_some() {
                end += 1;
            }
            Some(start..end)
        })
    }

    /// What could not be parsed.
    pub fn problems(&self) -> &[SyntaxProblem] {
        &self.problems
    }

    /// The `#if`s of conditionals that cut through a term so that no branch of them stands for the whole term, in order:
    /// one branch alone, or branches of which one ends a statement.
    pub fn cut_conditionals(&self) -> &[TokenId] {
        &self.cut_conditionals
    }

    /// How many items parse only because macros were believed in where nothing else fitted.
    pub fn second_readings(&self) -> u32 {
        self.second_readings
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the tree has no node; a parsed tree has a root.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes in preorder.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// What is stored of `node`.
    pub fn data(&self, node: NodeId) -> &NodeData {
        &self.nodes[node.index()]
    }

    /// What `node` is.
    pub fn kind(&self, node: NodeId) -> NodeKind {
        self.nodes[node.index()].kind
    }

    /// The node around `node`; none for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        (node != NodeId::ROOT).then(|| self.nodes[node.index()].parent)
    }

    /// The structural hash of `node`: equal for terms that differ in blanks and comments only.
    pub fn hash(&self, node: NodeId) -> u64 {
        self.nodes[node.index()].hash
    }

    /// The child nodes of `node`, in order.
    pub fn children(&self, node: NodeId) -> Children<'_> {
        Children { tree: self, next: node.0 + 1, end: self.nodes[node.index()].subtree_end.0 }
    }

    /// The first child of `kind`.
    pub fn child(&self, node: NodeId, kind: NodeKind) -> Option<NodeId> {
        self.children(node).find(|&child| self.kind(child) == kind)
    }

    /// The child at `index`.
    pub fn nth_child(&self, node: NodeId, index: usize) -> Option<NodeId> {
        self.children(node).nth(index)
    }

    /// `node` and all below it, in preorder.
    pub fn descendants(
        &self,
        node: NodeId,
    ) -> impl DoubleEndedIterator<Item = NodeId> + Clone + use<> {
        (node.0..self.nodes[node.index()].subtree_end.0).map(NodeId)
    }

    /// Whether `inner` is `outer` or lies below it.
    pub fn is_within(&self, inner: NodeId, outer: NodeId) -> bool {
        outer <= inner && inner < self.nodes[outer.index()].subtree_end
    }

    /// The nodes around `node`, from its parent to the root.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |&n| self.parent(n))
    }

    /// The innermost node that has all of `tokens`.
    pub fn innermost(&self, tokens: Range<u32>) -> NodeId {
        // Nodes are in preorder, so those that do not start behind the tokens are a prefix.
        let start = TokenId(tokens.start);
        let behind = self.nodes.partition_point(|node| node.first <= start);
        let mut node = NodeId(behind.saturating_sub(1) as u32);
        while self.data(node).end.0 < tokens.end {
            match self.parent(node) {
                Some(parent) => node = parent,
                None => break,
            }
        }
        node
    }

    /// All tokens of `node` and below, hidden ones included.
    pub fn token_range(&self, node: NodeId) -> Range<u32> {
        let data = self.data(node);
        data.first.0..data.end.0
    }

    /// The tokens of `node` and below that the parser saw.
    pub fn visible_tokens(&self, node: NodeId) -> impl DoubleEndedIterator<Item = TokenId> + '_ {
        self.token_range(node).map(TokenId).filter(|&token| !self.is_hidden(token))
    }

    /// The tokens that belong to `node` itself and to no child, without hidden ones.
    pub fn own_tokens(&self, node: NodeId) -> impl Iterator<Item = TokenId> + '_ {
        self.elements(node).filter_map(|element| match element {
            Element::Token(token) => Some(token),
            Element::Node(_) => None,
        })
    }

    /// The first own token of `kind`.
    pub fn own_token(&self, node: NodeId, kind: TokenKind) -> Option<TokenId> {
        self.own_tokens(node).find(|&token| self.tokens.kind(token) == kind)
    }

    /// Own tokens and child nodes of `node`, in text order, without hidden tokens.
    pub fn elements(&self, node: NodeId) -> Elements<'_> {
        let data = self.data(node);
        Elements {
            tree: self,
            token: data.first.0,
            token_end: data.end.0,
            node: node.0 + 1,
            node_end: data.subtree_end.0,
        }
    }

    /// The first token of `node`, unless it is empty.
    pub fn first_token(&self, node: NodeId) -> Option<TokenId> {
        let data = self.data(node);
        (data.first < data.end).then_some(data.first)
    }

    /// The last token of `node`, unless it is empty.
    pub fn last_token(&self, node: NodeId) -> Option<TokenId> {
        let data = self.data(node);
        (data.first < data.end).then(|| TokenId(data.end.0 - 1))
    }

    /// The bytes of `node`, from its first token to its last.
    pub fn span(&self, node: NodeId) -> Span {
        match (self.first_token(node), self.last_token(node)) {
            (Some(first), Some(last)) => {
                Span::new(self.tokens.span(first).start, self.tokens.span(last).end)
            }
            _ => Span::empty(self.tokens.span(self.data(node).first).start),
        }
    }

    /// The text of `node`, blanks and comments inside it included.
    pub fn text(&self, node: NodeId) -> &[u8] {
        &self.source[self.span(node).range()]
    }

    /// The text of `token`.
    pub fn token_text(&self, token: TokenId) -> &[u8] {
        &self.source[self.tokens.span(token).range()]
    }

    /// The bytes between the token before `token` and `token`: blanks, comments, line continuations.
    pub fn gap_before(&self, token: TokenId) -> Span {
        let start = match token.0 {
            0 => 0,
            index => self.tokens.span(TokenId(index - 1)).end,
        };
        Span::new(start, self.tokens.span(token).start)
    }

    /// Whether two terms, maybe of two trees, are equal but for blanks and comments.
    pub fn same_term(&self, node: NodeId, other: &Tree, other_node: NodeId) -> bool {
        self.hash(node) == other.hash(other_node)
            && self
                .visible_tokens(node)
                .map(|token| self.token_text(token))
                .eq(other.visible_tokens(other_node).map(|token| other.token_text(token)))
    }
}

/// The children of a node; see [`Tree::children`].
#[derive(Clone, Debug)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let node = NodeId(self.next);
        self.next = self.tree.nodes[node.index()].subtree_end.0;
        Some(node)
    }
}

/// A token or a node, as [`Tree::elements`] gives them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Element {
    /// A token of the node itself.
    Token(TokenId),
    /// A child.
    Node(NodeId),
}

/// Own tokens and children of a node; see [`Tree::elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    tree: &'a Tree,
    token: u32,
    token_end: u32,
    node: u32,
    node_end: u32,
}

impl Iterator for Elements<'_> {
    type Item = Element;

    fn next(&mut self) -> Option<Element> {
        loop {
            work::steps(1);
            if self.node < self.node_end {
                let child = &self.tree.nodes[self.node as usize];
                if child.first.0 <= self.token {
                    let node = NodeId(self.node);
                    self.token = self.token.max(child.end.0);
                    self.node = child.subtree_end.0;
                    return Some(Element::Node(node));
                }
            }
            if self.token >= self.token_end {
                return None;
            }
            let token = TokenId(self.token);
            self.token += 1;
            if !self.tree.is_hidden(token) {
                return Some(Element::Token(token));
            }
        }
    }
}
