//! The formulas of the logic, and short ways to write them.
//!
//! Invariant: a formula is plain data; what it means is said in [`crate::check`].

mod display;

use crate::Var;

/// Which way a path operator looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Along the edges.
    Forward,
    /// Against the edges.
    Backward,
}

/// A formula with labels `L` at its leaves. Operators that start with `A` follow direct edges only, those
/// that start with `E` follow all edges.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Formula<L> {
    /// Holds everywhere.
    True,
    /// Holds nowhere.
    False,
    /// Holds where the label does.
    Pred(L),
    /// Holds elsewhere, or with other values.
    Not(Box<Formula<L>>),
    /// Both hold, with the same values.
    And(Box<Formula<L>>, Box<Formula<L>>),
    /// The same as [`Formula::And`]; the second is evaluated apart for each way in which the first holds, with
    /// what that binds known. Pays where the first holds in few ways and the second is about paths.
    AndThen(Box<Formula<L>>, Box<Formula<L>>),
    /// One of them holds.
    Or(Box<Formula<L>>, Box<Formula<L>>),
    /// The first holds, or else the second does.
    SeqOr(Box<Formula<L>>, Box<Formula<L>>),
    /// The body holds for some value of a variable.
    Exists {
        /// The variable.
        var: Var,
        /// Whether its value is remembered as a [`crate::Witness`].
        keep: bool,
        /// Where it is in scope.
        body: Box<Formula<L>>,
    },
    /// At some next state.
    EX(Direction, Box<Formula<L>>),
    /// At every next state, of which there is at least one.
    AX(Direction, Box<Formula<L>>),
    /// On some path, at some time.
    EF(Direction, Box<Formula<L>>),
    /// On every path, at some time.
    AF(Direction, Box<Formula<L>>),
    /// On some path, always.
    EG(Direction, Box<Formula<L>>),
    /// On every path, always.
    AG(Direction, Box<Formula<L>>),
    /// On some path, the first holds until the second does.
    EU(Direction, Box<Formula<L>>, Box<Formula<L>>),
    /// On every path, the first holds until the second does. A path may circle forever if the second
    /// stays within reach.
    AU(Direction, Box<Formula<L>>, Box<Formula<L>>),
    /// The first holds, conjoined with the results of the second at every state that is reachable over
    /// all edges, the state itself included; where the second does not hold it is skipped.
    EverywhereReachable(Box<Formula<L>>, Box<Formula<L>>),
    /// The body, in which [`Formula::Ref`] stands for the value.
    Let {
        /// What the value is called.
        name: u32,
        /// Evaluated once.
        value: Box<Formula<L>>,
        /// Where the name is known.
        body: Box<Formula<L>>,
    },
    /// The value of the [`Formula::Let`] of that name around it.
    Ref(u32),
    /// Evaluated without making witnesses.
    Uncheck(Box<Formula<L>>),
}

impl<L> Formula<L> {
    /// The formula that holds where this one does not.
    pub fn negate(self) -> Formula<L> {
        Formula::Not(Box::new(self))
    }

    /// This and `other`.
    pub fn and(self, other: Formula<L>) -> Formula<L> {
        Formula::And(Box::new(self), Box::new(other))
    }

    /// This and `other`, which is looked at apart for each way in which this holds.
    pub fn and_then(self, other: Formula<L>) -> Formula<L> {
        Formula::AndThen(Box::new(self), Box::new(other))
    }

    /// This or `other`.
    pub fn or(self, other: Formula<L>) -> Formula<L> {
        Formula::Or(Box::new(self), Box::new(other))
    }

    /// This, or else `other`.
    pub fn or_else(self, other: Formula<L>) -> Formula<L> {
        Formula::SeqOr(Box::new(self), Box::new(other))
    }

    /// This for some value of `var`, which is forgotten.
    pub fn exists(self, var: Var) -> Formula<L> {
        Formula::Exists { var, keep: false, body: Box::new(self) }
    }

    /// This for some value of `var`, which is kept as a witness.
    pub fn exists_kept(self, var: Var) -> Formula<L> {
        Formula::Exists { var, keep: true, body: Box::new(self) }
    }

    /// This without witnesses.
    pub fn uncheck(self) -> Formula<L> {
        Formula::Uncheck(Box::new(self))
    }

    /// This at some successor.
    pub fn ex(self) -> Formula<L> {
        Formula::EX(Direction::Forward, Box::new(self))
    }

    /// This at all successors.
    pub fn ax(self) -> Formula<L> {
        Formula::AX(Direction::Forward, Box::new(self))
    }

    /// On some path forward, this until `goal`.
    pub fn eu(self, goal: Formula<L>) -> Formula<L> {
        Formula::EU(Direction::Forward, Box::new(self), Box::new(goal))
    }

    /// On every path forward, this until `goal`.
    pub fn au(self, goal: Formula<L>) -> Formula<L> {
        Formula::AU(Direction::Forward, Box::new(self), Box::new(goal))
    }

    /// This, with `everywhere` at all states reachable from there.
    pub fn everywhere_reachable(self, everywhere: Formula<L>) -> Formula<L> {
        Formula::EverywhereReachable(Box::new(self), Box::new(everywhere))
    }
}
