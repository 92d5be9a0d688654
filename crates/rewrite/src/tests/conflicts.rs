//! Which edits go together.

use std::sync::Arc;

use smpl::{RuleContent, Side};

use super::{Case, case, parse, rule, token_at, value};
use crate::{Anchor, Conflict, Plan, Removal, Style};

const CODE: &str = "void m(void)\n{\n\th(1);\n\tf(f(1));\n}\n";

fn place(text: &str) -> usize {
    CODE.find(text).unwrap()
}

/// A rule that inherits `e`, which stands for `text`.
fn inherited(body: &str, text: &str) -> Case {
    let patch = format!("@r@\nexpression e;\n@@\n g(e);\n@@\nexpression r.e;\n@@\n{body}");
    let rule = rule(&patch);
    let values = vec![(rule.metavariable("e").unwrap(), value(&format!("expr: {text}")))];
    Case { rule, style: Style::default(), values }
}

#[derive(Clone, Copy, PartialEq)]
enum Runs {
    One,
    Several,
}

/// Adds addition 0 of `body` behind `h(1);` with `e` as 2, then as `second`, in environments of these numbers; in one
/// run of the rule, or in another one for each.
fn added_twice(body: &str, second: (&str, u64), runs: Runs) -> Result<String, Conflict> {
    let tree = parse(CODE.as_bytes());
    let mut plan = Plan::new(Arc::clone(&tree));
    for (text, environment) in [("2", 0), second] {
        if runs == Runs::Several {
            plan.begin_run();
        }
        let case = inherited(body, text);
        let RuleContent::Code(body) = &case.rule.content else { panic!() };
        let token = token_at(&tree, place(";\n\tf"));
        let anchor = Anchor { token, side: Side::After, at_mark: false, depth: 0 };
        plan.add(anchor, body, 0, environment, &case)?;
    }
    Ok(String::from_utf8(plan.print(&Style::default())).unwrap())
}

#[test]
fn a_second_value_needs_two_plus_signs() {
    let refused = added_twice(" h(...);\n+ a(e);\n", ("3", 1), Runs::One).unwrap_err();
    assert_eq!(refused.to_string(), "already tagged token");
}

#[test]
fn several_values_come_in_the_order_of_their_texts() {
    for (second, order) in [("3", "\ta(2);\n\ta(3);\n"), ("1", "\ta(1);\n\ta(2);\n")] {
        let printed = added_twice(" h(...);\n++ a(e);\n", (second, 1), Runs::One).unwrap();
        assert!(printed.contains(&format!("\th(1);\n{order}\tf(")), "{printed}");
    }
}

#[test]
fn those_of_a_later_run_come_first() {
    for (second, order) in [("3", "\ta(3);\n\ta(2);\n"), ("1", "\ta(1);\n\ta(2);\n")] {
        let printed = added_twice(" h(...);\n++ a(e);\n", (second, 1), Runs::Several).unwrap();
        assert!(printed.contains(&format!("\th(1);\n{order}\tf(")), "{printed}");
    }
}

#[test]
fn the_same_value_is_printed_once() {
    let printed = added_twice(" h(...);\n+ a(e);\n", ("2", 0), Runs::One).unwrap();
    assert!(printed.contains("\th(1);\n\ta(2);\n\tf("), "{printed}");
}

/// Replaces a call at these bytes: name, parentheses and argument are removed one by one.
fn replace(plan: &mut Plan, start: usize, match_id: u32) -> Result<(), Conflict> {
    let case = case(&["expression e = expr: 1"], "- f(e)\n+ g(e)\n");
    let RuleContent::Code(body) = &case.rule.content else { panic!() };
    let tree = Arc::clone(&plan.tree);
    let first = token_at(&tree, start);
    let node = tree
        .ids()
        .find(|&node| {
            tree.kind(node) == csyntax::NodeKind::CallExpression
                && tree.first_token(node) == Some(first)
        })
        .unwrap();
    let range = tree.token_range(node);
    let by = Removal { match_id, group: 0 };
    for part in [range.start..range.start + 1, range.start + 1..range.start + 2] {
        plan.remove(part, by)?;
    }
    plan.remove(range.start + 2..range.end - 1, by)?;
    plan.remove(range.end - 1..range.end, by)?;
    plan.add(
        Anchor { token: first, side: Side::Replace, at_mark: false, depth: 0 },
        body,
        0,
        0,
        &case,
    )
}

#[test]
fn replacements_inside_one_another_are_refused() {
    let (outer, inner) = (place("f(f"), place("f(1)"));
    for order in [[outer, inner], [inner, outer]] {
        let mut plan = Plan::new(parse(CODE.as_bytes()));
        replace(&mut plan, order[0], 0).unwrap();
        let refused = replace(&mut plan, order[1], 1).unwrap_err();
        assert_eq!(refused.token(), token_at(&plan.tree, inner));
    }
}

#[test]
fn equal_replacements_are_one() {
    let mut plan = Plan::new(parse(CODE.as_bytes()));
    replace(&mut plan, place("f(f"), 0).unwrap();
    replace(&mut plan, place("f(f"), 1).unwrap();
    let printed = String::from_utf8(plan.print(&Style::default())).unwrap();
    assert!(printed.contains("\tg(1);\n}"), "{printed}");
}
