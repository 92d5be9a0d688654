//! Every Rust file says what lives in it, and a long one why it is long.

use super::{Complaint, Source};

/// Above this many lines a file gives its reason.
const LONG: usize = 1000;

pub(super) fn check(source: &Source) -> Option<Complaint> {
    if source.path.extension().is_none_or(|extension| extension != "rs") {
        return None;
    }
    let complain = |message: &str| Some(Complaint::new(&source.path, Some(1), message));
    let opening: Vec<&str> =
        source.text.lines().take_while(|line| line.starts_with("//!")).collect();
    if opening.is_empty() {
        return complain("the file does not open with `//!`: what lives here?");
    }
    // The reason is found by the one phrase that every reason has.
    if source.text.lines().count() > LONG
        && !opening.iter().any(|line| line.contains("lines because"))
    {
        return complain("over 1,000 lines: split it, or say `... lines because ...` in its `//!`");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(path: &str, text: &str) -> Option<String> {
        check(&Source { path: path.into(), text: text.into() }).map(|complaint| complaint.message)
    }

    #[test]
    fn an_opening_is_asked_of_rust_files_only() {
        assert!(message("a.rs", "fn f() {}\n").is_some_and(|m| m.contains("does not open")));
        assert_eq!(message("a.rs", "//! F.\nfn f() {}\n"), None);
        assert_eq!(message("a.c", "int x;\n"), None);
    }

    #[test]
    fn a_long_file_gives_its_reason() {
        let body = "\n".repeat(LONG);
        assert!(
            message("a.rs", &format!("//! F.\n{body}")).is_some_and(|m| m.contains("over 1,000"))
        );
        assert_eq!(
            message("a.rs", &format!("//! F.\n//! 1,001 lines because of a table.\n{body}")),
            None
        );
    }
}
