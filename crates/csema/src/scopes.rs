//! Which declaration each name in an expression refers to.
//!
//! One walk over the tree with a stack of scopes: the file, a function's parameters, each block, each `for`.
//! A declaration is visible from its end on.

use csyntax::types::{self, Declared};
use csyntax::{NodeId, NodeKind, TokenId, Tree};
use rustc_hash::FxHashMap;

/// What kind of thing a name is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindingKind {
    /// A variable or function of the file.
    Global,
    /// A variable of a block; `static_storage` for `static` and `extern` ones.
    Local {
        /// Whether it outlives its block.
        static_storage: bool,
    },
    /// A parameter.
    Parameter,
    /// An enumerator.
    Enumerator,
}

/// A declaration of one name.
#[derive(Clone, Debug)]
pub struct Binding {
    /// What it is.
    pub kind: BindingKind,
    /// The name and the type as declared.
    pub declared: Declared,
    /// Whether this is a function's definition.
    pub is_definition: bool,
}

/// The bindings of a file, and which names refer to them.
#[derive(Debug, Default)]
pub struct Scopes {
    bindings: Vec<Binding>,
    references: FxHashMap<NodeId, u32>,
}

impl Scopes {
    /// Resolves all names of `tree`.
    pub fn new(tree: &Tree) -> Scopes {
        let mut walker = Walker {
            tree,
            scopes: Scopes::default(),
            visible: FxHashMap::default(),
            open: Vec::new(),
        };
        walker.walk();
        walker.scopes
    }

    /// The declaration that the Name node `name` refers to, if it is in this file.
    pub fn binding_of(&self, name: NodeId) -> Option<&Binding> {
        self.references.get(&name).map(|&index| &self.bindings[index as usize])
    }

    /// A number for that declaration, the same for all names that refer to it.
    pub fn binding_id(&self, name: NodeId) -> Option<u32> {
        self.references.get(&name).copied()
    }

    /// All declarations in text order.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}

struct Scope {
    /// The scope ends with this node.
    node: NodeId,
    /// What the names meant outside.
    outer: Vec<(Box<[u8]>, Option<u32>)>,
}

struct Walker<'a> {
    tree: &'a Tree,
    scopes: Scopes,
    visible: FxHashMap<Box<[u8]>, u32>,
    open: Vec<Scope>,
}

impl Walker<'_> {
    fn walk(&mut self) {
        for node in self.tree.ids() {
            while self.open.last().is_some_and(|scope| !self.tree.is_within(node, scope.node)) {
                self.close();
            }
            match self.tree.kind(node) {
                NodeKind::FunctionDefinition => {
                    self.declare_function(node);
                    self.open.push(Scope { node, outer: Vec::new() });
                    self.declare_parameters(node);
                }
                NodeKind::CompoundStatement
                | NodeKind::ForStatement
                | NodeKind::IteratorStatement => {
                    self.open.push(Scope { node, outer: Vec::new() });
                }
                NodeKind::Define => self.open.push(Scope { node, outer: Vec::new() }),
                NodeKind::Declaration => self.declare_all(node),
                NodeKind::Enumerator => self.declare_enumerator(node),
                NodeKind::Name => self.refer(node),
                _ => {}
            }
        }
    }

    fn close(&mut self) {
        let Some(scope) = self.open.pop() else { return };
        for (name, meaning) in scope.outer.into_iter().rev() {
            match meaning {
                Some(index) => self.visible.insert(name, index),
                None => self.visible.remove(&name),
            };
        }
    }

    fn bind(&mut self, name: TokenId, binding: Binding) {
        let text: Box<[u8]> = self.tree.token_text(name).into();
        let index = self.scopes.bindings.len() as u32;
        self.scopes.bindings.push(binding);
        let outer = self.visible.insert(text.clone(), index);
        if let Some(scope) = self.open.last_mut() {
            scope.outer.push((text, outer));
        }
    }

    fn refer(&mut self, node: NodeId) {
        let Some(token) = self.tree.first_token(node) else { return };
        if let Some(&index) = self.visible.get(self.tree.token_text(token)) {
            self.scopes.references.insert(node, index);
        }
    }

    fn declare_function(&mut self, function: NodeId) {
        let Some(declarator) = types::declarator(self.tree, function) else { return };
        let declared =
            types::declared(self.tree, types::specifiers(self.tree, function), declarator);
        if let Some(name) = declared.name {
            self.bind(name, Binding { kind: BindingKind::Global, declared, is_definition: true });
        }
    }

    fn declare_parameters(&mut self, function: NodeId) {
        let Some(declarator) = types::declarator(self.tree, function) else { return };
        let Some(function) = types::function_declarator(self.tree, declarator) else { return };
        let Some(list) = self.tree.child(function, NodeKind::ParameterList) else { return };
        for parameter in self.tree.descendants(list) {
            if self.tree.kind(parameter) != NodeKind::Parameter
                || self.parameter_of(parameter) != Some(list)
            {
                continue;
            }
            let Some(declarator) = types::declarator(self.tree, parameter) else { continue };
            let declared =
                types::declared(self.tree, types::specifiers(self.tree, parameter), declarator);
            if let Some(name) = declared.name {
                self.bind(
                    name,
                    Binding { kind: BindingKind::Parameter, declared, is_definition: false },
                );
            }
        }
    }

    /// The list that a parameter belongs to, `#if` groups passed over.
    fn parameter_of(&self, parameter: NodeId) -> Option<NodeId> {
        self.tree.ancestors(parameter).find(|&n| self.tree.kind(n) == NodeKind::ParameterList)
    }

    fn declare_all(&mut self, declaration: NodeId) {
        let specifiers = types::specifiers(self.tree, declaration);
        let storage = specifiers
            .map(|node| types::sort_specifiers(self.tree, node).storage)
            .unwrap_or_default();
        let has = |word: &[u8]| storage.iter().any(|&token| self.tree.token_text(token) == word);
        if has(b"typedef") {
            return;
        }
        let kind = if self.open.is_empty() {
            BindingKind::Global
        } else {
            BindingKind::Local { static_storage: has(b"static") || has(b"extern") }
        };
        let declarators: Vec<NodeId> = self
            .tree
            .children(declaration)
            .filter(|&child| self.tree.kind(child) == NodeKind::InitDeclarator)
            .collect();
        for init in declarators {
            let Some(declarator) = types::declarator(self.tree, init) else { continue };
            let declared = types::declared(self.tree, specifiers, declarator);
            if let Some(name) = declared.name {
                self.bind(name, Binding { kind, declared, is_definition: false });
            }
        }
    }

    fn declare_enumerator(&mut self, enumerator: NodeId) {
        if let Some(name) = self.tree.first_token(enumerator) {
            let declared = Declared { name: Some(name), ..Declared::default() };
            self.bind(
                name,
                Binding { kind: BindingKind::Enumerator, declared, is_definition: false },
            );
        }
    }
}
