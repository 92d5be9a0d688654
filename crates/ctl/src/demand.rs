//! What is asked of a part of a formula: only some states matter, and some variables are known already.
//!
//! The value of a part may be anything outside its demand. `p & q` asks for `q` only where `p` holds; a step asks for
//! its operand at the next states; an until asks for everything ahead. So a formula about one block of a function
//! costs as much as the block, not as the function.

use std::rc::Rc;

use fixedbitset::FixedBitSet;

use crate::graph::Edges;
use crate::store::Row;
use crate::{Direction, Formula, Graph, State};

/// What is asked of a part of a formula.
#[derive(Clone)]
pub(crate) struct Demand {
    /// The states that matter.
    pub(crate) states: Rc<FixedBitSet>,
    /// What is known of variables, from an [`Formula::AndThen`] around the part.
    pub(crate) known: Row,
}

impl Demand {
    /// Every state of a graph, and nothing known.
    pub(crate) fn everything(states: usize) -> Demand {
        let mut all = FixedBitSet::with_capacity(states);
        all.insert_range(..);
        Demand { states: Rc::new(all), known: Row::TOP }
    }

    /// The same at other states.
    pub(crate) fn at(&self, states: FixedBitSet) -> Demand {
        Demand { states: Rc::new(states), known: self.known }
    }

    /// The same with more known.
    pub(crate) fn knowing(&self, known: Row) -> Demand {
        Demand { states: Rc::clone(&self.states), known }
    }

    /// One step on.
    pub(crate) fn step<G: Graph>(&self, graph: &G, direction: Direction) -> Demand {
        let mut next = FixedBitSet::with_capacity(graph.states());
        for state in self.states.ones() {
            next.extend(neighbours(graph, direction, state).iter().copied());
        }
        self.at(next)
    }

    /// Any number of steps on, none included.
    pub(crate) fn onward<G: Graph>(&self, graph: &G, direction: Direction) -> Demand {
        self.onward_where(graph, direction, |_| true)
    }

    /// The same, with steps from states of `through` only.
    pub(crate) fn onward_through<G: Graph>(
        &self,
        graph: &G,
        direction: Direction,
        through: &FixedBitSet,
    ) -> Demand {
        self.onward_where(graph, direction, |state| through.contains(state))
    }

    fn onward_where<G: Graph>(
        &self,
        graph: &G,
        direction: Direction,
        goes_on: impl Fn(State) -> bool,
    ) -> Demand {
        let mut reached = (*self.states).clone();
        let mut work: Vec<State> = reached.ones().filter(|&state| goes_on(state)).collect();
        while let Some(state) = work.pop() {
            for &next in neighbours(graph, direction, state) {
                if !reached.put(next) && goes_on(next) {
                    work.push(next);
                }
            }
        }
        self.at(reached)
    }

    /// What the value of a [`Formula::Let`] is asked for, wherever in `body` it is referred to.
    pub(crate) fn of_let<G: Graph, L>(&self, graph: &G, body: &Formula<L>) -> Demand {
        if looks_back(body) {
            return Demand { known: self.known, ..Demand::everything(graph.states()) };
        }
        self.onward(graph, Direction::Forward)
    }
}

fn neighbours<G: Graph>(graph: &G, direction: Direction, state: State) -> &[State] {
    match direction {
        Direction::Forward => graph.successors(state, Edges::All),
        Direction::Backward => graph.predecessors(state, Edges::All),
    }
}

/// Whether some operator of a formula goes against the edges.
fn looks_back<L>(formula: &Formula<L>) -> bool {
    use Formula::*;
    match formula {
        True | False | Pred(_) | Ref(_) => false,
        Not(p) | Uncheck(p) => looks_back(p),
        Exists { body, .. } => looks_back(body),
        And(p, q) | AndThen(p, q) | Or(p, q) | SeqOr(p, q) | EverywhereReachable(p, q) => {
            looks_back(p) || looks_back(q)
        }
        EX(way, p) | AX(way, p) | EF(way, p) | AF(way, p) | EG(way, p) | AG(way, p) => {
            *way == Direction::Backward || looks_back(p)
        }
        EU(way, p, q) | AU(way, p, q) => {
            *way == Direction::Backward || looks_back(p) || looks_back(q)
        }
        Let { value, body, .. } => looks_back(value) || looks_back(body),
    }
}
