//! One step: EX and AX.
//!
//! Invariant: EX follows all edges, AX direct edges only; a state without a direct successor satisfies
//! no AX.

use fixedbitset::FixedBitSet;

use crate::extension::Extension;
use crate::graph::View;
use crate::store::{Row, Rows, Store};
use crate::{Domain, Edges, Graph, LimitReached, State};

/// Where `p` holds at some next state.
pub(crate) fn some_next<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let mut plain = FixedBitSet::with_capacity(view.states());
    for state in p.plain_states().ones() {
        plain.extend(view.before(state, Edges::All).iter().copied());
    }
    let mut rows = Vec::new();
    for &(state, row) in p.bound_rows() {
        store.spend()?;
        rows.extend(view.before(state, Edges::All).iter().map(|&before| (before, row)));
    }
    Ok(Extension::new(plain, rows))
}

/// Where `p` holds at all next states.
pub(crate) fn all_next<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let support = p.support();
    let mut plain = FixedBitSet::with_capacity(view.states());
    let mut rows = Vec::new();
    let mut seen = FixedBitSet::with_capacity(view.states());
    for state in support.ones() {
        for &before in view.before(state, Edges::Direct) {
            if seen.put(before) || !leads_only_into(view, before, &support) {
                continue;
            }
            if p.is_plain() {
                plain.insert(before);
                continue;
            }
            let combined = combine_next(view, before, |next| p.rows(next), store)?;
            rows.extend(combined.into_iter().map(|row| (before, row)));
        }
    }
    Ok(Extension::new(plain, rows))
}

/// Whether `state` has a direct edge, and all of them lead into `set`.
pub(crate) fn leads_only_into<G: Graph>(
    view: &View<'_, G>,
    state: State,
    set: &FixedBitSet,
) -> bool {
    let after = view.after(state, Edges::Direct);
    !after.is_empty() && after.iter().all(|&next| set.contains(next))
}

/// All ways to combine one row of each next state.
pub(crate) fn combine_next<G: Graph, D: Domain>(
    view: &View<'_, G>,
    state: State,
    rows: impl Fn(State) -> Rows,
    store: &mut Store<'_, D>,
) -> Result<Rows, LimitReached> {
    let mut combined = Rows::from_iter([Row::TOP]);
    for &next in view.after(state, Edges::Direct) {
        combined = store.product(&combined, &rows(next))?;
        if combined.is_empty() {
            break;
        }
    }
    Ok(combined)
}

/// The rows of any next state.
pub(crate) fn union_of_next<G: Graph, D: Domain>(
    view: &View<'_, G>,
    state: State,
    table: &[Rows],
    store: &Store<'_, D>,
) -> Rows {
    let mut rows = Rows::new();
    for &next in view.after(state, Edges::All) {
        for &row in &table[next] {
            store.insert(&mut rows, row);
        }
    }
    rows
}
