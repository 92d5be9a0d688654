//! What a tree calls a macro in a text that has none any more.
//!
//! The preprocessed text is the one place where this is a mistake for sure, in headers too: a call that is taken for a
//! loop, or a name that is taken for an attribute.

use csyntax::{NodeId, NodeKind, TokenKind, Tree};

use super::elements::is_macro;

/// The nodes of a preprocessed text that are macros by their kind.
pub(super) fn mistaken(preprocessed: &Tree) -> impl Iterator<Item = NodeId> + '_ {
    preprocessed.ids().filter(|&node| {
        let kind = preprocessed.kind(node);
        is_macro(kind) || (kind == NodeKind::Attribute && starts_with_name(preprocessed, node))
    })
}

/// An attribute of C starts with `__attribute__`.
fn starts_with_name(tree: &Tree, node: NodeId) -> bool {
    let first = tree.first_token(node);
    first.is_some_and(|token| tree.tokens().kind(token) == TokenKind::Identifier)
}

#[cfg(test)]
mod tests {
    use csyntax::Names;

    use super::*;

    fn kinds(text: &str) -> Vec<NodeKind> {
        let tree = csyntax::parse(text.as_bytes().into(), &Names::default());
        mistaken(&tree).map(|node| tree.kind(node)).collect()
    }

    #[test]
    fn macros_are_seen_and_calls_are_not() {
        assert_eq!(
            kinds("int __init f(void) { EACH(a) { } }"),
            [NodeKind::Attribute, NodeKind::IteratorStatement]
        );
        assert_eq!(kinds("int __attribute__((cold)) f(void) { g(a); }"), []);
    }
}
