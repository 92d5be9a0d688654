//! Which values a constraint leaves, from above: none that is possible is missed.
//!
//! 1. [`possible`] computes a set of names and ranges that has every value that fulfils the constraint, or knows that
//!    it cannot be listed: `= {a, b}` is two names, `> 3` is a range, `!= a` may be anything.
//! 2. [`fulfils`] holds each name, and each number of a small range, against the whole constraint: `= {a, b} && !~
//!    "a|b"` leaves nothing. What scripts, subterms and other metavariables say is unknown.
//!
//! Cost: the size of the constraint times the number of its members, and nothing at all beyond a limit.

use std::ops::RangeInclusive;

use regex::bytes::Regex;

use crate::metavariable::{Comparison, Constraint, ConstraintItem};

/// Values that may be possible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Values {
    /// No limit is known.
    Any,
    /// Texts, without blanks, and ranges of integers.
    Listed(Vec<Box<str>>, Vec<RangeInclusive<i64>>),
}

/// How many comparisons one constraint is worth.
const MOST_STEPS: usize = 20_000;

/// Numbers of a range that are tried one by one.
const MOST_NUMBERS: i64 = 64;

/// Whether no value fulfils all of the constraints; `base` has all values that the kind of metavariable allows.
pub(super) fn none_is_left(constraints: &[&Constraint], base: Values) -> bool {
    let size: usize = constraints.iter().map(|constraint| size(constraint)).sum();
    if size > MOST_STEPS / 16 {
        return false;
    }
    if constraints.iter().any(|constraint| contradicts_itself(constraint)) {
        return true;
    }
    let sets = constraints.iter().map(|constraint| possible(constraint, true));
    let Values::Listed(names, ranges) = sets.fold(base, intersection) else { return false };
    if names.len().saturating_mul(size) > MOST_STEPS {
        return false;
    }
    let mut patterns = Patterns::default();
    let mut left = |value: &Member<'_>| {
        constraints.iter().all(|constraint| patterns.fulfils(constraint, value) != Some(false))
    };
    if names.iter().any(|name| left(&Member::Text(name))) {
        return false;
    }
    !ranges.iter().any(|range| {
        let few = range.end().checked_sub(*range.start()).is_some_and(|n| n <= MOST_NUMBERS);
        !few || range.clone().any(|number| left(&Member::Integer(number)))
    })
}

/// How many comparisons a constraint is made of.
fn size(constraint: &Constraint) -> usize {
    match constraint {
        Constraint::OneOf(items) | Constraint::NoneOf(items) | Constraint::PartOf(items) => {
            items.len()
        }
        Constraint::Not(inner) => size(inner),
        Constraint::And(a, b) | Constraint::Or(a, b) => size(a) + size(b),
        Constraint::Matches(_)
        | Constraint::MatchesNot(_)
        | Constraint::Compare(..)
        | Constraint::Script(_) => 1,
    }
}

/// Whether it asks that one regular expression matches, and that it does not.
fn contradicts_itself(constraint: &Constraint) -> bool {
    let mut asked: Vec<(&str, bool)> = Vec::new();
    demands(constraint, true, &mut asked);
    asked.sort_unstable();
    asked.dedup();
    asked.windows(2).any(|pair| pair[0].0 == pair[1].0)
}

/// The regular expressions that must match, or must not, whatever else holds.
fn demands<'a>(constraint: &'a Constraint, wanted: bool, asked: &mut Vec<(&'a str, bool)>) {
    match (constraint, wanted) {
        (Constraint::Matches(regex), _) => asked.push((&regex.pattern, wanted)),
        (Constraint::MatchesNot(regex), _) => asked.push((&regex.pattern, !wanted)),
        (Constraint::Not(inner), _) => demands(inner, !wanted, asked),
        (Constraint::And(a, b), true) | (Constraint::Or(a, b), false) => {
            demands(a, wanted, asked);
            demands(b, wanted, asked);
        }
        _ => {}
    }
}

/// All values for which the constraint may hold, or not hold when that is `wanted`.
fn possible(constraint: &Constraint, wanted: bool) -> Values {
    match (constraint, wanted) {
        (Constraint::OneOf(items), true) | (Constraint::NoneOf(items), false) => listed(items),
        (Constraint::Compare(comparison, ConstraintItem::Integer(n)), true) => {
            Values::Listed(Vec::new(), vec![compared(*comparison, *n)])
        }
        (Constraint::Not(inner), _) => possible(inner, !wanted),
        (Constraint::And(a, b), true) | (Constraint::Or(a, b), false) => {
            intersection(possible(a, wanted), possible(b, wanted))
        }
        (Constraint::And(a, b), false) | (Constraint::Or(a, b), true) => {
            union(possible(a, wanted), possible(b, wanted))
        }
        _ => Values::Any,
    }
}

fn listed(items: &[ConstraintItem]) -> Values {
    let (mut names, mut ranges) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            ConstraintItem::Name(text) | ConstraintItem::Text(text) => names.push(plain(text)),
            ConstraintItem::Integer(n) => ranges.push(*n..=*n),
            ConstraintItem::Range(low, high) => ranges.push(*low..=*high),
            ConstraintItem::Metavariable(_) | ConstraintItem::Type(_) => return Values::Any,
        }
    }
    Values::Listed(names, ranges)
}

fn compared(comparison: Comparison, n: i64) -> RangeInclusive<i64> {
    match comparison {
        Comparison::Less => i64::MIN..=n.saturating_sub(1),
        Comparison::LessEqual => i64::MIN..=n,
        Comparison::Greater => n.saturating_add(1)..=i64::MAX,
        Comparison::GreaterEqual => n..=i64::MAX,
    }
}

/// The text of a term without blanks.
fn plain(text: &str) -> Box<str> {
    text.split_whitespace().collect()
}

fn union(a: Values, b: Values) -> Values {
    match (a, b) {
        (Values::Listed(mut names, mut ranges), Values::Listed(more, others)) => {
            names.extend(more);
            ranges.extend(others);
            Values::Listed(names, ranges)
        }
        _ => Values::Any,
    }
}

fn intersection(a: Values, b: Values) -> Values {
    match (a, b) {
        (Values::Any, other) | (other, Values::Any) => other,
        (Values::Listed(mut names, ranges), Values::Listed(mut others, other_ranges)) => {
            others.sort_unstable();
            names.retain(|name| others.binary_search(name).is_ok());
            let pairs = ranges.len() * other_ranges.len();
            if pairs > MOST_STEPS {
                return Values::Any;
            }
            let both = ranges.iter().flat_map(|a| other_ranges.iter().map(move |b| (a, b)));
            let both = both.map(|(a, b)| *a.start().max(b.start())..=*a.end().min(b.end()));
            Values::Listed(names, both.filter(|range| !range.is_empty()).collect())
        }
    }
}

/// One value.
enum Member<'a> {
    Text(&'a str),
    Integer(i64),
}

/// Regular expressions compiled so far.
#[derive(Default)]
struct Patterns<'a>(Vec<(&'a str, Option<Regex>)>);

impl<'a> Patterns<'a> {
    /// Whether the value fulfils the constraint, if that can be said.
    fn fulfils(&mut self, constraint: &'a Constraint, value: &Member<'_>) -> Option<bool> {
        match constraint {
            Constraint::OneOf(items) => is_one_of(items, value),
            Constraint::NoneOf(items) => is_one_of(items, value).map(|is| !is),
            Constraint::Matches(regex) => self.matches(&regex.pattern, value),
            Constraint::MatchesNot(regex) => {
                self.matches(&regex.pattern, value).map(|matches| !matches)
            }
            Constraint::Compare(comparison, ConstraintItem::Integer(n)) => match value {
                Member::Text(_) => Some(false),
                Member::Integer(value) => Some(compared(*comparison, *n).contains(value)),
            },
            Constraint::Compare(..) | Constraint::PartOf(_) | Constraint::Script(_) => None,
            Constraint::Not(inner) => self.fulfils(inner, value).map(|holds| !holds),
            Constraint::And(a, b) => match (self.fulfils(a, value), self.fulfils(b, value)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Constraint::Or(a, b) => match (self.fulfils(a, value), self.fulfils(b, value)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }

    /// Names only: how another term is spelled out for a regular expression is not known here.
    fn matches(&mut self, pattern: &'a str, value: &Member<'_>) -> Option<bool> {
        let Member::Text(text) = value else { return None };
        let name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !name {
            return None;
        }
        let known = self.0.iter().position(|(known, _)| *known == pattern);
        let index = known.unwrap_or_else(|| {
            self.0.push((pattern, Regex::new(pattern).ok()));
            self.0.len() - 1
        });
        Some(self.0[index].1.as_ref()?.is_match(text.as_bytes()))
    }
}

fn is_one_of(items: &[ConstraintItem], value: &Member<'_>) -> Option<bool> {
    let mut unknown = false;
    for item in items {
        let is = match (item, value) {
            (ConstraintItem::Name(text) | ConstraintItem::Text(text), Member::Text(value)) => {
                *plain(text) == **value
            }
            (ConstraintItem::Integer(n), Member::Integer(value)) => n == value,
            (ConstraintItem::Range(low, high), Member::Integer(value)) => {
                (*low..=*high).contains(value)
            }
            (ConstraintItem::Metavariable(_) | ConstraintItem::Type(_), _) => {
                unknown = true;
                false
            }
            _ => false,
        };
        if is {
            return Some(true);
        }
    }
    if unknown { None } else { Some(false) }
}
