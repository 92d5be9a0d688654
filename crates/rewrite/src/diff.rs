//! Unified diffs as `diff -u -p` writes them and `git apply` takes them.

use similar::{DiffOp, group_diff_ops};

mod anchors;
mod sliding;

/// The longest function context behind `@@`, in bytes, as GNU diff cuts it.
const CONTEXT_WIDTH: usize = 40;

/// The unified diff from `old` to `new`, with `context` lines around each change; empty if they are equal.
///
/// Behind each `@@` stands the last line before the hunk that starts with a letter, `_` or `$`. A last line without
/// a newline is marked.
pub fn unified_diff(
    old: &[u8],
    new: &[u8],
    old_name: &str,
    new_name: &str,
    context: usize,
) -> Vec<u8> {
    if old == new {
        return Vec::new();
    }
    let (old_lines, new_lines) = (lines(old), lines(new));
    let found = anchors::diff(&old_lines, &new_lines);
    let operations = sliding::settled(&found, &old_lines, &new_lines);
    let mut out = format!("--- {old_name}\n+++ {new_name}\n").into_bytes();
    for hunk in group_diff_ops(operations, context) {
        write_hunk(&hunk, &old_lines, &new_lines, &mut out);
    }
    out
}

/// Whether both texts differ only in blanks and newlines.
pub fn same_but_for_blanks(old: &[u8], new: &[u8]) -> bool {
    let solid = |text: &[u8]| -> Vec<u8> {
        text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
    };
    old == new || solid(old) == solid(new)
}

/// The lines of `text`, each with its newline.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

fn write_hunk(hunk: &[DiffOp], old: &[&[u8]], new: &[&[u8]], out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let old_range = first.old_range().start..last.old_range().end;
    let new_range = first.new_range().start..last.new_range().end;
    out.extend_from_slice(b"@@ -");
    out.extend_from_slice(range_text(&old_range).as_bytes());
    out.extend_from_slice(b" +");
    out.extend_from_slice(range_text(&new_range).as_bytes());
    out.extend_from_slice(b" @@");
    if let Some(line) = function_line(&old[..old_range.start]) {
        out.push(b' ');
        out.extend_from_slice(line);
    }
    out.push(b'\n');
    for operation in hunk {
        if let DiffOp::Equal { old_index, len, .. } = *operation {
            old[old_index..old_index + len].iter().for_each(|line| write_line(b' ', line, out));
        } else {
            old[operation.old_range()].iter().for_each(|line| write_line(b'-', line, out));
            new[operation.new_range()].iter().for_each(|line| write_line(b'+', line, out));
        }
    }
}

fn write_line(sign: u8, line: &[u8], out: &mut Vec<u8>) {
    out.push(sign);
    out.extend_from_slice(line);
    if !line.ends_with(b"\n") {
        out.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

/// First line and count; the count is left out when it is 1, and an empty range names the line before it.
fn range_text(range: &std::ops::Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

/// The last line that names a function, cut as GNU diff does.
fn function_line<'a>(before: &[&'a [u8]]) -> Option<&'a [u8]> {
    let line = before.iter().rev().find(|line| {
        line.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$')
    })?;
    let cut = &line[..line.len().min(CONTEXT_WIDTH)];
    Some(cut.trim_ascii_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let diff = unified_diff(old.as_bytes(), new.as_bytes(), "a/x.c", "b/x.c", 3);
        assert_eq!(String::from_utf8(diff).unwrap(), expected);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        check("a\n", "a\n", "");
    }

    #[test]
    fn the_function_stands_behind_the_hunk() {
        check(
            "int f(void)\n{\n\ta;\n\tb;\n\tc;\n\td;\n}\n",
            "int f(void)\n{\n\ta;\n\tb;\n\tc;\n\te;\n}\n",
            "--- a/x.c\n+++ b/x.c\n@@ -3,5 +3,5 @@ int f(void)\n \ta;\n \tb;\n \tc;\n-\td;\n+\te;\n }\n",
        );
    }

    #[test]
    fn a_missing_newline_is_marked() {
        check(
            "a",
            "b\n",
            "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n",
        );
        check("", "b\n", "--- a/x.c\n+++ b/x.c\n@@ -0,0 +1 @@\n+b\n");
    }

    #[test]
    fn changes_slide_down() {
        check(
            "{\n\ta;\n\n\tb;\n\n\tc;\n}\n",
            "{\n\ta;\n\n\tc;\n}\n",
            "--- a/x.c\n+++ b/x.c\n@@ -1,7 +1,5 @@\n {\n \ta;\n \n-\tb;\n-\n \tc;\n }\n",
        );
    }

    #[test]
    fn blanks_do_not_count_but_comments_do() {
        assert!(same_but_for_blanks(b"a b\n", b"a\n b"));
        assert!(!same_but_for_blanks(b"a b\n", b"a /* */ b\n"));
    }
}
