//! Why a rule did nothing at a line of a file.
//!
//! The patch is run, watched; each rule gives one answer, the one that says most ([`Worth`]):
//! 1. It matches there after all, or an earlier rule has changed the line.
//! 2. It starts there, ends there or passes there and gets stuck, as in [`crate::partial`].
//! 3. The line is like a line of the pattern but for one part; both parts are shown.
//!
//! Rules that were not tried, and those that have nothing to do with the line, are named together at the end.
//!
//! Invariant: there is always an answer.

mod here;
mod lines;
mod unmet;

use std::sync::Arc;

use csyntax::{NodeId, TokenId, Tree};
use diag::{Diagnostic, Severity, Source};
use smpl::{MetavariableId, Origin, Rule};
use text::{LineIndex, Span};

use crate::apply::{Failure, Prepared};
use crate::environment::{Environment, Ran};
use crate::matcher::Matcher;
use crate::observe::{Observer, Seen};
use crate::partial::stuck::Why;
use crate::partial::telling::said;
use crate::partial::{Report, place};
use crate::run::{Item, Run};
use crate::words;

impl Prepared {
    /// Why each rule did what it did at a line (from 1) of a file. `name` is for messages and `file in`.
    pub fn explain(&self, name: &str, source: Arc<[u8]>, line: u32) -> Vec<Report> {
        let tree = self.known.parse(Arc::clone(&source));
        let mut explain = Explain {
            prepared: self,
            file: name.into(),
            asked: (Arc::clone(&source), code_on(&tree, line_span(&source, line))),
            code: source,
            line: Some(line),
            edited_by: Vec::new(),
            answer: None,
            unlike: Vec::new(),
            untried: Vec::new(),
            reports: Vec::new(),
        };
        if let Some(report) = explain.not_code(&tree, line) {
            return vec![report];
        }
        let ended = Run::new(self, name, tree).watched_by(&mut explain).finish();
        explain.end_rule();
        if let Err(failure) = ended {
            explain.given_up(&failure);
        }
        explain.close()
    }
}

/// How much an answer says; later ones say more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Worth {
    /// The line is like a line of the pattern; so many names agree.
    Alike(usize),
    /// An inherited metavariable has no value.
    NoValue,
    /// An element matches there, but the rule does not get there; or it passes on its way.
    NotReached(usize, Why),
    /// It matches in the same function.
    Around,
    /// It came as far as this.
    Stuck(usize, Why),
    /// It starts there.
    Starts(usize, Why),
    /// It would match with an isomorphism that is disabled.
    Disabled,
    /// It matches.
    Matches,
    /// No rule can match there.
    Never,
}

struct Explain<'p> {
    prepared: &'p Prepared,
    file: Arc<str>,
    /// The text and the code in it that were asked about.
    asked: (Arc<[u8]>, Span),
    /// The text that the rule at work sees.
    code: Arc<[u8]>,
    /// The line in it; none once a rule has changed it.
    line: Option<u32>,
    edited_by: Vec<String>,
    /// The best answer of the rule at work.
    answer: Option<(Worth, Report)>,
    /// The rules that have no line like this one.
    unlike: Vec<String>,
    /// The rules that were not tried, each with the reason.
    untried: Vec<String>,
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

    /// Keeps an answer of the rule at work if it says more than the one before.
    fn offer(&mut self, worth: Worth, diagnostic: Diagnostic) {
        if self.answer.as_ref().is_none_or(|(known, _)| worth > *known) {
            self.answer = Some((worth, self.report(diagnostic)));
        }
    }

    /// The best answer of a rule counts. What is wrong with a function is wrong for all rules, and told once.
    fn end_rule(&mut self) {
        let Some((worth, answer)) = self.answer.take() else { return };
        let told = self.reports.iter().any(|old| old.diagnostic == answer.diagnostic);
        if worth != Worth::Never || !told {
            self.reports.push(answer);
        }
    }

    fn given_up(&mut self, failure: &Failure) {
        let message = format!("the file was given up by {failure}");
        let mut diagnostic = self.note("explain/given-up", message);
        if let Some(at) = failure.at {
            let line = LineIndex::new(&self.code).span(at.line);
            let start = (line.start + at.column.saturating_sub(1)).min(line.end);
            diagnostic = diagnostic.primary(Span::new(start, start), "here");
        }
        let report = self.report(diagnostic);
        self.reports.push(report);
    }

    /// With a last word on the rules that had nothing to say.
    fn close(mut self) -> Vec<Report> {
        let has_answers = !self.reports.is_empty();
        if self.untried.is_empty() && has_answers {
            return self.reports;
        }
        let message = match &self.unlike[..] {
            _ if has_answers => "other rules were not tried here".to_owned(),
            [] if self.untried.is_empty() => "no rule looks at what is on this line".to_owned(),
            [] => "no rule was tried here".to_owned(),
            [only] => format!("{only} has no line like this one"),
            all => format!("no line like this one is in {}", all.join(", ")),
        };
        let (text, span) = self.asked.clone();
        let mut diagnostic = self.note("explain/unlike", message).primary(span, "this line");
        diagnostic.notes = self.untried;
        let code = Source::new(self.file, text);
        self.reports.push(Report { diagnostic, code });
        self.reports
    }

    /// A line without code that rules look at.
    fn not_code(&self, tree: &Tree, line: u32) -> Option<Report> {
        let span = line_span(&self.code, line);
        let tokens = tokens_on(tree, span);
        let is_hidden = |&token: &TokenId| tree.is_hidden(token);
        if tokens.is_empty() {
            let note = self.note("explain/no-code", "no code is on this line");
            return Some(self.report(note.primary(span, "here")));
        }
        if tokens.iter().all(is_hidden) {
            let message = "a conditional directive leaves this line out";
            let note = self.note("explain/left-out", message);
            return Some(self.report(note.primary(code_on(tree, span), "no rule looks at it")));
        }
        let is_given_up = |token: &TokenId| {
            tree.problems().iter().find(|problem| problem.tokens.contains(&token.0))
        };
        let problem = tokens.iter().find_map(is_given_up)?;
        let at = place::first_line(tree, tree.tokens().span(problem.token));
        let message = "this item could not be parsed, so no rule looks at it";
        let note = self.note("explain/unparsed", message);
        Some(self.report(note.primary(at, problem.message.clone())))
    }

    /// The names without which the rule passes over the item.
    fn missing_words(&self, seen: &Seen<'_, '_>, item: &Item) -> Vec<String> {
        let Matcher { rule, body, inherited, values, .. } = seen.matcher;
        let values = values.borrow();
        let whole = body.minus.token_range(NodeId::ROOT);
        let dropped = &self.prepared.patch.dropped_names;
        let names = words::needed_names(rule, body, inherited, &values, dropped, whole);
        let mut missing: Vec<String> = Vec::new();
        for name in names.into_iter().filter(|name| !item.words(seen.matcher.tree).has(name)) {
            let name = format!("`{}`", String::from_utf8_lossy(name));
            if !missing.contains(&name) {
                missing.push(name);
            }
        }
        missing
    }

    /// Notes once why a rule was not tried.
    fn not_tried(&mut self, why: String) {
        if !self.untried.contains(&why) {
            self.untried.push(why);
        }
    }

    /// An inherited metavariable without which the rule cannot match has no value.
    fn without_value(&self, seen: &Seen<'_, '_>) -> Option<Diagnostic> {
        let matcher = seen.matcher;
        let rule = matcher.rule;
        let mut all = rule.metavariables.iter().enumerate();
        let (metavariable, from) = all.find_map(|(index, metavariable)| {
            let Origin::Inherited { rule: from, .. } = metavariable.origin else { return None };
            let has_value = matcher.inherited.contains_key(&MetavariableId(index as u32));
            let is_needed = metavariable.used_in_minus && !metavariable.kind.is_position();
            (is_needed && !has_value).then_some((metavariable, from))
        })?;
        let message = format!(
            "{} cannot match: `{}` has no value, as {} did not match",
            said(rule),
            metavariable.name,
            said(&self.prepared.patch.rules[from])
        );
        let note = self.note("explain/no-value", message);
        let line = line_span(&self.code, self.line?);
        let note = note.primary(code_on(matcher.tree, line), "this line");
        Some(note.elsewhere(&rule.file, metavariable.span, "inherited here"))
    }
}

impl Observer for Explain<'_> {
    fn rule(&mut self, _rule: &Rule, tree: &Tree) {
        self.end_rule();
        self.code = Arc::clone(tree.source());
    }

    fn without_given_values(&mut self, rule: &Rule) {
        let missing = rule.metavariables.iter().find(|m| m.origin == Origin::Virtual);
        let name = missing.map_or("", |metavariable| &*metavariable.name);
        let rule = said(rule);
        self.not_tried(format!(
            "{rule} was not run: `virtual.{name}` has no value (-D {name}=...)"
        ));
    }

    fn not_due(&mut self, rule: &Rule, environment: &Environment, ran: &Ran<'_>) {
        let reason = unmet::reason(&self.prepared.patch, &rule.depends, environment, ran);
        self.not_tried(format!("{} was not run: {reason}", said(rule)));
    }

    fn nothing_to_add(&mut self, rule: &Rule) {
        self.not_tried(format!("{} was not run: what it adds has no value", said(rule)));
    }

    fn tried(&mut self, seen: &Seen<'_, '_>) {
        let Some(line) = self.line else { return };
        let tree = seen.matcher.tree;
        let span = line_span(&self.code, line);
        let tokens = tokens_on(tree, span);
        let lies_in = |item: &&Item| {
            let range = tree.token_range(item.node);
            tokens.iter().any(|token| range.contains(&token.0))
        };
        let Some(item) = seen.items.iter().rfind(lies_in) else { return };
        match cfg::build(tree, item.node) {
            Ok(graph) => self.item(seen, item, &graph, code_on(tree, span)),
            Err(none) => {
                let at = place::first_line(tree, tree.span(none.syntax));
                let message = format!("no rule looks at this function: it has {}", none.reason);
                let note = self.note("explain/no-graph", message);
                return self.offer(Worth::Never, note.primary(at, "here"));
            }
        }
        if let Some(diagnostic) = self.without_value(seen) {
            self.offer(Worth::NoValue, diagnostic);
        }
        if self.answer.is_some() {
            return;
        }
        let rule = said(seen.matcher.rule);
        match &self.missing_words(seen, item)[..] {
            [] if !self.unlike.contains(&rule) => self.unlike.push(rule),
            [] => {}
            names => {
                self.not_tried(format!("{rule} passes over what lacks {}", names.join(" or ")))
            }
        }
    }

    fn edited(&mut self, rule: &Rule, before: &Tree, after: &Tree) {
        self.end_rule();
        if let Some(line) = self.line {
            self.line = lines::after(before.source(), after.source(), line);
            let last = self.reports.last_mut().map(|report| &mut report.diagnostic);
            match last.filter(|last| last.code == "explain/matches") {
                _ if self.line.is_some() => {}
                Some(last) => {
                    last.notes.push("it changes this line: later rules see another".into())
                }
                None => {
                    let message =
                        format!("{} changes this line: later rules see another", said(rule));
                    let note = self.note("explain/changed", message);
                    let span = code_on(before, line_span(before.source(), line));
                    let note = note.primary(span, "as it was before");
                    let report = self.report(note);
                    self.reports.push(report);
                }
            }
        }
        self.code = Arc::clone(after.source());
        self.edited_by.push(said(rule));
    }
}

/// A line without the blanks around it.
fn line_span(text: &[u8], line: u32) -> Span {
    let span = LineIndex::new(text).span(line);
    let bytes = &text[span.range()];
    let blanks = bytes.len() - bytes.trim_ascii_start().len();
    match bytes.trim_ascii().len() {
        0 => Span::empty(span.start),
        length => {
            let start = span.start + blanks as u32;
            Span::new(start, start + length as u32)
        }
    }
}

fn tokens_on(tree: &Tree, line: Span) -> Vec<TokenId> {
    let tokens = tree.tokens();
    let is_on = |span: Span| !span.is_empty() && span.start < line.end && line.start < span.end;
    tokens.ids().filter(|&token| is_on(tokens.span(token))).collect()
}

/// The code on a line, without comments around it.
fn code_on(tree: &Tree, line: Span) -> Span {
    let tokens = tokens_on(tree, line);
    let (Some(&first), Some(&last)) = (tokens.first(), tokens.last()) else { return line };
    let span = tree.tokens().span(first).cover(tree.tokens().span(last));
    Span::new(span.start.max(line.start), span.end.min(line.end))
}
