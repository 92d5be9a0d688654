//! Wrong and odd patches: `test_data/err/*.cocci`, each with what is said about it in a `.txt` beside it.
//!
//! `UPDATE_ERR=1 cargo test -p smpl err` writes the texts anew; read the difference before it is committed.

use std::path::{Path, PathBuf};

use diag::{Diagnostic, Source, Sources};

use crate::{Options, Reference, parse};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data/err")
}

/// The semantic patches, in order of name.
fn cases() -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "cocci"));
    paths.sort();
    paths
}

#[expect(clippy::disallowed_methods, reason = "tests read their data")]
fn read(name: &str) -> Result<Source, String> {
    let text = std::fs::read(folder().join(name)).map_err(|_| "no such file".to_owned())?;
    Ok(Source::new(name, text))
}

fn diagnostics(name: &str) -> (Vec<Diagnostic>, Sources) {
    let load = |reference: Reference<'_>| read(reference.name);
    match parse(read(name).unwrap(), &Options { load: &load, ..Options::default() }) {
        Ok(patch) => (patch.warnings, patch.sources),
        Err(failure) => (failure.diagnostics, failure.sources),
    }
}

fn rendered(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let text = diag::render_terminal(diagnostic, sources, false, Some(100));
        out.push_str(text.trim_end());
        out.push_str("\n\n");
    }
    out
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read and, when asked to, write their data")]
fn each_case_says_what_it_said_when_it_was_reviewed() {
    let update = std::env::var_os("UPDATE_ERR").is_some();
    let mut different = Vec::new();
    for path in cases() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (diagnostics, sources) = diagnostics(&name);
        if diagnostics.is_empty() {
            different.push(format!("{name}: nothing is said about it"));
        }
        let text = rendered(&diagnostics, &sources);
        let expected = path.with_extension("txt");
        if update {
            std::fs::write(&expected, text).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != text {
            different.push(format!("{name} says\n{text}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Places, labels and proposals are what makes a message teach.
#[test]
fn each_message_has_a_place_and_a_proposal() {
    let mut found = 0;
    for path in cases() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for diagnostic in diagnostics(&name).0 {
            found += 1;
            let of_file = matches!(diagnostic.code, "smpl/no-rule" | "smpl/too-many");
            let placed = diagnostic.span().is_some() || of_file;
            assert!(placed, "{name}: {diagnostic:?} has no place");
            let labelled = diagnostic.labels.iter().all(|label| !label.message.is_empty());
            assert!(labelled, "{name}: {diagnostic:?} has a place without words");
        }
    }
    assert!(found >= 60, "only {found} messages");
}

/// A message that no case shows has never been looked at.
#[test]
#[expect(clippy::disallowed_methods, reason = "tests read their data")]
fn each_code_has_a_case() {
    let mut shown: Vec<&str> = Vec::new();
    for path in cases() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        shown.extend(diagnostics(&name).0.iter().map(|diagnostic| diagnostic.code));
    }
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut lacking = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for code in text.split("\"smpl/").skip(1).filter_map(|rest| rest.split('"').next()) {
                let is_code = !code.is_empty()
                    && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
                if is_code && !shown.iter().any(|shown| shown.strip_prefix("smpl/") == Some(code)) {
                    lacking.push(format!("smpl/{code} of {}", path.display()));
                }
            }
        }
    }
    assert!(lacking.is_empty(), "no case shows {}", lacking.join(", "));
}
