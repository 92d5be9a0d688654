//! What headers declare, as types only: a file that includes them uses their variables, fields and typedef names.

use csyntax::Tree;
use rustc_hash::FxHashMap;
use std::rc::Rc;

use crate::scopes::{BindingKind, Scopes};
use crate::types::{Base, Type};

/// The place of an untagged structure of a header is told from those of the file by the number of the header above.
const PLACES_IN_A_HEADER: u32 = 24;

/// Variables and functions of headers by name.
pub(crate) type Globals = FxHashMap<Box<[u8]>, Type>;

/// Adds the variables and functions that header number `index` (from 1) declares; those of earlier headers stay.
pub(crate) fn read_globals(tree: &Tree, index: u32, globals: &mut Globals) {
    for binding in Scopes::new(tree).bindings() {
        let (BindingKind::Global, Some(name)) = (binding.kind, binding.declared.name) else {
            continue;
        };
        let ty = in_header(&Type::of_term(tree, &binding.declared.term), index);
        let ty = if binding.is_definition { Type::Pointer(Rc::new(ty)) } else { ty };
        globals.entry(tree.token_text(name).into()).or_insert(ty);
    }
}

/// A type of header number `index` (0 for the file itself), with its untagged structures told from those of others.
pub(crate) fn in_header(ty: &Type, index: u32) -> Type {
    let inner = |ty: &Type| Rc::new(in_header(ty, index));
    match ty {
        Type::Base(base) => Type::Base(base_in_header(base, index)),
        Type::Pointer(target) => Type::Pointer(inner(target)),
        Type::Array(element) => Type::Array(inner(element)),
        Type::Function(result) => Type::Function(inner(result)),
        Type::Qualified(qualifiers, ty) => Type::Qualified(*qualifiers, inner(ty)),
    }
}

/// The same for the specifiers of a type.
pub(crate) fn base_in_header(base: &Base, index: u32) -> Base {
    match base {
        Base::Anonymous(place) => Base::Anonymous(place | index << PLACES_IN_A_HEADER),
        other => other.clone(),
    }
}
