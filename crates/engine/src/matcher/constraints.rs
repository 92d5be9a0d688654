//! Constraints on the values of metavariables.

use std::cell::Cell;

use regex::bytes::Regex;
use smpl::{Comparison, Constraint, ConstraintItem};

use super::Matcher;
use crate::record::Partial;
use crate::value::{self, Value};

thread_local! {
    /// Regular expressions compiled so far on this thread, the last one first.
    static COMPILED: Cell<Vec<(Box<str>, Regex)>> = const { Cell::new(Vec::new()) };
}

impl Matcher<'_> {
    /// Whether `value` fulfils `constraint`.
    pub(super) fn fulfils(&self, constraint: &Constraint, value: &Value, from: &Partial) -> bool {
        match constraint {
            Constraint::OneOf(items) => items.iter().any(|item| self.is_item(item, value, from)),
            Constraint::NoneOf(items) => !items.iter().any(|item| self.is_item(item, value, from)),
            Constraint::Matches(regex) => {
                self.spelling(value).is_some_and(|t| search(&regex.pattern, &t))
            }
            Constraint::MatchesNot(regex) => {
                !self.spelling(value).is_some_and(|t| search(&regex.pattern, &t))
            }
            Constraint::Compare(comparison, item) => self.compares(*comparison, item, value),
            Constraint::PartOf(items) => items.iter().any(|item| self.is_part(item, value)),
            Constraint::Not(inner) => !self.fulfils(inner, value, from),
            Constraint::And(a, b) => self.fulfils(a, value, from) && self.fulfils(b, value, from),
            Constraint::Or(a, b) => self.fulfils(a, value, from) || self.fulfils(b, value, from),
            // Scripts do not run yet; the front end says so before the engine starts.
            Constraint::Script(_) => false,
        }
    }

    fn is_item(&self, item: &ConstraintItem, value: &Value, from: &Partial) -> bool {
        match item {
            ConstraintItem::Name(name) | ConstraintItem::Text(name) => {
                self.spelling(value).is_some_and(|text| text == name.as_bytes())
            }
            // A metavariable in the type stands for any type.
            ConstraintItem::Type(pattern) => match value {
                Value::Type(tree, term, _) => {
                    let ty = csema::Type::of_term(tree, term);
                    self.is_of_form(pattern, &ty)
                }
                _ => false,
            },
            ConstraintItem::Integer(number) => match value {
                Value::Length(length) => i64::from(*length) == *number,
                _ => self.spelling(value).is_some_and(|text| text == number.to_string().as_bytes()),
            },
            ConstraintItem::Range(low, high) => {
                integer(value).is_some_and(|number| (*low..=*high).contains(&number))
            }
            ConstraintItem::Metavariable(other) => {
                let known = self.inherited.get(other).copied().or_else(|| from.value(*other));
                let Some(known) = known else { return false };
                let mut values = self.values.borrow_mut();
                if let (Value::Positions(all), Value::Positions(ours)) = (values.get(known), value)
                {
                    return ours.iter().any(|position| all.contains(position));
                }
                let (between, here) =
                    (values.intern(value::between_rules(value)), values.intern(value.clone()));
                values.merge(between, known).or_else(|| values.merge(here, known)).is_some()
            }
        }
    }

    /// Whether the value is the item's value or lies in it.
    fn is_part(&self, item: &ConstraintItem, value: &Value) -> bool {
        let ConstraintItem::Metavariable(other) = item else { return false };
        let Some(known) = self.inherited.get(other) else { return false };
        let values = self.values.borrow();
        match (values.get(*known), value) {
            (Value::Term(whole, root, _), Value::Term(tree, node, _)) => {
                whole.descendants(*root).any(|part| whole.same_term(part, tree, *node))
            }
            (a, b) => value::text_of(a).is_some() && value::text_of(a) == value::text_of(b),
        }
    }

    fn compares(&self, comparison: Comparison, item: &ConstraintItem, value: &Value) -> bool {
        let (Some(left), ConstraintItem::Integer(right)) = (integer(value), item) else {
            return false;
        };
        match comparison {
            Comparison::Less => left < *right,
            Comparison::LessEqual => left <= *right,
            Comparison::Greater => left > *right,
            Comparison::GreaterEqual => left >= *right,
        }
    }

    /// The text of a value as constraints see it: tokens with one space where C needs or likes one.
    fn spelling(&self, value: &Value) -> Option<Vec<u8>> {
        match value {
            Value::Identifier(text) => Some(text.to_vec()),
            Value::Term(tree, node, _) => Some(rewrite::spell_term(tree, *node)),
            Value::Type(tree, term, _) => Some(rewrite::spell_type(tree, term)),
            _ => None,
        }
    }
}

/// The value of an integer literal or of a length.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Length(length) => Some(i64::from(*length)),
        _ => super::integer_value(value::text_of(value)?).and_then(|v| v.try_into().ok()),
    }
}

fn search(pattern: &str, text: &[u8]) -> bool {
    COMPILED.with(|cell| {
        let mut compiled = cell.take();
        let index = compiled.iter().position(|(known, _)| &**known == pattern);
        let index = index.or_else(|| {
            compiled.push((pattern.into(), Regex::new(pattern).ok()?));
            Some(compiled.len() - 1)
        });
        let found = index.is_some_and(|index| compiled[index].1.is_match(text));
        cell.set(compiled);
        found
    })
}
