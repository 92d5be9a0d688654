//! The types of expressions, by the C standard's rules as far as one file tells.

use std::cell::RefCell;
use std::rc::Rc;

use csyntax::types::{self, Declared};
use csyntax::{NodeId, NodeKind, TokenKind, Tree};
use rustc_hash::FxHashMap;

use crate::headers::{self, Globals};
use crate::literal::{self, Widths};
use crate::scopes::{BindingKind, Scopes};
use crate::types::{Base, Qualifiers, Type};

/// How many typedef names may stand for each other; circles end there.
const TYPEDEFS_IN_A_ROW: usize = 16;

/// Types of the expressions of one tree, computed when asked for.
#[derive(Debug)]
pub struct Typing {
    /// Which declaration each name refers to.
    pub scopes: Scopes,
    /// Fields by struct: the tag as spelt behind its keyword, or the place of an untagged definition.
    fields: FxHashMap<Base, FxHashMap<Box<[u8]>, Type>>,
    /// What typedef names stand for, and macros that are types.
    typedefs: FxHashMap<Box<[u8]>, Type>,
    /// What headers declare.
    globals: Globals,
    widths: Widths,
    known: RefCell<FxHashMap<NodeId, Option<Type>>>,
}

impl Typing {
    /// Reads the declarations of `tree`, and of the headers that it includes.
    pub fn new(tree: &Tree, headers: &[Tree], widths: Widths) -> Typing {
        let mut typing = Typing {
            scopes: Scopes::new(tree),
            fields: FxHashMap::default(),
            typedefs: FxHashMap::default(),
            globals: Globals::default(),
            widths,
            known: RefCell::default(),
        };
        // What the file itself declares counts more.
        for (index, header) in (1..).zip(headers) {
            headers::read_globals(header, index, &mut typing.globals);
            typing.read_types(header, index);
        }
        typing.read_types(tree, 0);
        typing
    }

    fn read_types(&mut self, tree: &Tree, header: u32) {
        for node in tree.ids() {
            match tree.kind(node) {
                NodeKind::StructSpecifier => self.read_struct(tree, node, header),
                NodeKind::Declaration => self.read_typedef(tree, node, header),
                NodeKind::Define => self.read_type_macro(tree, node, header),
                _ => {}
            }
        }
    }

    fn read_struct(&mut self, tree: &Tree, node: NodeId, header: u32) {
        let Some(list) = tree.child(node, NodeKind::FieldList) else { return };
        let Some(specifiers) = tree.parent(node) else { return };
        let term = types::TypeTerm { specifiers: Some(specifiers), ..types::TypeTerm::default() };
        let Type::Base(base) = Type::of_term(tree, &term).unqualified().1.clone() else { return };
        let mut fields = FxHashMap::default();
        read_fields(tree, list, header, &mut fields);
        self.fields.insert(headers::base_in_header(&base, header), fields);
    }

    fn read_typedef(&mut self, tree: &Tree, node: NodeId, header: u32) {
        let Some(specifiers) = types::specifiers(tree, node) else { return };
        let storage = types::sort_specifiers(tree, specifiers).storage;
        if !storage.iter().any(|&token| tree.tokens().kind(token) == TokenKind::Typedef) {
            return;
        }
        for init in tree.children(node).filter(|&n| tree.kind(n) == NodeKind::InitDeclarator) {
            let Some(declarator) = types::declarator(tree, init) else { continue };
            let Declared { name, term, .. } = types::declared(tree, Some(specifiers), declarator);
            if let Some(name) = name {
                let ty = headers::in_header(&Type::of_term(tree, &term), header);
                self.typedefs.insert(tree.token_text(name).into(), ty);
            }
        }
    }

    /// `#define INT16 int`
    fn read_type_macro(&mut self, tree: &Tree, node: NodeId, header: u32) {
        let (Some(name), Some(body)) =
            (tree.child(node, NodeKind::Name), tree.child(node, NodeKind::MacroBody))
        else {
            return;
        };
        let Some(declaration) = tree.child(body, NodeKind::Declaration) else { return };
        let Some(specifiers) = types::specifiers(tree, declaration) else { return };
        let init = tree.child(declaration, NodeKind::InitDeclarator);
        let Some(declarator) = init.and_then(|init| types::declarator(tree, init)) else { return };
        let Declared { name: declared, term, .. } =
            types::declared(tree, Some(specifiers), declarator);
        if declared.is_none() && tree.children(body).count() == 1 {
            let ty = headers::in_header(&Type::of_term(tree, &term), header);
            self.typedefs.insert(tree.text(name).into(), ty);
        }
    }

    /// What the typedef name `name` stands for, if this file says so.
    pub fn typedef(&self, name: &[u8]) -> Option<&Type> {
        self.typedefs.get(name)
    }

    /// The type without its qualifiers, and with typedef names at its top unfolded.
    pub fn unfold(&self, ty: Type) -> Type {
        self.qualifiers_and_unfolded(&ty).1
    }

    fn qualifiers_and_unfolded(&self, ty: &Type) -> (Qualifiers, Type) {
        let (mut qualifiers, mut inner) = ty.unqualified();
        for _ in 0..TYPEDEFS_IN_A_ROW {
            let Type::Base(Base::Typedef(name)) = inner else { break };
            let Some(target) = self.typedefs.get(&name[..]) else { break };
            let (more, target) = target.unqualified();
            qualifiers = qualifiers.and(more);
            inner = target;
        }
        (qualifiers, inner.clone())
    }

    /// The type with all typedef names in it unfolded.
    pub fn resolved(&self, ty: &Type) -> Type {
        let (qualifiers, top) = self.qualifiers_and_unfolded(ty);
        let inner = |ty: &Type| Rc::new(self.resolved(ty));
        let resolved = match &top {
            Type::Pointer(target) => Type::Pointer(inner(target)),
            Type::Array(element) => Type::Array(inner(element)),
            Type::Function(result) => Type::Function(inner(result)),
            Type::Base(_) | Type::Qualified(..) => top,
        };
        resolved.qualified(qualifiers)
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
            NodeKind::Literal => literal::type_of(tree, node, self.widths),
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
            NodeKind::MemberExpression => self.field(tree, node, &operand(0)?),
            NodeKind::ArrowExpression => self.field(tree, node, self.unfold(operand(0)?).target()?),
            NodeKind::PrefixExpression => self.prefix(tree, node, operand(0)),
            NodeKind::BinaryExpression => self.binary(tree, node, operand(0), operand(1)),
            _ => None,
        }
    }

    fn name(&self, tree: &Tree, node: NodeId) -> Option<Type> {
        let Some(binding) = self.scopes.binding_of(node) else {
            let null = || Type::Pointer(Rc::new(Type::word("void")));
            let name = tree.text(node);
            return self.globals.get(name).cloned().or_else(|| (name == b"NULL").then(null));
        };
        if binding.kind == BindingKind::Enumerator {
            return Some(Type::word("int"));
        }
        let ty = Type::of_term(tree, &binding.declared.term);
        Some(if binding.is_definition { Type::Pointer(Rc::new(ty)) } else { ty })
    }

    /// A field of the struct `of`, whose qualifiers it shares.
    fn field(&self, tree: &Tree, access: NodeId, of: &Type) -> Option<Type> {
        let name = tree.nth_child(access, 1)?;
        let (qualifiers, Type::Base(base)) = self.qualifiers_and_unfolded(of) else { return None };
        let field = self.fields.get(&base)?.get(tree.text(name)).cloned()?;
        Some(field.qualified(qualifiers))
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

type Fields = FxHashMap<Box<[u8]>, Type>;

fn read_fields(tree: &Tree, list: NodeId, header: u32, fields: &mut Fields) {
    for member in tree.children(list) {
        match tree.kind(member) {
            NodeKind::FieldDeclaration => read_field(tree, member, header, fields),
            NodeKind::Conditional => read_fields(tree, member, header, fields),
            _ => {}
        }
    }
}

fn read_field(tree: &Tree, member: NodeId, header: u32, fields: &mut Fields) {
    let specifiers = types::specifiers(tree, member);
    let mut named = false;
    for field in tree.children(member).filter(|&n| tree.kind(n) == NodeKind::FieldDeclarator) {
        let Some(declarator) = types::declarator(tree, field) else { continue };
        let declared = types::declared(tree, specifiers, declarator);
        if let Some(name) = declared.name {
            named = true;
            let ty = headers::in_header(&Type::of_term(tree, &declared.term), header);
            fields.insert(tree.token_text(name).into(), ty);
        }
    }
    if !named {
        // An anonymous struct or union: its fields are ours.
        let inner = specifiers
            .and_then(|node| tree.child(node, NodeKind::StructSpecifier))
            .and_then(|node| tree.child(node, NodeKind::FieldList));
        if let Some(list) = inner {
            read_fields(tree, list, header, fields);
        }
    }
}

fn cast(tree: &Tree, node: NodeId) -> Option<Type> {
    let name = tree.child(node, NodeKind::TypeName)?;
    let declarator = types::declarator(tree, name)?;
    let declared = types::declared(tree, types::specifiers(tree, name), declarator);
    Some(Type::of_term(tree, &declared.term))
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
