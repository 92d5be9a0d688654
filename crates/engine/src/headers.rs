//! The headers that a file includes, as far as types are asked for.
//!
//! Invariant: nothing is read here; who runs a patch says what an `#include` stands for.

use std::fmt::Debug;
use std::sync::Arc;

use csyntax::{NodeKind, TokenKind, Tree};

use crate::Prepared;

/// Finds the text of headers.
pub trait Headers: Debug + Send + Sync {
    /// What `#include "header"` in the file called `file` stands for; none if it is not to be had.
    fn read(&self, file: &str, header: &str) -> Option<Arc<[u8]>>;
}

impl Prepared {
    /// Whether types of expressions matter for any rule, so that headers are worth reading.
    pub(crate) fn asks_for_types(&self) -> bool {
        let mut metavariables = self.patch.rules.iter().flat_map(|rule| &rule.metavariables);
        metavariables.any(|metavariable| !metavariable.types.is_empty())
    }

    /// The headers that `tree`, the file called `name`, includes by a name in quotes.
    pub(crate) fn headers_of(&self, name: &str, tree: &Tree) -> Vec<Tree> {
        let Some(headers) = self.settings.headers.as_ref().filter(|_| self.asks_for_types()) else {
            return Vec::new();
        };
        tree.ids()
            .filter(|&node| tree.kind(node) == NodeKind::Include)
            .filter_map(|node| tree.own_token(node, TokenKind::PpHeader))
            .filter_map(|token| {
                let quoted = std::str::from_utf8(tree.token_text(token)).ok()?.trim();
                let header = quoted.strip_prefix('"')?.strip_suffix('"')?;
                headers.read(name, header)
            })
            .map(|text| self.known.parse(text))
            .collect()
    }
}
