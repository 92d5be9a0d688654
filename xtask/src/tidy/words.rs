//! Words that do not belong into a text of the repository.

use super::{Complaint, Source};

/// What is looked for, and what is wrong with it. The words are put together here so that this file passes.
const WORDS: [(&str, &str); 7] = [
    (concat!("/", "work/"), "a path of somebody's machine"),
    (concat!("/", "home/"), "a path of somebody's machine"),
    (concat!("/", "root/"), "a path of somebody's machine"),
    (concat!("crates", ".io"), "the host of a package registry"),
    (concat!("TO", "DO"), "left open; do it, or open an issue"),
    (concat!("FIX", "ME"), "left open; do it, or open an issue"),
    (
        concat!("#[", "ignore"),
        "a test that does not run; the ledger is the place for known failures",
    ),
];

pub(super) fn check(source: &Source) -> Vec<Complaint> {
    let lines = source.text.lines().enumerate();
    lines
        .flat_map(|(index, line)| {
            let found = WORDS.iter().filter(move |(word, _)| line.contains(word));
            found.map(move |(word, why)| {
                Complaint::new(&source.path, Some(index + 1), format!("`{word}`: {why}"))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_named() {
        let text = format!("fine\nbuilt in {}me/somebody\n", concat!("/", "ho"));
        let complaints = check(&Source { path: "a.md".into(), text });
        assert_eq!(
            complaints.iter().map(|complaint| complaint.line).collect::<Vec<_>>(),
            [Some(2)]
        );
    }
}
