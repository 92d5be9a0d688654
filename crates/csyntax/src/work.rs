//! The steps that lexing and parsing take, counted: for the test that no work grows faster than the text.
//!
//! A count is the same on every machine and in every run, which a clock is not. It is kept for each thread, and in builds
//! with debug assertions only; elsewhere counting is nothing.

#[cfg(debug_assertions)]
use std::cell::Cell;

#[cfg(debug_assertions)]
thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts that `count` tokens, bytes or nodes were looked at.
///
/// Stands wherever a loop goes over some: in what moves a cursor, looks ahead, or goes back.
#[inline(always)]
pub(crate) fn steps(count: usize) {
    #[cfg(debug_assertions)]
    STEPS.set(STEPS.get() + count as u64);
    #[cfg(not(debug_assertions))]
    let _ = count;
}

/// The number of steps that `task` takes on this thread; there is no such function in builds without debug assertions.
#[cfg(debug_assertions)]
pub fn count(task: impl FnOnce()) -> u64 {
    let before = STEPS.get();
    task();
    STEPS.get() - before
}
