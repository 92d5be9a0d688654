//! Which nodes of a flow graph have a word, or a token at a place: an element that cannot do without it is looked for
//! there only.
//!
//! ```c
//! finish(E);      // E is `a7`: the statements with `finish` and `a7`
//! fail@p(E)       // p is inherited: the statement with a token that starts at p
//! ```
//!
//! Invariant: an element matches at no node that is left out.

use cfg::{FlowKind, Graph, NodeIndex};
use csyntax::{Element as Part, NodeId, NodeKind, TokenId, Tree};
use rustc_hash::FxHashMap;
use smpl::DroppedNames;

use crate::element::{Element, Form};
use crate::formula;
use crate::matcher::Matcher;
use crate::predicates::{is_one_node, owns_terms};
use crate::value::Value;
use crate::words::{self, hash};

/// The nodes of one graph by what is in them, in ascending order.
#[derive(Debug)]
pub(crate) struct Places {
    by_word: FxHashMap<u64, Vec<NodeIndex>>,
    /// By the first byte of a token.
    by_start: FxHashMap<u32, Vec<NodeIndex>>,
    /// Those that are always looked at.
    always: Vec<NodeIndex>,
}

impl Places {
    pub(crate) fn new(graph: &Graph, tree: &Tree) -> Places {
        let mut places = Places {
            by_word: FxHashMap::default(),
            by_start: FxHashMap::default(),
            always: Vec::new(),
        };
        for (index, node) in graph.nodes().iter().enumerate() {
            let Some(syntax) = node.syntax else { continue };
            match node.kind {
                FlowKind::FunctionHeader | FlowKind::Define | FlowKind::DefineBody => {
                    places.always.push(index);
                }
                kind if is_one_node(kind) => places.add_all(tree, syntax, index),
                kind if owns_terms(kind) || kind == FlowKind::Label => {
                    places.add_head(tree, syntax, index);
                }
                _ => {}
            }
        }
        places
    }

    /// All of a statement but the statements in it.
    fn add_head(&mut self, tree: &Tree, syntax: NodeId, index: NodeIndex) {
        for part in tree.elements(syntax) {
            match part {
                Part::Token(token) => self.add(tree, token, index),
                Part::Node(child) => {
                    let kind = tree.kind(child);
                    let governed = kind == NodeKind::ElseClause
                        || kind.is_statement() && kind != NodeKind::Declaration;
                    if !governed {
                        self.add_all(tree, child, index);
                    }
                }
            }
        }
    }

    fn add_all(&mut self, tree: &Tree, syntax: NodeId, index: NodeIndex) {
        for token in tree.visible_tokens(syntax) {
            self.add(tree, token, index);
        }
    }

    fn add(&mut self, tree: &Tree, token: TokenId, index: NodeIndex) {
        let note = |nodes: &mut Vec<NodeIndex>| {
            if nodes.last() != Some(&index) {
                nodes.push(index);
            }
        };
        note(self.by_start.entry(tree.tokens().span(token).start).or_default());
        if tree.tokens().kind(token).is_name() {
            note(self.by_word.entry(hash(tree.token_text(token))).or_default());
        }
    }
}

/// What narrows the search for the elements of a rule in one graph.
#[derive(Clone, Copy)]
pub(crate) struct Narrowing<'g> {
    pub(crate) places: &'g Places,
    pub(crate) dropped: &'g DroppedNames,
}

impl<'g> Narrowing<'g> {
    /// The only nodes at which an element can match, in ascending order; none if it could be any.
    pub(crate) fn nodes(&self, matcher: &Matcher<'_>, element: Element) -> Option<Vec<NodeIndex>> {
        let minus = &matcher.body.minus;
        let narrows = match element.form {
            Form::Anywhere | Form::Head => true,
            Form::Whole => minus.kind(element.node) != NodeKind::FunctionDefinition,
            _ => false,
        };
        if !narrows {
            return None;
        }
        let range = formula::element_range(matcher.body, element);
        let values = matcher.values.borrow();
        let at = |nodes: Option<&'g Vec<NodeIndex>>| nodes.map_or(&[][..], |nodes| &nodes[..]);
        let words = words::needed_by(matcher, &values, self.dropped, element.node, range.clone());
        let by_word = words.iter().map(|word| at(self.places.by_word.get(word)));
        let fewest = by_word.min_by_key(|nodes| nodes.len());
        let mut nodes = fewest.map(<[NodeIndex]>::to_vec);
        for position in words::needed_positions(matcher, self.dropped, element.node, range) {
            let value = matcher.inherited.get(&position).map(|&value| values.get(value));
            let Some(Value::Positions(all)) = value else { continue };
            let there: Vec<NodeIndex> = all
                .iter()
                .flat_map(|position| at(self.places.by_start.get(&position.start)))
                .copied()
                .collect();
            if nodes.as_ref().is_none_or(|nodes| there.len() < nodes.len()) {
                nodes = Some(there);
            }
        }
        let mut nodes = nodes?;
        nodes.extend_from_slice(&self.places.always);
        nodes.sort_unstable();
        nodes.dedup();
        Some(nodes)
    }
}
