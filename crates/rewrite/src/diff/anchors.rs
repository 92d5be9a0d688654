//! Lines that are in both texts once and pair up without doubt: between two of them a diff is found apart from the rest.
//!
//! Myers' algorithm takes time in proportion to the lines times the changes, which is too much for thousands of changes.
//! Below [`MUCH`] it has the whole text, and with it the shortest diff.
//!
//! Invariant: the pairs go up on both sides.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Lines times changes that Myers' algorithm goes through in well under a second.
const MUCH: usize = 20_000_000;

/// The operations of a diff.
pub(super) fn diff(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let sides = occurrences(old, new);
    let changes: usize = sides.values().map(|line| line.old.abs_diff(line.new)).sum();
    if changes.saturating_mul(old.len() + new.len()) <= MUCH {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let mut operations = Vec::new();
    let (mut i, mut j) = (0, 0);
    let end = (old.len(), new.len());
    for (a, b) in rising(&unique(old, &sides)).into_iter().chain([end]) {
        let between = capture_diff_slices(Algorithm::Myers, &old[i..a], &new[j..b]);
        operations.extend(between.into_iter().map(|operation| moved(operation, i, j)));
        if (a, b) != end {
            operations.push(DiffOp::Equal { old_index: a, new_index: b, len: 1 });
        }
        (i, j) = (a + 1, b + 1);
    }
    operations
}

/// How often a line is in each text, and where in the new one it was last.
#[derive(Default)]
struct Line {
    old: usize,
    new: usize,
    place: usize,
}

fn occurrences<'a>(old: &[&'a [u8]], new: &[&'a [u8]]) -> HashMap<&'a [u8], Line> {
    let mut lines: HashMap<&[u8], Line> = HashMap::with_capacity(old.len());
    for line in old {
        lines.entry(line).or_default().old += 1;
    }
    for (place, line) in new.iter().enumerate() {
        let line = lines.entry(line).or_default();
        line.new += 1;
        line.place = place;
    }
    lines
}

/// The pairs of lines that are in each text once, by their places in the old one.
fn unique(old: &[&[u8]], lines: &HashMap<&[u8], Line>) -> Vec<(usize, usize)> {
    let places = old.iter().enumerate();
    places
        .filter_map(|(place, line)| {
            let line = &lines[line];
            (line.old == 1 && line.new == 1).then_some((place, line.place))
        })
        .collect()
}

/// A longest part of the pairs whose second places rise, too (by patience sorting).
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best part of each length, and the pair before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (index, &(_, place)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < place);
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let way = std::iter::successors(ends.last().copied(), |&index| before[index]);
    let mut part: Vec<(usize, usize)> = way.map(|index| pairs[index]).collect();
    part.reverse();
    part
}

/// An operation of a part that begins at these places.
fn moved(operation: DiffOp, old: usize, new: usize) -> DiffOp {
    match operation {
        DiffOp::Equal { old_index, new_index, len } => {
            DiffOp::Equal { old_index: old_index + old, new_index: new_index + new, len }
        }
        DiffOp::Delete { old_index, old_len, new_index } => {
            DiffOp::Delete { old_index: old_index + old, old_len, new_index: new_index + new }
        }
        DiffOp::Insert { old_index, new_index, new_len } => {
            DiffOp::Insert { old_index: old_index + old, new_index: new_index + new, new_len }
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => DiffOp::Replace {
            old_index: old_index + old,
            old_len,
            new_index: new_index + new,
            new_len,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rising_part_is_found() {
        let pairs = [(0, 4), (1, 1), (2, 2), (3, 0), (4, 3)];
        assert_eq!(rising(&pairs), [(1, 1), (2, 2), (4, 3)]);
        assert_eq!(rising(&[]), []);
    }

    #[test]
    fn many_changes_leave_what_is_equal() {
        let old: Vec<String> = (0..9000).map(|i| format!("{i}")).collect();
        let new: Vec<String> =
            (0..9000).map(|i| if i % 3 == 0 { format!("x{i}") } else { format!("{i}") }).collect();
        fn lines(text: &[String]) -> Vec<&[u8]> {
            text.iter().map(String::as_bytes).collect()
        }
        let found = diff(&lines(&old), &lines(&new));
        let equal: usize = found
            .iter()
            .map(|operation| match *operation {
                DiffOp::Equal { old_index, new_index, len } => {
                    assert_eq!(old[old_index..old_index + len], new[new_index..new_index + len]);
                    len
                }
                _ => 0,
            })
            .sum();
        assert_eq!(equal, 6000);
        assert_eq!(found.iter().map(|operation| operation.old_range().len()).sum::<usize>(), 9000);
    }
}
