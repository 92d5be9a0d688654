//! Which members of operations tables functions are stored in.
//!
//! 1. An initialiser is walked along with the type of what it initialises: `static const struct net_device_ops ops = {
//!    .ndo_open = cp_open }` gives `cp_open` the role `net_device_ops.ndo_open`. Designators, places in order, arrays and nested
//!    tables are known. A member of an unnamed struct counts as its outer one's.
//! 2. An assignment `dev->netdev_ops = f`, whose left side is a member of a struct whose type is known.
//!
//! A struct of the driver's own is no operations table, as no kernel function knows it; nor is what a driver asks to be called back
//! with, such as a `work_struct`, which INIT_WORK() assigns to.

use std::collections::BTreeMap;

use csema::{Base, Type};
use csyntax::types;
use csyntax::{NodeId, NodeKind, TokenKind, Tree};

use crate::unit::Unit;

/// Structs that a driver asks to be called back with.
const CALLBACKS: [&str; 8] = [
    "work_struct",
    "timer_list",
    "tasklet_struct",
    "hrtimer",
    "irq_work",
    "callback_head",
    "kthread_work",
    "wait_queue_entry",
];

pub(crate) fn members(unit: &Unit) -> BTreeMap<String, Vec<String>> {
    let mut found = Found { unit, roles: BTreeMap::new() };
    for node in unit.tree.ids() {
        match unit.tree.kind(node) {
            NodeKind::Declaration => found.declaration(node),
            NodeKind::CompoundLiteral => found.compound_literal(node),
            NodeKind::AssignmentExpression => found.assignment(node),
            _ => {}
        }
    }
    found.roles
}

struct Found<'a> {
    unit: &'a Unit,
    roles: BTreeMap<String, Vec<String>>,
}

impl Found<'_> {
    fn declaration(&mut self, node: NodeId) {
        let tree = &self.unit.tree;
        let specifiers = types::specifiers(tree, node);
        for init in tree.children(node).filter(|&n| tree.kind(n) == NodeKind::InitDeclarator) {
            let value = tree.child(init, NodeKind::InitialiserList);
            let (Some(declarator), Some(list)) = (types::declarator(tree, init), value) else {
                continue;
            };
            let term = types::declared(tree, specifiers, declarator).term;
            self.list(&Type::of_term(tree, &term), list);
        }
    }

    fn compound_literal(&mut self, node: NodeId) {
        let (unit, tree) = (self.unit, &self.unit.tree);
        if let (Some(ty), Some(list)) =
            (unit.typing.type_of(tree, node), tree.child(node, NodeKind::InitialiserList))
        {
            self.list(&ty, list);
        }
    }

    fn assignment(&mut self, node: NodeId) {
        let (unit, tree) = (self.unit, &self.unit.tree);
        let (Some(left), Some(right)) = (tree.nth_child(node, 0), tree.nth_child(node, 1)) else {
            return;
        };
        let functions = self.functions(right);
        if functions.is_empty() {
            return;
        }
        let Some(object) = tree.nth_child(left, 0).and_then(|n| unit.typing.type_of(tree, n))
        else {
            return;
        };
        let of = match tree.kind(left) {
            NodeKind::MemberExpression => object,
            NodeKind::ArrowExpression => match unit.typing.unfold(object).target() {
                Some(target) => target.clone(),
                None => return,
            },
            _ => return,
        };
        if let (Some(table), Some(member)) = (self.record(&of), tree.nth_child(left, 1)) {
            self.add(functions, &table.name, tree.text(member));
        }
    }

    /// `{ .member = value, [3] = value, value }`, which initialises a `ty`.
    fn list(&mut self, ty: &Type, list: NodeId) {
        let tree = &self.unit.tree;
        let entries: Vec<NodeId> = tree.children(list).collect();
        if let Type::Array(element) = self.unit.typing.unfold(ty.clone()) {
            entries.into_iter().for_each(|entry| self.element(&element, entry));
        } else if let Some(record) = self.record(ty) {
            let mut place = 0;
            entries.into_iter().for_each(|entry| self.member(&record, entry, &mut place));
        }
    }

    fn element(&mut self, ty: &Type, entry: NodeId) {
        if let Some(value) = value(&self.unit.tree, entry)
            && self.unit.tree.kind(value) == NodeKind::InitialiserList
        {
            self.list(ty, value);
        }
    }

    fn member(&mut self, record: &Record, entry: NodeId, place: &mut usize) {
        let (unit, tree) = (self.unit, &self.unit.tree);
        let Some(members) = unit.structures.members(&record.base) else { return };
        let mut designators = tree.children(entry).filter(|&n| is_designator(tree, n));
        let named = designators.next().and_then(|designator| designated(tree, designator));
        if let Some(name) = named {
            let Some(index) = members.iter().position(|member| &*member.name == name) else {
                return;
            };
            *place = index;
        }
        let Some(member) = members.get(*place) else { return };
        *place += 1;
        let Some(value) = value(tree, entry) else { return };
        let first = Target {
            table: record.name.clone(),
            member: member.name.clone(),
            ty: member.ty.clone(),
        };
        let Some(target) = designators.try_fold(first, |target, next| self.further(target, next))
        else {
            return;
        };
        if tree.kind(value) == NodeKind::InitialiserList {
            self.nested(&target.ty, &target.table, value);
        } else {
            self.add(self.functions(value), &target.table, &target.member);
        }
    }

    /// Where one more designator leads: `.driver.pm`, `.table[3]`.
    fn further(&self, target: Target, designator: NodeId) -> Option<Target> {
        let Some(name) = designated(&self.unit.tree, designator) else {
            let element = self.unit.typing.unfold(target.ty).target()?.clone();
            return Some(Target { ty: element, ..target });
        };
        let record = self.record(&target.ty)?;
        let members = self.unit.structures.members(&record.base)?;
        let member = members.iter().find(|member| &*member.name == name)?;
        let table = if record.name.is_empty() { target.table } else { record.name };
        Some(Target { table, member: member.name.clone(), ty: member.ty.clone() })
    }

    /// A list inside a list; what has no name is part of `outer`.
    fn nested(&mut self, ty: &Type, outer: &str, list: NodeId) {
        match self.record(ty) {
            Some(record) if record.name.is_empty() => {
                let record = Record { name: outer.to_owned(), ..record };
                let mut place = 0;
                let entries: Vec<NodeId> = self.unit.tree.children(list).collect();
                entries.into_iter().for_each(|entry| self.member(&record, entry, &mut place));
            }
            _ => self.list(ty, list),
        }
    }

    /// The struct or union that `ty` is.
    fn record(&self, ty: &Type) -> Option<Record> {
        match self.unit.typing.unfold(ty.clone()) {
            Type::Base(Base::Tagged(keyword, tag)) if &*keyword != b"enum" => {
                let name = String::from_utf8_lossy(&tag).into_owned();
                Some(Record { name, base: Base::Tagged(keyword, tag) })
            }
            Type::Base(base @ Base::Anonymous(_)) => {
                let name = match ty.unqualified().1 {
                    Type::Base(Base::Typedef(name)) => String::from_utf8_lossy(name).into_owned(),
                    _ => String::new(),
                };
                Some(Record { name, base })
            }
            _ => None,
        }
    }

    /// The names of the functions that `value` may be the address of: both of `enabled ? cp_suspend : NULL`.
    fn functions(&self, value: NodeId) -> Vec<String> {
        let tree = &self.unit.tree;
        match tree.kind(value) {
            NodeKind::Name => {
                let name = tree.text(value);
                let is_function = self.unit.is_function(name);
                is_function
                    .then(|| String::from_utf8_lossy(name).into_owned())
                    .into_iter()
                    .collect()
            }
            NodeKind::ConditionalExpression => {
                tree.children(value).skip(1).flat_map(|branch| self.functions(branch)).collect()
            }
            _ => self.inside_of(value).map(|inner| self.functions(inner)).unwrap_or_default(),
        }
    }

    /// The expression whose value `value` has, too.
    fn inside_of(&self, value: NodeId) -> Option<NodeId> {
        let tree = &self.unit.tree;
        match tree.kind(value) {
            NodeKind::ParenExpression => tree.nth_child(value, 0),
            NodeKind::CastExpression => tree.children(value).last(),
            NodeKind::PrefixExpression => {
                tree.own_token(value, TokenKind::Amp).and_then(|_| tree.nth_child(value, 0))
            }
            _ => None,
        }
    }

    fn add(&mut self, functions: Vec<String>, table: &str, member: &[u8]) {
        let is_own = self.unit.is_own_type(table.as_bytes());
        if table.is_empty() || is_own || CALLBACKS.contains(&table) {
            return;
        }
        let role = format!("{table}.{}", String::from_utf8_lossy(member));
        for function in functions {
            let roles = self.roles.entry(function).or_default();
            if !roles.contains(&role) {
                roles.push(role.clone());
            }
        }
    }
}

/// What a value of an initialiser is for.
struct Target {
    /// The innermost struct that has a name.
    table: String,
    member: Box<[u8]>,
    ty: Type,
}

/// A struct or union; the name is empty if it has neither tag nor typedef name.
struct Record {
    name: String,
    base: Base,
}

fn is_designator(tree: &Tree, node: NodeId) -> bool {
    tree.kind(node) == NodeKind::Designator
}

/// The member that a designator names.
fn designated(tree: &Tree, designator: NodeId) -> Option<&[u8]> {
    if tree.own_token(designator, TokenKind::LeftBracket).is_some() {
        return None;
    }
    let mut names = tree.visible_tokens(designator).filter(|&t| tree.tokens().kind(t).is_name());
    names.next().map(|token| tree.token_text(token))
}

/// What an entry initialises its member with. An entry without designators may be the value itself.
fn value(tree: &Tree, entry: NodeId) -> Option<NodeId> {
    match tree.kind(entry) {
        NodeKind::InitialiserEntry => {
            tree.children(entry).filter(|&n| !is_designator(tree, n)).last()
        }
        _ => Some(entry),
    }
}

#[cfg(test)]
mod tests;
