//! Environments, witnesses and sets of witnesses by number, and the operations on them, each done once.
//!
//! Invariants: equal things have equal numbers, so that a [`Row`] is compared in one step; numbers are
//! given in the order of evaluation and never depend on hashes; a set of witnesses is sorted and is
//! either all positive or all negated.

use std::rc::Rc;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::{Binding, Domain, Environment, Limit, LimitReached, State, Triple, Var, Witness};

/// The number of an environment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct EnvId(u32);

/// The number of a set of witnesses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct SetId(u32);

/// What holds at one state: an environment and witnesses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Row {
    pub(crate) env: EnvId,
    pub(crate) witnesses: SetId,
}

impl Row {
    /// Holds without conditions and has nothing to tell.
    pub(crate) const TOP: Row = Row { env: EnvId(0), witnesses: SetId(0) };

    /// The row without its witnesses.
    pub(crate) fn stripped(self) -> Row {
        Row { env: self.env, witnesses: Row::TOP.witnesses }
    }
}

/// The rows of one state, sorted, each once.
pub(crate) type Rows = SmallVec<[Row; 2]>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct WitnessId(u32);

#[derive(Clone, PartialEq, Eq, Hash)]
struct WitnessData<V> {
    state: State,
    var: Var,
    value: V,
    children: SetId,
    negated: bool,
}

/// Hands out the numbers and counts the steps.
pub(crate) struct Store<'d, D: Domain> {
    domain: &'d D,
    envs: Vec<Environment<D::Value>>,
    env_ids: FxHashMap<Environment<D::Value>, EnvId>,
    conjunctions: FxHashMap<(EnvId, EnvId), Option<EnvId>>,
    witnesses: Vec<WitnessData<D::Value>>,
    witness_ids: FxHashMap<WitnessData<D::Value>, WitnessId>,
    sets: Vec<Rc<[WitnessId]>>,
    set_ids: FxHashMap<Rc<[WitnessId]>, SetId>,
    unions: FxHashMap<(SetId, SetId), SetId>,
    steps_left: u64,
}

impl<'d, D: Domain> Store<'d, D> {
    pub(crate) fn new(domain: &'d D, limit: Limit) -> Self {
        let mut store = Store {
            domain,
            envs: Vec::new(),
            env_ids: FxHashMap::default(),
            conjunctions: FxHashMap::default(),
            witnesses: Vec::new(),
            witness_ids: FxHashMap::default(),
            sets: Vec::new(),
            set_ids: FxHashMap::default(),
            unions: FxHashMap::default(),
            steps_left: limit.0,
        };
        // The first numbers are those of `Row::TOP`.
        store.intern_env(Environment::default());
        store.intern_set(Vec::new());
        store
    }

    /// Takes one step of the limit.
    pub(crate) fn spend(&mut self) -> Result<(), LimitReached> {
        self.spend_many(1)
    }

    /// Takes several steps of the limit.
    pub(crate) fn spend_many(&mut self, steps: u64) -> Result<(), LimitReached> {
        let left = self.steps_left.checked_sub(steps);
        self.steps_left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(LimitReached)
    }

    /// What is left of the limit.
    pub(crate) fn left(&self) -> Limit {
        Limit(self.steps_left)
    }

    /// The row of positive bindings; `None` if they contradict each other.
    pub(crate) fn bound_row(&mut self, bindings: Vec<(Var, D::Value)>) -> Option<Row> {
        let env = self.intern_env(Environment::positive(bindings, self.domain)?);
        Some(Row { env, ..Row::TOP })
    }

    /// The row that holds if both hold; `None` if they contradict each other.
    pub(crate) fn conjoin(&mut self, a: Row, b: Row) -> Result<Option<Row>, LimitReached> {
        self.spend()?;
        let witnesses = self.unite(a.witnesses, b.witnesses);
        Ok(self.conjoin_envs(a.env, b.env).map(|env| Row { env, witnesses }))
    }

    /// `row` with its variables as they are known; `None` if that contradicts it. What else is known is not added.
    pub(crate) fn refine(&mut self, row: Row, known: Row) -> Option<Row> {
        if known == Row::TOP || row.env == Row::TOP.env {
            return Some(row);
        }
        let (own, around) = (&self.envs[row.env.0 as usize], &self.envs[known.env.0 as usize]);
        if own.bindings().iter().all(|binding| around.of(binding.var()).is_empty()) {
            return Some(row);
        }
        let both = self.conjoin_envs(row.env, known.env)?;
        let own = &self.envs[row.env.0 as usize];
        let refined = self.envs[both.0 as usize].of_variables_of(own);
        Some(Row { env: self.intern_env(refined), ..row })
    }

    /// Whether a row may hold where `known` does.
    pub(crate) fn is_compatible(&mut self, row: Row, known: Row) -> bool {
        known.env == Row::TOP.env || self.conjoin_envs(row.env, known.env).is_some()
    }

    /// The variables that a row speaks of.
    pub(crate) fn variables(&self, row: Row) -> FixedBitSet {
        let bindings = self.envs[row.env.0 as usize].bindings().iter();
        bindings.map(|binding| binding.var().0 as usize).collect()
    }

    /// All compatible conjunctions of a row of `left` and one of `right`.
    pub(crate) fn product(&mut self, left: &[Row], right: &[Row]) -> Result<Rows, LimitReached> {
        if right == [Row::TOP] {
            return Ok(left.into());
        }
        let mut rows = Rows::new();
        for &a in left {
            for &b in right {
                rows.extend(self.conjoin(a, b)?);
            }
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// Adds `row` unless one with the same witnesses says it more generally, and drops those that it
    /// makes superfluous. Tells whether it was added.
    pub(crate) fn insert(&self, rows: &mut Rows, row: Row) -> bool {
        let Err(place) = rows.binary_search(&row) else { return false };
        // With equal environments the witnesses differ, and neither row says more than the other.
        let all_alike = |env| {
            rows.first().is_some_and(|first| first.env == env)
                && rows.last().is_some_and(|last| last.env == env)
        };
        if all_alike(row.env) {
            rows.insert(place, row);
            return true;
        }
        if rows.iter().any(|&known| self.is_more_general(known, row)) {
            return false;
        }
        if rows.iter().any(|&known| self.is_more_general(row, known)) {
            rows.retain(|known| !self.is_more_general(row, *known));
            rows.push(row);
            rows.sort_unstable();
        } else {
            rows.insert(place, row);
        }
        true
    }

    /// What holds where `row` does not: one binding or one witness is otherwise.
    pub(crate) fn negate(&mut self, row: Row) -> Rows {
        let env = self.envs[row.env.0 as usize].clone();
        let mut rows = Rows::new();
        for binding in env.bindings() {
            let env = self.intern_env(Environment::single(binding.negated()));
            rows.push(Row { env, ..Row::TOP });
        }
        for witness in self.set(row.witnesses).iter() {
            let mut data = self.witnesses[witness.0 as usize].clone();
            data.negated = !data.negated;
            let negated = self.intern_witness(data);
            rows.push(Row { witnesses: self.intern_set(vec![negated]), ..Row::TOP });
        }
        rows.sort_unstable();
        rows
    }

    /// `row` outside the scope of `var`; `None` if it only says what `var` is not. With `keep` the value
    /// is remembered as bound at `state`.
    pub(crate) fn close(&mut self, row: Row, var: Var, keep: Option<State>) -> Option<Row> {
        let env = &self.envs[row.env.0 as usize];
        let value = match env.of(var) {
            [] => return Some(row),
            [Binding::Is(_, value), ..] => value.clone(),
            [Binding::IsNot(..), ..] => return None,
        };
        let outer = env.without(var);
        let env = self.intern_env(outer);
        let Some(state) = keep else { return Some(Row { env, ..row }) };
        let (children, negated) = self.made_positive(row.witnesses);
        let top = self.intern_witness(WitnessData { state, var, value, children, negated });
        Some(Row { env, witnesses: self.intern_set(vec![top]) })
    }

    /// `row` at `state` as it is handed out.
    pub(crate) fn export(
        &self,
        state: State,
        row: Row,
        exported: &mut Exported<D::Value>,
    ) -> Triple<D::Value> {
        let env = self.envs[row.env.0 as usize].clone();
        Triple { state, env, witnesses: self.export_set(row.witnesses, exported) }
    }

    fn export_set(
        &self,
        set: SetId,
        exported: &mut Exported<D::Value>,
    ) -> Vec<Rc<Witness<D::Value>>> {
        self.set(set).iter().map(|&witness| self.export_witness(witness, exported)).collect()
    }

    fn export_witness(
        &self,
        id: WitnessId,
        exported: &mut Exported<D::Value>,
    ) -> Rc<Witness<D::Value>> {
        if let Some(known) = exported.known.get(&id) {
            return Rc::clone(known);
        }
        let data = &self.witnesses[id.0 as usize];
        let witness = Rc::new(Witness {
            state: data.state,
            binding: (data.var, data.value.clone()),
            children: self.export_set(data.children, exported),
            negated: data.negated,
        });
        exported.known.insert(id, Rc::clone(&witness));
        witness
    }

    fn is_more_general(&self, general: Row, special: Row) -> bool {
        general.witnesses == special.witnesses
            && (general.env == Row::TOP.env || {
                let special = &self.envs[special.env.0 as usize];
                self.envs[general.env.0 as usize].is_more_general_than(special)
            })
    }

    fn conjoin_envs(&mut self, a: EnvId, b: EnvId) -> Option<EnvId> {
        if a == b || b == Row::TOP.env {
            return Some(a);
        }
        if a == Row::TOP.env {
            return Some(b);
        }
        let (left, right) = (&self.envs[a.0 as usize], &self.envs[b.0 as usize]);
        if let Some(&known) = self.conjunctions.get(&(a, b)) {
            return known;
        }
        // Most pairs contradict each other, and are not worth a place in the table.
        if left.contradicts(right, self.domain) {
            return None;
        }
        let both = left.conjoin(right, self.domain).map(|env| self.intern_env(env));
        self.conjunctions.insert((a, b), both);
        both
    }

    /// The union of two sets; negated witnesses push out positive ones.
    fn unite(&mut self, a: SetId, b: SetId) -> SetId {
        let (a, b) = (a.min(b), a.max(b));
        if a == b || a == Row::TOP.witnesses {
            return b;
        }
        if let Some(&known) = self.unions.get(&(a, b)) {
            return known;
        }
        let union = match (self.is_negated(a), self.is_negated(b)) {
            (true, false) => a,
            (false, true) => b,
            _ => {
                let members = self.set(a).iter().chain(self.set(b).iter()).copied().collect();
                self.intern_set(members)
            }
        };
        self.unions.insert((a, b), union);
        union
    }

    fn is_negated(&self, set: SetId) -> bool {
        self.set(set).first().is_some_and(|witness| self.witnesses[witness.0 as usize].negated)
    }

    /// The set with its witnesses made positive, and whether they were not.
    fn made_positive(&mut self, set: SetId) -> (SetId, bool) {
        if !self.is_negated(set) {
            return (set, false);
        }
        let mut members = Vec::new();
        for witness in self.set(set).iter() {
            let data = self.witnesses[witness.0 as usize].clone();
            members.push(self.intern_witness(WitnessData { negated: false, ..data }));
        }
        (self.intern_set(members), true)
    }

    fn set(&self, set: SetId) -> Rc<[WitnessId]> {
        Rc::clone(&self.sets[set.0 as usize])
    }

    fn intern_env(&mut self, env: Environment<D::Value>) -> EnvId {
        if let Some(&known) = self.env_ids.get(&env) {
            return known;
        }
        let id = EnvId(self.envs.len() as u32);
        self.envs.push(env.clone());
        self.env_ids.insert(env, id);
        id
    }

    fn intern_witness(&mut self, data: WitnessData<D::Value>) -> WitnessId {
        if let Some(&known) = self.witness_ids.get(&data) {
            return known;
        }
        let id = WitnessId(self.witnesses.len() as u32);
        self.witnesses.push(data.clone());
        self.witness_ids.insert(data, id);
        id
    }

    fn intern_set(&mut self, mut members: Vec<WitnessId>) -> SetId {
        members.sort_unstable();
        members.dedup();
        let members: Rc<[WitnessId]> = members.into();
        if let Some(&known) = self.set_ids.get(&members) {
            return known;
        }
        let id = SetId(self.sets.len() as u32);
        self.sets.push(Rc::clone(&members));
        self.set_ids.insert(members, id);
        id
    }
}

/// Witnesses that were handed out before, to be shared.
pub(crate) struct Exported<V> {
    known: FxHashMap<WitnessId, Rc<Witness<V>>>,
}

impl<V> Default for Exported<V> {
    fn default() -> Self {
        Exported { known: FxHashMap::default() }
    }
}
