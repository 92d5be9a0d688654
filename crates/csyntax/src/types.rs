//! The type that specifiers and a declarator spell together.
//!
//! C writes a type inside out: in `char *x[3]` the name is an array of pointers. A [`TypeTerm`] lists the
//! constructors as the type is read, from the name outwards, and the specifiers last.

use crate::kind::{NodeKind, TokenKind};
use crate::tree::{NodeId, TokenId, Tree};

/// A type as it is spelt in one tree.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TypeTerm {
    /// Pointer, array and function declarators, the one next to the name first.
    pub constructors: Vec<NodeId>,
    /// The DeclSpecifiers; none for an implicit `int`.
    pub specifiers: Option<NodeId>,
    /// Qualifiers among all these that are no part of the type: `const` where a pattern `const T` has taken it.
    pub without: Vec<TokenId>,
}

/// What a declarator declares.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Declared {
    /// The name, unless the declarator is abstract.
    pub name: Option<TokenId>,
    /// In a pattern, a Disjunction of names in place of the name.
    pub choice: Option<NodeId>,
    /// Its type.
    pub term: TypeTerm,
}

/// The name and the type of `declarator` behind `specifiers`.
pub fn declared(tree: &Tree, specifiers: Option<NodeId>, declarator: NodeId) -> Declared {
    let term = TypeTerm { specifiers, ..TypeTerm::default() };
    let mut result = Declared { name: None, choice: None, term };
    let mut node = Some(declarator);
    while let Some(current) = node {
        match tree.kind(current) {
            NodeKind::NameDeclarator => {
                result.name = tree.first_token(current);
                break;
            }
            NodeKind::Disjunction => {
                result.choice = Some(current);
                break;
            }
            NodeKind::PointerDeclarator
            | NodeKind::ArrayDeclarator
            | NodeKind::FunctionDeclarator => {
                result.term.constructors.push(current);
            }
            _ => {}
        }
        node = inner_declarator(tree, current);
    }
    result.term.constructors.reverse();
    result
}

/// The declarator inside `declarator`; in a pattern also a Disjunction of names.
pub fn inner_declarator(tree: &Tree, declarator: NodeId) -> Option<NodeId> {
    tree.children(declarator).find(|&child| {
        tree.kind(child).is_declarator() || tree.kind(child) == NodeKind::Disjunction
    })
}

/// The specifiers of a declaration, field, parameter, type name or function.
pub fn specifiers(tree: &Tree, declaration: NodeId) -> Option<NodeId> {
    tree.child(declaration, NodeKind::DeclSpecifiers)
}

/// The declarator of a parameter, type name, function, InitDeclarator or FieldDeclarator.
pub fn declarator(tree: &Tree, node: NodeId) -> Option<NodeId> {
    inner_declarator(tree, node)
}

/// The FunctionDeclarator next to the name of a declarator: that of a function, if it declares one.
pub fn function_declarator(tree: &Tree, declarator: NodeId) -> Option<NodeId> {
    let term = declared(tree, None, declarator).term;
    let first = *term.constructors.first()?;
    (tree.kind(first) == NodeKind::FunctionDeclarator).then_some(first)
}

/// What the words of DeclSpecifiers say, sorted by their roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specifiers {
    /// `static`, `extern`, `typedef`, `auto`, `register`.
    pub storage: Vec<TokenId>,
    /// `inline`, `_Noreturn`, ...
    pub function_words: Vec<TokenId>,
    /// `const`, `volatile`, `restrict`.
    pub qualifiers: Vec<TokenId>,
    /// Type words and typedef names, in order.
    pub words: Vec<TokenId>,
    /// A StructSpecifier, EnumSpecifier, TypeofSpecifier or Disjunction.
    pub node: Option<NodeId>,
    /// Attributes.
    pub attributes: Vec<NodeId>,
}

/// Sorts the words of DeclSpecifiers.
pub fn sort_specifiers(tree: &Tree, specifiers: NodeId) -> Specifiers {
    let mut sorted = Specifiers::default();
    for element in tree.elements(specifiers) {
        match element {
            crate::Element::Token(token) => match tree.tokens().kind(token) {
                TokenKind::Static
                | TokenKind::Extern
                | TokenKind::Typedef
                | TokenKind::Auto
                | TokenKind::Register => sorted.storage.push(token),
                TokenKind::Inline | TokenKind::StorageWord | TokenKind::Extension => {
                    sorted.function_words.push(token);
                }
                TokenKind::Const | TokenKind::Volatile | TokenKind::Restrict => {
                    sorted.qualifiers.push(token);
                }
                _ => sorted.words.push(token),
            },
            crate::Element::Node(node) => match tree.kind(node) {
                NodeKind::Attribute => sorted.attributes.push(node),
                NodeKind::ArgumentList => {}
                _ => sorted.node = Some(node),
            },
        }
    }
    sorted
}
