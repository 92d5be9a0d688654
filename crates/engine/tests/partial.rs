//! What is said where rules match in part or not at all: `test_data/partial` and `test_data/explain`, by name a semantic
//! patch, a C file and, in a `.txt`, the reviewed messages. A case of `explain` asks about each line with the comment
//! `/* ? */`. An empty `.txt` says that there is nothing to say.
//!
//! The examples of `docs/partial-matches.md` are run, too: a block `smpl NAME`, a block `c NAME`, and any number of blocks
//! `console` with one command and what it says.
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
    let entries = std::fs::read_dir(folder(name)).expect("a folder of cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "cocci"));
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn prepared(path: &Path) -> Prepared {
    ready(&name(path), &std::fs::read(path).expect("a semantic patch"))
}

fn ready(name: &str, patch: &[u8]) -> Prepared {
    match smpl::parse(Source::new(name, patch), &smpl::Options::default()) {
        Ok(patch) => Prepared::new(patch, Settings::default()),
        Err(failure) => panic!("{name}: {:?}", failure.diagnostics),
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
        let said = say(&prepared(&path), &name(&code), &std::fs::read(&code).expect("a C file"));
        let expected = path.with_extension("txt");
        if update {
            std::fs::write(&expected, said).expect("a text that can be written");
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
fn a_search_that_takes_too_long_says_so() {
    let path = folder("partial").join("early_return.cocci");
    let source = Source::new("p.cocci", std::fs::read(&path).unwrap());
    let patch = smpl::parse(source, &smpl::Options::default()).unwrap();
    let settings = Settings { limit: ctl::Limit(2_000), ..Settings::default() };
    let many = "\tspin_lock(&d->lock);\n\tif (c)\n\t\treturn 1;\n".repeat(40);
    let code = format!("int m(struct dev *d, int c)\n{{\n{many}\treturn 0;\n}}\n");
    let reports = Prepared::new(patch, settings).partial("m.c", code.as_bytes().into());
    let last = reports.last().expect("a report");
    assert_eq!(last.diagnostic.code, "partial/gave-up");
}

/// What a command of the manual says.
fn answer(command: &str, patch: (&str, &str), code: (&str, &str)) -> String {
    let prepared = ready(patch.0, patch.1.as_bytes());
    let words: Vec<&str> = command.split_whitespace().collect();
    let reports = match words[..] {
        ["$", "refit", "apply", "--partial", p, c] if (p, c) == (patch.0, code.0) => {
            prepared.partial(c, code.1.as_bytes().into())
        }
        ["$", "refit", "apply", "--explain", place, p] if p == patch.0 => {
            let (file, line) = place.split_once(':').expect("FILE:LINE");
            assert_eq!(file, code.0);
            prepared.explain(file, code.1.as_bytes().into(), line.parse().expect("a line"))
        }
        _ => panic!("`{command}` is no command with {} and {}", patch.0, code.0),
    };
    format!("{command}\n{}\n", rendered(&prepared, &reports).trim_end())
}

#[test]
fn the_examples_of_the_manual_say_what_it_shows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/partial-matches.md");
    let manual = std::fs::read_to_string(&path).unwrap();
    let (mut patch, mut code) = (("", ""), ("", ""));
    let (mut said, mut examples) = (String::new(), 0);
    for (index, part) in manual.split("```").enumerate() {
        said.push_str(if index == 0 { "" } else { "```" });
        let (fence, text) = part.split_once('\n').unwrap_or((part, ""));
        match fence.split_once(' ').unwrap_or((fence, "")) {
            ("smpl", name) if index % 2 == 1 => patch = (name, text),
            ("c", name) if index % 2 == 1 => code = (name, text),
            ("console", _) if index % 2 == 1 => {
                examples += 1;
                let command = text.lines().next().unwrap_or_default();
                said.push_str(&format!("console\n{}", answer(command, patch, code)));
                continue;
            }
            _ => {}
        }
        said.push_str(part);
    }
    assert!(examples >= 4, "only {examples} examples");
    if std::env::var_os("UPDATE_ERR").is_some() {
        std::fs::write(&path, said).unwrap();
    } else {
        assert_eq!(manual, said);
    }
}
