//! The renderers: each a function from a diagnostic and its source text to a string.

pub mod json;
pub mod line;
pub mod terminal;

#[cfg(test)]
mod tests;
