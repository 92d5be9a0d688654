//! Which faults a campaign has: all determined by the seed, the driver and the kernel.
//!
//! A fault is chosen by its kind first, each as likely as another, then by its file, which is the likelier the more
//! sites it has, then by its site. Each fault has a row of choices of its own: where one does not compile, the next is
//! taken. No fault begins with the choice that one before it begins with. So the first hundred are the same in a
//! campaign of a hundred and in one of four hundred.

use std::collections::BTreeSet;

use crate::lab::campaign::random::Random;

/// A kind of fault in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) kind: String,
    /// The sites that can be chosen, for faults that are armed later and for those that are armed from the start.
    pub(super) later: Vec<usize>,
    pub(super) loaded: Vec<usize>,
}

impl Place {
    fn sites(&self, arming: Arming) -> &[usize] {
        match arming {
            Arming::Later => &self.later,
            Arming::Loaded => &self.loaded,
        }
    }
}

/// A site of one of the places that a choice was made from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Choice {
    pub(super) place: usize,
    pub(super) site: usize,
}

/// When a fault is armed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Arming {
    /// While the card works.
    Later,
    /// From the start, so that it may strike in the driver's init.
    Loaded,
}

impl Arming {
    /// For the guest's script, and in tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Arming::Later => "later",
            Arming::Loaded => "loaded",
        }
    }

    /// Every eighth fault is there from the start.
    pub(super) fn of(index: usize) -> Arming {
        if index % 8 == 7 { Arming::Loaded } else { Arming::Later }
    }
}

/// Whether the guarded driver is tried with a fault that the plain kernel gets over: every fifth is.
pub(super) fn is_sample(index: usize) -> bool {
    index.is_multiple_of(5)
}

/// How many choices a fault has.
const CHOICES: usize = 12;
/// After so many that were taken there are hardly any others.
const ATTEMPTS: usize = 1000;

/// The choices of each of the first `count` faults.
pub(super) fn choices(
    places: &[Place],
    seed: u64,
    names: &[&str],
    count: usize,
) -> Vec<Vec<Choice>> {
    let mut taken: BTreeSet<Choice> = BTreeSet::new();
    let row = |index: usize| {
        let arming = Arming::of(index);
        let index = index.to_string();
        let mut random = Random::new(seed, &[names, &[&index]].concat());
        let mut row: Vec<Choice> = Vec::new();
        for _ in 0..ATTEMPTS {
            let Some(choice) = one(places, arming, &mut random) else { break };
            if !taken.contains(&choice) && !row.contains(&choice) {
                row.push(choice);
            }
            if row.len() == CHOICES {
                break;
            }
        }
        taken.extend(row.first());
        row
    };
    (0..count).map(row).collect()
}

fn one(places: &[Place], arming: Arming, random: &mut Random) -> Option<Choice> {
    let has_any = |place: &&Place| !place.sites(arming).is_empty();
    let kinds: BTreeSet<&str> =
        places.iter().filter(has_any).map(|place| place.kind.as_str()).collect();
    if kinds.is_empty() {
        return None;
    }
    let kind = kinds.iter().nth(random.below(kinds.len()))?;
    let of_kind = || places.iter().enumerate().filter(|(_, place)| place.kind == *kind);
    let mut left = random.below(of_kind().map(|(_, place)| place.sites(arming).len()).sum());
    for (number, place) in of_kind() {
        let sites = place.sites(arming);
        match sites.get(left) {
            Some(site) => return Some(Choice { place: number, site: *site }),
            None => left -= sites.len(),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(kind: &str, sites: usize) -> Place {
        let later = (0..sites).map(|site| 2 * site).collect();
        let loaded = (0..sites).map(|site| 2 * site + 1).collect();
        Place { kind: kind.to_owned(), later, loaded }
    }

    fn places() -> Vec<Place> {
        vec![place("bug", 300), place("bug", 100), place("lock", 4), place("none", 0)]
    }

    #[test]
    fn the_seed_determines_all() {
        let many = choices(&places(), 1, &["d", "k"], 40);
        assert_eq!(many, choices(&places(), 1, &["d", "k"], 40));
        assert_eq!(many[..10], choices(&places(), 1, &["d", "k"], 10));
        assert_ne!(many, choices(&places(), 2, &["d", "k"], 40));
        assert_ne!(many, choices(&places(), 1, &["e", "k"], 40));
    }

    #[test]
    fn no_fault_comes_twice() {
        let firsts: Vec<_> = choices(&places(), 1, &[], 100).iter().map(|row| row[0]).collect();
        assert_eq!(firsts.iter().collect::<BTreeSet<_>>().len(), 100);
    }

    #[test]
    fn kinds_come_alike_and_files_by_their_sites() {
        let mut random = Random::new(1, &[]);
        let all: Vec<Choice> =
            (0..1000).filter_map(|_| one(&places(), Arming::Later, &mut random)).collect();
        let count = |number| all.iter().filter(|choice| choice.place == number).count();
        assert!((450..550).contains(&count(2)), "{}", count(2));
        assert!((330..420).contains(&count(0)), "{}", count(0));
        assert_eq!(count(3), 0);
        assert!(all.iter().all(|choice| places()[choice.place].later.contains(&choice.site)));
    }

    #[test]
    fn where_there_is_nothing_nothing_is_chosen() {
        let none = Place { loaded: Vec::new(), ..place("none", 0) };
        assert_eq!(choices(&[none], 1, &[], 2), [vec![], vec![]]);
    }
}
