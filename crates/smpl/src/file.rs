//! The file level: sections, headers, prologue, declarations; and the order in which they are read.
//!
//! Invariant: rules are read strictly in order, as each may use only what stands above it.

pub(crate) mod constraint;
pub(crate) mod declaration;
pub(crate) mod header;
pub(crate) mod kind_words;
pub(crate) mod prologue;
pub(crate) mod script;
pub(crate) mod sections;
pub(crate) mod types;
