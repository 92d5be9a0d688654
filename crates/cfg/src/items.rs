//! The items of a file, in the order in which rules visit them.
//!
//! Invariant: a function inside another one comes before it; what is grouped by a conditional or by
//! `extern "C"` is an item of its own, the group is none.

use csyntax::{NodeId, NodeKind, Tree};

/// All syntax nodes that [`crate::build`] makes a graph of, in order.
pub fn items(tree: &Tree) -> Vec<NodeId> {
    let mut items = Vec::new();
    collect(tree, NodeId::ROOT, &mut items);
    items
}

fn collect(tree: &Tree, group: NodeId, items: &mut Vec<NodeId>) {
    for item in tree.children(group) {
        match tree.kind(item) {
            NodeKind::Conditional | NodeKind::LinkageSpecification => collect(tree, item, items),
            NodeKind::ErrorItem | NodeKind::EmptyDeclaration => {}
            NodeKind::FunctionDefinition => {
                let within = tree.descendants(item);
                let start = items.len();
                items.extend(within.filter(|&n| tree.kind(n) == NodeKind::FunctionDefinition));
                items[start..].sort_by_key(|&n| (tree.data(n).subtree_end, std::cmp::Reverse(n)));
            }
            _ => items.push(item),
        }
    }
}
