//! What macros are, by name: data in C syntax, one `#define` a macro.
//!
//! `#define NAME ROLE`, where ROLE is one of the words of [`Role`]. The file that ships with the crate
//! lists names of the kernel whose shape at the place of use does not tell enough.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::kind::TokenKind;
use crate::lexer;

/// What a macro stands for where it is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// `REFIT_ATTRIBUTE`: an attribute, with or without arguments.
    Attribute,
    /// `REFIT_ITERATOR`: a loop, or another header of a statement.
    Iterator,
    /// `REFIT_DECLARER`: declares something, with or without `;`.
    Declarer,
    /// `REFIT_STATEMENT`: a statement without `;`.
    Statement,
    /// `REFIT_STRING`: a piece of a string.
    String,
    /// `REFIT_TYPE`: a type.
    Type,
    /// `REFIT_SUFFIX`: an operator and its operand, behind an expression: `* 1024`.
    Suffix,
}

/// Roles of macros by name.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    roles: FxHashMap<Box<[u8]>, Role>,
}

impl Hints {
    /// The hints that ship with the crate.
    pub fn standard() -> &'static Hints {
        static STANDARD: OnceLock<Hints> = OnceLock::new();
        STANDARD.get_or_init(|| Hints::parse(include_bytes!("hints.h")))
    }

    /// Reads hints in C syntax; lines that are none are passed over.
    pub fn parse(text: &[u8]) -> Hints {
        let tokens = lexer::tokenize(text);
        let mut hints = Hints::default();
        let ids: Vec<_> = tokens.ids().collect();
        for window in ids.windows(3) {
            if tokens.kind(window[0]) == TokenKind::PpDefine {
                let name = &text[tokens.span(window[1]).range()];
                let role = match &text[tokens.span(window[2]).range()] {
                    b"REFIT_ATTRIBUTE" => Role::Attribute,
                    b"REFIT_ITERATOR" => Role::Iterator,
                    b"REFIT_DECLARER" => Role::Declarer,
                    b"REFIT_STATEMENT" => Role::Statement,
                    b"REFIT_STRING" => Role::String,
                    b"REFIT_TYPE" => Role::Type,
                    b"REFIT_SUFFIX" => Role::Suffix,
                    _ => continue,
                };
                hints.roles.insert(name.into(), role);
            }
        }
        hints
    }

    /// The role of the macro `name`.
    pub fn role(&self, name: &[u8]) -> Option<Role> {
        self.roles.get(name).copied()
    }
}
