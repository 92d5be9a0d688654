//! What is said where rules match in part or not at all: `test_data/partial` and `test_data/explain`, by name a semantic
//! patch, a C file and, in a `.txt`, the reviewed messages. A case of `explain` asks about each line with the comment
//! `/* ? */`. An empty `.txt` says that there is nothing to say.
//!
//! `UPDATE_ERR=1 cargo test -p engine --test partial` writes the texts anew; read the difference before it is committed.

#![expect(clippy::disallowed_methods, reason = "tests read and, when asked to, write their data")]

use std::path::{Path, PathBuf};

use diag::{Source, Sources};
use engine::{Prepared, Report, Settings};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data").join(name)
}

/// The cases of a folder, in order of name, as paths without extension.
fn cases(name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(name)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "cocci"));
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn prepared(path: &Path) -> Prepared {
    let source = Source::new(name(path), std::fs::read(path).unwrap());
    match smpl::parse(source, &smpl::Options::default()) {
        Ok(patch) => Prepared::new(patch, Settings::default()),
        Err(failure) => panic!("{}: {:?}", path.display(), failure.diagnostics),
    }
}

fn rendered(prepared: &Prepared, reports: &[Report]) -> String {
    let mut out = String::new();
    for report in reports {
        let mut sources = Sources::from(report.code.clone());
        sources.0.extend(prepared.patch().sources.0.iter().cloned());
        let text = diag::render_terminal(&report.diagnostic, &sources, false, Some(100));
        out.push_str(text.trim_end());
        out.push_str("\n\n");
    }
    out
}

/// Each case of a folder says what it said when it was reviewed.
fn check(folder: &str, say: impl Fn(&Prepared, &str, &[u8]) -> String) {
    let update = std::env::var_os("UPDATE_ERR").is_some();
    let mut different = Vec::new();
    for path in cases(folder) {
        let code = path.with_extension("c");
        let said = say(&prepared(&path), &name(&code), &std::fs::read(&code).unwrap());
        let expected = path.with_extension("txt");
        if update {
            std::fs::write(&expected, said).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_else(|_| "no .txt".into()) != said {
            different.push(format!("{} says\n{said}", name(&path)));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn partial_matches_are_told_as_reviewed() {
    check("partial", |prepared, name, code| {
        rendered(prepared, &prepared.partial(name, code.into()))
    });
}

#[test]
fn explanations_are_as_reviewed() {
    check("explain", |prepared, name, code| {
        let mut said = String::new();
        for (line, text) in (1..).zip(code.split(|&byte| byte == b'\n')) {
            if text.ends_with(b"/* ? */") {
                let reports = prepared.explain(name, code.into(), line);
                assert!(!reports.is_empty(), "{name}:{line} has no answer");
                said.push_str(&format!("=== line {line}\n\n{}", rendered(prepared, &reports)));
            }
        }
        said
    });
}

#[test]
fn every_line_of_every_case_has_an_answer() {
    for path in cases("explain").into_iter().chain(cases("partial")) {
        let code = std::fs::read(path.with_extension("c")).unwrap();
        let prepared = prepared(&path);
        for line in 1..=text::LineIndex::new(&code).count() as u32 {
            let reports = prepared.explain("case.c", code.as_slice().into(), line);
            assert!(!reports.is_empty(), "{}: nothing is said of line {line}", name(&path));
        }
    }
}

#[test]
fn each_message_has_a_place_in_the_code() {
    for path in cases("partial") {
        let code = std::fs::read(path.with_extension("c")).unwrap();
        for report in prepared(&path).partial("case.c", code.into()) {
            let primary = report.diagnostic.labels.iter().find(|label| label.primary);
            assert!(primary.is_some_and(|label| label.file.is_none()), "{:?}", report.diagnostic);
            let in_patch = report.diagnostic.labels.iter().any(|label| label.file.is_some());
            assert!(in_patch, "{:?}", report.diagnostic);
        }
    }
}

#[test]
fn a_search_that_takes_too_long_says_nothing() {
    let path = folder("partial").join("early_return.cocci");
    let source = Source::new("p.cocci", std::fs::read(&path).unwrap());
    let patch = smpl::parse(source, &smpl::Options::default()).unwrap();
    let settings = Settings { limit: ctl::Limit(20), ..Settings::default() };
    let code = std::fs::read(path.with_extension("c")).unwrap();
    assert!(Prepared::new(patch, settings).partial("m.c", code.into()).is_empty());
}
