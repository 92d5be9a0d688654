//! Where a change stands when several places would do.
//!
//! ```text
//!  }                  }
//! +                  
//! +int b(void)   or  +int b(void)      the lower place is taken, as GNU diff does,
//! +}                 +}                unless a higher one touches a change of the other side
//!                    +
//! ```
//!
//! A diff is kept as its pairs of equal lines; between two pairs is a gap. A group of changed lines slides from one gap
//! to the next when the line that it slides over equals the one that it leaves behind.
//!
//! Invariant: sliding changes which lines are paired, never how many.

use similar::DiffOp;

/// The operations of a diff with every group of changes in its place.
pub(super) fn settled(found: &[DiffOp], old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let mut pairs = pairs(found);
    settle(&mut pairs, old, new.len());
    let mut swapped: Vec<(usize, usize)> = pairs.iter().map(|&(a, b)| (b, a)).collect();
    settle(&mut swapped, new, old.len());
    let pairs: Vec<(usize, usize)> = swapped.iter().map(|&(b, a)| (a, b)).collect();
    operations(&pairs, old.len(), new.len())
}

fn pairs(found: &[DiffOp]) -> Vec<(usize, usize)> {
    found
        .iter()
        .filter_map(|operation| match *operation {
            DiffOp::Equal { old_index, new_index, len } => {
                Some((0..len).map(move |at| (old_index + at, new_index + at)))
            }
            _ => None,
        })
        .flatten()
        .collect()
}

/// One side of a diff, whose changed lines slide.
struct Side<'a> {
    pairs: &'a mut [(usize, usize)],
    lines: &'a [&'a [u8]],
    other_count: usize,
}

/// Slides every group of the side that comes first in `pairs`.
fn settle(pairs: &mut [(usize, usize)], lines: &[&[u8]], other_count: usize) {
    let mut side = Side { pairs, lines, other_count };
    let mut gap = 0;
    while gap <= side.pairs.len() {
        if side.own(gap).is_empty() {
            gap += 1;
        } else {
            gap = side.slide(gap) + 1;
        }
    }
}

impl Side<'_> {
    /// The changed lines of this side in a gap.
    fn own(&self, gap: usize) -> std::ops::Range<usize> {
        let start = gap.checked_sub(1).map_or(0, |pair| self.pairs[pair].0 + 1);
        start..self.pairs.get(gap).map_or(self.lines.len(), |pair| pair.0)
    }

    /// Whether the other side has changed lines in a gap.
    fn touches(&self, gap: usize) -> bool {
        let start = gap.checked_sub(1).map_or(0, |pair| self.pairs[pair].1 + 1);
        start < self.pairs.get(gap).map_or(self.other_count, |pair| pair.1)
    }

    /// Slides the group of `gap`; where it is then.
    fn slide(&mut self, mut gap: usize) -> usize {
        loop {
            let length = self.own(gap).len();
            while self.slide_up(gap) {
                gap -= 1;
            }
            let mut touching = self.touches(gap).then_some(gap);
            while self.slide_down(gap) {
                gap += 1;
                if self.touches(gap) {
                    touching = Some(gap);
                }
            }
            if self.own(gap).len() != length {
                continue;
            }
            while touching.is_some_and(|touching| touching < gap) && self.slide_up(gap) {
                gap -= 1;
            }
            return gap;
        }
    }

    fn slide_up(&mut self, gap: usize) -> bool {
        let group = self.own(gap);
        let Some(pair) = gap.checked_sub(1) else { return false };
        let slides =
            !group.is_empty() && self.lines[self.pairs[pair].0] == self.lines[group.end - 1];
        if slides {
            self.pairs[pair].0 = group.end - 1;
        }
        slides
    }

    fn slide_down(&mut self, gap: usize) -> bool {
        let group = self.own(gap);
        let slides = gap < self.pairs.len()
            && !group.is_empty()
            && self.lines[group.start] == self.lines[group.end];
        if slides {
            self.pairs[gap].0 = group.start;
        }
        slides
    }
}

/// The operations that a list of pairs stands for.
fn operations(pairs: &[(usize, usize)], old_count: usize, new_count: usize) -> Vec<DiffOp> {
    let mut operations = Vec::new();
    let (mut old, mut new) = (0, 0);
    let ends = std::iter::once((old_count, new_count));
    for (old_at, new_at) in pairs.iter().copied().chain(ends) {
        match (old_at - old, new_at - new) {
            (0, 0) => {}
            (old_len, 0) => {
                operations.push(DiffOp::Delete { old_index: old, old_len, new_index: new });
            }
            (0, new_len) => {
                operations.push(DiffOp::Insert { old_index: old, new_index: new, new_len });
            }
            (old_len, new_len) => {
                operations.push(DiffOp::Replace {
                    old_index: old,
                    old_len,
                    new_index: new,
                    new_len,
                });
            }
        }
        if old_at < old_count || new_at < new_count {
            push_equal(&mut operations, old_at, new_at);
        }
        (old, new) = (old_at + 1, new_at + 1);
    }
    operations
}

fn push_equal(operations: &mut Vec<DiffOp>, old_at: usize, new_at: usize) {
    if let Some(DiffOp::Equal { len, .. }) = operations.last_mut() {
        *len += 1;
    } else {
        operations.push(DiffOp::Equal { old_index: old_at, new_index: new_at, len: 1 });
    }
}
