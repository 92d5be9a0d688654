//! The evaluation of a formula, operator by operator, from the leaves up.
//!
//! Invariant: an operand is evaluated only as far as it can change the result (`demand`), the value of a `let` only
//! once.

use std::rc::Rc;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::connectives::{and, exists, not, or, or_else};
use crate::demand::Demand;
use crate::everywhere::everywhere_reachable;
use crate::extension::Extension;
use crate::graph::View;
use crate::memory::{Memory, Mentioned};
use crate::next::{all_next, some_next};
use crate::nowhere::is_nowhere;
use crate::store::{Exported, Row, Rows, Store};
use crate::until::{all_until, some_until};
use crate::weak::{all_always, some_always};
use crate::{Direction, Domain, Formula, Graph, Limit, LimitReached, Predicates, State, Triple};

/// All ways in which `formula` holds in `graph`, sorted by state. What it took is taken from `limit`.
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
    limit: &mut Limit,
) -> Result<Vec<Triple<D::Value>>, LimitReached> {
    let mut store = Store::new(domain, *limit);
    let looked = store.spend_many(graph.states() as u64 / STATES_IN_A_STEP);
    *limit = store.left();
    looked?;
    if is_nowhere(formula, predicates) {
        return Ok(Vec::new());
    }
    let labels = FxHashMap::default();
    let mut evaluation = Evaluation {
        graph,
        predicates,
        store,
        lets: Vec::new(),
        labels,
        memory: Memory::default(),
        mentioned: Mentioned::default(),
    };
    let demand = Demand::everything(graph.states());
    let extension = evaluation.evaluate(formula, Witnessing::On, &demand);
    *limit = evaluation.store.left();
    let extension = extension?;
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

/// To pass so many states of a set takes about as long as to make a triple.
const STATES_IN_A_STEP: u64 = 16;

/// From so few states, what can be reached is gathered state by state.
const FEW: usize = 4;

type Outcome = Result<Rc<Extension>, LimitReached>;

struct Evaluation<'a, 'd, G, D: Domain, P> {
    graph: &'a G,
    predicates: &'a mut P,
    store: Store<'d, D>,
    lets: Vec<(u32, Rc<Extension>)>,
    /// Where labels hold, by their places in the formula.
    labels: FxHashMap<usize, Rc<LabelRows>>,
    memory: Memory,
    /// What the parts of the formula mention that were evaluated since the innermost one began that is to be kept.
    mentioned: Mentioned,
}

/// Where a label holds, and the variables that it speaks of.
struct LabelRows {
    rows: Vec<(State, Row)>,
    variables: FixedBitSet,
}

impl<'a, G: Graph, D: Domain, P: Predicates<D>> Evaluation<'a, '_, G, D, P> {
    fn evaluate(
        &mut self,
        formula: &Formula<P::Label>,
        witnessing: Witnessing,
        demand: &Demand,
    ) -> Outcome {
        use Formula::{False, Pred, Ref, True};
        // Where nothing is known, each part is evaluated once.
        if demand.known == Row::TOP || matches!(formula, True | False | Pred(_) | Ref(_)) {
            return self.evaluate_anew(formula, witnessing, demand);
        }
        let place = (std::ptr::from_ref(formula) as usize, witnessing == Witnessing::On);
        let known = self.store.variables(demand.known);
        if let Some((value, mentioned)) = self.memory.value(place, &demand.states, &known) {
            self.mentioned.extend(mentioned);
            return Ok(value);
        }
        let around = std::mem::take(&mut self.mentioned);
        let value = self.evaluate_anew(formula, witnessing, demand)?;
        if self.mentioned.is_free_of(&known, self.lets.len()) {
            self.memory.keep(place, &demand.states, &self.mentioned, &value);
        }
        self.mentioned.extend(&around);
        Ok(value)
    }

    fn evaluate_anew(
        &mut self,
        formula: &Formula<P::Label>,
        witnessing: Witnessing,
        demand: &Demand,
    ) -> Outcome {
        match formula {
            Formula::True => Ok(Rc::new(Extension::plain((*demand.states).clone()))),
            Formula::False => Ok(Rc::new(Extension::nowhere(self.graph.states()))),
            Formula::Pred(label) => self.predicate(label, demand),
            Formula::Not(p) => {
                let p = self.evaluate(p, witnessing, demand)?;
                let all = not(&p, &mut self.store)?.restricted(&demand.states);
                // Most of what a negation says of a variable is settled where its value is known.
                let known = demand.known;
                Ok(Rc::new(all.filtered(|row| self.store.is_compatible(row, known))))
            }
            Formula::And(p, q) => self.conjunction(p, q, witnessing, demand),
            Formula::AndThen(p, q) => self.conjunction_by_binding(p, q, witnessing, demand),
            Formula::Or(p, q) => {
                let p = self.evaluate(p, witnessing, demand)?;
                let q = self.evaluate(q, witnessing, demand)?;
                Ok(Rc::new(or(&p, &q, &self.store)))
            }
            Formula::SeqOr(p, q) => {
                let p = self.evaluate(p, witnessing, demand)?;
                let q = self.evaluate(q, witnessing, demand)?;
                let either = or_else(&p, &q, &mut self.store)?;
                Ok(Rc::new(either.restricted(&demand.states)))
            }
            Formula::Exists { var, keep, body } => {
                let body = self.evaluate(body, witnessing, demand)?;
                let keep = *keep && witnessing == Witnessing::On;
                exists(&body, *var, keep, &mut self.store).map(Rc::new)
            }
            Formula::EverywhereReachable(p, q) => {
                let p = self.evaluate(p, witnessing, demand)?;
                if p.is_empty() {
                    return Ok(p);
                }
                let ahead = demand.at(p.support()).onward(self.graph, Direction::Forward);
                let q = self.evaluate(q, witnessing, &ahead)?;
                everywhere_reachable(self.graph, &p, &q, &mut self.store).map(Rc::new)
            }
            Formula::Let { name, value, body } => {
                let asked = demand.of_let(self.graph, body);
                let value = self.evaluate(value, witnessing, &asked)?;
                self.lets.push((*name, value));
                let body = self.evaluate(body, witnessing, demand);
                self.lets.pop();
                body
            }
            Formula::Ref(name) => Ok(self.reference(*name, witnessing, demand)),
            Formula::Uncheck(p) => self.evaluate(p, Witnessing::Off, demand),
            Formula::EX(way, p)
            | Formula::AX(way, p)
            | Formula::EF(way, p)
            | Formula::AF(way, p)
            | Formula::EG(way, p)
            | Formula::AG(way, p) => self.path(formula, *way, p, witnessing, demand),
            Formula::EU(way, p, q) | Formula::AU(way, p, q) => {
                self.until(formula, *way, p, q, witnessing, demand)
            }
        }
    }

    /// Sets of states cost little, but not nothing.
    fn spend_on(&mut self, demand: &Demand) -> Result<(), LimitReached> {
        self.store.spend_many(demand.states.count_ones(..) as u64 / STATES_IN_A_STEP)
    }

    fn predicate(&mut self, label: &P::Label, demand: &Demand) -> Outcome {
        let place = std::ptr::from_ref(label) as usize;
        let known = match self.labels.get(&place) {
            Some(known) => Rc::clone(known),
            None => {
                let mut rows = Vec::new();
                for (state, bindings) in self.predicates.holds(label) {
                    self.store.spend()?;
                    rows.extend(self.store.bound_row(bindings).map(|row| (state, row)));
                }
                let mut variables = FixedBitSet::new();
                for &(_, row) in &rows {
                    let own = self.store.variables(row);
                    variables.grow(own.len());
                    variables.union_with(&own);
                }
                let known = Rc::new(LabelRows { rows, variables });
                self.labels.insert(place, Rc::clone(&known));
                known
            }
        };
        self.mentioned.variables.grow(known.variables.len());
        self.mentioned.variables.union_with(&known.variables);
        let mut rows = Vec::new();
        self.store.spend_many(known.rows.len() as u64 / STATES_IN_A_STEP)?;
        for &(state, row) in known.rows.iter().filter(|&&(state, _)| demand.states.contains(state))
        {
            self.store.spend()?;
            rows.extend(self.store.refine(row, demand.known).map(|row| (state, row)));
        }
        let nowhere = FixedBitSet::with_capacity(self.graph.states());
        Ok(Rc::new(Extension::new(nowhere, rows)))
    }

    fn conjunction(
        &mut self,
        p: &Formula<P::Label>,
        q: &Formula<P::Label>,
        witnessing: Witnessing,
        demand: &Demand,
    ) -> Outcome {
        let p = self.evaluate(p, witnessing, demand)?;
        if p.is_empty() {
            return Ok(p);
        }
        let q = self.evaluate(q, witnessing, &demand.at(p.support()))?;
        and(&p, &q, &mut self.store).map(Rc::new)
    }

    /// `q` once for each way in which `p` binds variables, with those known, at the states where it does.
    fn conjunction_by_binding(
        &mut self,
        p: &Formula<P::Label>,
        q: &Formula<P::Label>,
        witnessing: Witnessing,
        demand: &Demand,
    ) -> Outcome {
        let p = self.evaluate(p, witnessing, demand)?;
        let states = self.graph.states();
        let mut by_binding: Vec<(Row, Vec<(State, Row)>)> = Vec::new();
        let mut places: FxHashMap<Row, usize> = FxHashMap::default();
        for (state, row) in p.all_rows() {
            let bound = row.stripped();
            let place = *places.entry(bound).or_insert_with(|| {
                by_binding.push((bound, Vec::new()));
                by_binding.len() - 1
            });
            by_binding[place].1.push((state, row));
        }
        let mut both = Extension::nowhere(states);
        for (bound, rows) in by_binding {
            let Some(known) = self.store.conjoin(demand.known, bound)? else { continue };
            let here: FixedBitSet = {
                let mut here = FixedBitSet::with_capacity(states);
                here.extend(rows.iter().map(|&(state, _)| state));
                here
            };
            let q = self.evaluate(q, witnessing, &demand.at(here).knowing(known))?;
            let some = Extension::new(FixedBitSet::with_capacity(states), rows);
            let some = and(&some, &q, &mut self.store)?;
            both = or(&both, &some, &self.store);
        }
        Ok(Rc::new(both))
    }

    /// A value that was made with witnesses may be asked for without.
    fn reference(&mut self, name: u32, witnessing: Witnessing, demand: &Demand) -> Rc<Extension> {
        let place = self.lets.iter().rposition(|(known, _)| *known == name);
        let place = place.expect("a reference stands inside its let");
        self.mentioned.refer_to(place);
        let value = (*self.lets[place].1).clone().restricted(&demand.states);
        Rc::new(match witnessing {
            Witnessing::On => value,
            Witnessing::Off => value.stripped(),
        })
    }

    fn path(
        &mut self,
        operator: &Formula<P::Label>,
        direction: Direction,
        p: &Formula<P::Label>,
        witnessing: Witnessing,
        demand: &Demand,
    ) -> Outcome {
        let asked = match operator {
            Formula::EX(..) | Formula::AX(..) => demand.step(self.graph, direction),
            _ => demand.onward(self.graph, direction),
        };
        let p = self.evaluate(p, witnessing, &asked)?;
        if p.is_empty() {
            return Ok(p);
        }
        let view: View<'a, G> = View::new(self.graph, direction);
        let everywhere = || Extension::plain((*asked.states).clone());
        let store = &mut self.store;
        let result = match operator {
            Formula::EX(..) => some_next(&view, &p, store),
            Formula::AX(..) => all_next(&view, &p, store),
            Formula::EF(..) => some_until(&view, &everywhere(), &p, store),
            Formula::AF(..) => all_until(&view, &everywhere(), &p, store),
            Formula::EG(..) => some_always(&view, &p, store),
            _ => all_always(&view, &p, store),
        };
        Ok(Rc::new(result?.restricted(&demand.states)))
    }

    fn until(
        &mut self,
        operator: &Formula<P::Label>,
        direction: Direction,
        p: &Formula<P::Label>,
        q: &Formula<P::Label>,
        witnessing: Witnessing,
        demand: &Demand,
    ) -> Outcome {
        // The goal matters only where a path through states of `p` can get to.
        let ahead = demand.onward(self.graph, direction);
        let p = self.evaluate(p, witnessing, &ahead)?;
        let within_reach = demand.onward_through(self.graph, direction, &p.support());
        self.spend_on(&ahead)?;
        let q = self.evaluate(q, witnessing, &within_reach)?;
        if q.is_empty() {
            return Ok(q);
        }
        let p = (*p).clone().restricted(&within_reach.states);
        if matches!(operator, Formula::EU(..))
            && p.is_plain()
            && demand.states.count_ones(..) <= FEW
        {
            return self.reached_from(&q, demand, direction, p.plain_states());
        }
        let view: View<'a, G> = View::new(self.graph, direction);
        let result = match operator {
            Formula::EU(..) => some_until(&view, &p, &q, &mut self.store),
            _ => all_until(&view, &p, &q, &mut self.store),
        };
        Ok(Rc::new(result?.restricted(&demand.states)))
    }

    /// E[through U q] at few states: from each, all rows of `q` within reach. To carry each row back state by state, as
    /// `some_until` does, would take time in proportion to rows times states.
    fn reached_from(
        &mut self,
        q: &Extension,
        demand: &Demand,
        direction: Direction,
        through: &FixedBitSet,
    ) -> Outcome {
        let mut table = vec![Rows::new(); self.graph.states()];
        for start in demand.states.ones() {
            let mut here = FixedBitSet::with_capacity(self.graph.states());
            here.insert(start);
            let reached = demand.at(here).onward_through(self.graph, direction, through);
            self.spend_on(&reached)?;
            for (_, row) in q.all_rows().filter(|&(state, _)| reached.states.contains(state)) {
                self.store.spend()?;
                self.store.insert(&mut table[start], row);
            }
        }
        Ok(Rc::new(Extension::from_table(&table)))
    }
}
