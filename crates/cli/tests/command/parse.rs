//! `refit parse`: figures, places, what it reads and what it does not.

use super::folder::Folder;

const GOOD: &str = "int good(void)\n{\n\treturn 1;\n}\n";
const BAD: &str = "int a;\nint broken( { ] ;\n}\nint b;\n";

fn figures(folder: &Folder, arguments: &[&str]) -> serde_json::Value {
    let ran = folder.refit(&[&["parse", "--json"], arguments].concat()).ended(0).was_quiet();
    serde_json::from_str(&ran.out).expect("valid JSON")
}

#[test]
fn the_figures_of_a_run() {
    let folder = Folder::with(&[("a.c", GOOD), ("src/b.c", BAD), ("src/c.h", BAD), ("d.txt", BAD)]);
    let json = figures(&folder, &["."]);
    let expected = [
        ("files", 2),
        ("perfect_files", 1),
        ("lines", 8),
        ("bad_lines", 2),
        ("bytes", GOOD.len() + BAD.len()),
    ];
    for (key, value) in expected {
        assert_eq!(json[key], value, "{key}");
    }
    assert!(json["tokens"].as_u64() > Some(20));
    for key in ["cpu_seconds", "wall_seconds", "peak_rss_bytes"] {
        assert!(json[key].as_f64() > Some(0.0), "{key}");
    }
    assert!(json.get("per_file").is_none());
    let top = &json["top_problems"][0];
    assert_eq!((&top["count"], &top["line"]), (&1.into(), &2.into()));
    assert_eq!(top["excerpt"], "int broken( { ] ;");
    assert_eq!(figures(&folder, &["--include-headers", "."])["files"], 3);
}

#[test]
fn the_figures_of_each_file() {
    let folder = Folder::with(&[("a.c", GOOD), ("b.c", BAD)]);
    let json = figures(&folder, &["--errors", "a.c", "b.c"]);
    assert_eq!(json["per_file"][0]["problems"].as_array().map(Vec::len), Some(0));
    let file = &json["per_file"][1];
    assert_eq!((&file["file"], &file["bad_lines"]), (&"b.c".into(), &2.into()));
    let problem = &file["problems"][0];
    assert_eq!((&problem["first_line"], &problem["last_line"]), (&2.into(), &3.into()));
}

#[test]
fn places_for_people() {
    let folder = Folder::with(&[("a.c", GOOD), ("b.c", BAD)]);
    let ran = folder.refit(&["parse", "--errors", "."]).ended(0).was_quiet();
    assert!(ran.out.contains("b.c:2:"), "{}", ran.out);
    assert!(ran.out.contains("int broken( { ] ;"), "{}", ran.out);
    assert!(!ran.out.contains("a.c:"), "{}", ran.out);
    let ran = folder.refit(&["parse", "a.c"]).ended(0);
    assert!(ran.out.contains("without any problem 1 (100.00%)"), "{}", ran.out);
    assert!(!ran.out.contains("at fault"), "{}", ran.out);
}

#[test]
fn any_bytes_are_read() {
    let folder =
        Folder::with(&[("empty.c", ""), ("nul.c", "int a;\0\nint b;"), ("crlf.c", "int a;\r\n")]);
    let json = figures(&folder, &["empty.c", "nul.c", "crlf.c"]);
    assert_eq!((&json["files"], &json["lines"]), (&3.into(), &3.into()));
    assert_eq!(json["perfect_files"], 2);
}

#[test]
fn a_missing_file_costs_no_other_its_figures() {
    let folder = Folder::with(&[("a.c", GOOD)]);
    let ran = folder.refit(&["parse", "missing.c", "a.c"]).ended(2);
    assert!(ran.out.contains("without any problem 1"), "{}", ran.out);
    ran.complained(&["missing.c: no such"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = Folder::with(&[("a.c", GOOD), ("b.c", BAD), ("c.c", BAD), ("d.c", GOOD)]);
    let one = figures(&folder, &["--errors", "-j1", "."]);
    let four = figures(&folder, &["--errors", "-j4", "."]);
    assert_eq!(one["per_file"], four["per_file"]);
    assert_eq!(one["top_problems"], four["top_problems"]);
}

#[test]
fn macro_files_and_guards_help() {
    let code = "void f(void)\nBEGIN\n\tgo_through(a) b();\n#ifdef X\n) broken\n#endif\nEND\n";
    let hints = "#define go_through REFIT_ITERATOR\n#define BEGIN {\n#define END }\n";
    let folder = Folder::with(&[("a.c", code), ("m.h", hints)]);
    assert_eq!(figures(&folder, &["--undefined", "X", "a.c"])["perfect_files"], 0);
    let arguments = ["--macro-file", "m.h", "--undefined", "X", "a.c"];
    assert_eq!(figures(&folder, &arguments)["perfect_files"], 1);
    let tree = folder.refit(&[&["dump", "tree"], &arguments[..]].concat()).ended(0);
    assert!(tree.out.contains("IteratorStatement"), "{}", tree.out);
    folder
        .refit(&["parse", "--macro-file", "none.h", "a.c"])
        .ended(2)
        .complained(&["none.h: no such"]);
}
