//! What a removed term and the code in its place have in common, where conditional directives cut through the term.
//!
//! ```text
//! - alloca(E)          buf = alloca(3            buf = malloc(3
//! + malloc(E)          #ifdef A                  #ifdef A
//!                              + 5         ->            + 5
//!                      #endif                    #endif
//!                              );                        );
//! ```
//!
//! The directives are no part of any term, so a term that was printed anew would lose them or tear them apart. The
//! tokens that both sides start or end with stay as they are.
//!
//! Invariant: streams without a directive inside removed code are left alone.

use std::ops::Range;

use crate::stream::{Element, Kind};

/// Keeps the tokens that replaced code and its replacement share, where directives stand between them.
pub(crate) fn keep(elements: &mut [Element]) {
    let mut at = 0;
    while at < elements.len() {
        if !elements[at].is_removed() {
            at += 1;
            continue;
        }
        let run = run_from(elements, at);
        at = run.end;
        let skipped = |element: &Element| element.kind == Kind::Skipped && element.is_file();
        if elements[run.clone()].iter().any(skipped) {
            keep_in(&mut elements[run]);
        }
    }
}

/// The removed tokens from `start` on, with all that stands between them and what is added there.
fn run_from(elements: &[Element], start: usize) -> Range<usize> {
    let belongs = |element: &&Element| {
        element.is_removed()
            || element.is_added()
            || element.is_blank()
            || element.kind == Kind::Skipped
    };
    let length = elements[start..].iter().take_while(belongs).count();
    let last = elements[start..start + length]
        .iter()
        .rposition(|element| element.is_removed() || element.is_added());
    start..start + last.map_or(length, |last| last + 1)
}

fn keep_in(run: &mut [Element]) {
    let indices = |keep: fn(&Element) -> bool| -> Vec<usize> {
        (0..run.len()).filter(|&index| keep(&run[index])).collect()
    };
    let removed = indices(|element| element.is_removed() && matches!(element.kind, Kind::Token(_)));
    let added = indices(|element| element.is_added() && matches!(element.kind, Kind::Token(_)));
    let same = |&(ours, theirs): &(&usize, &usize)| run[*ours].text == run[*theirs].text;
    let mut prefix = removed.iter().zip(&added).take_while(same).count();
    // What is left of the new code must stand behind what both start with.
    let is_behind = |prefix: usize| match (removed[..prefix].last(), added.get(prefix)) {
        (Some(last), Some(next)) => last < next,
        _ => true,
    };
    if !is_behind(prefix) {
        prefix = 0;
    }
    let (ours, theirs) = (&removed[prefix..], &added[prefix..]);
    let suffix = ours.iter().rev().zip(theirs.iter().rev()).take_while(same).count();
    let left: Vec<usize> = theirs[..theirs.len() - suffix].to_vec();
    // From the start of the run to the end of what both start with, and from where both end alike to its end.
    let start = prefix.checked_sub(1).map_or(0, |last| removed[last] + 1);
    let end = if suffix == 0 { run.len() } else { removed[removed.len() - suffix] };
    for (index, element) in run.iter_mut().enumerate() {
        if index < start || index >= end {
            element.removals.clear();
        }
    }
    let still_added = match (left.first(), left.last()) {
        (Some(&first), Some(&last)) => first..last + 1,
        _ => 0..0,
    };
    for (index, element) in run.iter_mut().enumerate() {
        element.gone |= element.is_added() && !still_added.contains(&index);
    }
}
