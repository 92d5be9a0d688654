//! The evaluation of a formula, operator by operator, from the leaves up.
//!
//! Invariant: an operand that cannot change the result is not evaluated, and the value of a `let` only
//! once.

use std::rc::Rc;

use fixedbitset::FixedBitSet;

use crate::connectives::{and, exists, not, or, or_else};
use crate::everywhere::everywhere_reachable;
use crate::extension::Extension;
use crate::graph::View;
use crate::next::{all_next, some_next};
use crate::store::{Exported, Store};
use crate::until::{all_until, some_until};
use crate::weak::{all_always, some_always};
use crate::{Direction, Domain, Formula, Graph, Limit, LimitReached, Predicates, Triple};

/// All ways in which `formula` holds in `graph`, sorted by state.
///
/// # Errors
/// [`LimitReached`] if that takes more steps than `limit` allows.
///
/// # Panics
/// If a [`Formula::Ref`] stands outside its [`Formula::Let`], which is a mistake of whoever made the
/// formula.
pub fn check<G: Graph, D: Domain, P: Predicates<D>>(
    graph: &G,
    domain: &D,
    predicates: &mut P,
    formula: &Formula<P::Label>,
    limit: Limit,
) -> Result<Vec<Triple<D::Value>>, LimitReached> {
    let store = Store::new(domain, limit);
    let mut evaluation = Evaluation { graph, predicates, store, lets: Vec::new() };
    let extension = evaluation.evaluate(formula, Witnessing::On)?;
    let mut rows: Vec<_> = extension.all_rows().collect();
    rows.sort_unstable();
    let mut exported = Exported::default();
    let store = &evaluation.store;
    Ok(rows.into_iter().map(|(state, row)| store.export(state, row, &mut exported)).collect())
}

/// Whether kept variables make witnesses; see [`Formula::Uncheck`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Witnessing {
    On,
    Off,
}

type Outcome = Result<Rc<Extension>, LimitReached>;

struct Evaluation<'a, 'd, G, D: Domain, P> {
    graph: &'a G,
    predicates: &'a mut P,
    store: Store<'d, D>,
    lets: Vec<(u32, Rc<Extension>)>,
}

impl<'a, G: Graph, D: Domain, P: Predicates<D>> Evaluation<'a, '_, G, D, P> {
    fn evaluate(&mut self, formula: &Formula<P::Label>, witnessing: Witnessing) -> Outcome {
        let states = self.graph.states();
        match formula {
            Formula::True => Ok(Rc::new(Extension::everywhere(states))),
            Formula::False => Ok(Rc::new(Extension::nowhere(states))),
            Formula::Pred(label) => self.predicate(label),
            Formula::Not(p) => {
                let p = self.evaluate(p, witnessing)?;
                not(&p, &mut self.store).map(Rc::new)
            }
            Formula::And(p, q) => self.conjunction(p, q, witnessing),
            Formula::Or(p, q) => {
                let p = self.evaluate(p, witnessing)?;
                let q = self.evaluate(q, witnessing)?;
                Ok(Rc::new(or(&p, &q, &self.store)))
            }
            Formula::SeqOr(p, q) => {
                let p = self.evaluate(p, witnessing)?;
                let q = self.evaluate(q, witnessing)?;
                or_else(&p, &q, &mut self.store).map(Rc::new)
            }
            Formula::Exists { var, keep, body } => {
                let body = self.evaluate(body, witnessing)?;
                let keep = *keep && witnessing == Witnessing::On;
                exists(&body, *var, keep, &mut self.store).map(Rc::new)
            }
            Formula::EverywhereReachable(p, q) => {
                let p = self.evaluate(p, witnessing)?;
                if p.is_empty() {
                    return Ok(p);
                }
                let q = self.evaluate(q, witnessing)?;
                everywhere_reachable(self.graph, &p, &q, &mut self.store).map(Rc::new)
            }
            Formula::Let { name, value, body } => {
                let value = self.evaluate(value, witnessing)?;
                self.lets.push((*name, value));
                let body = self.evaluate(body, witnessing);
                self.lets.pop();
                body
            }
            Formula::Ref(name) => Ok(self.reference(*name, witnessing)),
            Formula::Uncheck(p) => self.evaluate(p, Witnessing::Off),
            Formula::EX(way, p)
            | Formula::AX(way, p)
            | Formula::EF(way, p)
            | Formula::AF(way, p)
            | Formula::EG(way, p)
            | Formula::AG(way, p) => self.path(formula, *way, p, witnessing),
            Formula::EU(way, p, q) | Formula::AU(way, p, q) => {
                self.until(formula, *way, p, q, witnessing)
            }
        }
    }

    fn predicate(&mut self, label: &P::Label) -> Outcome {
        let mut rows = Vec::new();
        for (state, bindings) in self.predicates.holds(label) {
            self.store.spend()?;
            rows.extend(self.store.bound_row(bindings).map(|row| (state, row)));
        }
        let nowhere = FixedBitSet::with_capacity(self.graph.states());
        Ok(Rc::new(Extension::new(nowhere, rows)))
    }

    fn conjunction(
        &mut self,
        p: &Formula<P::Label>,
        q: &Formula<P::Label>,
        witnessing: Witnessing,
    ) -> Outcome {
        let p = self.evaluate(p, witnessing)?;
        if p.is_empty() {
            return Ok(p);
        }
        let q = self.evaluate(q, witnessing)?;
        and(&p, &q, &mut self.store).map(Rc::new)
    }

    /// A value that was made with witnesses may be asked for without.
    fn reference(&self, name: u32, witnessing: Witnessing) -> Rc<Extension> {
        let value = self.lets.iter().rev().find(|(known, _)| *known == name);
        let (_, value) = value.expect("a reference stands inside its let");
        match witnessing {
            Witnessing::On => Rc::clone(value),
            Witnessing::Off => Rc::new(value.stripped()),
        }
    }

    fn path(
        &mut self,
        operator: &Formula<P::Label>,
        direction: Direction,
        p: &Formula<P::Label>,
        witnessing: Witnessing,
    ) -> Outcome {
        let p = self.evaluate(p, witnessing)?;
        if p.is_empty() {
            return Ok(p);
        }
        let view: View<'a, G> = View::new(self.graph, direction);
        let everywhere = || Extension::everywhere(view.states());
        let store = &mut self.store;
        let result = match operator {
            Formula::EX(..) => some_next(&view, &p, store),
            Formula::AX(..) => all_next(&view, &p, store),
            Formula::EF(..) => some_until(&view, &everywhere(), &p, store),
            Formula::AF(..) => all_until(&view, &everywhere(), &p, store),
            Formula::EG(..) => some_always(&view, &p, store),
            _ => all_always(&view, &p, store),
        };
        result.map(Rc::new)
    }

    fn until(
        &mut self,
        operator: &Formula<P::Label>,
        direction: Direction,
        p: &Formula<P::Label>,
        q: &Formula<P::Label>,
        witnessing: Witnessing,
    ) -> Outcome {
        let q = self.evaluate(q, witnessing)?;
        if q.is_empty() {
            return Ok(q);
        }
        let p = self.evaluate(p, witnessing)?;
        let view: View<'a, G> = View::new(self.graph, direction);
        let result = match operator {
            Formula::EU(..) => some_until(&view, &p, &q, &mut self.store),
            _ => all_until(&view, &p, &q, &mut self.store),
        };
        result.map(Rc::new)
    }
}
