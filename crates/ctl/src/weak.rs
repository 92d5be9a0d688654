//! The greatest fixpoints: A[p W q], AG and EG.
//!
//! 1. The states are found first, as if nothing were bound: what falls out here would fall out later.
//! 2. The rows begin with those of `q`, and those of `p` without witnesses.
//! 3. Each round puts together, at each state that may have changed, the rows of `p` and those of the
//!    next states of the round before; witnesses thus travel backward, once round each loop.
//!
//! Invariant: the number of rounds is bounded. Rows can only swing between rounds once the states have
//! settled, and then they are added up.

use fixedbitset::FixedBitSet;

use crate::extension::Extension;
use crate::graph::View;
use crate::next::{combine_next, leads_only_into, union_of_next};
use crate::store::{Rows, Store};
use crate::{Domain, Edges, Graph, LimitReached, State};

/// Whether a step has to hold at all next states or at one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    All,
    Some,
}

impl Quantifier {
    fn edges(self) -> Edges {
        match self {
            Quantifier::All => Edges::Direct,
            Quantifier::Some => Edges::All,
        }
    }

    fn can_step<G: Graph>(self, view: &View<'_, G>, state: State, set: &FixedBitSet) -> bool {
        match self {
            Quantifier::All => leads_only_into(view, state, set),
            Quantifier::Some => {
                view.after(state, Edges::All).iter().any(|&next| set.contains(next))
            }
        }
    }

    fn step<G: Graph, D: Domain>(
        self,
        view: &View<'_, G>,
        state: State,
        table: &[Rows],
        store: &mut Store<'_, D>,
    ) -> Result<Rows, LimitReached> {
        match self {
            Quantifier::All => combine_next(view, state, |next| table[next].clone(), store),
            Quantifier::Some => Ok(union_of_next(view, state, table, store)),
        }
    }
}

/// A[p W q].
pub(crate) fn all_weak_until<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    q: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    weak_until(Quantifier::All, view, p, q, store)
}

/// AG p.
pub(crate) fn all_always<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    weak_until(Quantifier::All, view, p, &Extension::nowhere(view.states()), store)
}

/// EG p.
pub(crate) fn some_always<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    weak_until(Quantifier::Some, view, p, &Extension::nowhere(view.states()), store)
}

fn weak_until<G: Graph, D: Domain>(
    quantifier: Quantifier,
    view: &View<'_, G>,
    p: &Extension,
    q: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let support = greatest_support(quantifier, view, p.support(), &q.support());
    if p.is_plain() && q.is_plain() {
        return Ok(Extension::plain(support));
    }
    let mut through = p.support();
    through.intersect_with(&support);
    let mut table = start(p, q, &through, store);
    let mut dirty = through.clone();
    let enough_rounds = 2 * view.states() + 8;
    for round in 0.. {
        let changed = one_round(quantifier, view, p, q, &dirty, &table, store)?;
        dirty.clear();
        for (state, mut rows) in changed {
            if round > enough_rounds {
                // Only ever adding ends the swing of sets of alternatives.
                rows.extend(table[state].iter().copied());
                rows.sort_unstable();
                rows.dedup();
            }
            if table[state] != rows {
                table[state] = rows;
                dirty.extend(view.before(state, quantifier.edges()).iter().copied());
            }
        }
        dirty.intersect_with(&through);
        if dirty.is_clear() {
            break;
        }
    }
    Ok(Extension::from_table(&table))
}

/// The rows to begin with: those of `q`, and those of `p` without witnesses where it may hold.
fn start<D: Domain>(
    p: &Extension,
    q: &Extension,
    through: &FixedBitSet,
    store: &Store<'_, D>,
) -> Vec<Rows> {
    let mut table = q.table();
    for (state, row) in p.all_rows() {
        if through.contains(state) {
            store.insert(&mut table[state], row.stripped());
        }
    }
    table
}

/// The new rows of the states of `dirty`.
fn one_round<G: Graph, D: Domain>(
    quantifier: Quantifier,
    view: &View<'_, G>,
    p: &Extension,
    q: &Extension,
    dirty: &FixedBitSet,
    table: &[Rows],
    store: &mut Store<'_, D>,
) -> Result<Vec<(State, Rows)>, LimitReached> {
    let mut changed = Vec::new();
    for state in dirty.ones() {
        store.spend()?;
        let next: Rows = quantifier.step(view, state, table, store)?;
        let mut rows = q.rows(state);
        for row in store.product(&p.rows(state), &next)? {
            store.insert(&mut rows, row);
        }
        changed.push((state, rows));
    }
    Ok(changed)
}

/// The states if nothing were bound: those of `goal`, and those of `through` from which a step stays
/// inside.
fn greatest_support<G: Graph>(
    quantifier: Quantifier,
    view: &View<'_, G>,
    through: FixedBitSet,
    goal: &FixedBitSet,
) -> FixedBitSet {
    let mut support = through;
    support.union_with(goal);
    let mut work: Vec<State> = support.ones().collect();
    while let Some(state) = work.pop() {
        if support.contains(state)
            && !goal.contains(state)
            && !quantifier.can_step(view, state, &support)
        {
            support.remove(state);
            work.extend(view.before(state, quantifier.edges()));
        }
    }
    support
}
