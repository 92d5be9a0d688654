//! Metavariables with types: `T x`, `struct s *x`, `expression *x`, `{int, long} x`.

use csema::{Base, Type};
use csyntax::types::{self, TypeTerm};
use csyntax::{NodeId, NodeKind, TokenKind};
use smpl::{Metavariable, TypePattern, TypeShape};

use super::Matcher;
use super::isomorphisms::type_term;

impl Matcher<'_> {
    /// Whether the expression `code` has one of the types that the metavariable asks for.
    pub(super) fn has_type(&self, declared: &Metavariable, code: NodeId) -> bool {
        let Some(ty) = self.typing.type_of(self.tree, code) else { return false };
        declared.types.iter().any(|pattern| self.is_type(pattern, &ty))
    }

    pub(super) fn is_type(&self, pattern: &TypePattern, ty: &Type) -> bool {
        match &pattern.shape {
            TypeShape::Type(tree) => type_term(tree).is_some_and(|term| {
                let wanted = Type::of_term(tree, &term);
                self.same(tree, &term, &wanted, ty)
            }),
            TypeShape::Open { keyword, pointers } => self.is_open(*keyword, *pointers, ty),
        }
    }

    /// Any type behind so many pointers, or any with this keyword.
    fn is_open(&self, keyword: Option<TokenKind>, pointers: u32, ty: &Type) -> bool {
        let mut inner = self.typing.unfold(ty.clone());
        for _ in 0..pointers {
            match inner {
                Type::Pointer(target) => inner = self.typing.unfold((*target).clone()),
                _ => return false,
            }
        }
        let word = match keyword {
            None => return true,
            Some(TokenKind::Struct) => &b"struct"[..],
            Some(TokenKind::Union) => b"union",
            Some(_) => b"enum",
        };
        matches!(inner, Type::Base(Base::Tagged(theirs, _)) if &theirs[..] == word)
    }

    /// Whether one declarator of a declaration has one of the metavariable's types.
    pub(super) fn declares_type(
        &self,
        metavariable: &Metavariable,
        declaration: NodeId,
        init: NodeId,
    ) -> bool {
        let Some(declarator) = types::declarator(self.tree, init) else { return false };
        let term =
            types::declared(self.tree, types::specifiers(self.tree, declaration), declarator).term;
        let ty = Type::of_term(self.tree, &term);
        metavariable.types.iter().any(|pattern| self.is_type(pattern, &ty))
    }

    /// A typedef name in the pattern asks for that name; otherwise the code's typedefs are unfolded.
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
}

/// Whether the type ends in a type metavariable, which takes any type.
fn is_type_metavariable(tree: &csyntax::Tree, term: &TypeTerm) -> bool {
    term.specifiers.is_some_and(|node| {
        tree.kind(node) == NodeKind::DeclSpecifiers
            && tree.own_tokens(node).any(|token| tree.tokens().kind(token) == TokenKind::MetaType)
    })
}
