//! The driver model: what a driver's functions are for, and what the kernel functions do that it calls.
//!
//! Invariants: a model is a function of preprocessed sources and of the tables that ship with this crate; what is not
//! known of a type or a role is absent, never guessed.

#![deny(missing_docs)]

mod origins;
mod prototype;
mod roles;
mod snippet;
mod structures;
pub mod tables;
mod unit;

pub use origins::Origins;
pub use prototype::{Kind, Parameter, Prototype, Spelling};
pub use snippet::{Piece, Snippet, SnippetError};
pub use tables::{FunctionRow, RoleRow, TableError, Tables};
pub use unit::Unit;
