//! From the witnesses of a formula to matches: what each element took, what is bound for later rules, and whether the
//! changes are consistent.
//!
//! Invariant: a match that the model checker calls negated changes and binds nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cfg::{FlowKind, Graph};
use csyntax::NodeId;
use ctl::{Limit, Var};
use rustc_hash::FxHashMap;
use smpl::{Body, MetavariableId, Rule};

use crate::formula::Compiled;
use crate::matcher::Matcher;
use crate::places::Narrowing;
use crate::predicates::{CheckedGraph, GraphPredicates, Record, ValueDomain};
use crate::value::{Position, Value, ValueId};

/// What a match binds for later rules.
pub(crate) type Exported = Vec<(MetavariableId, ValueId)>;

/// One match of a rule.
pub(crate) struct Found {
    /// The node of the flow graph that it starts at.
    pub(crate) start: ctl::State,
    pub(crate) exported: Exported,
    /// What it took.
    pub(crate) edits: Vec<Taken>,
}

/// What one element of a match took.
pub(crate) struct Taken {
    pub(crate) record: Rc<Record>,
    /// The values that count there.
    pub(crate) bindings: FxHashMap<MetavariableId, ValueId>,
    /// The node of the flow graph.
    pub(crate) state: ctl::State,
}

/// Why an item was given up.
pub(crate) struct GaveUp {
    pub(crate) at: Option<NodeId>,
    pub(crate) message: String,
    /// Whether the limit was reached.
    pub(crate) out_of_steps: bool,
}

/// All matches of a rule in one item.
pub(crate) fn item_matches(
    matcher: &Matcher<'_>,
    graph: &Graph,
    compiled: &Compiled,
    narrowing: Option<Narrowing<'_>>,
    limit: &mut Limit,
) -> Result<Vec<Found>, GaveUp> {
    let checked = CheckedGraph(graph);
    let domain = ValueDomain(matcher.values);
    let mut predicates =
        GraphPredicates::new(matcher, graph, &compiled.elements).narrowed_by(narrowing);
    let triples = ctl::check(&checked, &domain, &mut predicates, &compiled.formula, limit)
        .map_err(|error| GaveUp { at: None, message: error.to_string(), out_of_steps: true })?;
    let own = matcher.rule.metavariables.len() as u32;
    let mut found = Vec::new();
    let mut starts: BTreeMap<ctl::State, BTreeSet<ctl::State>> = BTreeMap::new();
    for triple in &triples {
        let mut one = Found { start: triple.state, exported: Vec::new(), edits: Vec::new() };
        if triple.has_negated_witness() {
            found.push(one);
            continue;
        }
        let mut exported: Vec<(MetavariableId, Vec<ValueId>)> = Vec::new();
        for leaf in triple.leaves() {
            let mut bindings: FxHashMap<MetavariableId, ValueId> = matcher.inherited.clone();
            let mut record = None;
            for &(_, Var(var), value) in &leaf {
                if var < own {
                    bindings.insert(MetavariableId(var), value);
                } else if let Value::Record(number) = *matcher.values.borrow().get(value) {
                    record = Some(Rc::clone(&predicates.records[number as usize]));
                }
            }
            for &(metavariable, value) in record.iter().flat_map(|record| &record.bindings) {
                bindings.entry(metavariable).or_insert(value);
            }
            note_exported(matcher.rule, &bindings, &mut exported);
            if let Some(record) = record {
                let same = one.edits.iter().any(|other| {
                    other.record.element == record.element
                        && other.record.entries == record.entries
                        && other.bindings == bindings
                });
                if !same {
                    let state = leaf.last().map_or(triple.state, |&(state, ..)| state);
                    one.edits.push(Taken { record, bindings, state });
                }
            }
        }
        for taken in &one.edits {
            if changes(matcher.body, &taken.record) {
                starts.entry(taken.state).or_default().insert(triple.state);
            }
        }
        one.exported = join(matcher, exported);
        found.push(one);
    }
    match starts.iter().find(|(state, starts)| is_reached_around(graph, **state, starts)) {
        Some((&state, _)) if matcher.body.is_patch() => Err(GaveUp {
            out_of_steps: false,
            at: graph.node(state).syntax,
            message:
                "inconsistent control-flow paths: this code is also reached by paths on which \
                      the rule does not match"
                    .to_owned(),
        }),
        _ => Ok(found),
    }
}

/// Whether a match changes the code that it took.
fn changes(body: &Body, record: &Record) -> bool {
    record.entries.iter().any(|entry| {
        entry.pattern.clone().any(|token| body.mark(csyntax::TokenId(token)) == smpl::Mark::Minus)
            || body.additions().iter().any(|addition| entry.pattern.contains(&addition.anchor.0))
    })
}

/// Whether some execution comes to `state` without passing a start of the matches that change it.
fn is_reached_around(graph: &Graph, state: ctl::State, starts: &BTreeSet<ctl::State>) -> bool {
    let mut seen = vec![false; graph.len()];
    let mut open = vec![state];
    while let Some(state) = open.pop() {
        if std::mem::replace(&mut seen[state], true) || starts.contains(&state) {
            continue;
        }
        match graph.node(state).kind {
            FlowKind::Top | FlowKind::Fake => return true,
            FlowKind::After(_) => continue,
            _ => open.extend(graph.predecessors(state, cfg::Edges::Direct)),
        }
    }
    false
}

fn note_exported(
    rule: &Rule,
    bindings: &FxHashMap<MetavariableId, ValueId>,
    exported: &mut Vec<(MetavariableId, Vec<ValueId>)>,
) {
    for (metavariable, users) in &rule.exports {
        let Some(&value) = bindings.get(metavariable).filter(|_| !users.is_empty()) else {
            continue;
        };
        match exported.iter_mut().find(|(m, _)| m == metavariable) {
            Some((_, values)) if !values.contains(&value) => values.push(value),
            Some(_) => {}
            None => exported.push((*metavariable, vec![value])),
        }
    }
}

/// One value for each exported metavariable; several positions in one match are one list.
fn join(
    matcher: &Matcher<'_>,
    exported: Vec<(MetavariableId, Vec<ValueId>)>,
) -> Vec<(MetavariableId, ValueId)> {
    let mut joined: Vec<(MetavariableId, ValueId)> = exported
        .into_iter()
        .map(|(metavariable, values)| {
            let mut table = matcher.values.borrow_mut();
            if values.len() == 1 {
                let value = crate::value::between_rules(table.get(values[0]));
                return (metavariable, table.intern(value));
            }
            let mut positions: Vec<Position> = Vec::new();
            for &value in &values {
                if let Value::Positions(some) = table.get(value) {
                    positions.extend(some.iter().cloned());
                }
            }
            let value = if positions.is_empty() {
                values[0]
            } else {
                table.intern(Value::Positions(positions))
            };
            (metavariable, value)
        })
        .collect();
    joined.sort_unstable();
    joined
}
