//! How tests show trees: one line a tree, kinds around the text of leaves.

use csyntax::{NodeId, NodeKind, Tree};

/// `Kind(child, child)`; a leaf is its text, a token of its own is left out.
pub fn show(tree: &Tree, node: NodeId) -> String {
    let children: Vec<String> = tree.children(node).map(|child| show(tree, child)).collect();
    let kind = tree.kind(node);
    match (kind, children.is_empty()) {
        (
            NodeKind::Name | NodeKind::Literal | NodeKind::StringLiteral | NodeKind::NameDeclarator,
            _,
        )
        | (
            NodeKind::DeclSpecifiers
            | NodeKind::Attribute
            | NodeKind::MacroTokens
            | NodeKind::IdentifierParameter,
            true,
        ) => tree
            .visible_tokens(node)
            .map(|token| String::from_utf8_lossy(tree.token_text(token)).into_owned())
            .collect::<Vec<_>>()
            .join(" "),
        (NodeKind::AbstractDeclarator, _) => "_".to_owned(),
        (_, true) => format!("{kind:?}"),
        _ => format!("{kind:?}({})", children.join(", ")),
    }
}
