//! Semantic patches over several files, and isomorphisms from files.

use diag::{Diagnostic, Source, render_line};

use crate::{Failure, Options, Reference, SemanticPatch, parse};

/// Parses the first of `files`, each a name and a text; the others can be referred to.
fn parse_files(files: &[(&str, &str)]) -> Result<SemanticPatch, Failure> {
    let source = |&(name, text): &(&str, &str)| Source::new(name, text.as_bytes());
    let load = |reference: Reference<'_>| {
        let file = files.iter().find(|(name, _)| *name == reference.name);
        file.map(source).ok_or_else(|| format!("{} looked for it in vain", reference.from))
    };
    parse(source(&files[0]), &Options { load: &load, ..Options::default() })
}

/// The only error, in one line.
#[track_caller]
fn error(files: &[(&str, &str)]) -> (String, Diagnostic) {
    let failure = parse_files(files).expect_err("accepted");
    let [only] = &failure.diagnostics[..] else { panic!("{:?}", failure.diagnostics) };
    (render_line(only, &failure.sources), only.clone())
}

fn titles(patch: &SemanticPatch) -> Vec<String> {
    patch.rules.iter().map(|rule| format!("{}:{}", rule.file, rule.title())).collect()
}

#[test]
fn rules_of_an_included_file_come_first_and_can_be_inherited_from() {
    let patch = parse_files(&[
        ("a", "#include \"b\"\nvirtual v\n@x depends on v@\nexpression r.e;\n@@\n- f(e);\n"),
        ("b", "#include \"c\"\nvirtual w\n@r@\nexpression e;\n@@\n g(e);\n"),
        ("c", "@first@\n@@\n h();\n"),
    ])
    .unwrap();
    assert_eq!(titles(&patch), ["c:first", "b:r", "a:x"]);
    let virtuals: Vec<_> = patch.virtuals.iter().map(|v| (&*v.file, &*v.name)).collect();
    assert_eq!(virtuals, [("b", "w"), ("a", "v")]);
}

#[test]
fn a_file_that_is_included_twice_counts_once() {
    let patch = parse_files(&[
        ("a", "#include \"b\"\n#include \"c\"\n@@\n@@\n- f();\n"),
        ("b", "#include \"c\"\n"),
        ("c", "@r@\n@@\n h();\n"),
    ]);
    assert_eq!(titles(&patch.unwrap()), ["c:r", "a:rule starting on line 3"]);
}

#[test]
fn a_circle_is_shown_where_it_closes() {
    let (line, found) =
        error(&[("a", "#include \"b\"\n@@\n@@\n- f();\n"), ("b", "\n#include \"a\"\n")]);
    assert_eq!(line, "b:2:10-12: error: this semantic patch includes itself");
    assert_eq!(found.help, ["remove one of these includes: a -> b -> a"]);
    let (line, _) = error(&[("a", "#include \"a\"\n@@\n@@\n- f();\n")]);
    assert_eq!(line, "a:1:10-12: error: this semantic patch includes itself");
}

#[test]
fn a_missing_file_is_an_error_at_the_include() {
    let (line, found) = error(&[("a", "#include \"none\"\n@@\n@@\n- f();\n")]);
    assert_eq!(line, "a:1:10-15: error: `none` cannot be read");
    assert_eq!(found.labels[0].message, "a looked for it in vain");
}

#[test]
fn a_binary_file_is_no_semantic_patch() {
    let (line, _) = error(&[("a", "@@\n@@\n\0\0- f();\n")]);
    assert_eq!(line, "a:3:1-1: error: this is no text");
}

#[test]
fn the_second_place_may_be_in_another_file() {
    let (line, found) =
        error(&[("a", "#include \"b\"\n@r@\n@@\n- f();\n"), ("b", "\n@r@\n@@\n g();\n")]);
    assert_eq!(line, "a:2:2-2: error: the name `r` is taken");
    assert_eq!(found.labels[1].file.as_deref(), Some("b"));
}

#[test]
fn isomorphisms_of_the_patch_and_of_a_rule() {
    let iso = "Expression\n@ mine @ expression X; @@\n X + 0 => X\n";
    let patch = parse_files(&[
        ("a", "using \"i\"\n@using \"j\" disable mine, other@\n@@\n- f();\n"),
        ("i", iso),
        ("j", "Expression\n@ other @ expression X; @@\n X * 1 => X\n"),
    ])
    .unwrap();
    assert_eq!(&*patch.isomorphisms.last().unwrap().name, "mine");
    assert_eq!(&*patch.rules[0].isomorphisms[0].name, "other");
    let (line, _) = error(&[("a", "using \"i\"\n@using \"i\"@\n@@\n- f();\n"), ("i", iso)]);
    assert_eq!(line, "a:2:8-10: error: isomorphism `mine` is there already");
    let (line, _) = error(&[("a", "using \"i\"\n@@\n@@\n- f();\n"), ("i", "Expression @ x")]);
    assert_eq!(line, "i:1:12-12: error: this isomorphism is not complete");
}

#[test]
fn only_isomorphisms_that_exist_can_be_disabled() {
    let (line, found) = error(&[("a", "@disable paran@\n@@\n- f();\n")]);
    assert_eq!(line, "a:1:10-14: error: there is no isomorphism called `paran`");
    assert_eq!(found.help, ["did you mean `paren`?"]);
}
