//! The types of expressions, by the C standard's rules as far as one file tells.

use std::cell::RefCell;
use std::rc::Rc;

use csyntax::types::{self, Declared};
use csyntax::{NodeId, NodeKind, TokenKind, Tree};
use rustc_hash::FxHashMap;

use crate::scopes::{BindingKind, Scopes};
use crate::types::{Base, Type};

/// Types of the expressions of one tree, computed when asked for.
#[derive(Debug)]
pub struct Typing {
    /// Which declaration each name refers to.
    pub scopes: Scopes,
    /// Fields by struct: the tag as spelt behind its keyword, or the place of an untagged definition.
    fields: FxHashMap<Base, FxHashMap<Box<[u8]>, Type>>,
    typedefs: FxHashMap<Box<[u8]>, Type>,
    known: RefCell<FxHashMap<NodeId, Option<Type>>>,
}

impl Typing {
    /// Reads the declarations of `tree`.
    pub fn new(tree: &Tree) -> Typing {
        let mut typing = Typing {
            scopes: Scopes::new(tree),
            fields: FxHashMap::default(),
            typedefs: FxHashMap::default(),
            known: RefCell::default(),
        };
        for node in tree.ids() {
            match tree.kind(node) {
                NodeKind::StructSpecifier => typing.read_struct(tree, node),
                NodeKind::Declaration => typing.read_typedef(tree, node),
                _ => {}
            }
        }
        typing
    }

    fn read_struct(&mut self, tree: &Tree, node: NodeId) {
        let Some(list) = tree.child(node, NodeKind::FieldList) else { return };
        let Some(specifiers) = tree.parent(node) else { return };
        let term = types::TypeTerm { specifiers: Some(specifiers), ..types::TypeTerm::default() };
        let Type::Base(base) = Type::of_term(tree, &term) else { return };
        let mut fields = FxHashMap::default();
        read_fields(tree, list, &mut fields);
        self.fields.insert(base, fields);
    }

    fn read_typedef(&mut self, tree: &Tree, node: NodeId) {
        let Some(specifiers) = types::specifiers(tree, node) else { return };
        let storage = types::sort_specifiers(tree, specifiers).storage;
        if !storage.iter().any(|&token| tree.tokens().kind(token) == TokenKind::Typedef) {
            return;
        }
        for init in tree.children(node).filter(|&n| tree.kind(n) == NodeKind::InitDeclarator) {
            let Some(declarator) = types::declarator(tree, init) else { continue };
            let Declared { name, term, .. } = types::declared(tree, Some(specifiers), declarator);
            if let Some(name) = name {
                self.typedefs.insert(tree.token_text(name).into(), Type::of_term(tree, &term));
            }
        }
    }

    /// What the typedef name `name` stands for, if this file says so.
    pub fn typedef(&self, name: &[u8]) -> Option<&Type> {
        self.typedefs.get(name)
    }

    /// The type with typedef names at its top unfolded.
    pub fn unfold(&self, mut ty: Type) -> Type {
        for _ in 0..16 {
            let Type::Base(Base::Typedef(name)) = &ty else { break };
            match self.typedefs.get(&name[..]) {
                Some(inner) => ty = inner.clone(),
                None => break,
            }
        }
        ty
    }

    /// The type of the expression `node`, unless it is unknown.
    pub fn type_of(&self, tree: &Tree, node: NodeId) -> Option<Type> {
        if let Some(known) = self.known.borrow().get(&node) {
            return known.clone();
        }
        let ty = self.compute(tree, node);
        self.known.borrow_mut().insert(node, ty.clone());
        ty
    }

    fn compute(&self, tree: &Tree, node: NodeId) -> Option<Type> {
        let operand = |index| tree.nth_child(node, index).and_then(|n| self.type_of(tree, n));
        match tree.kind(node) {
            NodeKind::Name => self.name(tree, node),
            NodeKind::Literal => literal(tree, node),
            NodeKind::StringLiteral => Some(Type::Array(Rc::new(Type::word("char")))),
            NodeKind::ParenExpression => operand(0),
            NodeKind::SizeofExpression | NodeKind::SizeofType => {
                Some(Type::Base(Base::Typedef((*b"size_t").into())))
            }
            NodeKind::CastExpression | NodeKind::CompoundLiteral => cast(tree, node),
            NodeKind::PostfixExpression | NodeKind::AssignmentExpression => operand(0),
            NodeKind::CommaExpression => operand(1),
            NodeKind::ConditionalExpression => {
                tree.children(node).last().and_then(|n| self.type_of(tree, n))
            }
            NodeKind::IndexExpression => self.unfold(operand(0)?).target().cloned(),
            NodeKind::CallExpression => match self.unfold(operand(0)?) {
                Type::Function(result) => Some((*result).clone()),
                Type::Pointer(inner) => match &*inner {
                    Type::Function(result) => Some((**result).clone()),
                    _ => None,
                },
                _ => None,
            },
            NodeKind::MemberExpression => self.field(tree, node, self.unfold(operand(0)?)),
            NodeKind::ArrowExpression => {
                let target = self.unfold(operand(0)?).target().cloned()?;
                self.field(tree, node, self.unfold(target))
            }
            NodeKind::PrefixExpression => self.prefix(tree, node, operand(0)),
            NodeKind::BinaryExpression => self.binary(tree, node, operand(0), operand(1)),
            _ => None,
        }
    }

    fn name(&self, tree: &Tree, node: NodeId) -> Option<Type> {
        let Some(binding) = self.scopes.binding_of(node) else {
            return (tree.text(node) == b"NULL")
                .then(|| Type::Pointer(Rc::new(Type::word("void"))));
        };
        if binding.kind == BindingKind::Enumerator {
            return Some(Type::word("int"));
        }
        let ty = Type::of_term(tree, &binding.declared.term);
        Some(if binding.is_definition { Type::Pointer(Rc::new(ty)) } else { ty })
    }

    fn field(&self, tree: &Tree, access: NodeId, of: Type) -> Option<Type> {
        let name = tree.nth_child(access, 1)?;
        let Type::Base(base) = of else { return None };
        self.fields.get(&base)?.get(tree.text(name)).cloned()
    }

    fn prefix(&self, tree: &Tree, node: NodeId, operand: Option<Type>) -> Option<Type> {
        let operator = tree.first_token(node)?;
        match tree.tokens().kind(operator) {
            TokenKind::Bang => Some(Type::word("int")),
            TokenKind::Amp => Some(Type::Pointer(Rc::new(operand?))),
            TokenKind::Star => self.unfold(operand?).target().cloned(),
            _ => operand,
        }
    }

    fn binary(
        &self,
        tree: &Tree,
        node: NodeId,
        left: Option<Type>,
        right: Option<Type>,
    ) -> Option<Type> {
        use TokenKind::*;
        let operator = tree.own_tokens(node).next()?;
        match tree.tokens().kind(operator) {
            EqualEqual | BangEqual | Less | Greater | LessEqual | GreaterEqual | AmpAmp
            | PipePipe => Some(Type::word("int")),
            ShiftLeft | ShiftRight => left,
            kind => {
                let (left, right) = (self.unfold(left?), self.unfold(right?));
                match (&left, &right) {
                    (Type::Pointer(_), Type::Pointer(_)) if kind == Minus => {
                        Some(Type::Base(Base::Typedef((*b"ptrdiff_t").into())))
                    }
                    (Type::Pointer(_) | Type::Array(_), _) => Some(left),
                    (_, Type::Pointer(_) | Type::Array(_)) => Some(right),
                    _ => Some(arithmetic(left, right)),
                }
            }
        }
    }
}

fn read_fields(tree: &Tree, list: NodeId, fields: &mut FxHashMap<Box<[u8]>, Type>) {
    for member in tree.children(list) {
        match tree.kind(member) {
            NodeKind::FieldDeclaration => read_field(tree, member, fields),
            NodeKind::Conditional => read_fields(tree, member, fields),
            _ => {}
        }
    }
}

fn read_field(tree: &Tree, member: NodeId, fields: &mut FxHashMap<Box<[u8]>, Type>) {
    let specifiers = types::specifiers(tree, member);
    let mut named = false;
    for field in tree.children(member).filter(|&n| tree.kind(n) == NodeKind::FieldDeclarator) {
        let Some(declarator) = types::declarator(tree, field) else { continue };
        let declared = types::declared(tree, specifiers, declarator);
        if let Some(name) = declared.name {
            named = true;
            fields.insert(tree.token_text(name).into(), Type::of_term(tree, &declared.term));
        }
    }
    if !named {
        // An anonymous struct or union: its fields are ours.
        let inner = specifiers
            .and_then(|node| tree.child(node, NodeKind::StructSpecifier))
            .and_then(|node| tree.child(node, NodeKind::FieldList));
        if let Some(list) = inner {
            read_fields(tree, list, fields);
        }
    }
}

fn cast(tree: &Tree, node: NodeId) -> Option<Type> {
    let name = tree.child(node, NodeKind::TypeName)?;
    let declarator = types::declarator(tree, name)?;
    let declared = types::declared(tree, types::specifiers(tree, name), declarator);
    Some(Type::of_term(tree, &declared.term))
}

fn literal(tree: &Tree, node: NodeId) -> Option<Type> {
    let token = tree.first_token(node)?;
    let text = tree.token_text(token).to_ascii_lowercase();
    Some(match tree.tokens().kind(token) {
        TokenKind::Character => Type::word("char"),
        TokenKind::Float => Type::word(if text.ends_with(b"f") { "float" } else { "double" }),
        _ => {
            let digits_end = if text.starts_with(b"0x") {
                text.iter().skip(2).take_while(|b| b.is_ascii_hexdigit()).count() + 2
            } else {
                text.iter().take_while(|b| b.is_ascii_digit()).count()
            };
            let suffix = &text[digits_end..];
            let longs = suffix.iter().filter(|&&b| b == b'l').count();
            let words = match (suffix.contains(&b'u'), longs) {
                (false, 0) => "int",
                (true, 0) => "unsigned int",
                (false, 1) => "long",
                (true, 1) => "unsigned long",
                (false, _) => "long long",
                (true, _) => "unsigned long long",
            };
            Type::word(words)
        }
    })
}

/// The usual arithmetic conversions on types without typedefs.
fn arithmetic(left: Type, right: Type) -> Type {
    let rank = |ty: &Type| match ty {
        Type::Base(Base::Words(words)) => match &words[..] {
            b"double" | b"long double" => 8,
            b"float" => 7,
            b"unsigned long long" => 6,
            b"long long" => 5,
            b"unsigned long" => 4,
            b"long" => 3,
            b"unsigned int" => 2,
            b"int" | b"char" | b"short" | b"signed char" | b"unsigned char" | b"unsigned short"
            | b"_Bool" => 1,
            _ => 0,
        },
        Type::Base(Base::Tagged(keyword, _)) if &keyword[..] == b"enum" => 1,
        _ => 0,
    };
    match (rank(&left), rank(&right)) {
        (1, 1) => Type::word("int"),
        (0, _) => left,
        (_, 0) => right,
        (l, r) if l >= r => left,
        _ => right,
    }
}
