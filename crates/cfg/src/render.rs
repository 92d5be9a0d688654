//! A graph as text, for a reader: one line a node.
//!
//! Invariant: the text depends on the graph and the tree alone; a node's successors come in order, those
//! over control edges with `~>`.

use std::fmt;

use csyntax::{TokenId, Tree};

use crate::graph::{Edges, FlowNode, Graph, NodeIndex};
use crate::kind::FlowKind;
use crate::labels::Path;

/// The longest excerpt of source text that is shown.
const EXCERPT: usize = 40;

/// A graph to be shown; see [`Graph::rendered`].
pub struct Rendered<'a> {
    graph: &'a Graph,
    tree: &'a Tree,
}

impl Graph {
    /// The graph with excerpts of its tree, one line a node: index, kind (with `*` at loops and `fake`),
    /// excerpt, label path, successors.
    pub fn rendered<'a>(&'a self, tree: &'a Tree) -> Rendered<'a> {
        Rendered { graph: self, tree }
    }
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, node) in self.graph.nodes().iter().enumerate() {
            self.line(f, index, node)?;
        }
        Ok(())
    }
}

impl Rendered<'_> {
    fn line(&self, f: &mut fmt::Formatter<'_>, index: NodeIndex, node: &FlowNode) -> fmt::Result {
        write!(f, "{index} {}", node.kind.name())?;
        if let Some(brace) = node.brace {
            write!(f, "{brace}")?;
        }
        if node.is_loop {
            f.write_str("*")?;
        }
        if node.is_fake && node.kind != FlowKind::Fake {
            f.write_str(" (fake)")?;
        }
        let excerpt = self.excerpt(node);
        if !excerpt.is_empty() {
            write!(f, " `{excerpt}`")?;
        }
        write!(f, " {}", Path(self.graph.labels().path(node.label)))?;
        if let Some(label) = node.jump_label {
            write!(f, " leaves {}", Path(self.graph.labels().path(label)))?;
        }
        f.write_str(" ->")?;
        for &next in self.graph.successors(index, Edges::All) {
            let arrow = if self.graph.is_control(index, next) { " ~>" } else { " " };
            write!(f, "{arrow}{next}")?;
        }
        f.write_str("\n")
    }

    /// The text of a node that is code, as one line.
    fn excerpt(&self, node: &FlowNode) -> String {
        use FlowKind::*;
        let Some(syntax) = node.syntax else { return String::new() };
        let tokens: Vec<TokenId> = match node.kind {
            OpenBrace
            | CloseBrace
            | EndStatement
            | PreExit
            | True { .. }
            | False
            | Fall
            | InLoop
            | LoopFall
            | After(_)
            | Do
            | Else
            | DoWhileZero => return String::new(),
            DoTail => {
                let from = node.token.unwrap_or(self.tree.data(syntax).first);
                self.tree.visible_tokens(syntax).filter(|&token| token >= from).collect()
            }
            Ifdef | IfdefElse | IfdefEnd => node.token.into_iter().collect(),
            _ => self.header_tokens(syntax),
        };
        self.joined(&tokens)
    }

    /// The tokens in front of the statements and the macro body below.
    fn header_tokens(&self, syntax: csyntax::NodeId) -> Vec<TokenId> {
        let is_inner = |&child: &csyntax::NodeId| {
            let kind = self.tree.kind(child);
            kind.is_statement() || kind == csyntax::NodeKind::MacroBody
        };
        let end =
            self.tree.children(syntax).find(is_inner).map(|child| self.tree.data(child).first);
        let tokens = self.tree.visible_tokens(syntax);
        tokens.filter(|&token| end.is_none_or(|end| token < end)).collect()
    }

    fn joined(&self, tokens: &[TokenId]) -> String {
        let (Some(&first), Some(&last)) = (tokens.first(), tokens.last()) else {
            return String::new();
        };
        let tokens = self.tree.tokens();
        let range = tokens.span(first).start as usize..tokens.span(last).end as usize;
        let text = String::from_utf8_lossy(&self.tree.source()[range]).into_owned();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= EXCERPT {
            return line;
        }
        line.chars().take(EXCERPT).chain("...".chars()).collect()
    }
}
