//! Values of parts of a formula that do not depend on what is known around them.
//!
//! ```c
//! a(1); b(x); a(2); b(y);     // a(E); ... b(F);
//! ```
//!
//! What comes behind `a(E)` is evaluated for each `E` (`AndThen`), and mostly speaks of other variables: then its value
//! is the same each time, and is kept with the states for which it was asked.
//!
//! Invariant: a value is handed out only where no variable that its labels speak of is known, and at no other states
//! than those it was made for.

use std::rc::Rc;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::extension::Extension;

/// A part of a formula by its place, and whether it makes witnesses.
pub(crate) type Place = (usize, bool);

/// The variables that were met in labels, and the outermost `let` that was referred to.
#[derive(Clone, Default)]
pub(crate) struct Mentioned {
    pub(crate) variables: FixedBitSet,
    pub(crate) outermost_let: Option<usize>,
}

impl Mentioned {
    /// Adds what another part mentions.
    pub(crate) fn extend(&mut self, other: &Mentioned) {
        self.variables.grow(other.variables.len());
        self.variables.union_with(&other.variables);
        if let Some(place) = other.outermost_let {
            self.refer_to(place);
        }
    }

    /// Notes a reference to the `let` that is so many from outside.
    pub(crate) fn refer_to(&mut self, place: usize) {
        self.outermost_let = Some(self.outermost_let.map_or(place, |known| known.min(place)));
    }

    /// Whether the value is the same whatever is known of `variables`, outside of `lets`.
    pub(crate) fn is_free_of(&self, variables: &FixedBitSet, lets: usize) -> bool {
        self.outermost_let.is_none_or(|place| place >= lets)
            && self.variables.is_disjoint(variables)
    }
}

/// What is kept.
#[derive(Default)]
pub(crate) struct Memory(FxHashMap<Place, Kept>);

struct Kept {
    states: Rc<FixedBitSet>,
    mentioned: Mentioned,
    value: Rc<Extension>,
}

impl Memory {
    /// The value of a part at `states`, with `known` variables, and what it mentions.
    pub(crate) fn value(
        &self,
        place: Place,
        states: &FixedBitSet,
        known: &FixedBitSet,
    ) -> Option<(Rc<Extension>, &Mentioned)> {
        let kept = self.0.get(&place)?;
        let fits = states.is_subset(&kept.states) && kept.mentioned.variables.is_disjoint(known);
        fits.then(|| {
            let value = match *states == *kept.states {
                true => Rc::clone(&kept.value),
                false => Rc::new((*kept.value).clone().restricted(states)),
            };
            (value, &kept.mentioned)
        })
    }

    /// Keeps a value in the place of one for other states.
    pub(crate) fn keep(
        &mut self,
        place: Place,
        states: &Rc<FixedBitSet>,
        mentioned: &Mentioned,
        value: &Rc<Extension>,
    ) {
        let kept = Kept {
            states: Rc::clone(states),
            mentioned: mentioned.clone(),
            value: Rc::clone(value),
        };
        self.0.insert(place, kept);
    }
}
