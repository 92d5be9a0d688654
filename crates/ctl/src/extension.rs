//! The extension of a formula: the states at which it holds, and how.
//!
//! Invariant: a state at which a formula holds without conditions and witnesses is one bit, and costs no
//! more; only what is bound or witnessed is a row. Rows are sorted by state and each is there once.

use fixedbitset::FixedBitSet;

use crate::State;
use crate::store::{Row, Rows};

/// Where a formula holds, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Extension {
    plain: FixedBitSet,
    bound: Vec<(State, Row)>,
}

impl Extension {
    /// Holds nowhere, in a graph of `states`.
    pub(crate) fn nowhere(states: usize) -> Extension {
        Extension::plain(FixedBitSet::with_capacity(states))
    }

    /// Holds everywhere, in a graph of `states`.
    pub(crate) fn everywhere(states: usize) -> Extension {
        let mut plain = FixedBitSet::with_capacity(states);
        plain.insert_range(..);
        Extension::plain(plain)
    }

    /// Holds at the states of a set, without conditions.
    pub(crate) fn plain(plain: FixedBitSet) -> Extension {
        Extension { plain, bound: Vec::new() }
    }

    /// Holds without conditions at `plain`, and in the ways of `rows`.
    pub(crate) fn new(
        mut plain: FixedBitSet,
        rows: impl IntoIterator<Item = (State, Row)>,
    ) -> Extension {
        let mut bound = Vec::new();
        for (state, row) in rows {
            if row == Row::TOP {
                plain.insert(state);
            } else {
                bound.push((state, row));
            }
        }
        bound.sort_unstable();
        bound.dedup();
        Extension { plain, bound }
    }

    /// Holds at each state in the ways listed at its index.
    pub(crate) fn from_table(table: &[Rows]) -> Extension {
        let rows = table.iter().enumerate();
        let rows = rows.flat_map(|(state, rows)| rows.iter().map(move |&row| (state, row)));
        Extension::new(FixedBitSet::with_capacity(table.len()), rows)
    }

    /// How many states the graph has.
    pub(crate) fn states(&self) -> usize {
        self.plain.len()
    }

    /// The states without conditions.
    pub(crate) fn plain_states(&self) -> &FixedBitSet {
        &self.plain
    }

    /// The rows with a condition or a witness.
    pub(crate) fn bound_rows(&self) -> &[(State, Row)] {
        &self.bound
    }

    /// Whether nothing is bound or witnessed anywhere.
    pub(crate) fn is_plain(&self) -> bool {
        self.bound.is_empty()
    }

    /// Whether it holds nowhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.bound.is_empty() && self.plain.is_clear()
    }

    /// The rows with a condition or a witness at `state`.
    pub(crate) fn bound_at(&self, state: State) -> &[(State, Row)] {
        let start = self.bound.partition_point(|&(other, _)| other < state);
        let length = self.bound[start..].partition_point(|&(other, _)| other == state);
        &self.bound[start..start + length]
    }

    /// All rows at `state`.
    pub(crate) fn rows(&self, state: State) -> Rows {
        let plain = self.plain.contains(state).then_some(Row::TOP);
        plain.into_iter().chain(self.bound_at(state).iter().map(|&(_, row)| row)).collect()
    }

    /// All states at which it holds in some way.
    pub(crate) fn support(&self) -> FixedBitSet {
        let mut support = self.plain.clone();
        support.extend(self.bound.iter().map(|&(state, _)| state));
        support
    }

    /// All rows, by state.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = (State, Row)> + '_ {
        let plain = self.plain.ones().map(|state| (state, Row::TOP));
        plain.chain(self.bound.iter().copied())
    }

    /// The extension without its witnesses.
    pub(crate) fn stripped(&self) -> Extension {
        let rows = self.bound.iter().map(|&(state, row)| (state, row.stripped()));
        Extension::new(self.plain.clone(), rows)
    }

    /// The extension at some states only.
    pub(crate) fn restricted(mut self, states: &FixedBitSet) -> Extension {
        self.plain.intersect_with(states);
        self.bound.retain(|&(state, _)| states.contains(state));
        self
    }

    /// The extension without some of the rows with a condition or a witness.
    pub(crate) fn filtered(mut self, mut keeps: impl FnMut(Row) -> bool) -> Extension {
        self.bound.retain(|&(_, row)| keeps(row));
        self
    }

    /// The rows by state index, to be worked on.
    pub(crate) fn table(&self) -> Vec<Rows> {
        let mut table = vec![Rows::new(); self.states()];
        for (state, row) in self.all_rows() {
            table[state].push(row);
        }
        table
    }
}
