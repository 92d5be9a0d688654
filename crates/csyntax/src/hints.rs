//! What macros are, by name: data in C syntax, one `#define` a macro.
//!
//! `#define NAME ROLE` or `#define NAME(x) ROLE`, where ROLE is one of the words of [`Role`]. The file that ships with the crate
//! lists names of the kernel whose shape at the place of use does not tell enough.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::kind::TokenKind;
use crate::{lexer, local_macros};

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

    /// Reads hints in C syntax; lines that are none are passed over. The words of Coccinelle's macro files are known, too.
    pub fn parse(text: &[u8]) -> Hints {
        let tokens = lexer::tokenize(text);
        let mut hints = Hints::default();
        for define in tokens.ids() {
            if tokens.kind(define) == TokenKind::PpDefine {
                let name = &text[tokens.span(define.next()).range()];
                let body = local_macros::behind_parameters(&tokens, define.next());
                let role = match &text[tokens.span(body).range()] {
                    b"REFIT_ATTRIBUTE" | b"YACFE_ATTRIBUTE" => Role::Attribute,
                    b"REFIT_ITERATOR" | b"YACFE_ITERATOR" => Role::Iterator,
                    b"REFIT_DECLARER" | b"YACFE_DECLARATOR" => Role::Declarer,
                    b"REFIT_STATEMENT" | b"YACFE_STATEMENT" => Role::Statement,
                    b"REFIT_STRING" | b"YACFE_STRING" => Role::String,
                    b"REFIT_TYPE" => Role::Type,
                    b"REFIT_SUFFIX" => Role::Suffix,
                    _ => continue,
                };
                hints.roles.insert(name.into(), role);
            }
        }
        hints
    }

    /// All macros and their roles, by name.
    pub(crate) fn roles(&self) -> Vec<(&[u8], Role)> {
        let mut roles: Vec<_> = self.roles.iter().map(|(name, &role)| (&**name, role)).collect();
        roles.sort_unstable_by_key(|&(name, _)| name);
        roles
    }

    /// The role of the macro `name`.
    pub fn role(&self, name: &[u8]) -> Option<Role> {
        self.roles.get(name).copied()
    }
}
