//! Rules that can never run: their dependency cannot hold, or what they inherit is never bound.
//!
//! Rules are looked at in file order, so what follows from a rule that never matches is known when it is asked for.
//! A metavariable counts as inherited from a rule when that rule binds it itself and every match of this rule needs it;
//! then the rule matched on the way, and `depends on !r` cannot hold.
//!
//! Ignored on purpose: virtual names are not known to exclude each other, and `initialize` and `finalize` run
//! whatever matched.

use csyntax::TokenKind;
use text::Span;

use super::facts::{Atom, Conflict, Facts, Reason, is_long, rules_of};
use super::mandatory::Ways;
use crate::cursor::Cursor;
use crate::metavariable::{MetavariableId, Origin};
use crate::patch::{Dependency, Rule, ScriptPhase, ScriptSource};
use crate::report::Reports;

/// The rules that are known to match nothing.
pub(super) struct NeverMatching(Vec<bool>);

impl NeverMatching {
    /// None is known.
    pub fn new(rules: usize) -> NeverMatching {
        NeverMatching(vec![false; rules])
    }

    /// The rule can never match.
    pub fn note(&mut self, rule: usize) {
        self.0[rule] = true;
    }

    fn has(&self, rule: usize) -> bool {
        self.0[rule]
    }
}

/// Reports a rule that can never run, and notes it; true when it may run.
pub(super) fn check(
    rule: &Rule,
    rules: &[Rule],
    ways: Option<&Ways<'_>>,
    source: &[u8],
    never: &mut NeverMatching,
    reports: &mut Reports,
) -> bool {
    if rule.script().is_some_and(|script| script.phase != ScriptPhase::Rule) {
        return true;
    }
    let inherited = inherited(rule, rules, ways);
    if let Some(&(from, _, span)) = inherited.iter().find(|(from, ..)| never.has(*from)) {
        report_unbound(&rules[from], span, reports);
    } else if let Err(conflict) = consistent(rule, rules, &inherited, never) {
        report_conflict(rule, rules, conflict, &inherited, source, reports);
    } else {
        return true;
    }
    never.note(rule.index);
    false
}

/// The rules that bind what this rule needs, with the metavariable here and the place where it is declared.
fn inherited(
    rule: &Rule,
    rules: &[Rule],
    ways: Option<&Ways<'_>>,
) -> Vec<(usize, MetavariableId, Span)> {
    let bound_there = |&(from, id): &(usize, MetavariableId)| {
        rules[from].metavariables[id.index()].origin == Origin::Own
    };
    if let Some(script) = rule.script() {
        let needed = script.inputs.iter().filter(|input| input.default.is_none());
        return needed
            .filter_map(|input| match input.source {
                ScriptSource::Rule(from, id) => Some(((from, id), input.span)),
                _ => None,
            })
            .filter(|(origin, _)| bound_there(origin))
            .map(|((from, id), span)| (from, id, span))
            .collect();
    }
    let Some(ways) = ways else { return Vec::new() };
    let needed = rule.metavariables.iter().enumerate().filter_map(|(index, metavariable)| {
        let origin = metavariable.inherited_from().filter(bound_there)?;
        let id = MetavariableId(index as u32);
        ways.is_mandatory(id).then_some((origin.0, id, metavariable.span))
    });
    needed.collect()
}

/// Whether what the rule depends on can hold.
fn consistent<'a>(
    rule: &'a Rule,
    rules: &[Rule],
    inherited: &[(usize, MetavariableId, Span)],
    never: &NeverMatching,
) -> Result<(), Conflict<'a>> {
    if rule.depends == Dependency::Always || is_long(&rule.depends) {
        return Ok(());
    }
    let mut facts = Facts::default();
    for asked in rules_of(&rule.depends) {
        if never.has(asked) {
            facts.note(Atom::Ever(asked), false, Reason::NeverMatches)?;
        }
        // Scripts make values without a match.
        let needed = inherited.iter().position(|&(from, ..)| from == asked);
        if let (Some(index), Some(_)) = (needed, rules[asked].body()) {
            facts.note(Atom::Rule(asked), true, Reason::Inherited(index))?;
        }
    }
    facts.ask(&rule.depends)
}

fn report_unbound(from: &Rule, span: Span, reports: &mut Reports) {
    let title = from.title();
    reports
        .warning(
            "smpl/never-runs",
            "this rule never runs: what it inherits is never bound",
            span,
            format!("`{title}` never matches"),
        )
        .elsewhere(&from.file, start_of(from), "this rule never matches")
        .help(format!("see what is said about `{title}`"));
}

fn report_conflict(
    rule: &Rule,
    rules: &[Rule],
    conflict: Conflict<'_>,
    inherited: &[(usize, MetavariableId, Span)],
    source: &[u8],
    reports: &mut Reports,
) {
    let (asked, name) = match conflict.atom {
        Atom::Rule(asked) | Atom::Ever(asked) => {
            (Some(&rules[asked]), rules[asked].name.as_deref().unwrap_or_default())
        }
        Atom::Virtual(name) => (None, name),
        Atom::FileIn(path) => (None, path),
    };
    let place = clause(source, rule, name);
    match (conflict.known_by, asked) {
        (Reason::NeverMatches, Some(asked)) => reports
            .warning(
                "smpl/never-runs",
                format!("this rule never runs: it depends on `{name}`, which never matches"),
                place.name,
                "never the case",
            )
            .elsewhere(&asked.file, start_of(asked), "this rule never matches")
            .help(format!("see what is said about `{name}`")),
        (Reason::Inherited(index), Some(_)) => reports
            .warning(
                "smpl/never-runs",
                format!("this rule never runs: it inherits from `{name}` and asks that `{name}` did not match"),
                place.name,
                format!("not where `{name}` matched"),
            )
            .also(inherited[index].2, format!("bound only where `{name}` matched"))
            .help("inherit the metavariable from another rule, or drop this dependency"),
        _ => reports
            .warning(
                "smpl/never-runs",
                format!("this rule never runs: it depends on `{name}` and on its contrary"),
                place.clause,
                "never the case",
            )
            .help("one of them is probably another name, or `&&` should be `||`"),
    };
}

/// The `@` that a rule starts with.
fn start_of(rule: &Rule) -> Span {
    Span::new(rule.span.start, rule.span.start + 1)
}

/// Places in a header.
struct Clause {
    /// From `depends` to the end of what is depended on.
    clause: Span,
    /// A name in it; the clause when it is not found.
    name: Span,
}

fn clause(source: &[u8], rule: &Rule, name: &str) -> Clause {
    let start = rule.span.start + 1;
    let rest = source.get(start as usize..).unwrap_or_default();
    let length = rest.iter().position(|&byte| byte == b'@').unwrap_or(rest.len());
    let mut words = Cursor::new(source, Span::new(start, start + length as u32));
    while !words.at_end() && !words.at_word("depends") {
        words.bump();
    }
    let mut span = words.bump().span;
    let mut found = None;
    while !words.at_end() && !ends_clause(&words) {
        let word = words.bump();
        if words.bytes(word) == name.as_bytes() {
            found = Some(word.span);
        }
        span.end = word.span.end;
    }
    Clause { clause: span, name: found.unwrap_or(span) }
}

/// Whether another clause of the header starts here.
fn ends_clause(words: &Cursor<'_>) -> bool {
    let kinds = ["expression", "identifier", "type"].iter().any(|word| words.at_word(word))
        && words.nth(1).kind == TokenKind::Eof;
    let quantifier = ["exists", "forall"].iter().any(|word| words.at_word(word))
        && (words.nth(1).kind == TokenKind::Eof || words.nth_is(1, "expression"));
    kinds || quantifier || words.at_word("using") || words.at_word("disable")
}
