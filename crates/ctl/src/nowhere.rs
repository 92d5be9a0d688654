//! Whether a formula holds nowhere because something that it cannot do without is nowhere in the graph.
//!
//! ```c
//! if (x) f();     // if (E) ... else S: without an `else` there is nothing to look for
//! ```
//!
//! Steps: what an operator needs is what makes its evaluation end early, see `evaluation.rs`; a choice needs what both
//! sides need; nothing is said of a negation. Invariant: with `true`, the evaluation would give nothing.

use crate::{Domain, Formula, Predicates};

/// What is known of the values of the `let`s around: whether they hold nowhere.
type Lets = Vec<(u32, bool)>;

pub(crate) fn is_nowhere<D: Domain, P: Predicates<D>>(
    formula: &Formula<P::Label>,
    predicates: &mut P,
) -> bool {
    Search { predicates, lets: Lets::new(), domain: std::marker::PhantomData }.is_nowhere(formula)
}

struct Search<'a, D, P> {
    predicates: &'a mut P,
    lets: Lets,
    domain: std::marker::PhantomData<D>,
}

impl<D: Domain, P: Predicates<D>> Search<'_, D, P> {
    fn is_nowhere(&mut self, formula: &Formula<P::Label>) -> bool {
        use Formula::*;
        match formula {
            True | Not(_) => false,
            False => true,
            Pred(label) => self.predicates.is_nowhere(label),
            And(p, q) | AndThen(p, q) => self.is_nowhere(p) || self.is_nowhere(q),
            Or(p, q) | SeqOr(p, q) => self.is_nowhere(p) && self.is_nowhere(q),
            Exists { body: p, .. }
            | Uncheck(p)
            | EverywhereReachable(p, _)
            | EX(_, p)
            | AX(_, p)
            | EF(_, p)
            | AF(_, p)
            | EG(_, p)
            | AG(_, p)
            | EU(_, _, p)
            | AU(_, _, p) => self.is_nowhere(p),
            Let { name, value, body } => {
                let value = self.is_nowhere(value);
                self.lets.push((*name, value));
                let body = self.is_nowhere(body);
                self.lets.pop();
                body
            }
            Ref(name) => self.lets.iter().rev().any(|&(known, nowhere)| known == *name && nowhere),
        }
    }
}
