//! Which identifiers are type names: declared, inferred, shadowed by a variable of an inner scope; and what the spelling
//! of a name tells.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::hints::Role;
use crate::kind::TokenKind;

/// The type names known so far in a file, and the scopes that are open.
#[derive(Clone, Debug, Default)]
pub struct Names {
    types: FxHashSet<Box<[u8]>>,
    /// How many open scopes declare the name as a variable.
    shadowed: FxHashMap<Box<[u8]>, u32>,
    scopes: Vec<Vec<Box<[u8]>>>,
    /// Types that the item at hand made known.
    recent: Vec<Box<[u8]>>,
    /// Macros whose role is known for this file, besides the hints.
    roles: FxHashMap<Box<[u8]>, Role>,
    /// Macros that stand for one token.
    tokens: FxHashMap<Box<[u8]>, TokenKind>,
}

impl Names {
    /// Notes what the macro `name` stands for.
    pub fn add_role(&mut self, name: &[u8], role: Role) {
        self.roles.insert(name.into(), role);
    }

    /// Notes that the macro `name` stands for one token of `kind`.
    pub(crate) fn add_token(&mut self, name: &[u8], kind: TokenKind) {
        self.tokens.insert(name.into(), kind);
    }

    /// The kind of the token that the macro `name` stands for.
    pub(crate) fn token(&self, name: &[u8]) -> Option<TokenKind> {
        self.tokens.get(name).copied()
    }

    /// Whether some macro stands for one token.
    pub(crate) fn has_tokens(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// What the macro `name` was said to stand for.
    pub fn role(&self, name: &[u8]) -> Option<Role> {
        self.roles.get(name).copied()
    }

    /// Notes that `name` is a type.
    pub fn add_type(&mut self, name: &[u8]) {
        if !self.types.contains(name) {
            self.types.insert(name.into());
        }
    }

    /// Notes that `name` looks like a type where it stands; [`Names::undo_inferred`] takes it back.
    pub fn add_inferred(&mut self, name: &[u8]) {
        if !self.types.contains(name) && !is_standard_type(name) {
            self.types.insert(name.into());
            self.recent.push(name.into());
        }
    }

    /// Keeps what was inferred so far.
    pub fn keep_inferred(&mut self) {
        self.recent.clear();
    }

    /// Forgets what was inferred since the last [`Names::keep_inferred`].
    pub fn undo_inferred(&mut self) {
        for name in self.recent.drain(..) {
            self.types.remove(&name);
        }
    }

    /// Whether `name` is known as a type and no variable hides it.
    pub fn is_type(&self, name: &[u8]) -> bool {
        (self.types.contains(name) || is_standard_type(name)) && !self.is_variable(name)
    }

    /// Whether a variable of an open scope is called `name`.
    pub fn is_variable(&self, name: &[u8]) -> bool {
        self.shadowed.get(name).is_some_and(|&count| count > 0)
    }

    /// Opens a scope: a function or a block.
    pub fn open_scope(&mut self) {
        self.scopes.push(Vec::new());
    }

    /// Closes the innermost scope.
    pub fn close_scope(&mut self) {
        for name in self.scopes.pop().unwrap_or_default() {
            if let Some(count) = self.shadowed.get_mut(&name) {
                *count -= 1;
            }
        }
    }

    /// Closes scopes until `depth` are open.
    pub fn close_scopes_to(&mut self, depth: usize) {
        while self.scopes.len() > depth {
            self.close_scope();
        }
    }

    /// How many scopes are open.
    pub fn depth(&self) -> usize {
        self.scopes.len()
    }

    /// Notes a variable of the innermost scope; at file level nothing is noted.
    pub fn add_variable(&mut self, name: &[u8]) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(name.into());
            *self.shadowed.entry(name.into()).or_insert(0) += 1;
        }
    }
}

/// Whether `name` is spelt like a type of the C library or the kernel: `..._t`, `u8`, `__le32`, `bool`.
fn is_standard_type(name: &[u8]) -> bool {
    name.ends_with(b"_t") && name.len() > 2
        || matches!(
            name,
            b"u8"
                | b"u16"
                | b"u32"
                | b"u64"
                | b"s8"
                | b"s16"
                | b"s32"
                | b"s64"
                | b"bool"
                | b"uint"
                | b"ulong"
                | b"ushort"
                | b"uchar"
                | b"u_char"
                | b"u_short"
                | b"u_int"
                | b"u_long"
                | b"FILE"
                | b"va_list"
                | b"__u8"
                | b"__u16"
                | b"__u32"
                | b"__u64"
                | b"__s8"
                | b"__s16"
                | b"__s32"
                | b"__s64"
                | b"__le16"
                | b"__le32"
                | b"__le64"
                | b"__be16"
                | b"__be32"
                | b"__be64"
                | b"__wsum"
                | b"__sum16"
                | b"__virtio16"
                | b"__virtio32"
                | b"__virtio64"
        )
}

/// Whether a name is spelt like a macro: capitals, digits, `_`.
pub(crate) fn is_upper(name: &[u8]) -> bool {
    name.iter().any(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_lowercase)
}

/// Whether a macro's name says that it loops.
pub(crate) fn is_iterator_name(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    [&b"for_each"[..], b"foreach", b"each_", b"_loop", b"loop_", b"_walk", b"walk_", b"iterate"]
        .iter()
        .any(|piece| memchr::memmem::find(&name, piece).is_some())
}
