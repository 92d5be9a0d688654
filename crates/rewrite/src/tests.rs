//! Tests of the whole crate: a rule, C code with marks for its edits, and the exact result.
//!
//! Marks in the C code: `‹...›` is removed (`‹1|...›` in group 1); `⟦R0⟧` addition 0 replaces the next token, `⟦B0⟧`
//! stands before it, `⟦A0⟧` and `⟦M0⟧` behind the token before (or its mark), `⟦{⟧` puts the next statement in braces,
//! `⟦D⟧` removes the next declarator.

mod added;
mod braces;
mod conflicts;
mod kept;
mod lines;
mod removal;
mod spelling;

use std::sync::Arc;

use csyntax::{Names, NodeId, NodeKind, TokenId, Tree};
use smpl::{MetavariableId, RuleContent, Side};

use crate::{Anchor, Bindings, Bound, Plan, Removal, Style};

/// The rule that a test applies, and what its metavariables stand for.
struct Case {
    rule: smpl::Rule,
    style: Style,
    values: Vec<(MetavariableId, Bound)>,
}

impl Bindings for Case {
    fn bound(&self, metavariable: MetavariableId) -> Option<Bound> {
        self.values.iter().find(|(id, _)| *id == metavariable).map(|(_, value)| value.clone())
    }
}

/// An edit at a byte of the C code.
#[derive(Debug)]
enum Mark {
    Removed { start: usize, end: usize, group: u32 },
    Added { at: usize, side: Side, mark: bool, addition: usize },
    Braced(usize),
    Declarator(usize),
}

/// Cuts the marks out of `text`.
fn unmarked(text: &str) -> (Vec<u8>, Vec<Mark>) {
    let mut code = String::new();
    let mut marks = Vec::new();
    let mut open: Option<(usize, u32)> = None;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let at = code.len();
        rest = &rest[next.len_utf8()..];
        match next {
            '‹' => {
                let group =
                    rest.as_bytes().first().filter(|_| rest.as_bytes().get(1) == Some(&b'|'));
                open = Some((at, group.map_or(0, |digit| u32::from(digit - b'0'))));
                if group.is_some() {
                    rest = &rest[2..];
                }
            }
            '›' => {
                let (start, group) = open.take().unwrap();
                marks.push(Mark::Removed { start, end: at, group });
            }
            '⟦' => {
                let (mark, behind) = rest.split_once('⟧').unwrap();
                rest = behind;
                marks.push(match mark {
                    "{" => Mark::Braced(at),
                    "D" => Mark::Declarator(at),
                    _ => {
                        let addition = mark[1..].parse().unwrap();
                        let (side, mark) = match &mark[..1] {
                            "B" => (Side::Before, false),
                            "R" => (Side::Replace, false),
                            "A" => (Side::After, false),
                            "M" => (Side::After, true),
                            other => panic!("no mark {other}"),
                        };
                        Mark::Added { at, side, mark, addition }
                    }
                });
            }
            _ => code.push(next),
        }
    }
    (code.into_bytes(), marks)
}

fn parse(code: &[u8]) -> Arc<Tree> {
    Arc::new(csyntax::parse(Arc::from(code), &Names::default()))
}

/// The token that starts at or behind `at`.
fn token_at(tree: &Tree, at: usize) -> TokenId {
    tree.tokens().ids().find(|&t| tree.tokens().span(t).start as usize >= at).unwrap()
}

fn rule(text: &str) -> smpl::Rule {
    let source = diag::Source::new("t.cocci", text.as_bytes());
    let patch = smpl::parse(source, &smpl::Options::default());
    let mut patch = patch.unwrap_or_else(|failure| {
        let lines = failure.diagnostics.iter().map(|e| diag::render_line(e, &failure.sources));
        panic!("{}", lines.collect::<Vec<_>>().join("\n"))
    });
    patch.rules.pop().unwrap()
}

/// A value by its kind and text: `expr: a + b`, `list: a, b`, `type: int *y`, `init: {1}`, `name: x`, `stm: f();`.
fn value(spec: &str) -> Bound {
    let (kind, text) = spec.split_once(": ").unwrap();
    let within = |code: String, wanted: &dyn Fn(&Tree, NodeId) -> bool| {
        let tree = parse(code.as_bytes());
        let node = tree.ids().find(|&node| wanted(&tree, node)).unwrap_or_else(|| panic!("{code}"));
        (tree, node)
    };
    match kind {
        "name" => Bound::Text(text.as_bytes().into()),
        "expr" => {
            let (tree, node) = within(format!("int v = k({text});"), &|tree, node| {
                tree.parent(node).is_some_and(|p| tree.kind(p) == NodeKind::ArgumentList)
            });
            Bound::Term(tree, node)
        }
        "list" => {
            let (tree, node) = within(format!("int v = k({text});"), &|tree, node| {
                tree.kind(node) == NodeKind::ArgumentList
            });
            let nodes = tree.children(node).collect();
            Bound::List(tree, nodes)
        }
        "stm" => {
            let (tree, node) = within(format!("void v(void)\n{{\n\t{text}\n}}"), &|tree, node| {
                tree.parent(node).is_some_and(|p| tree.kind(p) == NodeKind::CompoundStatement)
            });
            Bound::Term(tree, node)
        }
        "init" => {
            let (tree, node) = within(format!("struct s v = {text};"), &|tree, node| {
                tree.kind(node) == NodeKind::InitialiserList
            });
            Bound::Term(tree, node)
        }
        "type" => {
            let (tree, node) =
                within(format!("{text};"), &|tree, node| tree.kind(node) == NodeKind::Declaration);
            let declarator = tree.child(node, NodeKind::InitDeclarator).unwrap();
            let declarator = csyntax::types::declarator(&tree, declarator).unwrap();
            let specifiers = csyntax::types::specifiers(&tree, node);
            let term = csyntax::types::declared(&tree, specifiers, declarator).term;
            Bound::Type(tree, term)
        }
        _ => panic!("no kind {kind}"),
    }
}

fn apply(case: &Case, marked: &str) -> Result<Vec<u8>, crate::Conflict> {
    let (code, marks) = unmarked(marked);
    let tree = parse(&code);
    let RuleContent::Code(body) = &case.rule.content else { panic!("a script") };
    let mut plan = Plan::new(Arc::clone(&tree));
    for mark in &marks {
        match *mark {
            Mark::Removed { start, end, group } => {
                let range = token_at(&tree, start).0..token_at(&tree, end).0;
                plan.remove(range, Removal { match_id: 0, group })?;
            }
            Mark::Added { at, side, mark, addition } => {
                let mut token = token_at(&tree, at);
                if side == Side::After {
                    token = TokenId(token.0 - 1);
                }
                plan.add(Anchor { token, side, at_mark: mark, depth: 0 }, body, addition, 0, case)?;
            }
            Mark::Braced(at) => {
                let token = token_at(&tree, at);
                let node = tree.ids().find(|&node| {
                    tree.kind(node).is_statement() && tree.first_token(node) == Some(token)
                });
                plan.brace(node.unwrap());
            }
            Mark::Declarator(at) => {
                let token = token_at(&tree, at);
                let node = tree.ids().find(|&node| {
                    tree.kind(node) == NodeKind::InitDeclarator
                        && tree.first_token(node) == Some(token)
                });
                let node = node.unwrap();
                let by = Removal { match_id: token.0, group: 0 };
                plan.remove_declarator(tree.parent(node).unwrap(), node, by)?;
            }
        }
    }
    Ok(plan.print(&case.style))
}

/// A rule whose body is `body` after the declarations of `values`: `expression e = expr: a + b`.
fn case(values: &[&str], body: &str) -> Case {
    let mut declarations = String::new();
    for value in values {
        declarations += &format!("{};\n", value.split(" = ").next().unwrap());
    }
    let rule = rule(&format!("@@\n{declarations}@@\n{body}"));
    let values = values
        .iter()
        .filter_map(|value| value.split_once(" = "))
        .map(|(declaration, spec)| {
            let name = declaration.rsplit(' ').next().unwrap();
            (rule.metavariable(name).unwrap(), value(spec))
        })
        .collect();
    Case { rule, style: Style::default(), values }
}

#[track_caller]
fn check_whole(values: &[&str], body: &str, marked: &str, expected: &str) {
    let result = apply(&case(values, body), marked).unwrap();
    assert_eq!(String::from_utf8(result).unwrap(), expected);
}

/// As [`check_whole`], inside a function.
#[track_caller]
fn check(values: &[&str], body: &str, marked: &str, expected: &str) {
    let around = |text: &str| format!("void m(void)\n{{\n{text}}}\n");
    check_whole(values, body, &around(marked), &around(expected));
}

/// Tokens are removed and nothing is added.
#[track_caller]
fn check_removal(marked: &str, expected: &str) {
    check(&[], "- f(1);\n", marked, expected);
}
