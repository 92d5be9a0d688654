//! Running a rule on a text, and comparing results as tokens.

use diag::Source;
use engine::{Prepared, Settings};

/// Runs a rule on a C file; the tokens of the result, or what went wrong.
pub(crate) fn run(patch: &str, code: &str) -> Result<String, String> {
    let source = Source::new("rule.cocci", patch.as_bytes());
    let parsed = smpl::parse(source, &smpl::Options::default()).map_err(|failure| {
        let lines = failure.diagnostics.iter();
        let lines = lines.map(|error| diag::render_line(error, &failure.sources));
        lines.collect::<Vec<_>>().join("\n")
    })?;
    let prepared = Prepared::new(parsed, Settings::default());
    let outcome =
        prepared.run("m.c", code.as_bytes().into()).map_err(|failure| failure.to_string())?;
    Ok(tokens(&outcome.text.unwrap_or_else(|| code.as_bytes().to_vec())))
}

/// The tokens of a text, joined by blanks.
pub(crate) fn tokens(text: &[u8]) -> String {
    let tokens = csyntax::lexer::tokenize(text);
    let words: Vec<String> = tokens
        .ids()
        .map(|token| String::from_utf8_lossy(&text[tokens.span(token).range()]).into_owned())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// What the letters of the cases stand for.
const KINDS: &str = "expression x, y; statement S;";

/// A rule and the body of a function before and after; `rule` may start with its own header.
#[track_caller]
pub(crate) fn check(rule: &str, before: &str, after: &str) {
    let patch =
        if rule.starts_with('@') { rule.to_owned() } else { format!("@@ {KINDS} @@\n{rule}\n") };
    let wrap = |body: &str| format!("void m(void) {{ {body} d(); e(); }}");
    assert_eq!(run(&patch, &wrap(before)), Ok(tokens(wrap(after).as_bytes())), "{patch}\n{before}");
}

#[track_caller]
pub(crate) fn unchanged(rule: &str, body: &str) {
    check(rule, body, body);
}

/// The rule gives the file up with a message that holds `why`.
#[track_caller]
pub(crate) fn refused(rule: &str, body: &str, why: &str) {
    let patch =
        if rule.starts_with('@') { rule.to_owned() } else { format!("@@ {KINDS} @@\n{rule}\n") };
    match run(&patch, &format!("void m(void) {{ {body} d(); e(); }}")) {
        Err(message) => assert!(message.contains(why), "{message}"),
        Ok(text) => panic!("{patch}\n{body}\ngave {text}"),
    }
}
