//! From events to the flat tree: preorder, subtree ends, hashes.
//!
//! A node that was wrapped around another later stands in the events behind it; the chain of `outer` links
//! puts it in front. The hash of a node grows with what is met between its two events: its own tokens, and the hashes of
//! its children when they end.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHasher;

use super::Event;
use crate::kind::NodeKind;
use crate::tree::{NodeData, NodeId, SyntaxProblem, TokenId, Tokens, Tree};

pub(super) fn tree(
    source: Arc<[u8]>,
    tokens: Tokens,
    hidden: FixedBitSet,
    mut events: Vec<Event>,
    problems: Vec<SyntaxProblem>,
) -> Tree {
    let mut nodes: Vec<NodeData> = Vec::with_capacity(events.len() / 2);
    let mut open: Vec<OpenNode> = Vec::new();
    let text = Text { source: &source, tokens: &tokens, hidden: &hidden };
    let mut chain = Vec::new();
    for index in 0..events.len() {
        match events[index] {
            Event::Gone => {}
            Event::Open { .. } => {
                let mut next = index;
                while let Event::Open { kind, first, outer } = events[next] {
                    chain.push((kind, first));
                    if next != index {
                        events[next] = Event::Gone;
                    }
                    if outer == 0 {
                        break;
                    }
                    next = outer as usize;
                }
                for (kind, first) in chain.drain(..).rev() {
                    let parent = NodeId(open.last().map_or(0, |outer| outer.node));
                    if let Some(outer) = open.last_mut() {
                        outer.pass(first, &text);
                    }
                    open.push(OpenNode::new(nodes.len() as u32, kind, first));
                    let first = TokenId(first);
                    let end = first;
                    nodes.push(NodeData {
                        kind,
                        first,
                        end,
                        subtree_end: NodeId(0),
                        parent,
                        hash: 0,
                    });
                }
            }
            Event::Close { end } => {
                let mut closed = open.pop().expect("each close has its open");
                let behind = NodeId(nodes.len() as u32);
                let node = &mut nodes[closed.node as usize];
                node.end = TokenId(end.max(node.first.0));
                node.subtree_end = behind;
                closed.pass(node.end.0, &text);
                node.hash = closed.hasher.finish();
                if let Some(outer) = open.last_mut() {
                    node.hash.hash(&mut outer.hasher);
                    outer.token = node.end.0;
                }
            }
        }
    }
    Tree {
        source,
        tokens,
        hidden,
        nodes,
        problems,
        second_readings: 0,
        cut_conditionals: Vec::new(),
    }
}

/// What tokens are hashed by.
struct Text<'a> {
    source: &'a [u8],
    tokens: &'a Tokens,
    hidden: &'a FixedBitSet,
}

/// A node whose end has not been met.
struct OpenNode {
    node: u32,
    hasher: FxHasher,
    /// The first token that is not in the hash.
    token: u32,
}

impl OpenNode {
    fn new(node: u32, kind: NodeKind, first: u32) -> OpenNode {
        let mut hasher = FxHasher::default();
        kind.hash(&mut hasher);
        OpenNode { node, hasher, token: first }
    }

    /// Takes up the own tokens before `end`.
    fn pass(&mut self, end: u32, text: &Text<'_>) {
        for token in self.token..end {
            if !text.hidden.contains(token as usize) {
                let span = text.tokens.span(TokenId(token));
                text.source[span.range()].hash(&mut self.hasher);
            }
        }
        self.token = self.token.max(end);
    }
}
