//! Texts that a semantic patch refers to: other semantic patches and isomorphism files.
//!
//! Invariant: this crate reads no files; whoever parses a patch says how a name becomes a text.

use diag::Source;

use crate::isomorphism::{Isomorphism, default_isomorphisms};

/// What is to be loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference<'a> {
    /// The name of the text that refers to it.
    pub from: &'a str,
    /// The name as written, without quotes.
    pub name: &'a str,
}

/// Finds the text that a reference means; the error says in one line why there is none.
///
/// Two references to one text must give the same [`Source::name`]: this is how circles are noticed.
pub type Load<'a> = dyn Fn(Reference<'_>) -> Result<Source, String> + 'a;

/// What a patch is read with.
pub struct Options<'a> {
    /// The isomorphisms that are in force unless disabled, before those that the patch names.
    pub isomorphisms: Vec<Isomorphism>,
    /// How `#include "x.cocci"` and `using "x.iso"` are resolved.
    pub load: &'a Load<'a>,
}

impl Default for Options<'_> {
    /// The default isomorphisms, and no files.
    fn default() -> Self {
        Options {
            isomorphisms: default_isomorphisms(),
            load: &|_| Err("there are no other files here".to_owned()),
        }
    }
}
