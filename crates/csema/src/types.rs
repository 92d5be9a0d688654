//! Types as values, cut loose from the text that spelt them.

use std::rc::Rc;

use csyntax::types::{self, TypeTerm};
use csyntax::{NodeKind, Tree};

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

/// A type without its qualifiers.
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
}

impl Type {
    /// The type that `words` spell, such as `int`.
    pub fn word(words: &str) -> Type {
        Type::Base(Base::Words(words.as_bytes().into()))
    }

    /// The type that a term of `tree` spells.
    pub fn of_term(tree: &Tree, term: &TypeTerm) -> Type {
        let base = term.specifiers.map_or(Base::Words((*b"int").into()), |node| base(tree, node));
        let mut made = Type::Base(base);
        for &constructor in term.constructors.iter().rev() {
            let inner = Rc::new(made);
            made = match tree.kind(constructor) {
                NodeKind::PointerDeclarator => Type::Pointer(inner),
                NodeKind::ArrayDeclarator => Type::Array(inner),
                _ => Type::Function(inner),
            };
        }
        made
    }

    /// What a pointer or array leads to.
    pub fn target(&self) -> Option<&Type> {
        match self {
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
