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

    /// About as many steps as are taken in so many seconds. A number of steps, and not a time, so that what comes out
    /// depends neither on the machine nor on what else it does.
    pub fn seconds(seconds: u64) -> Limit {
        const STEPS_A_SECOND: u64 = 2_500_000;
        Limit(seconds.saturating_mul(STEPS_A_SECOND))
    }
}

impl Default for Limit {
    /// About four seconds.
    fn default() -> Limit {
        Limit::seconds(4)
    }
}

/// The evaluation was given up: it took more steps than the [`Limit`] allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitReached;

impl fmt::Display for LimitReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many ways to match, given up")
    }
}

impl Error for LimitReached {}
