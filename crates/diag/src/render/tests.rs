//! Each renderer on a diagnostic with places, without places, and on odd bytes.

use std::sync::Arc;

use text::Span;

use crate::{Diagnostic, Severity, Source, Sources, render_line, render_terminal, to_json};

fn sample() -> Diagnostic {
    let file: Arc<str> = Arc::from("a.cocci");
    Diagnostic::error("smpl/undeclared-rule", &file, "no rule is called r2")
        .primary(Span::new(13, 15), "not declared")
        .secondary(Span::new(1, 3), "did you mean this one?")
        .help("rules must come before their use")
}

const SOURCE: &[u8] = b"@r1@\n\xe4@@\nx\n@ r2 @\n";

fn sources() -> Sources {
    Source::new("a.cocci", SOURCE).into()
}

#[test]
fn a_line_has_place_severity_and_message() {
    assert_eq!(render_line(&sample(), &sources()), "a.cocci:4:3-4: error: no rule is called r2");
}

#[test]
fn a_span_over_lines_is_cut_at_its_first() {
    let mut diagnostic = sample();
    diagnostic.labels[0].span = Span::new(0, 9);
    assert_eq!(render_line(&diagnostic, &sources()), "a.cocci:1:1-4: error: no rule is called r2");
}

#[test]
fn without_a_place_there_is_no_line_number() {
    let file: Arc<str> = Arc::from("gone.cocci");
    let diagnostic = Diagnostic::new(Severity::Warning, "io/missing", &file, "cannot be read");
    assert_eq!(
        render_line(&diagnostic, &Sources::default()),
        "gone.cocci: warning: cannot be read"
    );
    let shown = render_terminal(&diagnostic, &Sources::default(), false, None);
    assert!(shown.contains("cannot be read") && shown.contains("gone.cocci"), "{shown}");
    assert_eq!(
        to_json(&diagnostic, &Sources::default())["labels"].as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn the_terminal_form_underlines_behind_odd_bytes() {
    let shown = render_terminal(&sample(), &sources(), false, Some(80));
    assert!(shown.contains("error[smpl/undeclared-rule]: no rule is called r2"), "{shown}");
    assert!(shown.contains("4 | @ r2 @\n  |   ^^ not declared"), "{shown}");
    assert!(shown.contains("help: rules must come before their use"), "{shown}");
    assert!(!shown.contains('\u{1b}'));
    assert!(render_terminal(&sample(), &sources(), true, None).contains('\u{1b}'));
}

#[test]
fn spans_past_the_end_do_not_hurt() {
    let mut diagnostic = sample();
    diagnostic.labels[0].span = Span::new(1000, 1010);
    assert!(render_terminal(&diagnostic, &sources(), false, None).contains("a.cocci"));
    assert!(render_line(&diagnostic, &sources()).starts_with("a.cocci:5:"));
}

#[test]
fn json_has_bytes_lines_and_columns() {
    let json = to_json(&sample(), &sources());
    assert_eq!(json["severity"], "error");
    assert_eq!(json["labels"][0]["start"], 13);
    assert_eq!(json["labels"][0]["line"], 4);
    assert_eq!(json["labels"][0]["column"], 3);
    assert_eq!(json["labels"][1]["primary"], false);
}

#[test]
fn a_second_place_may_be_in_another_text() {
    let mut sources = sources();
    sources.0.push(Source::new("b.cocci", &b"@r3@\n"[..]));
    let diagnostic = sample().elsewhere(&Arc::from("b.cocci"), Span::new(1, 3), "or this one?");
    let shown = render_terminal(&diagnostic, &sources, false, Some(80));
    assert!(shown.contains("b.cocci:1:2\n  |\n1 | @r3@\n  |  -- or this one?"), "{shown}");
    assert_eq!(to_json(&diagnostic, &sources)["labels"][2]["file"], "b.cocci");
}
