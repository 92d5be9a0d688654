//! What a rule came to at one line of one item: whether it matches there, gets stuck there, or is like the line.

use std::cell::Cell;

use cfg::{FlowKind, Graph, NodeIndex};
use csyntax::{NodeKind, TokenId, Tree};
use ctl::Limit;
use diag::Diagnostic;
use smpl::Rule;
use text::Span;

use super::{Explain, Worth};
use crate::element::{Element, ElementId, Form};
use crate::in_force::InForce;
use crate::matcher::{Isomorphisms, Matcher};
use crate::observe::Seen;
use crate::partial::stuck::{Stuck, Why, farther};
use crate::partial::telling::{Teller, said};
use crate::partial::walk::Walk;
use crate::partial::{is_specific, place};
use crate::predicates::GraphPredicates;
use crate::run::Item;

/// The line, and the nodes of the graph that stand for code on it.
struct Here {
    line: Span,
    nodes: Vec<NodeIndex>,
}

impl Here {
    fn has(&self, node: NodeIndex) -> bool {
        self.nodes.contains(&node)
    }
}

impl Explain<'_> {
    /// What the rule came to in the item that the line is in.
    pub(super) fn item(&mut self, seen: &Seen<'_, '_>, item: &Item, graph: &Graph, line: Span) {
        let Seen { matcher, compiled, .. } = *seen;
        let here = Here { line, nodes: nodes_on(matcher.tree, graph, line) };
        let patch = &self.prepared.patch;
        let file = std::sync::Arc::clone(&self.file);
        let teller = Teller { patch, matcher, compiled, graph, file: &file };
        if let Some(diagnostic) = self.matched(seen, item, &here) {
            return self.offer(Worth::Matches, diagnostic);
        }
        let limit = Limit(self.prepared.settings.limit.0 / 2);
        let mut walk = Walk::new(matcher, graph, compiled, limit);
        let farthest = self.starts(seen, item, &teller, &mut walk, &here);
        let element = elements(matcher, &compiled.elements)
            .into_iter()
            .filter(|id| is_specific(matcher.rule, matcher.body, compiled.elements[id.0 as usize]))
            .find(|&element| walk.nodes_of(element).iter().any(|&node| here.has(node)));
        let first = seen.starts.iter().find(|(node, _)| *node == item.node);
        match (element, first) {
            (Some(element), Some(&(_, start))) => self.around(&teller, element, start, &here),
            (Some(element), None) => {
                self.not_reached(&teller, element, farthest.as_deref(), &here);
            }
            (None, _) => {}
        }
        self.alike(seen, &teller, &here);
    }

    /// Where the rule gets stuck from each of its starts; the farthest of them.
    fn starts(
        &mut self,
        seen: &Seen<'_, '_>,
        item: &Item,
        teller: &Teller<'_, '_>,
        walk: &mut Walk<'_, '_>,
        here: &Here,
    ) -> Option<Box<Stuck>> {
        let mut farthest: Option<Box<Stuck>> = None;
        for start in walk.starts() {
            if seen.starts.contains(&(item.node, start)) {
                continue;
            }
            let Some(stuck) = walk.stuck(start) else { continue };
            if stuck.held.count() > 0 {
                self.about(teller, &stuck, start, here);
            }
            farther(&mut farthest, stuck);
        }
        farthest.filter(|stuck| stuck.held.count() > 0)
    }

    /// That the rule matches there.
    fn matched(&self, seen: &Seen<'_, '_>, item: &Item, here: &Here) -> Option<Diagnostic> {
        let Seen { matcher, compiled, found, starts, .. } = *seen;
        let tokens = matcher.tree.tokens();
        let is_here = |token: u32| here.line.contains(tokens.span(TokenId(token)));
        let mut records = found.iter().flat_map(|found| &found.edits).map(|taken| &taken.record);
        let record = records
            .find(|record| record.entries.iter().any(|entry| entry.code.clone().any(is_here)));
        let starts_here = starts.iter().any(|&(node, start)| node == item.node && here.has(start));
        if record.is_none() && !starts_here {
            return None;
        }
        let message = format!("{} matches here", said(matcher.rule));
        let note = self.note("explain/matches", message).primary(here.line, "this line");
        let Some(record) = record else { return Some(note) };
        let element = compiled.elements[record.element.0 as usize];
        let span = place::of_element(matcher.body, element);
        Some(note.elsewhere(&matcher.rule.file, span, "taken by this"))
    }

    /// That the rule matches in the same function, and has a line like this one.
    fn around(
        &mut self,
        teller: &Teller<'_, '_>,
        element: ElementId,
        start: NodeIndex,
        here: &Here,
    ) {
        let (rule, name) = (said(teller.matcher.rule), teller.name(element));
        let message = format!("{rule} matches in this function; this line is {name} to it");
        let note = self.note("explain/around", message).primary(here.line, "this line");
        let note = match place::of_node(teller.matcher.tree, teller.graph, start) {
            Some(span) => note.secondary(span, "it starts here"),
            None => note,
        };
        self.offer(Worth::Around, note);
    }

    /// What a rule that got stuck has to do with the line.
    fn about(&mut self, teller: &Teller<'_, '_>, stuck: &Stuck, start: NodeIndex, here: &Here) {
        let rule = said(teller.matcher.rule);
        let reason = teller.reason(stuck);
        let ends = teller.end(stuck).0.is_some_and(|end| here.line.contains(end));
        let takes = stuck.held.taken().any(|taken| here.has(taken.node));
        let near = stuck.near.filter(|&(node, _)| here.has(node));
        let (count, why) = stuck.rank();
        let (worth, message) = if let Some((_, clash)) = near {
            let message = format!("{rule} does not match here: {}", teller.clash(clash));
            let note = teller.near(stuck, here.line, self.note("explain/value", message));
            return self.offer(Worth::Stuck(count, why), note);
        } else if here.has(start) {
            (Worth::Starts(count, why), format!("{rule} starts here, but {reason}"))
        } else if ends {
            (Worth::Stuck(count, why), format!("{rule} stops here: {reason}"))
        } else if takes {
            (Worth::Stuck(count, why), format!("{rule} comes here, but {reason}"))
        } else if stuck.path.iter().any(|&node| here.has(node)) {
            (Worth::NotReached(count, why), format!("{rule} passes here, but {reason}"))
        } else {
            return;
        };
        let note = teller.places(stuck, self.note("explain/stuck", message));
        self.offer(worth, note);
    }

    /// That a line of the pattern is there, but the rule does not get to it.
    fn not_reached(
        &mut self,
        teller: &Teller<'_, '_>,
        element: ElementId,
        farthest: Option<&Stuck>,
        here: &Here,
    ) {
        let matcher = teller.matcher;
        let (rule, name) = (said(matcher.rule), teller.name(element));
        if let Some(stuck) = farthest {
            let reason = teller.reason(stuck);
            let message = format!("{rule} does not come to its {name} here: {reason}");
            let note = teller.places(stuck, self.note("explain/not-reached", message));
            let note = note.secondary(here.line, format!("{name} is here"));
            return self.offer(Worth::NotReached(stuck.held.count(), stuck.why), note);
        }
        if let Some(found) = teller.unlike_start() {
            let difference = teller.difference(&found);
            let message = format!("{rule} does not come to its {name} here: {difference}");
            let note = teller.differing(&found, self.note("explain/not-reached", message));
            let note = note.secondary(here.line, format!("{name} is here"));
            return self.offer(Worth::NotReached(0, Why::Differs), teller.inherited(note));
        }
        let first = teller.first_names();
        let message = match first == name {
            true => format!("{rule} could start here, but what else it asks for is not there"),
            false => format!("{rule} does not come to its {name} here: there is no {first} before"),
        };
        let span = place::of_element(matcher.body, teller.compiled.elements[element.0 as usize]);
        let note = self.note("explain/not-reached", message).primary(here.line, "here");
        let note = note.elsewhere(&matcher.rule.file, span, "this is it");
        self.offer(Worth::NotReached(0, Why::GaveUp), note);
    }

    /// That the line is like a line of the pattern, but for a part.
    fn alike(&mut self, seen: &Seen<'_, '_>, teller: &Teller<'_, '_>, here: &Here) {
        let Seen { matcher, compiled, .. } = *seen;
        let rule = said(matcher.rule);
        for id in elements(matcher, &compiled.elements) {
            let element = compiled.elements[id.0 as usize];
            for &node in &here.nodes {
                let kind = teller.graph.node(node).kind;
                let code = teller.graph.node(node).syntax;
                let Some(code) = code.filter(|_| is_compared(element.form, kind)) else { continue };
                if let Some(name) = self.isomorphism_for(seen, teller.graph, id, node) {
                    let message =
                        format!("{rule} does not match here: isomorphism `{name}` is disabled");
                    let span = place::of_element(matcher.body, element);
                    let note = self
                        .note("explain/isomorphism", message)
                        .primary(here.line, "it would take this")
                        .elsewhere(&matcher.rule.file, span, "for this");
                    self.offer(Worth::Disabled, note);
                }
                if let Some(found) = matcher.disagreement(element, code) {
                    let difference = teller.difference(&found);
                    let message = format!("{rule} does not match here: {difference}");
                    let note = self.note("explain/differs", message);
                    let note = teller.inherited(teller.differing(&found, note));
                    self.offer(Worth::Alike(found.agreed), note);
                }
            }
        }
    }

    /// The disabled isomorphism with which an element would match a node.
    fn isomorphism_for(
        &self,
        seen: &Seen<'_, '_>,
        graph: &Graph,
        element: ElementId,
        node: NodeIndex,
    ) -> Option<Box<str>> {
        let Seen { matcher, compiled, .. } = *seen;
        let (rule, settings) = (matcher.rule, &self.prepared.settings.disabled);
        let matches = |rule: &Rule, disabled: &[Box<str>]| {
            let in_force = InForce::new(&self.prepared.patch, rule, disabled);
            let isomorphisms = Isomorphisms::new(in_force);
            let in_prototype = Cell::new(false);
            let other = Matcher { rule, isomorphisms, in_prototype, ..*matcher };
            GraphPredicates::new(&other, graph, &compiled.elements).matches_at(element, node)
        };
        let of_rule = rule.disabled.iter().map(|name| &*name.text);
        let disabled: Vec<&str> = of_rule.chain(settings.iter().map(|name| &**name)).collect();
        if disabled.is_empty() || matches(rule, settings) {
            return None;
        }
        let with = |name: &&str| {
            let mut rule = rule.clone();
            rule.disabled.retain(|other| *other.text != **name);
            let others = settings.iter().filter(|other| ***other != **name);
            matches(&rule, &others.cloned().collect::<Vec<_>>())
        };
        disabled.into_iter().find(with).map(Box::from)
    }
}

/// The nodes of the graph that stand for code on a line.
fn nodes_on(tree: &Tree, graph: &Graph, line: Span) -> Vec<NodeIndex> {
    let is_on = |&node: &NodeIndex| {
        use FlowKind::*;
        let kind = graph.node(node).kind;
        let stands_for_another =
            matches!(kind, True { .. } | False | Fall | InLoop | LoopFall | After(_));
        !stands_for_another
            && place::range_of_node(tree, graph, node)
                .is_some_and(|place| place.start < line.end && line.start < place.end)
    };
    (0..graph.len()).filter(is_on).collect()
}

/// The elements of a rule without those of a `when`, each place of the pattern once.
fn elements(matcher: &Matcher<'_>, all: &[Element]) -> Vec<ElementId> {
    let minus = &matcher.body.minus;
    let mut seen: Vec<Element> = Vec::new();
    let mut ids = Vec::new();
    for (id, &element) in (0..).map(ElementId).zip(all) {
        let mut around = minus.ancestors(element.node);
        let of_when = around.any(|outer| minus.kind(outer) == NodeKind::WhenClause);
        if !of_when && element.form != Form::Removed && !seen.contains(&element) {
            seen.push(element);
            ids.push(id);
        }
    }
    ids
}

/// Whether an element of this form is compared with a node of this kind.
fn is_compared(form: Form, kind: FlowKind) -> bool {
    use FlowKind::*;
    match form {
        Form::FunctionHeader => kind == FunctionHeader,
        Form::OpenBrace | Form::CloseBrace => false,
        _ => !matches!(kind, OpenBrace | CloseBrace | FunctionHeader | EndStatement | PreExit),
    }
}
