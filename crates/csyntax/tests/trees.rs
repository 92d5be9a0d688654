//! The tables in `trees/`: C as the kernel writes it, and the tree that each case becomes.
//!
//! A case is a line `== title` (items of a file) or `={ title` (statements of a function), the C code, a line `--`, and
//! the trees, one a line. `UPDATE_TREES=1 cargo test -p csyntax --test trees` writes what the parser makes of the code
//! into the tables, to be read before it is committed.

#![expect(clippy::disallowed_methods, reason = "the tables are files")]

mod show;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use csyntax::{Names, NodeId, NodeKind, Tree};
use show::show;

struct Case {
    head: String,
    code: String,
    expected: Vec<String>,
}

#[test]
fn typedef_names() {
    check("typedef-names.txt");
}

#[test]
fn macros() {
    check("macros.txt");
}

#[test]
fn macro_bodies() {
    check("macro-bodies.txt");
}

#[test]
fn conditionals() {
    check("conditionals.txt");
}

#[test]
fn declarations() {
    check("declarations.txt");
}

#[test]
fn statements_and_expressions() {
    check("statements.txt");
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees").join(name);
    let (intro, cases) = read(&path);
    assert!(!cases.is_empty(), "{name} has no case");
    let found: Vec<Vec<String>> = cases.iter().map(trees).collect();
    if std::env::var_os("UPDATE_TREES").is_some() {
        return write(&path, &intro, &cases, &found);
    }
    for (case, found) in cases.iter().zip(found) {
        assert_eq!(found, case.expected, "{name}: {}\n{}", case.head, case.code);
    }
}

fn trees(case: &Case) -> Vec<String> {
    let in_function = case.head.starts_with("={");
    let text = if in_function {
        format!("void m(void)\n{{\n{}}}\n", case.code)
    } else {
        case.code.clone()
    };
    let tree = csyntax::parse(Arc::from(text.as_bytes()), &Names::default());
    let mut trees: Vec<String> = parent(&tree, in_function).map(|node| show(&tree, node)).collect();
    trees.extend(tree.problems().iter().map(|problem| format!("problem: {}", problem.message)));
    trees
}

fn parent(tree: &Tree, in_function: bool) -> impl Iterator<Item = NodeId> {
    let block = tree.ids().find(|&node| tree.kind(node) == NodeKind::CompoundStatement);
    let parent = if in_function { block.unwrap_or(NodeId::ROOT) } else { NodeId::ROOT };
    tree.children(parent)
}

fn read(path: &PathBuf) -> (String, Vec<Case>) {
    let text = std::fs::read_to_string(path).expect("a table can be read");
    let mut intro = String::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("== ") || line.starts_with("={ ") {
            let head = line.to_owned();
            cases.push(Case { head, code: String::new(), expected: Vec::new() });
            in_code = true;
        } else if line == "--" {
            in_code = false;
        } else if let Some(case) = cases.last_mut() {
            if in_code {
                case.code.push_str(line);
                case.code.push('\n');
            } else if !line.is_empty() {
                case.expected.push(line.to_owned());
            }
        } else {
            intro.push_str(line);
            intro.push('\n');
        }
    }
    (intro, cases)
}

fn write(path: &PathBuf, intro: &str, cases: &[Case], found: &[Vec<String>]) {
    let mut text = intro.to_owned();
    for (case, found) in cases.iter().zip(found) {
        text.push_str(&format!("{}\n{}--\n{}\n\n", case.head, case.code, found.join("\n")));
    }
    std::fs::write(path, text).expect("a table can be written");
}
