//! Examples that people read and tests run: those of the manuals, and the cases by topic.

mod example;
mod manual;
#[expect(clippy::disallowed_methods, reason = "they are read and, when asked to, written")]
mod topics;
