//! What names mean in one C file: which declaration a name refers to, and the types of expressions.
//!
//! Invariant: missing knowledge is a value, not an error. No header is read here, so many names have no
//! declaration and many expressions no type; both are `None`. Headers come as trees from whoever calls.

#![deny(missing_docs)]

mod headers;
mod literal;
mod scopes;
mod types;
mod typing;

pub use literal::Widths;
pub use scopes::{Binding, BindingKind, Scopes};
pub use types::{Base, Qualifiers, Type};
pub use typing::Typing;
