//! Types as values, cut loose from the text that spelt them.

use std::rc::Rc;

use csyntax::types::{self, TypeTerm};
use csyntax::{NodeKind, TokenId, Tree};

/// The specifiers of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// Type words in the order of the C standard's list: `unsigned int`, `char`, ...
    Words(Rc<[u8]>),
    /// `struct tag`, `union tag` or `enum tag`: the keyword and the tag.
    Tagged(Rc<[u8]>, Rc<[u8]>),
    /// A struct, union or enum without tag, known by where it is defined.
    Anonymous(u32),
    /// A typedef name.
    Typedef(Rc<[u8]>),
    /// What is spelt in a way that is not understood, `typeof` for one.
    Other,
}

/// Type qualifiers (C11 6.7.3) as far as types are told apart by them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Qualifiers {
    /// `const`
    pub constant: bool,
    /// `volatile`
    pub volatile: bool,
}

impl Qualifiers {
    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Qualifiers::default()
    }

    /// Whether these are among `others`.
    pub fn are_in(self, others: Qualifiers) -> bool {
        (!self.constant || others.constant) && (!self.volatile || others.volatile)
    }

    /// These and `others`.
    pub fn and(self, others: Qualifiers) -> Qualifiers {
        Qualifiers {
            constant: self.constant || others.constant,
            volatile: self.volatile || others.volatile,
        }
    }

    /// As they are written.
    pub fn spelling(self) -> &'static str {
        match (self.constant, self.volatile) {
            (false, false) => "",
            (true, false) => "const",
            (false, true) => "volatile",
            (true, true) => "const volatile",
        }
    }

    fn of_words<'a>(words: impl Iterator<Item = &'a [u8]>) -> Qualifiers {
        words.fold(Qualifiers::default(), |found, word| match word {
            b"const" | b"__const" | b"__const__" => Qualifiers { constant: true, ..found },
            b"volatile" | b"__volatile" | b"__volatile__" => Qualifiers { volatile: true, ..found },
            _ => found,
        })
    }
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// What the specifiers say.
    Base(Base),
    /// A pointer to it.
    Pointer(Rc<Type>),
    /// An array of it.
    Array(Rc<Type>),
    /// A function that returns it.
    Function(Rc<Type>),
    /// A qualified one; the type in it is not qualified itself, nor an array.
    Qualified(Qualifiers, Rc<Type>),
}

impl Type {
    /// The type that `words` spell, such as `int`.
    pub fn word(words: &str) -> Type {
        Type::Base(Base::Words(words.as_bytes().into()))
    }

    /// The type that a term of `tree` spells.
    pub fn of_term(tree: &Tree, term: &TypeTerm) -> Type {
        let words = |tokens: &[TokenId]| {
            let kept = tokens.iter().filter(|token| !term.without.contains(token));
            Qualifiers::of_words(kept.map(|&token| tree.token_text(token)))
        };
        let base = term.specifiers.map_or(Base::Words((*b"int").into()), |node| base(tree, node));
        let qualifiers = term.specifiers.map(|node| types::sort_specifiers(tree, node).qualifiers);
        let mut made = Type::Base(base).qualified(words(&qualifiers.unwrap_or_default()));
        for &constructor in term.constructors.iter().rev() {
            let inner = Rc::new(made);
            made = match tree.kind(constructor) {
                NodeKind::PointerDeclarator => {
                    let own: Vec<TokenId> = tree.own_tokens(constructor).collect();
                    Type::Pointer(inner).qualified(words(&own))
                }
                NodeKind::ArrayDeclarator => Type::Array(inner),
                _ => Type::Function(inner),
            };
        }
        made
    }

    /// The type with `more` qualifiers; those of an array are its elements'.
    pub fn qualified(self, more: Qualifiers) -> Type {
        match self {
            ty if more.is_empty() => ty,
            Type::Qualified(own, inner) => Type::Qualified(own.and(more), inner),
            Type::Array(inner) => Type::Array(Rc::new((*inner).clone().qualified(more))),
            ty => Type::Qualified(more, Rc::new(ty)),
        }
    }

    /// The qualifiers of the type as a whole, and the type without them.
    pub fn unqualified(&self) -> (Qualifiers, &Type) {
        match self {
            Type::Qualified(qualifiers, inner) => (*qualifiers, inner),
            ty => (Qualifiers::default(), ty),
        }
    }

    /// What a pointer or array leads to.
    pub fn target(&self) -> Option<&Type> {
        match self.unqualified().1 {
            Type::Pointer(inner) | Type::Array(inner) => Some(inner),
            _ => None,
        }
    }
}

fn base(tree: &Tree, specifiers: csyntax::NodeId) -> Base {
    let sorted = types::sort_specifiers(tree, specifiers);
    if let Some(node) = sorted.node {
        return match tree.kind(node) {
            NodeKind::StructSpecifier | NodeKind::EnumSpecifier => tagged(tree, node),
            _ => Base::Other,
        };
    }
    let words: Vec<&[u8]> = sorted.words.iter().map(|&token| tree.token_text(token)).collect();
    match words[..] {
        [] => Base::Words((*b"int").into()),
        [name] if tree.tokens().kind(sorted.words[0]) != csyntax::TokenKind::TypeWord => {
            Base::Typedef(name.into())
        }
        _ => Base::Words(canonical(&words).into()),
    }
}

fn tagged(tree: &Tree, node: csyntax::NodeId) -> Base {
    let keyword = tree.first_token(node).map(|token| tree.token_text(token)).unwrap_or_default();
    let tag = tree.own_tokens(node).skip(1).find(|&token| {
        tree.tokens().kind(token).is_name() || tree.tokens().kind(token).is_metavariable()
    });
    match tag {
        Some(tag) => Base::Tagged(keyword.into(), tree.token_text(tag).into()),
        None => Base::Anonymous(node.0),
    }
}

/// One spelling for each arithmetic type: `long unsigned` and `unsigned long int` are `unsigned long`.
fn canonical(words: &[&[u8]]) -> Vec<u8> {
    let count = |word: &[u8]| words.iter().filter(|&&w| w == word).count();
    let has = |word: &[u8]| count(word) > 0;
    let mut out: Vec<&[u8]> = Vec::new();
    if has(b"unsigned") {
        out.push(b"unsigned");
    } else if has(b"char") && (has(b"signed") || has(b"__signed__")) {
        out.push(b"signed");
    }
    let before = out.len();
    out.extend(std::iter::repeat_n(&b"long"[..], count(b"long")));
    for word in [&b"short"[..], b"char", b"void", b"float", b"double", b"_Bool", b"__int128"] {
        if has(word) {
            out.push(word);
        }
    }
    if out.len() == before {
        out.push(b"int");
    }
    out.join(&b' ')
}
