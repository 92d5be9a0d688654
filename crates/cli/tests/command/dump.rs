//! `refit dump`: something to learn from, for each thing that it shows.

use super::folder::Folder;
use super::{CALLER, RENAME};

/// Dumps show all of the words, in this order.
#[track_caller]
fn check(what: &str, name: &str, text: &str, words: &[&str]) {
    let folder = Folder::with(&[(name, text)]);
    let ran = folder.refit(&["dump", what, name]).ended(0).was_quiet();
    let mut rest = ran.out.as_str();
    for word in words {
        let at =
            rest.find(word).unwrap_or_else(|| panic!("no `{word}` in its place in:\n{}", ran.out));
        rest = &rest[at + word.len()..];
    }
}

#[test]
fn tokens_have_places() {
    check(
        "tokens",
        "a.c",
        CALLER,
        &["1:1 ", "int", "1:5 ", "caller", "3:9 ", "old_call", "4:1 ", "}"],
    );
}

#[test]
fn tokens_that_the_parser_does_not_see_are_marked() {
    check("tokens", "a.c", "#if 0\nint gone;\n#endif\nint here;\n", &["gone", "hidden", "here"]);
}

#[test]
fn trees_are_indented() {
    let words = [
        "TranslationUnit\n",
        "  FunctionDefinition\n",
        "ReturnStatement",
        "CallExpression",
        "old_call",
    ];
    check("tree", "a.c", CALLER, &words);
}

#[test]
fn graphs_have_the_calls() {
    check("cfg", "a.c", CALLER, &["caller", "old_call"]);
}

#[test]
fn rules_have_their_metavariables() {
    check("rules", "p.cocci", RENAME, &["expression", "e", "old_call", "new_call"]);
}

#[test]
fn formulas_have_their_variables_and_elements() {
    check("formula", "p.cocci", RENAME, &["#0 = ", "old_call(e)", "exists kept e"]);
}

#[test]
fn bad_input_is_refused() {
    let folder = Folder::with(&[("bad.cocci", "@@\n")]);
    for what in ["tokens", "tree", "cfg"] {
        folder
            .refit(&["dump", what, "missing.c"])
            .ended(2)
            .printed("")
            .complained(&["missing.c: no such"]);
    }
    for what in ["rules", "formula"] {
        folder
            .refit(&["dump", what, "bad.cocci"])
            .ended(2)
            .printed("")
            .complained(&["bad.cocci:1:1"]);
    }
}

#[test]
fn what_does_not_parse_is_told_with_its_place() {
    let folder = Folder::with(&[("a.c", "int broken( { ] ;\n}\n")]);
    let ran = folder.refit(&["dump", "tree", "a.c"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    ran.complained(&["warning", "a.c:1:"]);
}
