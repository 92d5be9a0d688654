//! What must be so for a dependency to hold: `a && !b` asks that a matched and b did not.
//!
//! Steps: 1. What is known before is noted: rules that can never match did not. 2. Both sides of an `&&` are asked
//! for. 3. Of an `||`, a side that is surely false leaves the other. 4. Again, as long as something new is learnt. An
//! atom that must be so and must not is a conflict. Some contradictions are missed, none is made up.

use crate::patch::Dependency;

/// A question that a dependency asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Atom<'a> {
    /// The rule matched on the way.
    Rule(usize),
    /// The rule matched at all.
    Ever(usize),
    Virtual(&'a str),
    FileIn(&'a str),
}

/// Why an answer is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reason {
    /// The rule can never match.
    NeverMatches,
    /// The metavariable with this index is inherited from the rule.
    Inherited(usize),
    /// The dependency asks for it.
    Asked,
}

/// Answers that must hold together.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts<'a> {
    known: Vec<(Atom<'a>, bool, Reason)>,
}

/// An atom with two answers, and why it has the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conflict<'a> {
    pub atom: Atom<'a>,
    pub known_by: Reason,
}

/// Dependencies with more atoms are not looked at.
const MOST_ATOMS: usize = 100;

impl<'a> Facts<'a> {
    /// Notes an answer, and what follows from it: what matched on the way matched at all.
    pub fn note(
        &mut self,
        atom: Atom<'a>,
        answer: bool,
        reason: Reason,
    ) -> Result<bool, Conflict<'a>> {
        if let Some(&(_, known, known_by)) = self.known.iter().find(|(other, ..)| *other == atom) {
            return if known == answer { Ok(false) } else { Err(Conflict { atom, known_by }) };
        }
        self.known.push((atom, answer, reason));
        match (atom, answer) {
            (Atom::Rule(rule), true) => self.note(Atom::Ever(rule), true, reason)?,
            (Atom::Ever(rule), false) => self.note(Atom::Rule(rule), false, reason)?,
            _ => true,
        };
        Ok(true)
    }

    /// Asks for all that the dependency needs.
    pub fn ask(&mut self, depends: &'a Dependency) -> Result<(), Conflict<'a>> {
        while self.learn(depends, true)? {}
        Ok(())
    }

    /// True when something new was learnt.
    fn learn(&mut self, depends: &'a Dependency, wanted: bool) -> Result<bool, Conflict<'a>> {
        match (depends, wanted) {
            (Dependency::Always, _) => Ok(false),
            (Dependency::Not(inner), _) => self.learn(inner, !wanted),
            (Dependency::And(a, b), true) | (Dependency::Or(a, b), false) => {
                Ok(self.learn(a, wanted)? | self.learn(b, wanted)?)
            }
            (Dependency::And(a, b), false) | (Dependency::Or(a, b), true) => {
                match (self.answer(a) == Some(!wanted), self.answer(b) == Some(!wanted)) {
                    (true, _) => self.learn(b, wanted),
                    (_, true) => self.learn(a, wanted),
                    _ => Ok(false),
                }
            }
            (Dependency::Never(rule), _) => self.note(Atom::Ever(*rule), !wanted, Reason::Asked),
            _ => match atom(depends) {
                Some(atom) => self.note(atom, wanted, Reason::Asked),
                None => Ok(false),
            },
        }
    }

    /// Whether the dependency holds, as far as is known.
    fn answer(&self, depends: &Dependency) -> Option<bool> {
        match depends {
            Dependency::Always => Some(true),
            Dependency::Not(inner) => self.answer(inner).map(|holds| !holds),
            Dependency::And(a, b) => match (self.answer(a), self.answer(b)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Dependency::Or(a, b) => match (self.answer(a), self.answer(b)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Dependency::Never(rule) => self.known(Atom::Ever(*rule)).map(|matched| !matched),
            _ => self.known(atom(depends)?),
        }
    }

    fn known(&self, atom: Atom<'_>) -> Option<bool> {
        self.known.iter().find(|(other, ..)| *other == atom).map(|&(_, answer, _)| answer)
    }
}

fn atom(depends: &Dependency) -> Option<Atom<'_>> {
    match depends {
        Dependency::Rule(rule) => Some(Atom::Rule(*rule)),
        Dependency::Ever(rule) => Some(Atom::Ever(*rule)),
        Dependency::Virtual(name) => Some(Atom::Virtual(name)),
        Dependency::FileIn(path) => Some(Atom::FileIn(path)),
        _ => None,
    }
}

/// The rules that a dependency speaks of.
pub(super) fn rules_of(depends: &Dependency) -> Vec<usize> {
    match depends {
        Dependency::Rule(rule) | Dependency::Ever(rule) | Dependency::Never(rule) => vec![*rule],
        Dependency::Not(inner) => rules_of(inner),
        Dependency::And(a, b) | Dependency::Or(a, b) => {
            let mut rules = rules_of(a);
            rules.extend(rules_of(b));
            rules
        }
        Dependency::Always | Dependency::Virtual(_) | Dependency::FileIn(_) => Vec::new(),
    }
}

/// Whether a dependency is too long to be worth the time.
pub(super) fn is_long(depends: &Dependency) -> bool {
    atoms(depends) > MOST_ATOMS
}

fn atoms(depends: &Dependency) -> usize {
    match depends {
        Dependency::Not(inner) => atoms(inner),
        Dependency::And(a, b) | Dependency::Or(a, b) => atoms(a) + atoms(b),
        _ => 1,
    }
}
