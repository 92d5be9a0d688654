//! The crates that ARCHITECTURE.md names are the crates that there are.
//!
//! It names a crate by the row of the floor table in which it stands: a line `| 2 | ... |`, or `| - | ... |` for what
//! stands on no floor.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Complaint;

const DOCUMENT: &str = "ARCHITECTURE.md";

/// The folders of the crates.
pub(super) fn names(root: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::from(["xtask".to_owned()]);
    for entry in fs::read_dir(root.join("crates"))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

pub(super) fn check(architecture: &str, crates: &BTreeSet<String>) -> Vec<Complaint> {
    let named = named(architecture);
    let missing =
        crates.difference(&named).map(|name| format!("the floor table lacks the crate `{name}`"));
    let gone = named.difference(crates).map(|name| format!("there is no crate `{name}`"));
    missing.chain(gone).map(|message| Complaint::new(DOCUMENT, None, message)).collect()
}

fn named(architecture: &str) -> BTreeSet<String> {
    let rows = architecture.lines().filter_map(|line| {
        let mut cells = line.strip_prefix('|')?.split('|');
        let floor = cells.next()?.trim();
        (floor == "-" || floor.parse::<u8>().is_ok()).then(|| cells.next()).flatten()
    });
    rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(architecture: &str, crates: &[&str]) -> Vec<String> {
        let crates = crates.iter().map(|&name| name.to_owned()).collect();
        check(architecture, &crates).into_iter().map(|complaint| complaint.message).collect()
    }

    #[test]
    fn both_lists_are_the_same() {
        let table =
            "| floor | crate |\n|---|---|\n| 0 | `text` |\n| - | `xtask` |\n\n`other` is no row\n";
        assert_eq!(messages(table, &["text", "xtask"]), [""; 0]);
        assert_eq!(messages(table, &["text"]), ["there is no crate `xtask`"]);
        assert_eq!(
            messages(table, &["ctl", "text", "xtask"]),
            ["the floor table lacks the crate `ctl`"]
        );
    }

    #[test]
    fn architecture_names_every_crate() {
        let root = crate::workspace::root();
        let architecture = fs::read_to_string(root.join(DOCUMENT)).unwrap();
        assert_eq!(check(&architecture, &names(root).unwrap()), []);
    }
}
