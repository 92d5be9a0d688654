//! The bound on the work of one evaluation.
//!
//! Invariant: every loop that makes triples spends steps, so that no evaluation runs much past its limit.

use std::error::Error;
use std::fmt;

/// How many steps an evaluation may take; a step makes about one triple.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit(pub u64);

impl Limit {
    /// As many steps as it takes.
    pub const NONE: Limit = Limit(u64::MAX);
}

impl Default for Limit {
    /// Ten million steps: a few seconds.
    fn default() -> Limit {
        Limit(10_000_000)
    }
}

/// The evaluation was given up: it took more steps than the [`Limit`] allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitReached;

impl fmt::Display for LimitReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many ways to match: the evaluation was given up")
    }
}

impl Error for LimitReached {}
