//! From where a rule got stuck to a message for the author of the patch.
//!
//! Invariant: a message names a place in the C file and a place in the semantic patch, and says in its first line what is
//! missing.

use std::sync::Arc;

use cfg::{FlowKind, Graph, NodeIndex};
use csyntax::{NodeId, NodeKind};
use ctl::{Binding, Var};
use diag::{Diagnostic, Severity};
use smpl::{MetavariableId, Origin, Rule, SemanticPatch};
use text::Span;

use super::place;
use super::shape::Shape;
use super::stuck::{Clash, Known, Stuck, Why};
use crate::element::{ElementId, Form};
use crate::formula::Compiled;
use crate::matcher::Matcher;
use crate::value;

/// One rule on one function, and what messages about it need.
pub(crate) struct Teller<'t, 'm> {
    pub(crate) patch: &'t SemanticPatch,
    pub(crate) matcher: &'t Matcher<'m>,
    pub(crate) compiled: &'t Compiled,
    pub(crate) graph: &'t Graph,
    /// What the C file is called.
    pub(crate) file: &'t Arc<str>,
}

impl Teller<'_, '_> {
    /// The message for a rule that got stuck.
    pub(crate) fn partial(&self, stuck: &Stuck) -> Diagnostic {
        let rule = said(self.matcher.rule);
        let message = format!("{rule} matches in part: {}", self.reason(stuck));
        let diagnostic = Diagnostic::warning("partial/match", self.file, message);
        self.places(stuck, diagnostic)
    }

    /// That not all of a function was looked at.
    pub(crate) fn gave_up(&self, function: NodeId) -> Diagnostic {
        let tree = self.matcher.tree;
        let rule = self.matcher.rule;
        let message = format!("{}: the search for partial matches took too many steps", said(rule));
        let span = place::first_line(tree, tree.span(function));
        let first = place::of_tokens(
            &self.matcher.body.minus,
            self.matcher.body.minus.token_range(NodeId::ROOT),
        );
        Diagnostic::new(Severity::Note, "partial/gave-up", self.file, message)
            .primary(span, "there may be more in this function")
            .elsewhere(&rule.file, first, "of this rule")
    }

    /// What is wrong, in one clause.
    pub(crate) fn reason(&self, stuck: &Stuck) -> String {
        let missing = self.names(&stuck.missing);
        let Some(missing) = missing else {
            return match stuck.why {
                Why::Forbidden(element) => format!("{} is in the way", self.name(element)),
                Why::Ends | Why::Leaves => "a path does not get to the end of the pattern".into(),
                Why::NearEnd => "it would start within three steps of the end".into(),
                _ => self.shape(stuck).to_owned(),
            };
        };
        match stuck.why {
            Why::Forbidden(element) if self.is_taken(stuck, element) => {
                format!("{} comes again in front of {missing}", self.name(element))
            }
            Why::Forbidden(element) => {
                format!("{} stands in front of {missing}", self.name(element))
            }
            Why::Value(clash) => {
                format!("{missing} comes with another {}", self.variable(clash.variable))
            }
            Why::Disagree => format!("{missing} has different values on different paths"),
            Why::Ends => format!("a path ends without {missing}"),
            Why::Nowhere => format!("{missing} comes on no path"),
            Why::Leaves => format!("the block is left without {missing}"),
            Why::Differs => format!("{missing} does not come next"),
            Why::NearEnd | Why::Shape | Why::GaveUp => {
                format!("{missing} does not come: {}", self.shape(stuck))
            }
        }
    }

    /// What the flow graph has and the pattern has not, or the other way round, as far as it is known.
    fn shape(&self, stuck: &Stuck) -> &'static str {
        match self.has_else(stuck) {
            Some(true) => "the `if` has an `else`",
            Some(false) => "the `if` has no `else`",
            None => "the code is built in another way",
        }
    }

    /// Where a rule got stuck at an `if`, for its shape alone: whether this has an `else`.
    pub(crate) fn has_else(&self, stuck: &Stuck) -> Option<bool> {
        let tree = self.matcher.tree;
        let code = self.graph.node(stuck.at).syntax?;
        let is_branch = stuck.why == Why::Shape && tree.kind(code) == NodeKind::IfStatement;
        is_branch.then(|| tree.child(code, NodeKind::ElseClause).is_some())
    }

    /// That a metavariable would have to have two values.
    pub(crate) fn clash(&self, Clash { variable, known, here }: Clash) -> String {
        let value = |id| self.value(id).unwrap_or_else(|| "another one".to_owned());
        format!("{} is {}, not {}", self.variable(variable), value(known), value(here))
    }

    /// The places of an element that is there with another value.
    pub(crate) fn near(&self, stuck: &Stuck, here: Span, diagnostic: Diagnostic) -> Diagnostic {
        let mut diagnostic = diagnostic.primary(here, "another value here");
        let last = stuck.held.taken().next();
        let before =
            last.and_then(|taken| place::of_node(self.matcher.tree, self.graph, taken.node));
        if let Some(span) = before {
            diagnostic = diagnostic.secondary(span, "matched up to here");
        }
        for missing in self.told(&stuck.missing) {
            let element = self.compiled.elements[missing.0 as usize];
            let span = place::of_element(self.matcher.body, element);
            diagnostic = diagnostic.elsewhere(&self.matcher.rule.file, span, "asked for");
        }
        diagnostic
    }

    /// All places: where it got stuck, what was reached, the way between, the lines of the pattern.
    pub(crate) fn places(&self, stuck: &Stuck, diagnostic: Diagnostic) -> Diagnostic {
        let mut diagnostic = diagnostic;
        let tree = self.matcher.tree;
        let body = self.matcher.body;
        let taken: Vec<_> = stuck.held.taken().collect();
        let (end, label) = self.end(stuck);
        if let Some(span) = end {
            diagnostic = diagnostic.primary(span, label);
        }
        let mut shown: Vec<u32> = Vec::new();
        shown.extend(end.map(|span| place::line(tree, span.start)));
        for (index, one) in taken.iter().enumerate() {
            // The last one that was reached, and the first.
            let label = match index {
                0 => "matched up to here",
                _ if index + 1 == taken.len() => "matched from here",
                _ => continue,
            };
            if let Some(span) = place::of_node(tree, self.graph, one.node)
                && !shown.contains(&place::line(tree, span.start))
            {
                shown.push(place::line(tree, span.start));
                let label = if taken.len() == 1 { "matched" } else { label };
                diagnostic = diagnostic.secondary(span, label);
            }
        }
        for (span, how) in self.branches(stuck) {
            if !shown.contains(&place::line(tree, span.start)) {
                shown.push(place::line(tree, span.start));
                diagnostic = diagnostic.secondary(span, how);
            }
        }
        for (element, label) in self.pattern_labels(stuck) {
            let element = self.compiled.elements[element.0 as usize];
            let (file, span) = (&self.matcher.rule.file, place::of_element(body, element));
            let is_here = |label: &diag::Label| label.file.as_ref() == Some(file);
            if !diagnostic.labels.iter().any(|label| is_here(label) && label.span == span) {
                diagnostic = diagnostic.elsewhere(file, span, label);
            }
        }
        self.notes(stuck, diagnostic)
    }

    /// What there is to say about elements of the pattern; what is said first of a place counts.
    fn pattern_labels(&self, stuck: &Stuck) -> Vec<(ElementId, &'static str)> {
        let mut labels = Vec::new();
        if let Some(last) = stuck.held.taken().next() {
            let is_only = stuck.held.count() == 1;
            labels.push((last.element, if is_only { "matched" } else { "matched up to here" }));
        }
        let missing = match stuck.why {
            Why::Value(_) => "asked for",
            Why::Disagree => "has to be the same on all paths",
            _ => "missing",
        };
        labels.extend(self.told(&stuck.missing).into_iter().map(|element| (element, missing)));
        if let Why::Forbidden(element) = stuck.why {
            let is_when = self.is_when(element);
            labels.push((element, if is_when { "forbidden here" } else { "must not come again" }));
        }
        labels
    }

    /// Where it got stuck, and what there is to say about this place.
    pub(crate) fn end(&self, stuck: &Stuck) -> (Option<Span>, String) {
        let tree = self.matcher.tree;
        let at = |node: NodeIndex| place::of_node(tree, self.graph, node);
        let before = || {
            // A jump says more than the braces that it leaves through.
            let inside = match stuck.why {
                Why::Leaves => &stuck.path[..stuck.path.len().saturating_sub(1)],
                _ => &stuck.path[..],
            };
            let jumps = |&&node: &&NodeIndex| is_jump(self.graph.node(node).kind);
            let path = inside.iter().rev();
            let lasts = path.clone().take_while(|&&node| !is_code(self.graph.node(node).kind));
            let jump = path.clone().nth(lasts.count()).filter(jumps);
            jump.or_else(|| path.clone().find(|&&node| at(node).is_some())).copied()
        };
        let is_end = stuck.why != Why::Nowhere || !is_code(self.graph.node(stuck.at).kind);
        match stuck.why {
            Why::Ends | Why::Leaves | Why::Nowhere if is_end => {
                let node = before().or_else(|| stuck.held.taken().next().map(|one| one.node));
                let label = if stuck.why == Why::Leaves {
                    "left here"
                } else {
                    "this path ends without it"
                };
                (node.and_then(at), label.to_owned())
            }
            Why::Forbidden(element) => {
                let how = match self.is_taken(stuck, element) {
                    true => "this comes again",
                    false => "this is in the way",
                };
                (at(stuck.at), how.to_owned())
            }
            Why::Value(clash) => (
                at(stuck.at),
                format!(
                    "here {} is {}",
                    self.variable(clash.variable),
                    self.value(clash.here).unwrap_or_else(|| "another one".to_owned())
                ),
            ),
            Why::Disagree | Why::Nowhere => (at(stuck.at), "from here on".to_owned()),
            Why::Shape => (at(stuck.at), self.shape(stuck).to_owned()),
            _ => (at(stuck.at).or_else(|| before().and_then(at)), "this comes instead".to_owned()),
        }
    }

    /// The branches that matter, with what happens at each: the one from which on the element can no longer come, and the
    /// last.
    fn branches(&self, stuck: &Stuck) -> Vec<(Span, &'static str)> {
        let branch = |&node: &NodeIndex| {
            let how = place::branch(self.graph.node(node).kind)?;
            Some((place::of_node(self.matcher.tree, self.graph, node)?, how))
        };
        let last = stuck.path.iter().rev().find_map(branch);
        let fork = stuck.fork.as_ref().and_then(branch);
        fork.into_iter().chain(last).collect()
    }

    fn notes(&self, stuck: &Stuck, diagnostic: Diagnostic) -> Diagnostic {
        let mut diagnostic = diagnostic;
        let values = self.values(&stuck.held.known);
        if !values.is_empty() {
            diagnostic = diagnostic.note(format!("with {}", values.join(", ")));
        }
        if let Some((node, Clash { variable, here, .. })) = stuck.near
            && let Some(span) = place::of_node(self.matcher.tree, self.graph, node)
            && let Some(value) = self.value(here)
        {
            let line = place::line(self.matcher.tree, span.start);
            let variable = self.variable(variable);
            diagnostic = diagnostic.note(format!("line {line} has it with {variable} = {value}"));
        }
        match stuck.more {
            0 => diagnostic,
            1 => diagnostic.note("so does one more path"),
            more => diagnostic.note(format!("so do {more} more paths")),
        }
    }

    /// With what inherited metavariables stand for.
    pub(crate) fn inherited(&self, diagnostic: Diagnostic) -> Diagnostic {
        match &self.values(&Known::default())[..] {
            [] => diagnostic,
            values => diagnostic.note(format!("with {}", values.join(", "))),
        }
    }

    /// What metavariables stand for: inherited ones, and those that are bound so far.
    fn values(&self, known: &Known) -> Vec<String> {
        let rule = self.matcher.rule;
        let mut values = Vec::new();
        for (index, metavariable) in rule.metavariables.iter().enumerate() {
            let id = MetavariableId(index as u32);
            let (value, origin) = match metavariable.origin {
                Origin::Own => {
                    let bound = known.of(Var(id.0)).first();
                    let Some(Binding::Is(_, value)) = bound else { continue };
                    (*value, String::new())
                }
                Origin::Inherited { rule, .. } => {
                    let Some(value) = self.matcher.inherited.get(&id) else { continue };
                    (*value, format!(" (from {})", said(&self.patch.rules[rule])))
                }
                Origin::Virtual => continue,
            };
            let is_own_name = |text: &String| *text != format!("`{}`", metavariable.name);
            if let Some(value) = self.value(value).filter(is_own_name) {
                values.push(format!("`{}` = {value}{origin}", metavariable.name));
            }
        }
        values
    }

    // Names.

    pub(crate) fn value(&self, value: value::ValueId) -> Option<String> {
        let values = self.matcher.values.borrow();
        value::spelt(values.get(value)).map(|text| format!("`{}`", place::shortened(&text)))
    }

    fn variable(&self, variable: Var) -> String {
        match self.matcher.rule.metavariables.get(variable.0 as usize) {
            Some(metavariable) => format!("`{}`", metavariable.name),
            None => "place".to_owned(),
        }
    }

    /// The elements that the rule may start with.
    pub(crate) fn first_names(&self) -> String {
        let formula = &self.compiled.formula;
        let first = Shape::new(formula).heads(formula);
        self.names(&first).unwrap_or_else(|| "what it starts with".to_owned())
    }

    /// An element, in quotes.
    pub(crate) fn name(&self, element: ElementId) -> String {
        let element = self.compiled.elements[element.0 as usize];
        format!("`{}`", place::name(self.matcher.body, element))
    }

    /// The elements, each once.
    fn names(&self, elements: &[ElementId]) -> Option<String> {
        let mut names: Vec<String> = Vec::new();
        for &element in self.told(elements).iter() {
            let name = self.name(element);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| names.join(" or "))
    }

    /// What of several elements is worth telling: a brace is not, where a statement without braces would do.
    fn told(&self, elements: &[ElementId]) -> Vec<ElementId> {
        let is_brace = |element: &ElementId| {
            self.compiled.elements[element.0 as usize].form == Form::OpenBrace
        };
        let told: Vec<_> = elements.iter().copied().filter(|element| !is_brace(element)).collect();
        if told.is_empty() { elements.to_vec() } else { told }
    }

    /// Whether an element is one that was taken before, as a test.
    fn is_taken(&self, stuck: &Stuck, element: ElementId) -> bool {
        let node = |element: ElementId| self.compiled.elements[element.0 as usize].node;
        stuck.held.taken().any(|taken| node(taken.element) == node(element))
    }

    /// Whether an element is of a `when`, and not a neighbour of the dots.
    fn is_when(&self, element: ElementId) -> bool {
        let minus = &self.matcher.body.minus;
        let node = self.compiled.elements[element.0 as usize].node;
        minus.ancestors(node).any(|outer| minus.kind(outer) == NodeKind::WhenClause)
    }
}

/// How a rule is spoken of.
pub(crate) fn said(rule: &Rule) -> String {
    match &rule.name {
        Some(name) => format!("rule `{name}`"),
        None => format!("the rule on line {}", rule.line),
    }
}

fn is_jump(kind: FlowKind) -> bool {
    matches!(kind, FlowKind::Return | FlowKind::Goto | FlowKind::Break | FlowKind::Continue)
}

/// Whether a node is more than a place that every way out of a block passes.
fn is_code(kind: FlowKind) -> bool {
    !matches!(
        kind,
        FlowKind::CloseBrace
            | FlowKind::EndStatement
            | FlowKind::IfdefEnd
            | FlowKind::PreExit
            | FlowKind::Exit
            | FlowKind::ErrorExit
            | FlowKind::End
    )
}
