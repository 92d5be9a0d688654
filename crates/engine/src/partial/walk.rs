//! A walk along a formula from one node, which finds out where and why the formula does not hold there.
//!
//! The model checker answers where a formula holds; it keeps nothing of what almost held. The walk asks the other way
//! round, from a start forward, with one match under way at a time:
//!
//! 1. A label holds at the node or not, with the values that are known.
//! 2. Of a conjunction the second part is looked at with what the first has bound; what fails, says why.
//! 3. An until is a search in breadth from the node: each node where the goal holds ends its path, the others are
//!    passed if they may be. A node that may not be passed, or behind which nothing comes, ends a path without the goal;
//!    the path to it is the shortest.
//! 4. All paths of a forall have to agree in values.
//!
//! Where the walk simplifies (values that are excluded behind dots, `AG` and `EF` look no further than they
//! must), it errs towards "it holds": then there is nothing to tell. Whether a rule matches is never decided here.
//!
//! Invariant: each step spends from a limit; a search passes a node once.

use std::cmp::Ordering;
use std::collections::VecDeque;

use cfg::{Edges, FlowKind, Graph, NodeIndex};
use ctl::{Binding, Direction, Formula, Limit, Predicates, State};
use rustc_hash::{FxHashMap, FxHashSet};

use super::shape::{self, Shape};
use super::stuck::{Clash, Held, Known, Stuck, Why, farther};
use crate::element::ElementId;
use crate::formula::Compiled;
use crate::label::Label;
use crate::matcher::Matcher;
use crate::predicates::{GraphPredicates, ValueDomain};

type Rule = Formula<Label>;
type Answer = Result<Vec<Held>, Box<Stuck>>;

/// How many ways to match are followed side by side.
const MOST: usize = 32;

/// One rule on one flow graph.
pub(crate) struct Walk<'w, 'm> {
    graph: &'w Graph,
    formula: &'w Rule,
    domain: ValueDomain<'w>,
    predicates: GraphPredicates<'w, 'm>,
    shape: Shape<'w>,
    /// Where labels hold, as far as they were asked for.
    holds: Vec<(Label, FxHashMap<State, Vec<Known>>)>,
    /// In a test, nothing is taken.
    tests: u32,
    steps: u64,
}

impl<'w, 'm> Walk<'w, 'm> {
    pub(crate) fn new(
        matcher: &'w Matcher<'m>,
        graph: &'w Graph,
        compiled: &'w Compiled,
        limit: Limit,
    ) -> Walk<'w, 'm> {
        Walk {
            graph,
            formula: &compiled.formula,
            domain: ValueDomain(matcher.values),
            predicates: GraphPredicates::new(matcher, graph, &compiled.elements),
            shape: Shape::new(&compiled.formula),
            holds: Vec::new(),
            tests: 0,
            steps: limit.0,
        }
    }

    /// The nodes at which a match might start: those that the first element takes.
    pub(crate) fn starts(&mut self) -> Vec<NodeIndex> {
        if shape::starts_at_top(self.formula) {
            return vec![0];
        }
        let mut nodes: Vec<NodeIndex> = Vec::new();
        for element in self.heads(self.formula) {
            nodes.extend(self.nodes_of(element));
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// The nodes that an element takes, with whatever values.
    pub(crate) fn nodes_of(&mut self, element: ElementId) -> Vec<NodeIndex> {
        let index = self.index_of(Label::Element { element, record: None });
        let mut nodes: Vec<NodeIndex> = self.holds[index].1.keys().copied().collect();
        nodes.sort_unstable();
        nodes
    }

    /// Where the rule gets stuck from `start` on; none if it holds, as far as the walk can see, or if the search took
    /// too long.
    pub(crate) fn stuck(&mut self, start: NodeIndex) -> Option<Box<Stuck>> {
        let stuck = self.eval(self.formula, start, &Held::default()).err()?;
        (self.steps > 0).then_some(stuck)
    }

    /// Whether the search took too long, so that not all was looked at.
    pub(crate) fn gave_up(&self) -> bool {
        self.steps == 0
    }

    fn eval(&mut self, formula: &'w Rule, at: State, held: &Held) -> Answer {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 {
            return Err(Stuck::new(held, at, Why::GaveUp, Vec::new()));
        }
        match formula {
            // `AF` and `EG` are in no formula of a rule.
            Formula::True | Formula::AF(..) | Formula::EG(..) => Ok(vec![held.clone()]),
            Formula::False => Err(Stuck::new(held, at, Why::Shape, Vec::new())),
            Formula::Pred(label) => self.label(*label, at, held),
            Formula::Not(inner) => self.not(inner, at, held),
            Formula::And(a, b) | Formula::AndThen(a, b) => self.both(a, b, at, held),
            Formula::Or(a, b) => self.either(a, b, at, held),
            Formula::SeqOr(a, b) => match self.eval(a, at, held) {
                Ok(found) => Ok(found),
                Err(stuck) => self.eval(b, at, held).map_err(|other| better(stuck, other)),
            },
            Formula::Exists { var, body, .. } => {
                let outer = held.known.of(*var).to_vec();
                let inside = held.with(held.known.without(*var));
                let found = self.eval(body, at, &inside)?;
                let back = |held: Held| {
                    let mut known = held.known.without(*var);
                    for binding in &outer {
                        known = known.conjoin(&Known::single(binding.clone()), &self.domain)?;
                    }
                    Some(held.with(known))
                };
                Ok(found.into_iter().filter_map(back).collect())
            }
            Formula::EX(direction, body) => self.some_next(*direction, body, at, held),
            Formula::AX(_, body) => self.every_next(body, at, held),
            Formula::EF(_, body) => self.test(|walk| walk.somewhere(body, at, held)),
            Formula::AG(_, body) => self.test(|walk| walk.everywhere(body, at, held)),
            Formula::EU(_, way, goal) => self.until(way, goal, at, held, false),
            Formula::AU(_, way, goal) => self.until(way, goal, at, held, true),
            Formula::EverywhereReachable(body, _) | Formula::Let { body, .. } => {
                self.eval(body, at, held)
            }
            Formula::Ref(name) => match self.shape.named.get(name) {
                Some(value) => self.eval(value, at, held),
                None => Ok(vec![held.clone()]),
            },
            Formula::Uncheck(body) => self.test(|walk| walk.eval(body, at, held)),
        }
    }

    /// Looks at something without taking it.
    fn test<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        self.tests += 1;
        let found = look(self);
        self.tests -= 1;
        found
    }

    // Labels.

    /// Where a label holds, as an index into what was asked for.
    fn index_of(&mut self, label: Label) -> usize {
        // The records of elements are not wanted.
        let label = match label {
            Label::Element { element, .. } => Label::Element { element, record: None },
            other => other,
        };
        if let Some(index) = self.holds.iter().position(|(known, _)| *known == label) {
            return index;
        }
        let mut places: FxHashMap<State, Vec<Known>> = FxHashMap::default();
        for (state, bindings) in self.predicates.holds(&label) {
            if let Some(known) = Known::positive(bindings, &self.domain) {
                places.entry(state).or_default().push(known);
            }
        }
        self.holds.push((label, places));
        self.holds.len() - 1
    }

    fn label(&mut self, label: Label, at: State, held: &Held) -> Answer {
        let index = self.index_of(label);
        let missing = match label {
            Label::Element { element, .. } => vec![element],
            _ => Vec::new(),
        };
        let Some(ways) = self.holds[index].1.get(&at) else {
            let why = match label {
                Label::Element { .. } => Why::Differs,
                Label::Within(_) => Why::Leaves,
                _ => Why::Shape,
            };
            return Err(Stuck::new(held, at, why, missing));
        };
        let mut found = Vec::new();
        for way in ways {
            if let Some(known) = held.known.conjoin(way, &self.domain) {
                found.push(match label {
                    Label::Element { element, .. } if self.tests == 0 => {
                        held.with(known).took(element, at)
                    }
                    _ => held.with(known),
                });
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let why = match label {
            Label::Element { .. } => {
                ways.iter().find_map(|way| clash(&held.known, way)).map_or(Why::Differs, Why::Value)
            }
            Label::Within(_) => Why::Leaves,
            _ => Why::Shape,
        };
        Err(Stuck::new(held, at, why, missing))
    }

    // Connectives.

    fn not(&mut self, inner: &'w Rule, at: State, held: &Held) -> Answer {
        let Ok(found) = self.test(|walk| walk.eval(inner, at, held)) else {
            return Ok(vec![held.clone()]);
        };
        let mut known = held.known.clone();
        for one in found {
            // It holds as things are, or only for some value of a variable, which then is another one.
            let new = one.known.bindings().iter().find(|binding| {
                matches!(binding, Binding::Is(..)) && held.known.get(binding.var()).is_none()
            });
            let other = new
                .and_then(|binding| known.conjoin(&Known::single(binding.negated()), &self.domain));
            match other {
                Some(other) => known = other,
                None => return Err(Stuck::new(held, at, self.forbidden(inner, at), Vec::new())),
            }
        }
        Ok(vec![held.with(known)])
    }

    /// Which element of a test it is that holds at a node.
    fn forbidden(&mut self, test: &'w Rule, at: State) -> Why {
        if shape::is_near_end(test) {
            return Why::NearEnd;
        }
        let here = |walk: &mut Self, element: &ElementId| {
            let index = walk.index_of(Label::Element { element: *element, record: None });
            walk.holds[index].1.contains_key(&at)
        };
        let elements = self.heads(test);
        let element = elements.into_iter().find(|element| here(self, element));
        element.map_or(Why::Shape, Why::Forbidden)
    }

    fn both(&mut self, a: &'w Rule, b: &'w Rule, at: State, held: &Held) -> Answer {
        // That the end is not too near says less than what the rule itself lacks.
        let (a, b) = if shape::is_guard(a) { (b, a) } else { (a, b) };
        let mut all = Vec::new();
        let mut worst = None;
        for one in self.eval(a, at, held)? {
            match self.eval(b, at, &one) {
                Ok(found) => all.extend(found),
                Err(stuck) => farther(&mut worst, stuck),
            }
            if all.len() >= MOST {
                break;
            }
        }
        match worst {
            Some(stuck) if all.is_empty() => Err(stuck),
            _ => Ok(all),
        }
    }

    fn either(&mut self, a: &'w Rule, b: &'w Rule, at: State, held: &Held) -> Answer {
        match (self.eval(a, at, held), self.eval(b, at, held)) {
            (Ok(mut found), Ok(more)) => {
                found.extend(more);
                found.truncate(MOST);
                Ok(found)
            }
            (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
            (Err(stuck), Err(other)) => Err(better(stuck, other)),
        }
    }

    // Steps.

    fn some_next(
        &mut self,
        direction: Direction,
        body: &'w Rule,
        at: State,
        held: &Held,
    ) -> Answer {
        let graph = self.graph;
        let next = match direction {
            Direction::Forward => graph.successors(at, Edges::All),
            Direction::Backward => graph.predecessors(at, Edges::All),
        };
        let mut all = Vec::new();
        let mut best = None;
        for &state in next {
            match self.eval(body, state, held) {
                Ok(found) => all.extend(found),
                Err(stuck) => farther(&mut best, along(stuck, held, &[at, state])),
            }
        }
        if !all.is_empty() {
            return Ok(all);
        }
        Err(best.unwrap_or_else(|| Stuck::new(held, at, Why::Shape, self.heads(body))))
    }

    fn every_next(&mut self, body: &'w Rule, at: State, held: &Held) -> Answer {
        let graph = self.graph;
        let next = graph.successors(at, Edges::Direct);
        if next.is_empty() {
            return Err(Stuck::new(held, at, Why::Shape, self.heads(body)));
        }
        let mut ways = Vec::new();
        for &state in next {
            let found = self.eval(body, state, held);
            ways.push(found.map_err(|stuck| along(stuck, held, &[at, state]))?);
        }
        self.agreed(held, ways).ok_or_else(|| self.disagreement(held, at, body))
    }

    /// What all of several paths can be true with.
    fn agreed(&self, held: &Held, ways: Vec<Vec<Held>>) -> Option<Vec<Held>> {
        let mut all: Option<Vec<Held>> = None;
        for way in ways {
            all = Some(match all {
                None => way,
                Some(before) => {
                    let pairs = before.iter().flat_map(|a| way.iter().map(move |b| (a, b)));
                    let joined = pairs.filter_map(|(a, b)| {
                        Some(a.with(a.known.conjoin(&b.known, &self.domain)?))
                    });
                    joined.take(MOST).collect()
                }
            });
            if all.as_ref().is_some_and(Vec::is_empty) {
                return None;
            }
        }
        Some(all.unwrap_or_else(|| vec![held.clone()]))
    }

    fn disagreement(&self, held: &Held, at: State, goal: &'w Rule) -> Box<Stuck> {
        Stuck::new(held, at, Why::Disagree, self.heads(goal))
    }

    /// The first node of a path from which no goal can be reached any more.
    fn fork(&self, search: &Search, goals: Vec<State>, path: &[State]) -> Option<NodeIndex> {
        let mut hopeful: FxHashSet<State> = goals.iter().copied().collect();
        let mut open = goals;
        while let Some(state) = open.pop() {
            for &before in self.graph.predecessors(state, Edges::Direct) {
                if search.from.contains_key(&before) && hopeful.insert(before) {
                    open.push(before);
                }
            }
        }
        let last = path.iter().rposition(|state| hopeful.contains(state))?;
        path.get(last + 1).copied()
    }

    /// How many ways out of the function a search found besides the first.
    fn more_ends(&self, search: &Search) -> usize {
        let is_exit = |&node: &NodeIndex| {
            matches!(self.graph.node(node).kind, FlowKind::PreExit | FlowKind::ErrorExit)
        };
        let exits = search.from.keys().copied().filter(is_exit);
        let before = exits.flat_map(|exit| self.graph.predecessors(exit, Edges::Direct));
        before.filter(|node| search.from.contains_key(node)).count().saturating_sub(1)
    }

    // Paths.

    /// Whether the formula holds at some node ahead.
    fn somewhere(&mut self, body: &'w Rule, at: State, held: &Held) -> Answer {
        let mut search = Search::new(at);
        let mut best = None;
        while let Some(state) = search.open.pop_front() {
            match self.eval(body, state, held) {
                Ok(_) => return Ok(vec![held.clone()]),
                Err(stuck) => farther(&mut best, stuck),
            }
            search.enter(state, self.graph.successors(state, Edges::All));
        }
        // Nowhere in what follows: the whole of it is at fault, not some node of it.
        let near = best.and_then(|stuck| match stuck.why {
            Why::Value(clash) => Some((stuck.at, clash)),
            _ => None,
        });
        let stuck = Stuck::new(held, at, Why::Nowhere, self.heads(body));
        Err(Box::new(Stuck { near, ..*stuck }))
    }

    /// Whether the formula holds at every node ahead.
    fn everywhere(&mut self, body: &'w Rule, at: State, held: &Held) -> Answer {
        let mut search = Search::new(at);
        while let Some(state) = search.open.pop_front() {
            self.eval(body, state, held)?;
            search.enter(state, self.graph.successors(state, Edges::Direct));
        }
        Ok(vec![held.clone()])
    }

    /// `way` until `goal`, on every path or on some path.
    fn until(
        &mut self,
        way: &'w Rule,
        goal: &'w Rule,
        from: State,
        held: &Held,
        every: bool,
    ) -> Answer {
        let edges = if every { Edges::Direct } else { Edges::All };
        let mut search = Search::new(from);
        let (mut reached, mut goals) = (Vec::new(), Vec::new());
        let mut worst: Option<Box<Stuck>> = None;
        // The farthest on nodes that may be passed.
        let mut passed: Option<Box<Stuck>> = None;
        let mut near = None;
        while let Some(at) = search.open.pop_front() {
            let beyond = match self.eval(goal, at, held) {
                Ok(found) => {
                    reached.push(found);
                    goals.push(at);
                    continue;
                }
                Err(stuck) => stuck,
            };
            let is_deeper = beyond.held.count() > held.count();
            if let (Why::Value(clash), false) = (beyond.why, is_deeper) {
                near = near.or(Some((beyond.at, clash)));
            }
            let graph = self.graph;
            let next = graph.successors(at, edges);
            let why = match self.test(|walk| walk.eval(way, at, held)) {
                Ok(_) if next.iter().any(|&state| state != at) => {
                    search.enter(at, next);
                    if is_deeper {
                        farther(&mut passed, beyond);
                    }
                    continue;
                }
                Ok(_) => Why::Ends,
                Err(blocked) => blocked.why,
            };
            if is_deeper {
                farther(&mut worst, beyond);
                continue;
            }
            // Nothing may be passed here at all: what comes is just not what was to come.
            let why = if why == Why::Shape { beyond.why.max(Why::Differs) } else { why };
            let stuck = Stuck::new(held, at, why, self.heads(goal));
            farther(&mut worst, Box::new(Stuck { path: search.path(at), ..*stuck }));
        }
        match worst {
            Some(stuck) if every || reached.is_empty() => {
                if let Some(passed) = passed
                    && stuck.held.count() == held.count()
                    && !matches!(stuck.why, Why::Forbidden(_))
                {
                    return Err(passed);
                }
                let more = if stuck.why == Why::Ends { self.more_ends(&search) } else { 0 };
                let own = stuck.held.count() == held.count();
                if !own {
                    return Err(stuck);
                }
                if goals.is_empty() && stuck.why == Why::Ends {
                    return Err(Box::new(Stuck { near, why: Why::Nowhere, ..*stuck }));
                }
                let fork = self.fork(&search, goals, &stuck.path);
                Err(Box::new(Stuck { near, more, fork, ..*stuck }))
            }
            _ if !every => Ok(reached.into_iter().flatten().take(MOST).collect()),
            _ if reached.is_empty() => Err(Stuck::new(held, from, Why::Ends, self.heads(goal))),
            _ => self.agreed(held, reached).ok_or_else(|| self.disagreement(held, from, goal)),
        }
    }

    fn heads(&self, formula: &'w Rule) -> Vec<ElementId> {
        self.shape.heads(formula)
    }
}

/// A search in breadth: what is open, and from where each node was entered first.
struct Search {
    open: VecDeque<State>,
    from: FxHashMap<State, State>,
}

impl Search {
    fn new(start: State) -> Search {
        Search { open: VecDeque::from([start]), from: FxHashMap::from_iter([(start, start)]) }
    }

    fn enter(&mut self, from: State, next: &[State]) {
        for &state in next {
            self.from.entry(state).or_insert_with(|| {
                self.open.push_back(state);
                from
            });
        }
    }

    /// The nodes from the start to `end`.
    fn path(&self, end: State) -> Vec<State> {
        let back = std::iter::successors(Some(end), |state| {
            self.from.get(state).copied().filter(|before| before != state)
        });
        let mut path: Vec<State> = back.collect();
        path.reverse();
        path
    }
}

/// The one of two that says more; what both miss at one node, if they say the same.
fn better(mut a: Box<Stuck>, b: Box<Stuck>) -> Box<Stuck> {
    match b.rank().cmp(&a.rank()) {
        Ordering::Greater => b,
        Ordering::Equal if a.at == b.at => {
            a.missing.extend(b.missing);
            a
        }
        _ => a,
    }
}

/// With the steps that led to where it got stuck, unless it knows a longer way from a later element.
fn along(mut stuck: Box<Stuck>, held: &Held, steps: &[State]) -> Box<Stuck> {
    if stuck.held.count() == held.count() {
        let known = stuck.path.first() == steps.last();
        let lead = if known { &steps[..steps.len() - 1] } else { steps };
        stuck.path.splice(0..0, lead.iter().copied());
    }
    stuck
}

/// The first metavariable that two environments give different values.
fn clash(known: &Known, here: &Known) -> Option<Clash> {
    here.bindings().iter().find_map(|binding| {
        let (variable, here) = (binding.var(), *binding.value());
        let known = *known.get(variable)?;
        (known != here).then_some(Clash { variable, known, here })
    })
}
