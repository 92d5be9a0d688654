//! Guarded kernel modules: what a driver's objects have to be told, and what goes around them.
//!
//! A driver's source is compiled as it is, with a check before each store and a call in each basic block. Then, in its objects,
//!
//! 1. each address of a driver function becomes that of a *thunk*, which enters the guard first ([`analysis`]);
//! 2. each call of a kernel function that the guard has to know of becomes one of an *import* ([`rewrite`]);
//! 3. its data comes to lie between two markers, so that the guard knows what the driver may write (`sections.rs`);
//! 4. the calls in blocks that no loop needs become nops (`ticks.rs`).
//!
//! Thunks and imports are generated ([`generate`]) from the prototypes of the functions and from the tables of crate `driver`.
//!
//! Invariant: bytes and trees in, bytes and text out. No file is touched and no compiler is run here; the source is never changed.

#![deny(missing_docs)]

pub mod analysis;
mod error;
pub mod generate;
pub mod kbuild;
mod names;
mod object_file;
pub mod plan;
pub mod rewrite;
pub mod runtime;
#[cfg(test)]
mod sample;
mod sections;
mod ticks;

pub use analysis::Analysis;
pub use error::GuardError;
pub use names::COMPILER_FLAGS;
pub use object_file::ObjectFile;
pub use plan::Plan;
pub use ticks::Ticks;
