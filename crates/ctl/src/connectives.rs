//! What needs no path: not, and, or, ordered choice, exists.
//!
//! Invariant: where nothing is bound, each of these is one operation on sets of states.

use crate::extension::Extension;
use crate::store::{Row, Rows, Store};
use crate::{Domain, LimitReached, Var};

/// Where both hold, with compatible bindings.
pub(crate) fn and<D: Domain>(
    p: &Extension,
    q: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let mut plain = p.plain_states().clone();
    plain.intersect_with(q.plain_states());
    let mut rows = Vec::new();
    for (one, other) in [(p, q), (q, p)] {
        let alone = one.bound_rows().iter();
        rows.extend(alone.filter(|&&(state, _)| other.plain_states().contains(state)));
    }
    for &(state, row) in p.bound_rows() {
        for &(_, other) in q.bound_at(state) {
            rows.extend(store.conjoin(row, other)?.map(|both| (state, both)));
        }
    }
    Ok(Extension::new(plain, rows))
}

/// Where one of them holds.
pub(crate) fn or<D: Domain>(p: &Extension, q: &Extension, store: &Store<'_, D>) -> Extension {
    let mut plain = p.plain_states().clone();
    plain.union_with(q.plain_states());
    if p.is_plain() && q.is_plain() {
        return Extension::plain(plain);
    }
    let mut states: Vec<_> =
        p.bound_rows().iter().chain(q.bound_rows()).map(|&(state, _)| state).collect();
    states.sort_unstable();
    states.dedup();
    let mut rows = Vec::new();
    for state in states {
        let mut merged = Rows::new();
        if plain.contains(state) {
            merged.push(Row::TOP);
        }
        for &(_, row) in p.bound_at(state).iter().chain(q.bound_at(state)) {
            store.insert(&mut merged, row);
        }
        rows.extend(merged.into_iter().map(|row| (state, row)));
    }
    Extension::new(plain, rows)
}

/// Where `p` does not hold, or would hold with other values or witnesses.
pub(crate) fn not<D: Domain>(
    p: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let mut plain = p.support();
    plain.toggle_range(..);
    let mut rows = Vec::new();
    for at_state in p.bound_rows().chunk_by(|a, b| a.0 == b.0) {
        let state = at_state[0].0;
        if p.plain_states().contains(state) {
            continue;
        }
        let mut otherwise = Rows::from_iter([Row::TOP]);
        for &(_, row) in at_state {
            let negation = store.negate(row);
            let mut general = Rows::new();
            for row in store.product(&otherwise, &negation)? {
                store.insert(&mut general, row);
            }
            otherwise = general;
        }
        rows.extend(otherwise.into_iter().map(|row| (state, row)));
    }
    Ok(Extension::new(plain, rows))
}

/// Where `p` holds, or else `q` does: `p | (!p & q)`, where `!p` knows no witnesses.
pub(crate) fn or_else<D: Domain>(
    p: &Extension,
    q: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let not_p = not(&p.stripped(), store)?;
    let second = and(&not_p, q, store)?;
    Ok(or(p, &second, store))
}

/// Where `p` holds for some value of `var`; with `keep` the values are remembered.
pub(crate) fn exists<D: Domain>(
    p: &Extension,
    var: Var,
    keep: bool,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let mut rows = Vec::with_capacity(p.bound_rows().len());
    for &(state, row) in p.bound_rows() {
        store.spend()?;
        rows.extend(store.close(row, var, keep.then_some(state)).map(|row| (state, row)));
    }
    Ok(Extension::new(p.plain_states().clone(), rows))
}
