//! The least fixpoints: EU and AU.
//!
//! AU is not the textbook operator. A loop on the way to the goal, such as the one here, would make
//! every path through it fail, since it might circle forever:
//!
//! ```c
//! a(); while (x) c(); b();      // a(); ... b();
//! ```
//!
//! 1. Search backward from the goal through states where `p` holds.
//! 2. No loop head met: the least fixpoint of `q | (p & AX y)`, each state after its successors.
//! 3. Otherwise A[(p & E[p U q]) W q]: a path may circle as long as `q` can be reached from each state
//!    of it. The E part brings the witnesses of `q` along, those of `p` come from the A part.
//!
//! Invariant: with nothing bound on either side, only sets of states are computed.

use fixedbitset::FixedBitSet;

use crate::connectives::and;
use crate::extension::Extension;
use crate::graph::View;
use crate::next::{combine_next, leads_only_into};
use crate::store::{Row, Store};
use crate::weak::all_weak_until;
use crate::{Domain, Edges, Graph, LimitReached, State};

/// E[p U q].
pub(crate) fn some_until<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    q: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    if p.is_plain() && q.is_plain() {
        let through = p.plain_states();
        return Ok(Extension::plain(search_back(view, through, q.plain_states(), Edges::All)));
    }
    let mut table = q.table();
    let mut work: Vec<(State, Row)> = q.all_rows().collect();
    while let Some((state, row)) = work.pop() {
        if table[state].binary_search(&row).is_err() {
            // A more general row has taken its place in the meantime.
            continue;
        }
        for &before in view.before(state, Edges::All) {
            for here in p.rows(before) {
                let Some(both) = store.conjoin(here, row)? else { continue };
                if store.insert(&mut table[before], both) {
                    work.push((before, both));
                }
            }
        }
    }
    Ok(Extension::from_table(&table))
}

/// A[p U q].
pub(crate) fn all_until<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    q: &Extension,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let (through, goal) = (p.support(), q.support());
    let met = search_back(view, &through, &goal, Edges::Direct);
    if met.ones().any(|state| view.is_loop(state)) {
        let reaching = some_until(view, &p.stripped(), q, store)?;
        let p = and(p, &reaching, store)?;
        return all_weak_until(view, &p, q, store);
    }
    let support = least_support(view, &through, &goal);
    if p.is_plain() && q.is_plain() {
        return Ok(Extension::plain(support));
    }
    least_rows(view, p, q, &support, store)
}

/// The states of `goal` and those that reach it through states of `through`.
fn search_back<G: Graph>(
    view: &View<'_, G>,
    through: &FixedBitSet,
    goal: &FixedBitSet,
    edges: Edges,
) -> FixedBitSet {
    let mut met = goal.clone();
    let mut work: Vec<State> = goal.ones().collect();
    while let Some(state) = work.pop() {
        for &before in view.before(state, edges) {
            if through.contains(before) && !met.put(before) {
                work.push(before);
            }
        }
    }
    met
}

/// The states of A[p U q] if nothing were bound; all others are out of the question.
fn least_support<G: Graph>(
    view: &View<'_, G>,
    through: &FixedBitSet,
    goal: &FixedBitSet,
) -> FixedBitSet {
    let mut support = goal.clone();
    let mut work: Vec<State> = goal.ones().collect();
    while let Some(state) = work.pop() {
        for &before in view.before(state, Edges::Direct) {
            if through.contains(before)
                && !support.contains(before)
                && leads_only_into(view, before, &support)
            {
                support.insert(before);
                work.push(before);
            }
        }
    }
    support
}

/// The rows of A[p U q] at the states of `support`.
fn least_rows<G: Graph, D: Domain>(
    view: &View<'_, G>,
    p: &Extension,
    q: &Extension,
    support: &FixedBitSet,
    store: &mut Store<'_, D>,
) -> Result<Extension, LimitReached> {
    let continuing =
        |state: State| !p.rows(state).is_empty() && leads_only_into(view, state, support);
    let order = Order::of(view, support, continuing);
    let mut table = q.table();
    loop {
        let mut changed = false;
        for &state in &order.states {
            let next = combine_next(view, state, |next| table[next].clone(), store)?;
            for row in store.product(&p.rows(state), &next)? {
                changed |= store.insert(&mut table[state], row);
            }
        }
        // One pass is all it takes where each state comes after its successors.
        if !(changed && order.is_cyclic) {
            return Ok(Extension::from_table(&table));
        }
    }
}

/// States in an order in which each comes after its successors, as far as there is one.
struct Order {
    states: Vec<State>,
    is_cyclic: bool,
}

impl Order {
    /// The states of `set` for which `continuing` holds.
    fn of<G: Graph>(
        view: &View<'_, G>,
        set: &FixedBitSet,
        continuing: impl Fn(State) -> bool,
    ) -> Order {
        let mut order = Order { states: Vec::new(), is_cyclic: false };
        let mut entered = FixedBitSet::with_capacity(set.len());
        let mut left = FixedBitSet::with_capacity(set.len());
        for root in set.ones() {
            let mut stack: Vec<(State, usize)> = Vec::new();
            if continuing(root) && !entered.put(root) {
                stack.push((root, 0));
            }
            while let Some((state, edge)) = stack.last_mut() {
                let Some(&next) = view.after(*state, Edges::Direct).get(*edge) else {
                    left.insert(*state);
                    order.states.push(*state);
                    stack.pop();
                    continue;
                };
                *edge += 1;
                if !continuing(next) {
                    continue;
                }
                if !entered.put(next) {
                    stack.push((next, 0));
                } else if !left.contains(next) {
                    order.is_cyclic = true;
                }
            }
        }
        order
    }
}
