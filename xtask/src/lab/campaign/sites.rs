//! The sites of a file: what a semantic patch has changed, taken apart so that each change can be made alone.
//!
//! The patches of `lab/faults` only add: all of a file's tokens are there afterwards, in their order. So
//!
//! 1. both texts are cut into tokens;
//! 2. each token of the original is found in the changed text, the first one that fits from where the one before it was
//!    found. What is left over was added, in the gap before the next token;
//! 3. gaps are put together until what was added in them has as many closing as opening brackets: a piece of a site;
//!
//! ```text
//! if (a)           if (a) {                 the gap before `b` has `{`: open
//!     b = 1;           if (!FAULT) b = 1;
//!                  }                        the gap before the next token has `}`: closed, one site
//! ```
//!
//! 4. a site has one `FAULT`, as each patch adds one. Where what was added begins as the text that follows it, the first
//!    that fits is not what was there before, and the site is in pieces. Those without the word belong to the nearest one
//!    that has it:
//!
//! ```text
//! if (!(a))        if (!FAULT && (!(a)))
//!                      ------------  -     added: `FAULT &&` behind the first `!`, then `!(` and `)`
//! ```
//!
//! A line may have several sites, and a site several lines; the lines of a `diff` would not do.

use std::ops::Range;

use anyhow::{Result, bail};

/// What each change of a patch has once.
const MARK: &str = "FAULT";

/// A text, the same after a patch, and what changed.
#[derive(Debug)]
pub(super) struct Changed {
    original: String,
    changed: String,
    /// What stands before each token of the original, and behind the last, in both texts.
    gaps: Vec<Gap>,
    /// Each some gaps that follow one another.
    sites: Vec<Range<usize>>,
}

#[derive(Clone, Debug)]
struct Gap {
    original: Range<usize>,
    changed: Range<usize>,
    /// Brackets that are opened less those that are closed by what was added; none if nothing was.
    opened: Option<i32>,
    /// Whether what was added has the mark.
    is_marked: bool,
}

impl Changed {
    /// An error if more was done than to add.
    pub(super) fn new(original: String, changed: String) -> Result<Changed> {
        let gaps = gaps(&original, &changed)?;
        let sites = joined(&gaps, pieces(&gaps))?;
        Ok(Changed { original, changed, gaps, sites })
    }

    pub(super) fn original(&self) -> &str {
        &self.original
    }

    /// How many sites there are.
    pub(super) fn sites(&self) -> usize {
        self.sites.len()
    }

    /// The original with one site changed.
    pub(super) fn with_site(&self, site: usize) -> String {
        let chosen = &self.sites[site];
        let begin = self.gaps[chosen.start].original.start;
        let end = self.gaps[chosen.end - 1].original.end;
        [&self.original[..begin], self.change(site), &self.original[end..]].concat()
    }

    /// The line of the original where a site begins, counted from 1: where something was added behind a statement, that
    /// of the statement.
    pub(super) fn line(&self, site: usize) -> usize {
        let gap = &self.gaps[self.sites[site].start];
        let added = self.changed[gap.changed.clone()].trim_end();
        let is_behind = added.ends_with([';', '{', '}']);
        let at = if is_behind { gap.original.start } else { gap.original.end };
        let before = &self.original[..at];
        before.matches('\n').count() + 1
    }

    /// The lines that a site changes, as they are then and with single blanks, to the end of the statement.
    pub(super) fn shown(&self, site: usize) -> String {
        let chosen = &self.sites[site];
        let first = &self.gaps[chosen.start].changed;
        let begin = first.start + leading_blanks(&self.changed[first.clone()]);
        let begin = self.changed[..begin].rfind('\n').map_or(0, |at| at + 1);
        let last = self.changed[..self.gaps[chosen.end - 1].changed.end].trim_end().len();
        let mut end = begin;
        for line in self.changed[begin..].split_inclusive('\n') {
            end += line.len();
            if end >= last && line.trim_end().ends_with([';', '{', '}', '\\']) {
                break;
            }
        }
        self.changed[begin..end].split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a site's gaps and the tokens between them are after the change.
    fn change(&self, site: usize) -> &str {
        let chosen = &self.sites[site];
        let begin = self.gaps[chosen.start].changed.start;
        &self.changed[begin..self.gaps[chosen.end - 1].changed.end]
    }
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn gaps(original: &str, changed: &str) -> Result<Vec<Gap>> {
    let (ours, theirs) = (tokens(original), tokens(changed));
    let (mut gaps, mut next, mut ends) = (Vec::new(), 0, (0, 0));
    for token in &ours {
        let text = &original[token.clone()];
        let found = theirs[next..].iter().position(|other| same(&changed[other.clone()], text));
        let Some(found) = found.map(|found| next + found) else {
            let line = original[..token.start].matches('\n').count() + 1;
            bail!("line {line}: `{text}` was not only added to");
        };
        gaps.push(Gap {
            original: ends.0..token.start,
            changed: ends.1..theirs[found].start,
            opened: opened(changed, &theirs[next..found]),
            is_marked: is_marked(changed, &theirs[next..found]),
        });
        (next, ends) = (found + 1, (token.end, theirs[found].end));
    }
    gaps.push(Gap {
        original: ends.0..original.len(),
        changed: ends.1..changed.len(),
        opened: opened(changed, &theirs[next..]),
        is_marked: is_marked(changed, &theirs[next..]),
    });
    Ok(gaps)
}

/// A number may be written as an equal one is elsewhere in the file.
fn same(one: &str, other: &str) -> bool {
    one == other || number(one).is_some_and(|one| number(other) == Some(one))
}

fn number(token: &str) -> Option<u64> {
    match token.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => token.parse().ok(),
    }
}

fn opened(text: &str, tokens: &[Range<usize>]) -> Option<i32> {
    let count = |token: &Range<usize>| match &text[token.clone()] {
        "(" | "[" | "{" => 1,
        ")" | "]" | "}" => -1,
        _ => 0,
    };
    (!tokens.is_empty()).then(|| tokens.iter().map(count).sum())
}

fn is_marked(text: &str, tokens: &[Range<usize>]) -> bool {
    tokens.iter().any(|token| &text[token.clone()] == MARK)
}

/// Gaps whose additions have as many closing as opening brackets.
fn pieces(gaps: &[Gap]) -> Vec<Range<usize>> {
    let (mut pieces, mut begin, mut depth) = (Vec::new(), None, 0);
    for (number, gap) in gaps.iter().enumerate() {
        let Some(opened) = gap.opened else { continue };
        let from = *begin.get_or_insert(number);
        depth += opened;
        if depth == 0 {
            pieces.push(from..number + 1);
            begin = None;
        }
    }
    pieces
}

/// Sites: pieces with the mark, each with those around it that have none.
fn joined(gaps: &[Gap], pieces: Vec<Range<usize>>) -> Result<Vec<Range<usize>>> {
    let is_marked = |piece: &Range<usize>| gaps[piece.clone()].iter().any(|gap| gap.is_marked);
    let mut sites: Vec<Range<usize>> =
        pieces.iter().filter(|piece| is_marked(piece)).cloned().collect();
    for piece in pieces.iter().filter(|piece| !is_marked(piece)) {
        let behind = sites.partition_point(|site| site.start < piece.start);
        let to_next = sites.get(behind).map(|next| next.start.saturating_sub(piece.end));
        let before = behind.checked_sub(1);
        let to_before = before.map(|before| piece.start.saturating_sub(sites[before].end));
        match (before, to_before, to_next) {
            (Some(before), Some(distance), next) if next.is_none_or(|next| distance <= next) => {
                sites[before].end = sites[before].end.max(piece.end);
            }
            (_, _, Some(_)) => sites[behind].start = sites[behind].start.min(piece.start),
            _ => bail!("the patch adds something without {MARK}"),
        }
    }
    Ok(sites)
}

/// Names, numbers, literals, and everything else character by character. Blanks and comments are no tokens; a backslash
/// is one, for a directive ends where there is none.
pub(super) fn tokens(text: &str) -> Vec<Range<usize>> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let comment = comment(rest);
        let length = match first {
            _ if comment > 0 => comment,
            '"' | '\'' => literal(rest, first),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        if comment == 0 && !first.is_whitespace() {
            tokens.push(at..at + length);
        }
        at += length;
    }
    tokens
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The length of the comment that a text begins with, or 0.
fn comment(text: &str) -> usize {
    if let Some(inside) = text.strip_prefix("/*") {
        inside.find("*/").map_or(text.len(), |end| end + 4)
    } else if text.starts_with("//") {
        text.find('\n').unwrap_or(text.len())
    } else {
        0
    }
}

/// The length of the literal that a text begins with. One that does not end ends with its line.
fn literal(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' if !escaped => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts that each site gives alone.
    fn check(original: &str, changed: &str, expect: &[&str]) {
        let changes = Changed::new(original.to_owned(), changed.to_owned()).unwrap();
        let alone: Vec<String> = (0..changes.sites()).map(|site| changes.with_site(site)).collect();
        assert_eq!(alone, expect);
    }

    #[test]
    fn sites_of_one_line_are_two() {
        check(
            "x(a->b, a->c);",
            "x(P(FAULT, a)->b, P(FAULT, a)->c);",
            &["x(P(FAULT, a)->b, a->c);", "x(a->b, P(FAULT, a)->c);"],
        );
    }

    #[test]
    fn braces_belong_to_what_they_are_for() {
        check(
            "if (a)\n\tb = 1;\nelse\n\tc();\n",
            "if (a) {\n\tb = 1;\n\tBUG_ON(FAULT);\n} else {\n\tc();\n\tBUG_ON(FAULT);\n}\n",
            &[
                "if (a) {\n\tb = 1;\n\tBUG_ON(FAULT);\n} else\n\tc();\n",
                "if (a)\n\tb = 1;\nelse {\n\tc();\n\tBUG_ON(FAULT);\n}\n",
            ],
        );
    }

    #[test]
    fn what_is_added_may_look_like_what_follows() {
        check(
            "f(a); if (b) c;",
            "f(a); if (FAULT) f(a); if (b) c;",
            &["f(a); if (FAULT) f(a); if (b) c;"],
        );
        let whole = "if (!FAULT && (!(a))) b;";
        check("if (!(a)) b;", whole, &[whole]);
        let whole = "if (FAULT ? !(!(a)) : !!(!(a))) b; c;";
        check("if (!(a)) b; c;", whole, &[whole]);
        let whole = "if (!FAULT && ((a) && b)) c;";
        check("if ((a) && b) c;", whole, &[whole]);
    }

    #[test]
    fn a_directive_goes_on_where_it_did() {
        check(
            "#define X \\\n\ta; \\\n\tb;\nc;\n",
            "#define X \\\n\ta; \\\n\tBUG_ON(FAULT); \\\n\tb; \\\n\tBUG_ON(FAULT);\nc;\n",
            &[
                "#define X \\\n\ta; \\\n\tBUG_ON(FAULT); \\\n\tb;\nc;\n",
                "#define X \\\n\ta; \\\n\tb; \\\n\tBUG_ON(FAULT);\nc;\n",
            ],
        );
    }

    #[test]
    fn brackets_in_literals_and_comments_are_none() {
        check(
            "a(\"(\"); /* ( */ b('(', '\\'');",
            "a(\"(\"); X(FAULT); /* ( */ b('(', '\\''); X(FAULT);",
            &[
                "a(\"(\"); X(FAULT); /* ( */ b('(', '\\'');",
                "a(\"(\"); /* ( */ b('(', '\\''); X(FAULT);",
            ],
        );
    }

    #[test]
    fn what_is_new_written_but_the_same_is_no_site() {
        check("f (a,\n  b);", "f(a, b);", &[]);
    }

    #[test]
    fn an_equal_number_is_the_same() {
        check(
            "a = 0x01; b;",
            "X(FAULT, a = 1); b; Y(FAULT);",
            &["X(FAULT, a = 1); b;", "a = 0x01; b; Y(FAULT);"],
        );
    }

    #[test]
    fn more_than_additions_is_an_error() {
        let error = Changed::new("a;\nb;".to_owned(), "a; c;".to_owned()).unwrap_err();
        assert_eq!(error.to_string(), "line 2: `b` was not only added to");
    }

    #[test]
    fn what_is_added_must_have_the_mark() {
        let error = Changed::new("a;".to_owned(), "a; b;".to_owned()).unwrap_err();
        assert_eq!(error.to_string(), "the patch adds something without FAULT");
    }

    #[test]
    fn a_site_has_a_line_and_can_be_shown() {
        let changes =
            Changed::new("a;\n\n\tb = c;\n".into(), "a;\n\n\tif (!FAULT)\n\t\tb = c;\n".into());
        let changes = changes.unwrap();
        assert_eq!((changes.line(0), changes.shown(0).as_str()), (3, "if (!FAULT) b = c;"));
        let changes =
            Changed::new("{\n\ta;\n}\n".into(), "{\n\ta;\n\tBUG_ON(FAULT);\n}\n".into()).unwrap();
        assert_eq!((changes.line(0), changes.shown(0).as_str()), (2, "BUG_ON(FAULT);"));
    }
}
