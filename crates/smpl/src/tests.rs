//! Tests of the whole crate: what is understood of a patch, and what is said about a wrong one.

use diag::{Source, Sources};

use crate::{Options, SemanticPatch, parse, render};

mod additions;
mod corpus;
mod dumps;
mod err;
mod includes;
mod isomorphisms;
mod never;
mod rules;

fn parse_text(text: &str) -> Result<SemanticPatch, Vec<diag::Diagnostic>> {
    parse(source(text), &Options::default()).map_err(|failure| failure.diagnostics)
}

fn source(text: &str) -> Source {
    Source::new("t.cocci", text.as_bytes())
}

/// The rendered patch has each of the `expected` lines, in this order.
fn check(text: &str, expected: &[&str]) {
    let shown = match parse_text(text) {
        Ok(patch) => render(&patch),
        Err(errors) => panic!("{}", lines(text, &errors)),
    };
    let mut rest = shown.lines();
    for line in expected {
        assert!(rest.any(|shown| shown.trim() == *line), "`{line}` is not in order in\n{shown}");
    }
}

fn lines(text: &str, diagnostics: &[diag::Diagnostic]) -> String {
    let sources = Sources::from(source(text));
    let shown = diagnostics.iter().map(|d| diag::render_line(d, &sources));
    shown.collect::<Vec<_>>().join("\n")
}
