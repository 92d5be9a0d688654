//! Initialisers in braces.

use csyntax::{Element, NodeId, NodeKind, TokenKind};

use super::Speller;

impl Speller<'_> {
    pub(super) fn initialiser_list(&mut self, node: NodeId) {
        let entries: Vec<NodeId> = self.tree.children(node).collect();
        let row = self.is_added() && self.ends_list(node);
        let one_line = entries.is_empty() || (self.is_added() && !row && self.is_short(&entries));
        self.open_lists += 1;
        let last = entries.last().copied();
        let mut behind_last = false;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => match self.token_kind(token) {
                    TokenKind::RightBrace => {
                        self.close(&entries, one_line);
                        self.token(token);
                    }
                    // Behind the last entry of a bound list there is always a comma, on one line never.
                    TokenKind::Comma if behind_last && (one_line || !self.is_added()) => {}
                    _ => self.token(token),
                },
                Element::Node(child) => {
                    if one_line || row && Some(child) != entries.first().copied() {
                        self.space()
                    } else {
                        self.newline()
                    }
                    self.node(child);
                    behind_last = Some(child) == last;
                }
            }
        }
        self.open_lists -= 1;
    }

    /// Whether a list is an entry by itself, or the last one of another list: its own entries then share a line.
    fn ends_list(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let entry = tree.parent(node).filter(|&n| tree.kind(n) == NodeKind::InitialiserEntry);
        let outer = entry.and_then(|entry| tree.parent(entry));
        let is_last = || outer.is_some_and(|outer| tree.children(outer).last() == entry);
        entry.is_some() && (self.open_lists == 0 || is_last())
    }

    fn close(&mut self, entries: &[NodeId], one_line: bool) {
        if entries.is_empty() {
            return;
        }
        if one_line {
            return self.space();
        }
        if !self.is_added() {
            self.word(TokenKind::Comma, b",");
        }
        self.newline();
    }

    /// One element without designator.
    fn is_short(&self, entries: &[NodeId]) -> bool {
        let [only] = entries else { return false };
        self.tree.child(*only, NodeKind::Designator).is_none()
    }

    pub(super) fn initialiser_entry(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::Equal => {
                    self.space();
                    self.token(token);
                    self.space();
                }
                Element::Token(token) => self.token(token),
                Element::Node(child) => {
                    let old_style = self.kind(child) == NodeKind::Designator
                        && self.tree.own_token(child, TokenKind::Colon).is_some();
                    self.node(child);
                    if old_style {
                        self.space();
                    }
                }
            }
        }
    }
}
