//! Worked cases on small graphs, each with its full result.
//!
//! A graph is text: one line a state, `name: labels -> successors`; `~>` before a successor makes the
//! edge a control edge. A label `f(1)` holds with its parameter bound to 1. Loop heads are those with
//! `loop` among the labels.

mod connectives;
mod display;
mod economy;
mod graph;
mod paths;
mod witnesses;

use std::fmt::Write as _;

use self::graph::TextGraph;
use crate::*;

/// Values are small numbers; equal or incompatible.
struct Numbers;

impl Domain for Numbers {
    type Value = u32;

    fn merge(&self, a: &u32, b: &u32) -> Option<u32> {
        (a == b).then_some(*a)
    }
}

/// `f` holds wherever the graph says so; `f(v)` binds the variable to what stands in the graph.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Label(&'static str, Option<Var>);

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.1 {
            Some(var) => write!(f, "{}(v{})", self.0, var.0),
            None => f.write_str(self.0),
        }
    }
}

impl Predicates<Numbers> for &TextGraph {
    type Label = Label;

    fn holds(&mut self, label: &Label) -> Vec<(State, Vec<(Var, u32)>)> {
        let mut found = Vec::new();
        for (state, name, value) in &self.labels {
            if name == label.0 {
                found.push((*state, label.1.into_iter().zip(*value).collect()));
            }
        }
        found
    }

    fn is_nowhere(&mut self, label: &Label) -> bool {
        self.labels.iter().all(|(_, name, _)| name != label.0)
    }
}

const X: Var = Var(0);
const Y: Var = Var(1);
const Z: Var = Var(2);

fn pred(name: &'static str) -> Formula<Label> {
    Formula::Pred(Label(name, None))
}

fn bind(name: &'static str, var: Var) -> Formula<Label> {
    Formula::Pred(Label(name, Some(var)))
}

/// Evaluates `formula` and compares all results, one a line: `state {environment} [witnesses]`.
#[track_caller]
fn check_all(graph: &str, formula: &Formula<Label>, expected: &[&str]) {
    let graph = TextGraph::read(graph);
    let triples =
        check(&graph, &Numbers, &mut &graph, formula, &mut Limit(100_000)).expect("in limit");
    let mut rendered: Vec<String> = triples.iter().map(|triple| render(&graph, triple)).collect();
    // The order within a state follows internal numbers; the text is easier to compare sorted.
    rendered.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(rendered, expected, "{formula}");
}

fn render(graph: &TextGraph, triple: &Triple<u32>) -> String {
    let mut text = graph.names[triple.state].clone();
    for binding in triple.env.bindings() {
        let _ = match binding {
            Binding::Is(var, value) => write!(text, " v{}={value}", var.0),
            Binding::IsNot(var, value) => write!(text, " v{}!={value}", var.0),
        };
    }
    let mut witnesses: Vec<_> =
        triple.witnesses.iter().map(|witness| render_witness(graph, witness)).collect();
    witnesses.sort();
    for witness in witnesses {
        let _ = write!(text, " [{witness}]");
    }
    text
}

fn render_witness(graph: &TextGraph, witness: &Witness<u32>) -> String {
    let sign = if witness.negated { "!" } else { "" };
    let (var, value) = witness.binding;
    let mut text = format!("{sign}{} v{}={value}", graph.names[witness.state], var.0);
    let mut children: Vec<_> =
        witness.children.iter().map(|child| render_witness(graph, child)).collect();
    children.sort();
    for child in children {
        let _ = write!(text, " [{child}]");
    }
    text
}
