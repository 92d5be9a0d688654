//! What a match took: which tokens of the pattern stand for which tokens of the code.
//!
//! A [`Partial`] is a match under way: bindings, and a chain of entries that grows from alternative to alternative
//! without being copied.

use std::ops::Range;
use std::rc::Rc;

use csyntax::TokenId;
use smallvec::SmallVec;
use smpl::MetavariableId;

use crate::value::ValueId;

/// A range of tokens of the pattern, and the range of code that it took.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// Tokens of the minus slice.
    pub pattern: Range<u32>,
    /// Tokens of the code; empty, in front of its start, when the pattern took nothing.
    pub code: Range<u32>,
    /// In an expression nest: the values that the metavariables of the nest have in this place of it.
    pub place: Option<Rc<Bindings>>,
}

impl Entry {
    /// A range of tokens of the pattern for a range of the code.
    pub fn new(pattern: Range<u32>, code: Range<u32>) -> Entry {
        Entry { pattern, code, place: None }
    }

    /// One token of the pattern for one of the code.
    pub fn token(pattern: TokenId, code: TokenId) -> Entry {
        Entry::new(pattern.0..pattern.0 + 1, code.0..code.0 + 1)
    }
}

/// Bindings, sorted by metavariable.
pub type Bindings = SmallVec<[(MetavariableId, ValueId); 6]>;

/// A match under way.
#[derive(Clone, Debug, Default)]
pub struct Partial {
    bindings: Bindings,
    entries: Option<Rc<Link>>,
}

#[derive(Debug)]
struct Link {
    entry: Entry,
    before: Option<Rc<Link>>,
}

/// All ways in which a term matches.
pub type Matches = SmallVec<[Partial; 1]>;

impl Partial {
    /// The value of a metavariable.
    pub fn value(&self, metavariable: MetavariableId) -> Option<ValueId> {
        let index = self.bindings.binary_search_by_key(&metavariable, |&(m, _)| m).ok()?;
        Some(self.bindings[index].1)
    }

    /// With one more binding; none if the metavariable has another value.
    pub fn bind(&self, metavariable: MetavariableId, value: ValueId) -> Option<Partial> {
        match self.bindings.binary_search_by_key(&metavariable, |&(m, _)| m) {
            Ok(index) => (self.bindings[index].1 == value).then(|| self.clone()),
            Err(index) => {
                let mut next = self.clone();
                next.bindings.insert(index, (metavariable, value));
                Some(next)
            }
        }
    }

    /// With another value for a metavariable that has one.
    pub fn rebind(&self, metavariable: MetavariableId, value: ValueId) -> Partial {
        let mut next = self.clone();
        if let Ok(index) = next.bindings.binary_search_by_key(&metavariable, |&(m, _)| m) {
            next.bindings[index].1 = value;
        }
        next
    }

    /// With one more entry.
    pub fn record(&self, entry: Entry) -> Partial {
        Partial {
            bindings: self.bindings.clone(),
            entries: Some(Rc::new(Link { entry, before: self.entries.clone() })),
        }
    }

    /// The same bindings, nothing taken yet.
    pub fn without_entries(&self) -> Partial {
        Partial { bindings: self.bindings.clone(), entries: None }
    }

    /// With what `found` took in one place of a nest; its `local` metavariables count there only.
    pub fn with_place(&self, found: &Partial, local: &[MetavariableId]) -> Partial {
        let is_local = |binding: &&(MetavariableId, ValueId)| local.contains(&binding.0);
        let place: Bindings = found.bindings.iter().filter(is_local).copied().collect();
        let place = Rc::new(place);
        let mut next = self.clone();
        for &(metavariable, value) in found.bindings.iter().filter(|b| !is_local(b)) {
            next = next.bind(metavariable, value).unwrap_or(next);
        }
        for entry in found.entries() {
            next = next.record(Entry { place: Some(Rc::clone(&place)), ..entry });
        }
        next
    }

    /// The bindings, sorted.
    pub fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// The entries, in the order in which they were recorded.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut link = self.entries.as_ref();
        while let Some(current) = link {
            entries.push(current.entry.clone());
            link = current.before.as_ref();
        }
        entries.reverse();
        entries
    }
}
