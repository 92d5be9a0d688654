//! Prototypes of functions, as text that can be put together again with other names.

use csema::{Base, Type};
use csyntax::types::{self, Declared};
use csyntax::{NodeId, NodeKind, TokenId, Tree};

use crate::unit::Unit;

/// The prototype of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prototype {
    /// The function.
    pub name: String,
    /// What it returns.
    pub result: Spelling,
    /// What kind of value that is.
    pub result_kind: Kind,
    /// Whether the type of the result is known to the driver's own files only.
    pub own_result: bool,
    /// What it takes, in order.
    pub parameters: Vec<Parameter>,
    /// Whether `...` follows.
    pub variable: bool,
    /// The type alone, on one line: `int (struct napi_struct *, int)`.
    pub signature: String,
}

/// A parameter of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// The name, if it has one there.
    pub name: Option<String>,
    /// Its type. An array or function is a pointer here, as it is for the callee.
    pub spelling: Spelling,
    /// What kind of value it is.
    pub kind: Kind,
    /// Whether its type is known to the driver's own files only.
    pub own: bool,
}

/// A type around the place of the name that it is given to: `int (*` and `)(void)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spelling {
    before: String,
    after: String,
}

/// What kind of value a type has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `void`
    Void,
    /// A signed integer.
    Signed,
    /// An unsigned integer, `bool` or an enum.
    Unsigned,
    /// A pointer.
    Pointer {
        /// The tag of the struct that it points to, if it is one that the kernel's headers define and that may be written.
        lent: Option<String>,
    },
    /// A struct or union by value.
    Record,
    /// What is not understood.
    Unknown,
}

impl Spelling {
    /// A declaration of `name`.
    pub fn with_name(&self, name: &str) -> String {
        let gap = if self.before.ends_with(['*', '(']) || name.is_empty() { "" } else { " " };
        format!("{}{gap}{name}{}", self.before, self.after)
    }
}

impl Prototype {
    pub(crate) fn read(
        unit: &Unit,
        name: &str,
        specifiers: Option<NodeId>,
        declarator: NodeId,
    ) -> Option<Prototype> {
        let tree = &unit.tree;
        let function = types::function_declarator(tree, declarator)?;
        let mut term = types::declared(tree, specifiers, declarator).term;
        term.constructors.remove(0);
        let result_type = Type::of_term(tree, &term);
        let list = tree.child(function, NodeKind::ParameterList)?;
        let parameters = parameters(unit, list)?;
        let result = spelling(tree, specifiers, Some(declarator), Some(function), "");
        let signature = signature(&type_text(&result_type, &result), &parameters);
        Some(Prototype {
            name: name.to_owned(),
            result,
            result_kind: kind(unit, &result_type),
            own_result: is_own(unit, specifiers),
            parameters: parameters.into_iter().map(|(parameter, _)| parameter).collect(),
            variable: tree.child(list, NodeKind::Varargs).is_some(),
            signature,
        })
    }
}

/// The parameters of a list, each with its text in a signature.
fn parameters(unit: &Unit, list: NodeId) -> Option<Vec<(Parameter, String)>> {
    let tree = &unit.tree;
    let mut parameters = Vec::new();
    for node in tree.children(list) {
        match tree.kind(node) {
            NodeKind::Parameter => parameters.push(parameter(unit, node)),
            NodeKind::Varargs => {}
            _ => return None,
        }
    }
    let is_void = matches!(&parameters[..], [(only, _)] if only.kind == Kind::Void);
    Some(if is_void { Vec::new() } else { parameters })
}

fn parameter(unit: &Unit, node: NodeId) -> (Parameter, String) {
    let tree = &unit.tree;
    let specifiers = types::specifiers(tree, node);
    let declarator = types::declarator(tree, node);
    let declared = declarator.map(|declarator| types::declared(tree, specifiers, declarator));
    let Declared { name, term, .. } = declared.unwrap_or_default();
    let written = Type::of_term(tree, &term);
    let ty = as_parameter(written.clone());
    let spelling = match (&written, term.constructors.first()) {
        (Type::Array(_), Some(&array)) => {
            spelling(tree, specifiers, declarator, Some(array), "(*)")
        }
        (Type::Function(_), _) => {
            spelling(tree, specifiers, declarator, innermost(tree, declarator), "(*)")
        }
        _ => spelling(tree, specifiers, declarator, innermost(tree, declarator), ""),
    };
    let text = type_text(&ty, &spelling);
    let parameter = Parameter {
        name: name.map(|token| lossy(tree.token_text(token))),
        spelling,
        kind: kind(unit, &ty),
        own: is_own(unit, specifiers) || declarator.is_some_and(|node| mentions_own(unit, node)),
    };
    (parameter, text)
}

/// Arrays and functions are passed as pointers (C11 6.7.6.3).
fn as_parameter(ty: Type) -> Type {
    match ty {
        Type::Array(element) => Type::Pointer(element),
        function @ Type::Function(_) => Type::Pointer(function.into()),
        other => other,
    }
}

/// A struct of the driver can be pointed to by anyone; its other types mean nothing elsewhere.
fn is_own(unit: &Unit, specifiers: Option<NodeId>) -> bool {
    specifiers.is_some_and(|node| mentions_own(unit, node))
}

fn mentions_own(unit: &Unit, node: NodeId) -> bool {
    let mut names = unit.tree.visible_tokens(node).map(|token| unit.tree.token_text(token));
    names.any(|name| unit.is_own_type(name))
}

fn innermost(tree: &Tree, declarator: Option<NodeId>) -> Option<NodeId> {
    let mut node = declarator?;
    while let Some(inner) = types::inner_declarator(tree, node) {
        node = inner;
    }
    Some(node)
}

/// The words of a type, with those of `hole` left out; `stand_in` has the place of the name in parentheses, if there is one.
fn spelling(
    tree: &Tree,
    specifiers: Option<NodeId>,
    declarator: Option<NodeId>,
    hole: Option<NodeId>,
    stand_in: &str,
) -> Spelling {
    let mut words: Vec<String> = specifiers.map(|node| type_words(tree, node)).unwrap_or_default();
    let mut after = Vec::new();
    if let (Some(declarator), Some(hole)) = (declarator, hole) {
        let skipped = attribute_tokens(tree, declarator);
        let range = tree.data(hole);
        let kept = tree.visible_tokens(declarator).filter(|token| !skipped.contains(token));
        for token in kept.filter(|&token| token < range.first || token >= range.end) {
            let side = if token < range.first { &mut words } else { &mut after };
            side.push(lossy(tree.token_text(token)));
        }
    }
    let (open, close) = stand_in.split_at(stand_in.len().saturating_sub(1));
    words.extend((!open.is_empty()).then(|| open.to_owned()));
    Spelling { before: join(&words), after: format!("{close}{}", join(&after)) }
}

/// The specifiers without storage, `inline` and attributes.
fn type_words(tree: &Tree, specifiers: NodeId) -> Vec<String> {
    let sorted = types::sort_specifiers(tree, specifiers);
    let skipped = attribute_tokens(tree, specifiers);
    let is_kept = |token: &TokenId| {
        !sorted.storage.contains(token)
            && !sorted.function_words.contains(token)
            && !skipped.contains(token)
    };
    let kept = tree.visible_tokens(specifiers).filter(is_kept);
    kept.map(|token| lossy(tree.token_text(token))).collect()
}

fn attribute_tokens(tree: &Tree, node: NodeId) -> Vec<TokenId> {
    let attributes = tree.descendants(node).filter(|&n| tree.kind(n) == NodeKind::Attribute);
    attributes.flat_map(|attribute| tree.token_range(attribute)).map(TokenId).collect()
}

/// Words with blanks where C or a reader needs them.
fn join(words: &[String]) -> String {
    let mut text = String::new();
    for word in words {
        let tight = text.is_empty()
            || text.ends_with(['*', '(', '['])
            || word.starts_with([')', ',', '[', ']'])
            || (word == "(" && text.ends_with(')'));
        if !tight {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

fn kind(unit: &Unit, ty: &Type) -> Kind {
    match unit.typing.unfold(ty.clone()) {
        Type::Pointer(target) => Kind::Pointer { lent: lent(unit, &target) },
        Type::Base(Base::Words(words)) => match &*words {
            b"void" => Kind::Void,
            b"int" | b"long" | b"long long" | b"short" | b"char" | b"signed char" => Kind::Signed,
            b"float" | b"double" | b"long double" | b"__int128" => Kind::Unknown,
            _ => Kind::Unsigned,
        },
        Type::Base(Base::Tagged(keyword, _)) if &*keyword == b"enum" => Kind::Unsigned,
        Type::Base(Base::Tagged(..)) => Kind::Record,
        Type::Base(base @ Base::Anonymous(_)) => {
            if unit.structures.members(&base).is_some() {
                Kind::Record
            } else {
                Kind::Unsigned
            }
        }
        _ => Kind::Unknown,
    }
}

/// The tag of a struct that a callee may write to.
fn lent(unit: &Unit, target: &Type) -> Option<String> {
    let (qualifiers, _) = target.unqualified();
    let Type::Base(base) = unit.typing.unfold(target.clone()) else { return None };
    let Base::Tagged(keyword, tag) = &base else { return None };
    let is_known = unit.structures.members(&base).is_some() && !unit.is_own_type(tag);
    (&**keyword == b"struct" && !qualifiers.constant && is_known).then(|| lossy(tag))
}

/// A type as a signature has it: from its meaning as far as it is simple, else as it was written.
fn type_text(ty: &Type, spelling: &Spelling) -> String {
    simple_text(ty).unwrap_or_else(|| spelling.with_name(""))
}

fn simple_text(ty: &Type) -> Option<String> {
    match ty {
        Type::Base(Base::Words(words)) => Some(lossy(words)),
        Type::Base(Base::Tagged(keyword, tag)) => {
            Some(format!("{} {}", lossy(keyword), lossy(tag)))
        }
        Type::Base(Base::Typedef(name)) => Some(lossy(name)),
        Type::Pointer(target) => {
            let target = simple_text(target)?;
            let gap = if target.ends_with('*') { "" } else { " " };
            Some(format!("{target}{gap}*"))
        }
        Type::Qualified(qualifiers, inner) => {
            let inner_text = simple_text(inner)?;
            Some(match **inner {
                Type::Pointer(_) => format!("{inner_text}{}", qualifiers.spelling()),
                _ => format!("{} {inner_text}", qualifiers.spelling()),
            })
        }
        _ => None,
    }
}

fn signature(result: &str, parameters: &[(Parameter, String)]) -> String {
    let texts: Vec<&str> = parameters.iter().map(|(_, text)| text.as_str()).collect();
    let list = if texts.is_empty() { "void".to_owned() } else { texts.join(", ") };
    format!("{result} ({list})")
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests;
