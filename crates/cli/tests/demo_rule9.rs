//! The drivers of coccinelle-doc's demo_rule9 come out as `spatch` makes them, with the whole rule and with each of
//! its five steps.
//!
//! Both programs run on copies. Results are compared token by token, so blanks and comments do not count. The packages
//! coccinelle and coccinelle-doc may be absent; then there is a line that says so.

#![expect(clippy::disallowed_methods, reason = "the test reads files and starts programs")]
#![expect(clippy::print_stdout, reason = "the test says how each case ends")]

use std::path::Path;
use std::process::{Command, Stdio};

const DEMO: &str = "/usr/share/doc/coccinelle/examples/demo_rule9";
const DRIVERS: [&str; 4] = ["scsiglue", "nsp_cs", "g_NCR5380", "sym53c8xx"];
const RULES: [&str; 6] = ["rule9", "rule9_1", "rule9_2", "rule9_3", "rule9_4", "rule9_5"];

/// The C tokens of a text, without blanks and comments.
fn tokens(text: &[u8]) -> Vec<&[u8]> {
    let tokens = csyntax::lexer::tokenize(text);
    tokens.ids().map(|token| &text[tokens.span(token).range()]).collect()
}

/// Where two texts part, in tokens.
fn difference(ours: &[u8], theirs: &[u8]) -> Option<String> {
    let (ours, theirs) = (tokens(ours), tokens(theirs));
    let at = match ours.iter().zip(&theirs).position(|(our, their)| our != their) {
        Some(at) => at,
        None if ours.len() == theirs.len() => return None,
        None => ours.len().min(theirs.len()),
    };
    let around = |tokens: &[&[u8]]| {
        let part = &tokens[at.saturating_sub(8)..tokens.len().min(at + 8)];
        String::from_utf8_lossy(&part.join(&b' ')).into_owned()
    };
    Some(format!("ours:   {}\n  spatch: {}", around(&ours), around(&theirs)))
}

/// The file that a spatch-like program makes, and its exit status; as it was where the program gives none, as both do
/// when a filter of words finds that nothing can match.
fn result(
    program: &mut Command,
    folder: &Path,
    rule: &str,
    driver: &str,
) -> (Vec<u8>, Option<i32>) {
    let out = folder.join("out.c");
    let _ = std::fs::remove_file(&out);
    let status = program
        .current_dir(folder)
        .args(["--very-quiet", "--no-show-diff", "--sp-file"])
        .args([&format!("{rule}.cocci"), &format!("{driver}.c"), "-o", "out.c"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("a program that starts");
    let text = std::fs::read(&out).or_else(|_| std::fs::read(folder.join(format!("{driver}.c"))));
    (text.expect("a driver"), status.code())
}

/// Copies of the demo's files; none if the packages are absent.
fn copies() -> Option<tempfile::TempDir> {
    let spatch = Command::new("spatch")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if spatch.is_err() {
        println!("skipped: spatch is not installed (package coccinelle)");
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names = DRIVERS
        .map(|name| format!("{name}.c"))
        .into_iter()
        .chain(RULES.map(|name| format!("{name}.cocci")));
    for name in names {
        if std::fs::copy(Path::new(DEMO).join(&name), folder.path().join(&name)).is_err() {
            println!("skipped: {DEMO}/{name} is not there (package coccinelle-doc)");
            return None;
        }
    }
    Some(folder)
}

#[test]
fn the_drivers_come_out_as_spatch_makes_them() {
    let Some(folder) = copies() else { return };
    let mut failures = Vec::new();
    for driver in DRIVERS {
        let before = std::fs::read(folder.path().join(format!("{driver}.c"))).unwrap();
        for rule in RULES {
            let mut refit = Command::new(env!("CARGO_BIN_EXE_refit"));
            let (ours, status) = result(refit.arg("spatch"), folder.path(), rule, driver);
            // spatch ends with 255 where its filter drops the file; that is no failure of the rule.
            let (theirs, _) = result(&mut Command::new("spatch"), folder.path(), rule, driver);
            let changed = if theirs == before { "unchanged" } else { "changed" };
            match difference(&ours, &theirs) {
                None if status == Some(0) => println!("{driver} {rule}: equal ({changed})"),
                None => {
                    println!("{driver} {rule}: equal ({changed}), but refit failed");
                    failures.push(format!("{driver} {rule}"));
                }
                Some(difference) => {
                    println!("{driver} {rule}: DIFFERS\n  {difference}");
                    failures.push(format!("{driver} {rule}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of 24 differ: {}", failures.len(), failures.join(", "));
}

#[test]
fn comparison_sees_tokens_and_nothing_else() {
    assert_eq!(difference(b"int x ; /* a */\n", b"int\tx;"), None);
    assert!(difference(b"int x;", b"int y;").is_some());
    assert!(difference(b"int x;", b"int x; int y;").is_some());
    assert!(difference(b"f(\"a b\");", b"f(\"a  b\");").is_some());
}
