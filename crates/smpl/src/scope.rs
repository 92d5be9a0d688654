//! Names in force while a patch is read: those of the rule, and those that stay until the end of the file.
//!
//! Invariant: a metavariable of the rule hides a sticky name; the next rule sees the sticky name again.

use csyntax::Names;
use csyntax::TokenKind;
use rustc_hash::FxHashMap;

use crate::metavariable::{Metavariable, MetavariableId};

/// Names that declarations make known to all later rules and to the C parser, in order of declaration.
#[derive(Clone, Debug, Default)]
pub struct DeclaredNames {
    /// `typedef t;`
    pub typedefs: Vec<Box<str>>,
    /// `iterator name i;`
    pub iterators: Vec<Box<str>>,
    /// `declarer name d;`
    pub declarers: Vec<Box<str>>,
    /// `attribute name a;`
    pub attributes: Vec<Box<str>>,
    /// `symbol s;`
    pub symbols: Vec<Box<str>>,
}

/// The sticky names, ready for look-up.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileNames {
    pub declared: DeclaredNames,
    kinds: FxHashMap<Box<[u8]>, TokenKind>,
    /// The types that patterns have made known.
    pub types: Names,
}

impl FileNames {
    /// Declares a name that reads as a token of `kind` from now on.
    pub fn declare(&mut self, name: &str, kind: TokenKind) {
        let list = match kind {
            TokenKind::TypedefName => {
                self.types.add_type(name.as_bytes());
                &mut self.declared.typedefs
            }
            TokenKind::IteratorName => &mut self.declared.iterators,
            TokenKind::DeclarerName => &mut self.declared.declarers,
            TokenKind::AttributeName => &mut self.declared.attributes,
            _ => &mut self.declared.symbols,
        };
        if !list.iter().any(|known| &**known == name) {
            list.push(name.into());
        }
        self.kinds.insert(name.as_bytes().into(), kind);
    }

    /// What `name` was declared as, or is without being declared: `scoped_guard` of linux/cleanup.h is a keyword of
    /// Coccinelle.
    pub fn kind(&self, name: &[u8]) -> Option<TokenKind> {
        let declared = self.kinds.get(name).copied();
        declared.or_else(|| (name == b"scoped_guard").then_some(TokenKind::IteratorName))
    }
}

/// The metavariables of the rule being read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub metavariables: Vec<Metavariable>,
    by_name: FxHashMap<Box<[u8]>, MetavariableId>,
}

impl Scope {
    pub fn get(&self, name: &[u8]) -> Option<MetavariableId> {
        self.by_name.get(name).copied()
    }

    /// Adds a metavariable, or gives back the one that has its name already.
    pub fn add(&mut self, metavariable: Metavariable) -> Result<MetavariableId, MetavariableId> {
        if let Some(earlier) = self.get(metavariable.name.as_bytes()) {
            return Err(earlier);
        }
        let id = MetavariableId(self.metavariables.len() as u32);
        self.by_name.insert(metavariable.name.as_bytes().into(), id);
        self.metavariables.push(metavariable);
        Ok(id)
    }

    /// What `name` reads as in a pattern, and the metavariable that it is.
    pub fn token(
        &self,
        name: &[u8],
        names: &FileNames,
    ) -> (Option<TokenKind>, Option<MetavariableId>) {
        match self.get(name) {
            Some(id) => (self.metavariables[id.index()].kind.token_kind(), Some(id)),
            None => (names.kind(name), None),
        }
    }
}
