//! Why an edit was refused.

use csyntax::TokenId;
use smpl::MetavariableId;

/// An edit that does not go together with those made before, or that cannot be printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Conflict {
    /// A second, different addition at one token.
    AlreadyTagged {
        /// The token of the C tree.
        token: TokenId,
    },
    /// Added code mentions a metavariable that has no value.
    Unbound {
        /// The token of the C tree that the code was to hang on.
        token: TokenId,
        /// The metavariable.
        metavariable: MetavariableId,
    },
}

impl Conflict {
    /// The token of the C tree that the edit concerned.
    pub fn token(&self) -> TokenId {
        match *self {
            Conflict::AlreadyTagged { token } | Conflict::Unbound { token, .. } => token,
        }
    }

    /// What is wrong, in a few words.
    pub fn message(&self) -> &'static str {
        match self {
            Conflict::AlreadyTagged { .. } => "already tagged token",
            Conflict::Unbound { .. } => "added code mentions a metavariable without a value",
        }
    }
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.message())
    }
}

impl std::error::Error for Conflict {}
