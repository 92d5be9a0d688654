//! Where a line of a text is after a change.

/// The line (from 1) that an unchanged line has become; none if it was changed or removed.
pub(super) fn after(before: &[u8], after: &[u8], line: u32) -> Option<u32> {
    let diff = rewrite::unified_diff(before, after, "", "", 0);
    let mut shift = 0;
    for hunk in diff.split(|&byte| byte == b'\n').filter_map(hunk) {
        let ((old, removed), (_, added)) = hunk;
        // A hunk that only adds stands behind the line that it names.
        let (first, behind) = if removed == 0 { (old + 1, old + 1) } else { (old, old + removed) };
        if i64::from(line) < first {
            break;
        }
        if i64::from(line) < behind {
            return None;
        }
        shift += added - removed;
    }
    u32::try_from(i64::from(line) + shift).ok()
}

/// `@@ -old,removed +new,added @@`
fn hunk(line: &[u8]) -> Option<((i64, i64), (i64, i64))> {
    let text = std::str::from_utf8(line.strip_prefix(b"@@ -")?).ok()?;
    let (old, rest) = text.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    Some((range(old)?, range(new)?))
}

/// `start,count`, or `start` alone for one line.
fn range(text: &str) -> Option<(i64, i64)> {
    match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn lines_move_with_what_is_added_and_removed_above() {
        let before = b"a\nb\nc\nd\n";
        assert_eq!(after(before, before, 3), Some(3));
        assert_eq!(after(before, b"x\na\nb\nc\nd\n", 3), Some(4));
        assert_eq!(after(before, b"a\nc\nd\n", 3), Some(2));
        assert_eq!(after(before, b"a\nb\nc\nd\ne\n", 3), Some(3));
    }

    #[test]
    fn a_changed_line_is_gone() {
        assert_eq!(after(b"a\nb\nc\n", b"a\nx\nc\n", 2), None);
        assert_eq!(after(b"a\nb\nc\n", b"a\nx\ny\nc\n", 3), Some(4));
    }
}
