//! Metavariables with types: `T x`, `struct s *x`, `expression *x`, `{int, long} x`.

use std::rc::Rc;
use std::sync::Arc;

use csema::{Base, Type, Typing};
use csyntax::types::{self, TypeTerm};
use csyntax::{Names, NodeId, NodeKind, TokenKind, Tree, lexer, pattern};
use fixedbitset::FixedBitSet;
use smallvec::smallvec;
use smpl::{Metavariable, TypePattern, TypeShape};

use super::Matcher;
use super::isomorphisms::type_term;
use crate::record::{Matches, Partial};
use crate::value::Value;

impl Matcher<'_> {
    /// The expression `code` has one of the types that the metavariable asks for; what metavariables in the types stand
    /// for is bound. Without types, the match as it was.
    pub(super) fn typed(&self, declared: &Metavariable, code: NodeId, from: &Partial) -> Matches {
        if declared.types.is_empty() {
            return smallvec![from.clone()];
        }
        let Some(ty) = self.typing.type_of(self.tree, code) else { return Matches::new() };
        declared
            .types
            .iter()
            .find_map(|pattern| self.type_against(pattern, &ty, from))
            .into_iter()
            .collect()
    }

    /// One type pattern against a type.
    pub(super) fn type_against(
        &self,
        pattern: &TypePattern,
        ty: &Type,
        from: &Partial,
    ) -> Option<Partial> {
        if pattern.metavariables.iter().all(Option::is_none) {
            return self.is_type(pattern, ty).then(|| from.clone());
        }
        let TypeShape::Type(tree) = &pattern.shape else { return None };
        let term = type_term(tree)?;
        let inner = self.behind_constructors(tree, &term, ty)?;
        let specifiers = term.specifiers?;
        let token = tree
            .visible_tokens(specifiers)
            .find(|token| pattern.metavariables.get(token.index()).copied().flatten().is_some())?;
        let metavariable = pattern.metavariables[token.index()]?;
        if tree.tokens().kind(token) == TokenKind::MetaType {
            let value = expression_type_value(&inner, self.typing);
            return self.bind(metavariable, value, from);
        }
        // The tag of a struct, union or enum.
        let keyword = tree.token_text(tree.first_token(tree.children(specifiers).next()?)?);
        match self.typing.unfold(inner) {
            Type::Base(Base::Tagged(theirs, tag)) if &*theirs == keyword => {
                self.bind(metavariable, Value::Identifier((*tag).into()), from)
            }
            _ => None,
        }
    }

    /// What is left of a type without the pointers, arrays and functions that a pattern spells.
    fn behind_constructors(&self, tree: &Tree, term: &TypeTerm, ty: &Type) -> Option<Type> {
        term.constructors.iter().try_fold(ty.clone(), |inner, &constructor| {
            match (tree.kind(constructor), self.typing.unfold(inner)) {
                (NodeKind::PointerDeclarator, Type::Pointer(target))
                | (NodeKind::ArrayDeclarator, Type::Array(target))
                | (NodeKind::FunctionDeclarator, Type::Function(target)) => Some((*target).clone()),
                _ => None,
            }
        })
    }

    /// Whether a type is the one that a pattern spells, metavariables in which stand for any type.
    pub(super) fn is_of_form(&self, pattern: &TypePattern, ty: &Type) -> bool {
        match &pattern.shape {
            TypeShape::Type(tree) if pattern.metavariables.iter().any(Option::is_some) => {
                type_term(tree).and_then(|term| self.behind_constructors(tree, &term, ty)).is_some()
            }
            _ => self.is_type(pattern, ty),
        }
    }

    /// Whether a type is the one that a pattern without metavariables spells.
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
            Type::Qualified(wanted, inner) => {
                let (qualifiers, ty) = ty.unqualified();
                wanted.are_in(qualifiers) && self.same(tree, term, inner, ty)
            }
            Type::Base(Base::Typedef(name)) => {
                let free = is_type_metavariable(tree, term);
                let is_it =
                    |ty: &Type| matches!(ty, Type::Base(Base::Typedef(theirs)) if theirs == name);
                free || is_it(ty.unqualified().1)
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

/// A type that was worked out, as the value of a type metavariable: it is spelt, and read again.
pub(super) fn type_value(ty: &Type) -> Value {
    spelt(ty).unwrap_or_else(|| Value::Unspelt(ty.clone()))
}

/// The type of an expression, as the value of a type metavariable.
fn expression_type_value(ty: &Type, typing: &Typing) -> Value {
    match type_value(ty) {
        Value::Type(tree, term, _) => Value::Type(tree, term, Some(Rc::new(typing.resolved(ty)))),
        other => other,
    }
}

fn spelt(ty: &Type) -> Option<Value> {
    let source: Arc<[u8]> = spell(ty)?.into();
    let tokens = lexer::tokenize(&source);
    let tree = pattern::parse_type(source, tokens, FixedBitSet::new(), &mut Names::default());
    let term = type_term(&tree)?;
    Some(Value::Type(Arc::new(tree), term, None))
}

/// A type in C; none for what a name would have to stand in the middle of.
fn spell(ty: &Type) -> Option<Vec<u8>> {
    Some(match ty {
        Type::Base(Base::Words(words)) => words.to_vec(),
        Type::Base(Base::Tagged(keyword, tag)) => [keyword, &b" "[..], tag].concat(),
        Type::Base(Base::Typedef(name)) => name.to_vec(),
        Type::Base(Base::Anonymous(_) | Base::Other) => return None,
        Type::Pointer(inner) => [spell(inner)?, b" *".to_vec()].concat(),
        Type::Qualified(qualifiers, inner) => {
            let qualifiers = qualifiers.spelling().as_bytes();
            match **inner {
                Type::Pointer(_) => [&spell(inner)?, qualifiers].concat(),
                _ => [qualifiers, b" ", &spell(inner)?].concat(),
            }
        }
        Type::Array(_) | Type::Function(_) => return None,
    })
}
