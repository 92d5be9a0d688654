//! Environments: what rules have bound so far, and which of them matched on the way.
//!
//! A run starts with one empty environment. A rule that matches replaces an environment by one for each binding; one
//! that does not leaves it as it is. Environments with equal values are one, with the histories of both.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use smpl::{Dependency, MetavariableId, Origin, Quantifier, Rule, SemanticPatch};

use crate::value::ValueId;

/// Where a value was bound first: the rule and its metavariable.
pub(crate) type Source = (usize, MetavariableId);

/// The rules that matched on the way to an environment.
type History = BTreeSet<usize>;

/// What rules have bound.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Environment {
    values: Vec<(Source, ValueId)>,
    histories: BTreeSet<History>,
}

impl Environment {
    /// Where every run starts.
    pub(crate) fn empty() -> Environment {
        Environment { values: Vec::new(), histories: BTreeSet::from([History::new()]) }
    }

    pub(crate) fn value(&self, source: Source) -> Option<ValueId> {
        let index = self.values.binary_search_by_key(&source, |&(s, _)| s).ok()?;
        Some(self.values[index].1)
    }

    /// After `rule` matched with these bindings.
    pub(crate) fn extended(
        &self,
        rule: usize,
        bindings: &[(MetavariableId, ValueId)],
    ) -> Environment {
        let mut next = self.clone();
        for &(metavariable, value) in bindings {
            let source = (rule, metavariable);
            match next.values.binary_search_by_key(&source, |&(s, _)| s) {
                Ok(index) => next.values[index].1 = value,
                Err(index) => next.values.insert(index, (source, value)),
            }
        }
        next.histories = next
            .histories
            .into_iter()
            .map(|mut history| {
                history.insert(rule);
                history
            })
            .collect();
        next
    }

    /// Whether no value is bound.
    pub(crate) fn is_bare(&self) -> bool {
        self.values.is_empty()
    }

    /// Only the values that later rules still ask for; environments that then are equal become one.
    pub(crate) fn restricted(mut self, needed: &FxHashSet<Source>) -> Environment {
        self.values.retain(|(source, _)| needed.contains(source));
        self
    }

    /// Whether what a rule depends on is the case: in some history, or with `forall` in every one.
    pub(crate) fn fulfils(&self, rule: &Rule, context: &Ran<'_>) -> bool {
        let mut answers =
            self.histories.iter().map(|history| holds(&rule.depends, history, context));
        match rule.depends_quantifier {
            Some(Quantifier::Forall) => answers.all(|holds| holds),
            Some(Quantifier::Exists) | None => answers.any(|holds| holds),
        }
    }

    /// Whether a part of what a rule depends on is the case in some history.
    pub(crate) fn meets(&self, depends: &Dependency, context: &Ran<'_>) -> bool {
        self.histories.iter().any(|history| holds(depends, history, context))
    }
}

/// What dependencies ask for besides histories.
pub(crate) struct Ran<'a> {
    /// Rules that matched at all.
    pub(crate) matched: &'a BTreeSet<usize>,
    /// Virtual names that are set.
    pub(crate) virtuals: &'a [Box<str>],
    /// The name of the file.
    pub(crate) file: &'a str,
}

fn holds(depends: &Dependency, history: &History, ran: &Ran<'_>) -> bool {
    match depends {
        Dependency::Always => true,
        Dependency::Rule(rule) => history.contains(rule),
        Dependency::Virtual(name) => ran.virtuals.contains(name),
        Dependency::Ever(rule) => ran.matched.contains(rule),
        Dependency::Never(rule) => !ran.matched.contains(rule),
        Dependency::FileIn(folder) => ran.file.contains(&**folder),
        Dependency::Not(inner) => !holds(inner, history, ran),
        Dependency::And(a, b) => holds(a, history, ran) && holds(b, history, ran),
        Dependency::Or(a, b) => holds(a, history, ran) || holds(b, history, ran),
    }
}

/// Makes environments with equal values one.
pub(crate) fn merge(environments: Vec<Environment>) -> Vec<Environment> {
    let mut merged: Vec<Environment> = Vec::new();
    let mut places: FxHashMap<Vec<(Source, ValueId)>, usize> = FxHashMap::default();
    for environment in environments {
        match places.get(&environment.values) {
            Some(&place) => merged[place].histories.extend(environment.histories),
            None => {
                places.insert(environment.values.clone(), merged.len());
                merged.push(environment);
            }
        }
    }
    merged
}

/// Where the value of an inherited metavariable was bound first; none for one that the rule binds itself.
pub(crate) fn source(
    patch: &SemanticPatch,
    rule: &Rule,
    metavariable: MetavariableId,
) -> Option<Source> {
    let mut place = match rule.metavariables[metavariable.index()].origin {
        Origin::Inherited { rule, metavariable } => (rule, metavariable),
        Origin::Own | Origin::Virtual => return None,
    };
    while let Origin::Inherited { rule, metavariable } =
        patch.rules[place.0].metavariables[place.1.index()].origin
    {
        place = (rule, metavariable);
    }
    Some(place)
}
