//! Which ticks a driver needs.
//!
//! A tick is a call that counts down, and the compiler puts one into each basic block. That is how endless loops are found, so one
//! on each way through a loop is enough; the others only take time.
//!
//! 1. The functions of all members are decoded, and for each instruction it is noted where it goes on: behind itself, at the target
//!    of its jump, or both (`ticks/code.rs`). Tables of the kernel add jumps that the code does not show (`ticks/flow.rs`).
//! 2. What is in a cycle is in a strongly connected component with it (`ticks/cycles.rs`). Each has a *head*: where it is entered.
//! 3. From the head all ways within the component are followed, each to its first tick. Those are kept: whatever comes by the head
//!    again has met one of them.
//! 4. They are taken out, which leaves the cycles that do not come by the head, such as inner loops. These are components again, with
//!    heads of their own; and so on until no cycle is left.
//! 5. A function keeps all ticks if it has a jump to an address that is only known at run time, a jump to where no instruction is
//!    known to begin, or anything that cannot be decoded.
//! 6. The other ticks are dropped: [`rewrite`](crate::rewrite) makes nops of them.
//!
//! ```text
//! f:  call tick             dropped: once a call
//! 1:  call tick             kept: the first behind the head of the loop
//!     test %eax, %eax
//!     je 2f
//!     call tick             dropped: who comes here has been at 1
//!     call work
//! 2:  call tick             dropped: likewise
//!     dec %ebx
//!     jne 1b
//!     call tick             dropped
//!     ret
//! ```
//!
//! Calls are not followed: what calls itself without end comes to the end of its stack. What is jumped to through a pointer to a
//! function is entered through a thunk, which is a call, too. A tick at the end of a function may be a jump instead of a call. It
//! returns for the function, so it stays, though no loop needs it.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analysis, FunctionPlace};
use crate::object_file::ObjectFile;
use cycles::Groups;
use flow::{Flow, Step};

mod code;
mod cycles;
mod flow;

/// The ticks of a driver.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ticks {
    /// How many there are, those too that are jumped to.
    pub all: usize,
    /// The calls that no loop needs.
    dropped: BTreeSet<FunctionPlace>,
}

impl Ticks {
    /// Looks for the loops in the objects of a driver, whose symbols `analysis` knows.
    pub(crate) fn new(objects: &[ObjectFile<'_>], analysis: &Analysis) -> Ticks {
        let flow = Flow::new(objects, analysis);
        let needed = needed(&flow);
        let is_dropped = |place: &FunctionPlace| !flow.keeps_all(*place) && !needed.contains(place);
        Ticks { all: flow.calls, dropped: flow.ticks().filter(is_dropped).collect() }
    }

    /// How many are kept.
    pub fn kept(&self) -> usize {
        self.all - self.dropped.len()
    }

    /// Whether what is at `place` is a tick that no loop needs.
    pub(crate) fn is_dropped(&self, place: FunctionPlace) -> bool {
        self.dropped.contains(&place)
    }
}

/// The first ticks behind the heads of cycles.
fn needed(flow: &Flow) -> BTreeSet<FunctionPlace> {
    let graph = Graph::new(&flow.steps);
    let mut needed = BTreeSet::new();
    let mut groups = Groups::new(&graph.edges);
    let all: Vec<usize> = (0..graph.edges.len()).collect();
    let mut cycles = groups.split(&all);
    while let Some(mut nodes) = cycles.pop() {
        let head = graph.head(&nodes, &groups);
        let first = graph.first_ticks(head, |at| groups.are_together(at, head));
        // A cycle without a tick would stay for ever.
        let taken_out = if first.is_empty() { BTreeSet::from([head]) } else { first.clone() };
        taken_out.iter().for_each(|&node| groups.take_out(node));
        nodes.retain(|node| !taken_out.contains(node));
        cycles.extend(groups.split(&nodes));
        needed.extend(first);
    }
    for target in flow.entered.iter().filter_map(|place| graph.number(*place)) {
        // Where code that is not understood comes back to, the cycle is not known.
        needed.extend(graph.first_ticks(target, |_| true));
    }
    needed.into_iter().map(|at| graph.places[at]).collect()
}

/// Instructions by numbers, in order of place.
struct Graph {
    places: Vec<FunctionPlace>,
    /// Where each goes on.
    edges: Vec<Vec<usize>>,
    is_tick: Vec<bool>,
}

impl Graph {
    fn new(steps: &BTreeMap<FunctionPlace, Step>) -> Graph {
        let mut graph = Graph {
            places: steps.keys().copied().collect(),
            edges: Vec::new(),
            is_tick: steps.values().map(|step| step.is_tick).collect(),
        };
        graph.edges = steps
            .values()
            .map(|step| step.goes_on().filter_map(|place| graph.number(place)).collect())
            .collect();
        graph
    }

    fn number(&self, place: FunctionPlace) -> Option<usize> {
        self.places.binary_search(&place).ok()
    }

    /// Where a group is entered: in order of place, as loops mostly begin at their lowest one.
    fn head(&self, nodes: &[usize], groups: &Groups<'_>) -> usize {
        let entered = nodes.iter().copied().find(|&node| groups.is_entered(node));
        entered.unwrap_or(nodes[0])
    }

    /// The first tick on each way from `start` through instructions that are `inside`.
    fn first_ticks(&self, start: usize, inside: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let mut ticks = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if !inside(at) || !seen.insert(at) {
                continue;
            }
            if self.is_tick[at] {
                ticks.insert(at);
            } else {
                open.extend(&self.edges[at]);
            }
        }
        ticks
    }
}

#[cfg(test)]
mod tests;
