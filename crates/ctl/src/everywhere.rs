//! "Everywhere reachable": one result that gathers what holds at all states ahead.
//!
//! It is `p` conjoined, over all states `n` that are reachable over all edges, with `(q |> true)` at `n`:
//! where `q` does not hold it asks for nothing, and where it holds for some values it is taken for these
//! and skipped for others.
//!
//! Invariant: states are visited in ascending order, so that the result does not depend on the search.

use fixedbitset::FixedBitSet;

use crate::connectives::or_else;
use crate::extension::Extension;
use crate::store::{Row, Rows, Store};
use crate::{Domain, Edges, Graph, LimitReached, State};

/// `p`, conjoined with the results of `q` at all reachable states.
pub(crate) fn everywhere_reachable<G: Graph, D: Domain>(
    graph: &G,
    p: &Extension,
    q: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    if q.is_plain() {
        return Ok(p.clone());
    }
    let taken_or_skipped = or_else(q, &Extension::everywhere(graph.states()), store)?;
    let told: FixedBitSet = q.bound_rows().iter().map(|&(state, _)| state).collect();
    let mut rows = Vec::new();
    for state in p.support().ones() {
        let mut gathered: Rows = p.rows(state);
        for reached in reachable(graph, state).intersection(&told) {
            gathered = store.product(&gathered, &taken_or_skipped.rows(reached))?;
        }
        rows.extend(gathered.into_iter().map(|row: Row| (state, row)));
    }
    Ok(Extension::new(FixedBitSet::with_capacity(graph.states()), rows))
}

/// `start` and all states ahead of it.
fn reachable<G: Graph>(graph: &G, start: State) -> FixedBitSet {
    let mut reached = FixedBitSet::with_capacity(graph.states());
    reached.insert(start);
    let mut work = vec![start];
    while let Some(state) = work.pop() {
        for &next in graph.successors(state, Edges::All) {
            if !reached.put(next) {
                work.push(next);
            }
        }
    }
    reached
}
