//! Diagnostics: plain data first, renderers apart from it.
//!
//! Invariant: no I/O, no global state; colour exists only in the terminal renderer.

#![deny(missing_docs)]

mod diagnostic;
mod render;
mod sources;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use render::json::to_json;
pub use render::line::render_line;
pub use render::terminal::render_terminal;
pub use sources::{Source, Sources};
