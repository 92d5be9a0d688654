//! The members of structs and unions, in order, as initialisers need them.

use csema::{Base, Type};
use csyntax::types::{self, TypeTerm};
use csyntax::{NodeId, NodeKind, Tree};
use rustc_hash::FxHashMap;

/// Structs and unions of a file, by tag or by the place of an untagged definition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Structures {
    members: FxHashMap<Base, Vec<Member>>,
}

/// A named member. Those of an unnamed struct or union are their outer one's.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: Box<[u8]>,
    pub(crate) ty: Type,
}

impl Structures {
    pub(crate) fn new(tree: &Tree) -> Structures {
        let mut structures = Structures::default();
        for node in tree.ids().filter(|&node| tree.kind(node) == NodeKind::StructSpecifier) {
            let Some(list) = tree.child(node, NodeKind::FieldList) else { continue };
            let term = TypeTerm { specifiers: tree.parent(node), ..TypeTerm::default() };
            if let Type::Base(base) = Type::of_term(tree, &term).unqualified().1 {
                structures.members.insert(base.clone(), members(tree, list));
            }
        }
        structures
    }

    /// The members of a struct or union; none if it is not defined.
    pub(crate) fn members(&self, of: &Base) -> Option<&[Member]> {
        self.members.get(of).map(|members| &members[..])
    }
}

fn members(tree: &Tree, list: NodeId) -> Vec<Member> {
    let mut members = Vec::new();
    for field in tree.children(list).filter(|&n| tree.kind(n) == NodeKind::FieldDeclaration) {
        add_members(tree, field, &mut members);
    }
    members
}

fn add_members(tree: &Tree, field: NodeId, members: &mut Vec<Member>) {
    let specifiers = types::specifiers(tree, field);
    let before = members.len();
    for child in tree.children(field).filter(|&n| tree.kind(n) == NodeKind::FieldDeclarator) {
        let Some(declarator) = types::declarator(tree, child) else { continue };
        let declared = types::declared(tree, specifiers, declarator);
        if let Some(name) = declared.name {
            let ty = Type::of_term(tree, &declared.term);
            members.push(Member { name: tree.token_text(name).into(), ty });
        }
    }
    if members.len() == before {
        let inner = specifiers
            .and_then(|node| tree.child(node, NodeKind::StructSpecifier))
            .and_then(|node| tree.child(node, NodeKind::FieldList));
        members.extend(inner.into_iter().flat_map(|list| self::members(tree, list)));
    }
}
