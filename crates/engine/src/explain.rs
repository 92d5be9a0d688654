//! Why a rule did nothing at a line of a file.
//!
//! The patch is run, watched; each rule gives one answer, the one that says most:
//! 1. It matches there after all, or an earlier rule has changed the line.
//! 2. It got as far as this line, or started there, and then got stuck (as in [`crate::partial`]).
//! 3. The line is like a line of the pattern but for one part; both parts are shown.
//! 4. It was not run: what it depends on is not the case, an inherited metavariable has no value, words are missing.
//!
//! Rules that have nothing to do with the line are named together at the end.
//!
//! Invariant: there is always an answer.

mod lines;

use std::ops::Range;
use std::sync::Arc;

use cfg::{Graph, NodeIndex};
use csyntax::{NodeId, TokenId, Tree};
use ctl::Limit;
use diag::{Diagnostic, Severity, Source};
use smpl::{Dependency, MetavariableId, Origin, Rule};
use text::{LineIndex, Span};

use crate::apply::Prepared;
use crate::element::{Element, ElementId, Form};
use crate::environment::{Environment, Ran};
use crate::in_force::InForce;
use crate::matcher::disagreement::{Disagreement, Unlike};
use crate::matcher::{Isomorphisms, Matcher};
use crate::observe::{Observer, Seen};
use crate::partial::stuck::{Stuck, Why};
use crate::partial::telling::Teller;
use crate::partial::walk::Walk;
use crate::partial::{Report, place};
use crate::predicates::GraphPredicates;
use crate::run::{Item, Run};
use crate::{value, words};

impl Prepared {
    /// Why each rule did what it did at a line (from 1) of a file. `name` is for messages and `file in`.
    pub fn explain(&self, name: &str, source: Arc<[u8]>, line: u32) -> Vec<Report> {
        let tree = self.known.parse(Arc::clone(&source));
        let mut explain = Explain {
            prepared: self,
            file: name.into(),
            asked: (Arc::clone(&source), line),
            code: source,
            line: Some(line),
            edited_by: Vec::new(),
            answer: None,
            unrelated: Vec::new(),
            reports: Vec::new(),
        };
        if let Some(report) = explain.not_code(&tree, line) {
            return vec![report];
        }
        let ended = Run::new(self, name, tree).watched_by(&mut explain).finish();
        explain.next_rule();
        if let Err(failure) = ended {
            let message = format!("the file was given up by {failure}");
            let diagnostic = explain.note("explain/given-up", message);
            let diagnostic = match failure.at {
                Some(at) => {
                    let span = LineIndex::new(&explain.code).span(at.line);
                    let start = span.start + at.column.saturating_sub(1);
                    diagnostic.primary(Span::new(start, span.end.max(start)), "here")
                }
                None => diagnostic,
            };
            explain.tell(diagnostic);
        }
        explain.close()
    }
}

/// How much an answer says; later ones say more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Worth {
    /// It was not run, or could not match anywhere in the function.
    NotTried,
    /// The line is like a line of the pattern, but for so many names.
    Alike(usize),
    /// An inherited metavariable has no value.
    NoValue,
    /// An element matches there, but the rule does not get there.
    NotReached(usize, Why),
    /// It came as far as this.
    Stuck(usize, Why),
    /// It starts there.
    Starts(usize, Why),
    /// It would match with an isomorphism that is disabled.
    Disabled,
    /// It matches.
    Matches,
}

struct Explain<'p> {
    prepared: &'p Prepared,
    file: Arc<str>,
    /// The text and the line that were asked about.
    asked: (Arc<[u8]>, u32),
    /// The text that the rule at work sees.
    code: Arc<[u8]>,
    /// The line in it; none once a rule has changed it.
    line: Option<u32>,
    edited_by: Vec<String>,
    /// The best answer of the rule at work.
    answer: Option<(Worth, Report)>,
    /// The rules that have nothing to do with the line.
    unrelated: Vec<String>,
    reports: Vec<Report>,
}

impl Explain<'_> {
    fn note(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, &self.file, message)
    }

    fn report(&self, mut diagnostic: Diagnostic) -> Report {
        if !self.edited_by.is_empty() {
            let rules = self.edited_by.join(", ");
            diagnostic = diagnostic.note(format!("lines are those after {rules}"));
        }
        let code = Source::new(Arc::clone(&self.file), Arc::clone(&self.code));
        Report { diagnostic, code }
    }

    fn tell(&mut self, diagnostic: Diagnostic) {
        let report = self.report(diagnostic);
        self.reports.push(report);
    }

    /// Keeps an answer of the rule at work if it says more than the one before.
    fn offer(&mut self, worth: Worth, diagnostic: Diagnostic) {
        if self.answer.as_ref().is_none_or(|(known, _)| worth > *known) {
            self.answer = Some((worth, self.report(diagnostic)));
        }
    }

    fn next_rule(&mut self) {
        self.reports.extend(self.answer.take().map(|(_, report)| report));
    }

    fn close(mut self) -> Vec<Report> {
        if !self.unrelated.is_empty() {
            let which = match &self.unrelated[..] {
                [only] => format!("{only} has no line like this one"),
                all => format!("nothing like this line is in {}", all.join(", ")),
            };
            let (text, line) = self.asked.clone();
            let diagnostic =
                self.note("explain/unlike", which).primary(line_span(&text, line), "this line");
            let code = Source::new(Arc::clone(&self.file), text);
            self.reports.push(Report { diagnostic, code });
        }
        self.reports
    }

    /// A line without code that rules look at.
    fn not_code(&self, tree: &Tree, line: u32) -> Option<Report> {
        let span = line_span(&self.code, line);
        let tokens: Vec<TokenId> = tokens_on(tree, span);
        let about = |code, message: String, label: &str| {
            Some(self.report(self.note(code, message).primary(span, label)))
        };
        if tokens.is_empty() {
            return about("explain/no-code", "no code is on this line".to_owned(), "here");
        }
        let problem = tree
            .problems()
            .iter()
            .find(|problem| tokens.iter().any(|token| problem.tokens.contains(&token.0)));
        if let Some(problem) = problem {
            let at = tree.tokens().span(problem.token);
            let message = "this item could not be parsed, so no rule looks at it";
            let diagnostic = self
                .note("explain/unparsed", message)
                .primary(place::first_line(tree, at), problem.message.clone());
            return Some(self.report(diagnostic));
        }
        if tokens.iter().all(|&token| tree.is_hidden(token)) {
            let message = "a conditional directive leaves this line out".to_owned();
            return about("explain/left-out", message, "no rule looks at it");
        }
        None
    }

    /// What the rule came to in the item that the line is in.
    fn item(&mut self, seen: &Seen<'_, '_>, item: &Item, graph: &Graph, line: Span) {
        let Seen { matcher, compiled, .. } = *seen;
        let limit = Limit(self.prepared.settings.limit.0 / 10);
        let mut walk = Walk::new(matcher, graph, compiled, limit);
        let nodes = nodes_on(matcher.tree, graph, line);
        let patch = &self.prepared.patch;
        let file = Arc::clone(&self.file);
        let teller = Teller { patch, matcher, compiled, graph, file: &file };
        if let Some(diagnostic) = self.matched(seen, item, line) {
            return self.offer(Worth::Matches, diagnostic);
        }
        let here: Vec<ElementId> = elements(matcher, compiled.elements.len(), &compiled.elements)
            .into_iter()
            .filter(|&element| walk.nodes_of(element).iter().any(|node| nodes.contains(node)))
            .collect();
        let mut farthest: Option<Stuck> = None;
        for start in walk.starts() {
            if seen.starts.contains(&(item.node, start)) {
                continue;
            }
            let Some(stuck) = walk.stuck(start) else { continue };
            if stuck.held.count() > 0 {
                self.about(&teller, &stuck, start, &nodes, line);
            }
            crate::partial::stuck::farther(&mut farthest, stuck);
        }
        if let Some(&element) = here.first() {
            self.not_reached(&teller, element, farthest.as_ref(), line);
        }
        self.alike(seen, graph, &nodes);
    }

    /// That the rule matches there.
    fn matched(&self, seen: &Seen<'_, '_>, item: &Item, line: Span) -> Option<Diagnostic> {
        let Seen { matcher, compiled, found, starts, .. } = *seen;
        let tokens = matcher.tree.tokens();
        let on_line = |range: &Range<u32>| {
            range.clone().any(|token| line.contains(tokens.span(TokenId(token))))
        };
        let graph = item.graph(matcher.tree)?;
        let starts_here = starts.iter().any(|&(node, start)| {
            let place = place::of_node(matcher.tree, graph, start);
            node == item.node && place.is_some_and(|place| line.contains(place))
        });
        let records = found.iter().flat_map(|found| &found.edits).map(|taken| &taken.record);
        let taken = records
            .filter(|record| record.entries.iter().any(|entry| on_line(&entry.code)))
            .map(|record| compiled.elements[record.element.0 as usize])
            .next();
        if taken.is_none() && !starts_here {
            return None;
        }
        let message = format!("{} matches here", said(matcher.rule));
        let diagnostic = self.note("explain/matches", message).primary(line, "this line");
        Some(match taken {
            Some(element) => {
                let span = place::of_element(matcher.body, element);
                diagnostic.elsewhere(&matcher.rule.file, span, "taken by this")
            }
            None => diagnostic,
        })
    }

    /// What a rule that got stuck has to do with the line.
    fn about(
        &mut self,
        teller: &Teller<'_, '_>,
        stuck: &Stuck,
        start: NodeIndex,
        nodes: &[NodeIndex],
        line: Span,
    ) {
        let rule = said(teller.matcher.rule);
        let reason = teller.reason(stuck);
        let ends = teller.end(stuck).0.is_some_and(|end| line.contains(end));
        let takes = stuck.held.taken().any(|taken| nodes.contains(&taken.node));
        let near = stuck.near.filter(|(node, _)| nodes.contains(node));
        let (count, why) = stuck.rank();
        let (worth, message) = if let Some((_, clash)) = near {
            (
                Worth::Stuck(count, why),
                format!("{rule} does not match here: {}", teller.clash(clash)),
            )
        } else if nodes.contains(&start) {
            (Worth::Starts(count, why), format!("{rule} starts here, but {reason}"))
        } else if ends {
            (Worth::Stuck(count, why), format!("{rule} stops here: {reason}"))
        } else if takes {
            (Worth::Stuck(count, why), format!("{rule} comes here, but then {reason}"))
        } else if stuck.path.iter().any(|node| nodes.contains(node)) {
            (Worth::NotReached(count, why), format!("{rule} passes here, but then {reason}"))
        } else {
            return;
        };
        let diagnostic = teller.places(stuck, self.note("explain/stuck", message));
        self.offer(worth, diagnostic);
    }

    /// That a line of the pattern is there, but the rule does not get to it.
    fn not_reached(
        &mut self,
        teller: &Teller<'_, '_>,
        element: ElementId,
        farthest: Option<&Stuck>,
        line: Span,
    ) {
        let matcher = teller.matcher;
        let rule = matcher.rule;
        let name = teller.name(element);
        let place = place::of_element(matcher.body, teller.compiled.elements[element.0 as usize]);
        let (worth, diagnostic) = match farthest.filter(|stuck| stuck.held.count() > 0) {
            Some(stuck) => {
                let reason = teller.reason(stuck);
                let message =
                    format!("{} has {name} here but does not get to it: {reason}", said(rule));
                let diagnostic = self.note("explain/not-reached", message);
                let worth = Worth::NotReached(stuck.held.count(), stuck.why);
                (worth, teller.places(stuck, diagnostic).secondary(line, format!("{name} is here")))
            }
            None => {
                let first = teller.first_names();
                let message = format!(
                    "{} has {name} here but does not start: nothing in this function is {first}",
                    said(rule)
                );
                let diagnostic = self.note("explain/not-started", message).primary(line, "here");
                let worth = Worth::NotReached(0, Why::GaveUp);
                (worth, diagnostic.elsewhere(&rule.file, place, "this is it"))
            }
        };
        self.offer(worth, diagnostic);
    }

    /// That the line is like a line of the pattern, but for a part.
    fn alike(&mut self, seen: &Seen<'_, '_>, graph: &Graph, nodes: &[NodeIndex]) {
        let Seen { matcher, compiled, .. } = *seen;
        for id in elements(matcher, compiled.elements.len(), &compiled.elements) {
            let element = compiled.elements[id.0 as usize];
            for &node in nodes {
                let Some(code) = graph.node(node).syntax else { continue };
                if let Some(name) = self.isomorphism_for(seen, graph, id, node) {
                    let message = format!(
                        "{} does not match here: the isomorphism `{name}` is disabled",
                        said(matcher.rule)
                    );
                    let diagnostic = self.note("explain/isomorphism", message);
                    let diagnostic = place_pair(matcher, graph, element, node, diagnostic);
                    self.offer(Worth::Disabled, diagnostic);
                }
                if is_head(element.form, graph, node)
                    && let Some(found) = matcher.disagreement(element, code)
                {
                    let diagnostic = self.disagreement(matcher, element, &found);
                    self.offer(Worth::Alike(found.agreed), diagnostic);
                }
            }
        }
    }

    fn disagreement(
        &self,
        matcher: &Matcher<'_>,
        element: Element,
        found: &Disagreement,
    ) -> Diagnostic {
        let rule = matcher.rule;
        let minus = &matcher.body.minus;
        let pattern = place::of_tokens(minus, found.pattern.clone());
        let code = place::of_tokens(matcher.tree, found.code.clone());
        let ours = place::shortened(&String::from_utf8_lossy(&minus.source()[pattern.range()]));
        let name = |m: MetavariableId| format!("`{}`", rule.metavariables[m.index()].name);
        let known = |value| {
            let values = matcher.values.borrow();
            let text = value::spelt(values.get(value));
            text.map_or("another value".to_owned(), |text| format!("`{}`", place::shortened(&text)))
        };
        let reason = match found.why {
            Unlike::Differs => format!("it asks for `{ours}`"),
            Unlike::Missing => format!("`{ours}` is missing"),
            Unlike::Extra => "there is more than it asks for".to_owned(),
            Unlike::Kind(m) => format!("{} does not take such a term", name(m)),
            Unlike::Type(m) => {
                format!("{} asks for another type, or the type is not known", name(m))
            }
            Unlike::Constraint(m) => format!("the constraint of {} does not hold", name(m)),
            Unlike::Value(m, value) => format!("{} is {}", name(m), known(value)),
            Unlike::NoValue(m) => format!("{} has no value", name(m)),
        };
        let message = format!("{} does not match here: {reason}", said(rule));
        let label = match found.why {
            Unlike::Missing => "ends here",
            Unlike::Extra => "goes on here",
            _ => "here it is this",
        };
        let diagnostic = self.note("explain/differs", message).primary(code, label).elsewhere(
            &rule.file,
            pattern,
            "asked for",
        );
        let declared = match found.why {
            Unlike::Kind(m) | Unlike::Type(m) | Unlike::Constraint(m) => Some(m),
            _ => None,
        };
        let diagnostic = match declared.map(|m| rule.metavariables[m.index()].span) {
            Some(span) => diagnostic.elsewhere(&rule.file, span, "declared here"),
            None => diagnostic,
        };
        let at = crate::formula::element_range(matcher.body, element);
        match at == found.pattern {
            true => diagnostic,
            false => diagnostic.note(format!(
                "the rest of `{}` is not at odds so far",
                place::name(matcher.body, element)
            )),
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
        let rule = matcher.rule;
        let of_rule = rule.disabled.iter().map(|name| &name.text);
        let mut disabled = of_rule.chain(&self.prepared.settings.disabled);
        let matches = |rule: &Rule, settings: &[Box<str>]| {
            let in_force = InForce::new(&self.prepared.patch, rule, settings);
            let other = Matcher {
                rule,
                body: matcher.body,
                isomorphisms: Isomorphisms::new(in_force),
                tree: matcher.tree,
                file: matcher.file,
                typing: matcher.typing,
                values: matcher.values,
                inherited: matcher.inherited,
                in_prototype: std::cell::Cell::new(false),
            };
            GraphPredicates::new(&other, graph, &compiled.elements).matches_at(element, node)
        };
        if rule.disabled.is_empty() && self.prepared.settings.disabled.is_empty()
            || matches(rule, &self.prepared.settings.disabled)
        {
            return None;
        }
        disabled
            .find(|name| {
                let mut without = rule.clone();
                without.disabled.retain(|other| other.text != **name);
                let others = self.prepared.settings.disabled.iter();
                let others: Vec<Box<str>> = others.filter(|other| other != name).cloned().collect();
                matches(&without, &others)
            })
            .cloned()
    }

    /// The names without which the rule passes over the item.
    fn missing_words(&self, seen: &Seen<'_, '_>, item: &Item) -> Vec<String> {
        let Matcher { rule, body, inherited, values, .. } = seen.matcher;
        let values = values.borrow();
        let whole = body.minus.token_range(NodeId::ROOT);
        let dropped = &self.prepared.patch.dropped_names;
        let names = words::needed_names(rule, body, inherited, &values, dropped, whole);
        let mut missing: Vec<String> = names
            .into_iter()
            .filter(|name| !item.words.has(name))
            .map(|name| format!("`{}`", String::from_utf8_lossy(name)))
            .collect();
        missing.dedup();
        missing
    }
}

impl Observer for Explain<'_> {
    fn rule(&mut self, _rule: &Rule, tree: &Tree) {
        self.next_rule();
        self.code = Arc::clone(tree.source());
    }

    fn without_given_values(&mut self, rule: &Rule) {
        let missing = rule.metavariables.iter().find(|m| m.origin == Origin::Virtual);
        let name = missing.map_or("a value", |m| &*m.name);
        let message = format!("{} was not run: `virtual.{name}` has no value", said(rule));
        let diagnostic = self
            .note("explain/not-run", message)
            .elsewhere(&rule.file, header(self.prepared, rule), "this rule")
            .help(format!("give it one: -D {name}=..."));
        self.offer(Worth::NotTried, diagnostic);
    }

    fn not_due(&mut self, rule: &Rule, environment: &Environment, ran: &Ran<'_>) {
        let unmet = self.unmet(&rule.depends, rule, environment, ran);
        let message = format!("{} was not run: {unmet}", said(rule));
        let span = header(self.prepared, rule);
        let diagnostic = self.note("explain/not-run", message).elsewhere(
            &rule.file,
            span,
            "what it depends on is not the case",
        );
        self.offer(Worth::NotTried, diagnostic);
    }

    fn tried(&mut self, seen: &Seen<'_, '_>) {
        let Some(line) = self.line else { return };
        let Seen { matcher, .. } = *seen;
        let rule = matcher.rule;
        let span = line_span(&self.code, line);
        let tokens = tokens_on(matcher.tree, span);
        let lies_in = |item: &&Item| {
            let range = matcher.tree.token_range(item.node);
            tokens.iter().any(|token| range.contains(&token.0))
        };
        let Some(item) = seen.items.iter().rfind(lies_in) else {
            return;
        };
        match cfg::build(matcher.tree, item.node) {
            Ok(graph) => self.item(seen, item, &graph, span),
            Err(none) => {
                let at = place::first_line(matcher.tree, matcher.tree.span(none.syntax));
                let message = format!("no rule looks at this function: it has {}", none.reason);
                let diagnostic = self.note("explain/no-graph", message).primary(at, "here");
                return self.offer(Worth::Matches, diagnostic);
            }
        }
        let valueless = rule.metavariables.iter().enumerate().find(|(index, metavariable)| {
            matches!(metavariable.origin, Origin::Inherited { .. })
                && metavariable.used_in_minus
                && !metavariable.kind.is_position()
                && !matcher.inherited.contains_key(&MetavariableId(*index as u32))
        });
        if let Some((_, metavariable)) = valueless
            && let Origin::Inherited { rule: from, .. } = metavariable.origin
        {
            let from = &self.prepared.patch.rules[from];
            let message = format!(
                "{} cannot match: `{}` has no value, as {} matched nowhere",
                said(rule),
                metavariable.name,
                said(from)
            );
            let diagnostic = self.note("explain/no-value", message).elsewhere(
                &rule.file,
                metavariable.span,
                "inherited here",
            );
            return self.offer(Worth::NoValue, diagnostic);
        }
        if self.answer.is_none() {
            let missing = self.missing_words(seen, item);
            match &missing[..] {
                [] => self.unrelated.push(said(rule)),
                names => {
                    let message = format!(
                        "{} passes over this function: it lacks {}",
                        said(rule),
                        names.join(", ")
                    );
                    let diagnostic = self.note("explain/words", message).primary(span, "this line");
                    self.offer(Worth::NotTried, diagnostic);
                }
            }
        }
    }

    fn edited(&mut self, rule: &Rule, before: &Tree, after: &Tree) {
        self.next_rule();
        if let Some(line) = self.line {
            self.line = lines::after(before.source(), after.source(), line);
            if self.line.is_none()
                && let Some(last) = self.reports.last_mut()
                && last.diagnostic.code == "explain/matches"
            {
                last.diagnostic.notes.push("it changes this line; later rules see another".into());
            } else if self.line.is_none() {
                let message = format!("{} changed this line; later rules see another", said(rule));
                let span = line_span(before.source(), line);
                let diagnostic =
                    self.note("explain/changed", message).primary(span, "as it was before");
                self.tell(diagnostic);
            }
        }
        self.code = Arc::clone(after.source());
        self.edited_by.push(said(rule));
    }
}

impl Explain<'_> {
    /// What of a dependency is not the case, in words.
    fn unmet(
        &self,
        depends: &Dependency,
        rule: &Rule,
        environment: &Environment,
        ran: &Ran<'_>,
    ) -> String {
        let title = |index: &usize| said(&self.prepared.patch.rules[*index]);
        match depends {
            Dependency::Always => "it depends on a rule in another way".to_owned(),
            Dependency::Rule(other) | Dependency::Ever(other) if !ran.matched.contains(other) => {
                format!("{} did not match", title(other))
            }
            Dependency::Rule(other) | Dependency::Ever(other) => {
                format!("{} did not match with the same values", title(other))
            }
            Dependency::Never(other) => format!("{} matched", title(other)),
            Dependency::Virtual(name) => format!("`{name}` is not set (-D {name})"),
            Dependency::FileIn(folder) => format!("the file is not in {folder}"),
            Dependency::Not(inner) => match &**inner {
                Dependency::Rule(other) => format!("{} matched", title(other)),
                Dependency::Virtual(name) => format!("`{name}` is set"),
                _ => "what it must not depend on is the case".to_owned(),
            },
            Dependency::And(a, b) => {
                let first = if environment.meets(a, ran) { b } else { a };
                self.unmet(first, rule, environment, ran)
            }
            Dependency::Or(a, b) => format!(
                "{}, and {}",
                self.unmet(a, rule, environment, ran),
                self.unmet(b, rule, environment, ran)
            ),
        }
    }
}

/// How a rule is spoken of.
fn said(rule: &Rule) -> String {
    match &rule.name {
        Some(name) => format!("rule `{name}`"),
        None => format!("the rule on line {}", rule.line),
    }
}

/// The header line of a rule.
fn header(prepared: &Prepared, rule: &Rule) -> Span {
    let text = prepared.patch.sources.text(&rule.file);
    let line = text.get(rule.span.range()).unwrap_or_default().split(|&byte| byte == b'\n').next();
    Span::new(rule.span.start, rule.span.start + line.map_or(0, <[u8]>::len) as u32)
}

/// A line without the blanks around it.
fn line_span(text: &[u8], line: u32) -> Span {
    let span = LineIndex::new(text).span(line);
    let bytes = &text[span.range()];
    if bytes.trim_ascii().is_empty() {
        return Span::empty(span.start);
    }
    let start = span.start + (bytes.len() - bytes.trim_ascii_start().len()) as u32;
    Span::new(start, (start + bytes.trim_ascii().len() as u32).max(start))
}

fn tokens_on(tree: &Tree, line: Span) -> Vec<TokenId> {
    let tokens = tree.tokens();
    tokens
        .ids()
        .filter(|&token| {
            let span = tokens.span(token);
            !span.is_empty() && span.start < line.end && line.start < span.end
        })
        .collect()
}

/// The nodes of the graph that stand for code on a line.
fn nodes_on(tree: &Tree, graph: &Graph, line: Span) -> Vec<NodeIndex> {
    let is_on = |&node: &NodeIndex| {
        place::branch(graph.node(node).kind).is_none_or(|how| how == "this case")
            && !matches!(graph.node(node).kind, cfg::FlowKind::After(_))
            && place::range_of_node(tree, graph, node)
                .is_some_and(|place| place.start < line.end && line.start < place.end)
    };
    (0..graph.len()).filter(is_on).collect()
}

/// The elements of a rule without those of a `when`, each place of the pattern once.
fn elements(matcher: &Matcher<'_>, count: usize, all: &[Element]) -> Vec<ElementId> {
    let minus = &matcher.body.minus;
    let mut seen: Vec<Element> = Vec::new();
    let mut ids = Vec::new();
    for id in (0..count as u32).map(ElementId) {
        let element = all[id.0 as usize];
        let of_when =
            minus.ancestors(element.node).any(|n| minus.kind(n) == csyntax::NodeKind::WhenClause);
        if !of_when && !seen.contains(&element) {
            seen.push(element);
            ids.push(id);
        }
    }
    ids
}

/// Whether a node of the graph is what an element of this form is compared with.
fn is_head(form: Form, graph: &Graph, node: NodeIndex) -> bool {
    use cfg::FlowKind::*;
    let kind = graph.node(node).kind;
    match form {
        Form::FunctionHeader => kind == FunctionHeader,
        Form::OpenBrace | Form::CloseBrace => false,
        _ => !matches!(kind, OpenBrace | CloseBrace | FunctionHeader | EndStatement | PreExit),
    }
}

fn place_pair(
    matcher: &Matcher<'_>,
    graph: &Graph,
    element: Element,
    node: NodeIndex,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let diagnostic = match place::of_node(matcher.tree, graph, node) {
        Some(span) => diagnostic.primary(span, "it would take this"),
        None => diagnostic,
    };
    let span = place::of_element(matcher.body, element);
    diagnostic.elsewhere(&matcher.rule.file, span, "for this")
}
