//! Environments: what is known of the variables.
//!
//! Invariant: sorted by variable; a variable has either one positive binding or any number of negative
//! ones, never both, since a positive binding says all that the negative ones say.

use std::cmp::Ordering;

use smallvec::SmallVec;

use crate::{Domain, Var};

/// What is known of one variable.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Binding<V> {
    /// The variable has this value.
    Is(Var, V),
    /// The variable has another value than this.
    IsNot(Var, V),
}

impl<V> Binding<V> {
    /// The variable spoken of.
    pub fn var(&self) -> Var {
        match self {
            Binding::Is(var, _) | Binding::IsNot(var, _) => *var,
        }
    }

    /// The value spoken of.
    pub fn value(&self) -> &V {
        match self {
            Binding::Is(_, value) | Binding::IsNot(_, value) => value,
        }
    }

    fn is_negative(&self) -> bool {
        matches!(self, Binding::IsNot(..))
    }
}

impl<V: Clone> Binding<V> {
    /// The opposite of this.
    pub fn negated(&self) -> Binding<V> {
        match self {
            Binding::Is(var, value) => Binding::IsNot(*var, value.clone()),
            Binding::IsNot(var, value) => Binding::Is(*var, value.clone()),
        }
    }
}

impl<V: Ord> Ord for Binding<V> {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |binding: &Self| (binding.var(), binding.is_negative());
        key(self).cmp(&key(other)).then_with(|| self.value().cmp(other.value()))
    }
}

impl<V: Ord> PartialOrd for Binding<V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Bindings of several variables.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Environment<V> {
    bindings: SmallVec<[Binding<V>; 2]>,
}

impl<V: Ord> Ord for Environment<V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bindings.cmp(&other.bindings)
    }
}

impl<V: Ord> PartialOrd for Environment<V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<V> Default for Environment<V> {
    fn default() -> Self {
        Environment { bindings: SmallVec::new() }
    }
}

impl<V> Environment<V> {
    /// All bindings, sorted by variable.
    pub fn bindings(&self) -> &[Binding<V>] {
        &self.bindings
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.bindings.is_empty()
    }

    /// The value of `var`, if it has one.
    pub fn get(&self, var: Var) -> Option<&V> {
        self.bindings.iter().find_map(|binding| match binding {
            Binding::Is(bound, value) if *bound == var => Some(value),
            _ => None,
        })
    }

    /// What is known of `var`: one positive binding, or negative ones, or nothing.
    pub fn of(&self, var: Var) -> &[Binding<V>] {
        let start = self.bindings.partition_point(|binding| binding.var() < var);
        let end = self.bindings.partition_point(|binding| binding.var() <= var);
        &self.bindings[start..end]
    }
}

impl<V: Clone + Eq + Ord> Environment<V> {
    /// The environment of one binding.
    pub fn single(binding: Binding<V>) -> Environment<V> {
        Environment { bindings: SmallVec::from_iter([binding]) }
    }

    /// Nothing but the positive bindings given; `None` if two of one variable are incompatible.
    pub fn positive<D: Domain<Value = V>>(
        bindings: Vec<(Var, V)>,
        domain: &D,
    ) -> Option<Environment<V>> {
        if let [(var, value)] = &bindings[..] {
            return Some(Environment::single(Binding::Is(*var, value.clone())));
        }
        let mut bindings = bindings.into_iter();
        bindings.try_fold(Environment::default(), |environment, (var, value)| {
            environment.conjoin(&Environment::single(Binding::Is(var, value)), domain)
        })
    }

    /// The environment without what it says of `var`.
    pub fn without(&self, var: Var) -> Environment<V> {
        let others = self.bindings.iter().filter(|binding| binding.var() != var);
        Environment { bindings: others.cloned().collect() }
    }

    /// What is known of the variables that `other` speaks of.
    pub fn of_variables_of(&self, other: &Environment<V>) -> Environment<V> {
        let spoken_of = |var| !other.of(var).is_empty();
        let bindings = self.bindings.iter().filter(|binding| spoken_of(binding.var()));
        Environment { bindings: bindings.cloned().collect() }
    }

    /// Whether `other` says all that this says.
    pub fn is_more_general_than(&self, other: &Environment<V>) -> bool {
        self.bindings.len() <= other.bindings.len()
            && self.bindings.iter().all(|binding| other.bindings.binary_search(binding).is_ok())
    }

    /// Whether a variable has two values that are incompatible. Environments that do not may still contradict each other.
    pub(crate) fn contradicts<D: Domain<Value = V>>(
        &self,
        other: &Environment<V>,
        domain: &D,
    ) -> bool {
        self.bindings.iter().any(|ours| {
            let Binding::Is(var, value) = ours else { return false };
            other.bindings.iter().any(|theirs| {
                matches!(theirs, Binding::Is(known, theirs)
                    if known == var && theirs != value && domain.merge(value, theirs).is_none())
            })
        })
    }

    /// What holds if both hold; `None` if they contradict each other.
    pub fn conjoin<D: Domain<Value = V>>(
        &self,
        other: &Environment<V>,
        domain: &D,
    ) -> Option<Environment<V>> {
        let (mut left, mut right) = (&self.bindings[..], &other.bindings[..]);
        let mut bindings = SmallVec::new();
        while let Some(first) = left.iter().chain(right).map(Binding::var).min() {
            let ours = take_variable(&mut left, first);
            let theirs = take_variable(&mut right, first);
            conjoin_variable(ours, theirs, domain, &mut bindings)?;
        }
        Some(Environment { bindings })
    }
}

/// Splits off what the front of a sorted list says of `var`.
fn take_variable<'a, V>(bindings: &mut &'a [Binding<V>], var: Var) -> &'a [Binding<V>] {
    let length = bindings.iter().take_while(|binding| binding.var() == var).count();
    let (taken, rest) = bindings.split_at(length);
    *bindings = rest;
    taken
}

/// Conjoins what two environments say of one variable and adds it to `into`.
fn conjoin_variable<D: Domain>(
    ours: &[Binding<D::Value>],
    theirs: &[Binding<D::Value>],
    domain: &D,
    into: &mut SmallVec<[Binding<D::Value>; 2]>,
) -> Option<()> {
    let mut positive = None;
    for binding in ours.iter().chain(theirs) {
        if let Binding::Is(var, value) = binding {
            let merged = match &positive {
                Some((_, known)) => domain.merge(known, value)?,
                None => value.clone(),
            };
            positive = Some((*var, merged));
        }
    }
    let negatives = || ours.iter().chain(theirs).filter(|binding| binding.is_negative());
    match positive {
        Some((_, value)) if negatives().any(|not| domain.excludes(not.value(), &value)) => None,
        Some((var, value)) => {
            into.push(Binding::Is(var, value));
            Some(())
        }
        None => {
            let start = into.len();
            into.extend(negatives().cloned());
            into[start..].sort_unstable();
            into.dedup();
            Some(())
        }
    }
}
