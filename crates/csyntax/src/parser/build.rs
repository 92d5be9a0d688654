//! From events to the flat tree: preorder, subtree ends, hashes.
//!
//! A node that was wrapped around another later stands in the events behind it; the chain of `outer` links
//! puts it in front. Hashes are filled bottom-up, which in preorder is from the end.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHasher;

use super::Event;
use crate::tree::{Element, NodeData, NodeId, SyntaxProblem, TokenId, Tokens, Tree};

pub(super) fn tree(
    source: Arc<[u8]>,
    tokens: Tokens,
    hidden: FixedBitSet,
    mut events: Vec<Event>,
    problems: Vec<SyntaxProblem>,
) -> Tree {
    let mut nodes: Vec<NodeData> = Vec::with_capacity(events.len() / 2);
    let mut open: Vec<u32> = Vec::new();
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
                    let parent = NodeId(open.last().copied().unwrap_or(0));
                    open.push(nodes.len() as u32);
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
                let node = open.pop().expect("each close has its open") as usize;
                nodes[node].end = TokenId(end.max(nodes[node].first.0));
                nodes[node].subtree_end = NodeId(nodes.len() as u32);
            }
        }
    }
    let mut tree = Tree {
        source,
        tokens,
        hidden,
        nodes,
        problems,
        second_readings: 0,
        cut_conditionals: Vec::new(),
    };
    for index in (0..tree.nodes.len()).rev() {
        tree.nodes[index].hash = hash(&tree, NodeId(index as u32));
    }
    tree
}

/// The hash of a node whose children have theirs.
fn hash(tree: &Tree, node: NodeId) -> u64 {
    let mut hasher = FxHasher::default();
    tree.kind(node).hash(&mut hasher);
    for element in tree.elements(node) {
        match element {
            Element::Token(token) => tree.token_text(token).hash(&mut hasher),
            Element::Node(child) => tree.hash(child).hash(&mut hasher),
        }
    }
    hasher.finish()
}
