//! Metavariables with types: `T x`, `struct s *x`, `expression *x`, `{int, long} x`.

use std::rc::Rc;

use csema::{Base, Type};
use csyntax::types::{self, TypeTerm};
use csyntax::{NodeId, NodeKind, TokenKind};
use smpl::{Metavariable, TypePattern};

use super::Matcher;

impl Matcher<'_> {
    /// Whether the expression `code` has one of the types that the metavariable asks for.
    pub(super) fn has_type(&self, declared: &Metavariable, code: NodeId) -> bool {
        let Some(ty) = self.typing.type_of(self.tree, code) else { return false };
        declared.types.iter().any(|pattern| self.is_type(pattern, &ty))
    }

    fn is_type(&self, pattern: &TypePattern, ty: &Type) -> bool {
        let tree = &pattern.tree;
        let Some(name) = tree.children(NodeId::ROOT).next() else { return false };
        let Some(declarator) = types::declarator(tree, name) else { return false };
        let term = types::declared(tree, types::specifiers(tree, name), declarator).term;
        self.compatible(tree, &term, ty)
    }

    /// A typedef name in the pattern asks for that name; otherwise the code's typedefs are unfolded.
    fn compatible(&self, tree: &csyntax::Tree, term: &TypeTerm, ty: &Type) -> bool {
        let wanted = Type::of_term(tree, term);
        self.same(tree, term, &wanted, ty)
    }

    fn same(&self, tree: &csyntax::Tree, term: &TypeTerm, wanted: &Type, ty: &Type) -> bool {
        match wanted {
            Type::Base(Base::Typedef(name)) => {
                let free = is_type_metavariable(tree, term);
                free || matches!(ty, Type::Base(Base::Typedef(theirs)) if theirs == name)
            }
            Type::Base(Base::Tagged(keyword, tag)) => {
                matches!(self.typing.unfold(ty.clone()), Type::Base(Base::Tagged(k, t))
                    if k == *keyword && t == *tag)
            }
            Type::Base(Base::Other) => false,
            Type::Base(base) => self.typing.unfold(ty.clone()) == Type::Base(base.clone()),
            Type::Pointer(inner) => match self.typing.unfold(ty.clone()) {
                Type::Pointer(theirs) => self.same(tree, term, inner, &theirs),
                _ => false,
            },
            Type::Array(inner) => match self.typing.unfold(ty.clone()) {
                Type::Array(theirs) => self.same(tree, term, inner, &theirs),
                _ => false,
            },
            Type::Function(inner) => match self.typing.unfold(ty.clone()) {
                Type::Function(theirs) => self.same(tree, term, inner, &theirs),
                _ => false,
            },
        }
    }

    /// Whether an expression is known to be a pointer.
    pub(crate) fn is_pointer(&self, code: NodeId) -> bool {
        let ty = self.typing.type_of(self.tree, code).map(|ty| self.typing.unfold(ty));
        matches!(ty, Some(Type::Pointer(_)))
    }

    /// The pointer that `e` would be if it were written `&e`; none if its type is unknown.
    pub(crate) fn pointer_to(&self, code: NodeId) -> Option<Type> {
        self.typing.type_of(self.tree, code).map(|ty| Type::Pointer(Rc::new(ty)))
    }
}

/// Whether the type ends in a type metavariable or in the word `expression`, which take any type.
fn is_type_metavariable(tree: &csyntax::Tree, term: &TypeTerm) -> bool {
    term.specifiers.is_some_and(|node| {
        tree.kind(node) == NodeKind::DeclSpecifiers
            && tree.own_tokens(node).any(|token| {
                tree.tokens().kind(token) == TokenKind::MetaType
                    || tree.token_text(token) == b"expression"
            })
    })
}
