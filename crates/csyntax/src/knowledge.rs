//! What is known before a file is read: names of types, macros of other files, guards of conditionals.
//!
//! A tree is a pure function of the text and of this.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::conditionals::{self, Groups};
use crate::hints::Hints;
use crate::names::Names;
use crate::parser::{Dialect, Parser};
use crate::tree::Tree;
use crate::{lexer, local_macros};

/// What a user or a semantic patch says about the files at hand.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// Types, and macros with their roles.
    pub names: Names,
    /// Guards of `#if`, and whether they hold.
    pub guards: Guards,
}

/// Guards that are known to hold or not to.
#[derive(Clone, Debug, Default)]
pub struct Guards {
    values: FxHashMap<Box<[u8]>, bool>,
}

impl Guards {
    /// Notes that `guard` holds or not: a name, for `#ifdef NAME` and `#if defined(NAME)`, or the text behind `#if`.
    pub fn set(&mut self, guard: &[u8], holds: bool) {
        self.values.insert(guard.into(), holds);
    }

    /// Whether a guard, a name or a whole text, is known to hold or not to.
    pub(crate) fn value(&self, guard: &[u8]) -> Option<bool> {
        self.values.get(guard).copied()
    }
}

impl Knowledge {
    /// Adds a file of macro definitions. `#define NAME REFIT_ITERATOR` says what a macro is (see [`Hints::parse`]); any
    /// other definition is used as if the file at hand had it.
    pub fn add_macro_file(&mut self, text: &[u8]) {
        let mut tokens = lexer::tokenize(text);
        local_macros::learn(text, &mut tokens, &mut self.names);
        for (name, role) in Hints::parse(text).roles() {
            self.names.add_role(name, role);
        }
    }

    /// Parses a C file.
    pub fn parse(&self, source: Arc<[u8]>) -> Tree {
        let mut tokens = lexer::tokenize(&source);
        let mut groups = Groups::new(&tokens);
        let text = Arc::clone(&source);
        let mut hidden = conditionals::hidden_tokens(&text, &tokens, &mut groups, &self.guards);
        lexer::hide_line_markers(&text, &tokens, &mut hidden);
        lexer::hide_skipped(&text, &tokens, &mut hidden);
        let mut names = self.names.clone();
        local_macros::learn(&text, &mut tokens, &mut names);
        let hints = Hints::standard();
        let mut parser = Parser::new(&text, tokens, hidden, Dialect::C, names, hints);
        parser.translation_unit(groups);
        parser.finish(source).0
    }
}
