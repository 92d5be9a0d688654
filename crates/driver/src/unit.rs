//! One preprocessed C file of a driver: its tree, the types in it, and where each part comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use csema::{Typing, Widths};
use csyntax::types::{self, Declared};
use csyntax::{NodeId, NodeKind, Tree};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::origins::Origins;
use crate::prototype::Prototype;
use crate::roles;
use crate::structures::Structures;

/// A preprocessed C file.
#[derive(Debug)]
pub struct Unit {
    pub(crate) tree: Tree,
    pub(crate) typing: Typing,
    pub(crate) structures: Structures,
    origins: Origins,
    functions: BTreeMap<String, Function>,
    /// Tags and typedef names that the driver's own files define.
    own_types: FxHashSet<Box<[u8]>>,
    /// The headers that define structs and unions, by tag.
    definers: FxHashMap<Box<[u8]>, String>,
}

/// Where a function is declared.
#[derive(Clone, Copy, Debug)]
struct Function {
    specifiers: Option<NodeId>,
    declarator: NodeId,
    is_definition: bool,
}

impl Unit {
    /// Reads the preprocessed `text`. Files below the folder `own`, which ends with `/`, are the driver's.
    pub fn new(text: Arc<[u8]>, own: &str) -> Unit {
        let origins = Origins::new(&text, own);
        let tree = csyntax::parse(text, &csyntax::Names::default());
        let typing = Typing::new(&tree, &[], Widths::default());
        let structures = Structures::new(&tree);
        let functions = functions(&tree);
        let own_types = own_types(&tree, &origins);
        let definers = definers(&tree, &origins);
        Unit { tree, typing, structures, origins, functions, own_types, definers }
    }

    /// Where the parts of the text come from.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// The prototype of the function `name`: of its definition, or else of a declaration.
    pub fn prototype(&self, name: &str) -> Option<Prototype> {
        let function = self.functions.get(name)?;
        Prototype::read(self, name, function.specifiers, function.declarator)
    }

    /// The prototype of the function `name`, if this file defines it.
    pub fn definition(&self, name: &str) -> Option<Prototype> {
        self.functions.get(name).filter(|function| function.is_definition)?;
        self.prototype(name)
    }

    /// The members of operations tables that each function is stored in, as `net_device_ops.ndo_open`, in order of the text.
    pub fn members(&self) -> BTreeMap<String, Vec<String>> {
        roles::members(self)
    }

    /// The kernel's header that defines the struct or union `tag`, as behind `#include`.
    pub fn definer(&self, tag: &str) -> Option<&str> {
        self.definers.get(tag.as_bytes()).map(String::as_str)
    }

    /// Whether a tag or typedef name is defined by the driver's own files.
    pub(crate) fn is_own_type(&self, name: &[u8]) -> bool {
        self.own_types.contains(name)
    }

    /// Whether there is a function `name`.
    pub(crate) fn is_function(&self, name: &[u8]) -> bool {
        std::str::from_utf8(name).is_ok_and(|name| self.functions.contains_key(name))
    }
}

/// All functions of a file; a definition counts more than a declaration.
fn functions(tree: &Tree) -> BTreeMap<String, Function> {
    let mut functions = BTreeMap::new();
    for item in tree.children(NodeId::ROOT) {
        let specifiers = types::specifiers(tree, item);
        match tree.kind(item) {
            NodeKind::FunctionDefinition => {
                add_function(tree, specifiers, item, true, &mut functions);
            }
            NodeKind::Declaration => tree
                .children(item)
                .filter(|&child| tree.kind(child) == NodeKind::InitDeclarator)
                .for_each(|init| add_function(tree, specifiers, init, false, &mut functions)),
            _ => {}
        }
    }
    functions
}

fn add_function(
    tree: &Tree,
    specifiers: Option<NodeId>,
    around: NodeId,
    is_definition: bool,
    functions: &mut BTreeMap<String, Function>,
) {
    let Some(declarator) = types::declarator(tree, around) else { return };
    if types::function_declarator(tree, declarator).is_none() || is_typedef(tree, specifiers) {
        return;
    }
    let Declared { name: Some(name), .. } = types::declared(tree, specifiers, declarator) else {
        return;
    };
    let name = String::from_utf8_lossy(tree.token_text(name)).into_owned();
    let function = Function { specifiers, declarator, is_definition };
    let known = functions.entry(name).or_insert(function);
    if is_definition {
        *known = function;
    }
}

fn is_typedef(tree: &Tree, specifiers: Option<NodeId>) -> bool {
    let storage = specifiers.map(|node| types::sort_specifiers(tree, node).storage);
    let mut storage = storage.unwrap_or_default().into_iter();
    storage.any(|token| tree.tokens().kind(token) == csyntax::TokenKind::Typedef)
}

fn own_types(tree: &Tree, origins: &Origins) -> FxHashSet<Box<[u8]>> {
    let mut own = FxHashSet::default();
    for node in tree.ids() {
        let is_type = match tree.kind(node) {
            NodeKind::StructSpecifier => tree.child(node, NodeKind::FieldList).is_some(),
            NodeKind::EnumSpecifier => tree.child(node, NodeKind::EnumeratorList).is_some(),
            NodeKind::Declaration => is_typedef(tree, types::specifiers(tree, node)),
            _ => false,
        };
        if is_type && origins.is_own(tree.span(node).start) {
            own.extend(defined(tree, node).into_iter().map(Into::into));
        }
    }
    own
}

fn definers(tree: &Tree, origins: &Origins) -> FxHashMap<Box<[u8]>, String> {
    let mut definers = FxHashMap::default();
    for node in tree.ids().filter(|&node| tree.kind(node) == NodeKind::StructSpecifier) {
        if tree.child(node, NodeKind::FieldList).is_some()
            && let Some(header) = origins.header_at(tree.span(node).start)
            && let Some(tag) = defined(tree, node).first()
        {
            definers.insert((*tag).into(), header.to_owned());
        }
    }
    definers
}

/// The tag of a struct, union or enum, or the names that a typedef declares.
fn defined(tree: &Tree, node: NodeId) -> Vec<&[u8]> {
    if tree.kind(node) != NodeKind::Declaration {
        let tag = tree.own_tokens(node).skip(1).find(|&token| tree.tokens().kind(token).is_name());
        return tag.map(|tag| tree.token_text(tag)).into_iter().collect();
    }
    let inits = tree.children(node).filter(|&child| tree.kind(child) == NodeKind::InitDeclarator);
    let declarators = inits.filter_map(|init| types::declarator(tree, init));
    let names = declarators.filter_map(|declarator| types::declared(tree, None, declarator).name);
    names.map(|name| tree.token_text(name)).collect()
}
