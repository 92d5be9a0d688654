//! What a run tells about itself while it goes, to whoever asks why something did not match.
//!
//! Invariant: observing changes nothing; a run without observer pays for none of it.

use csyntax::{NodeId, Tree};
use ctl::State;
use smpl::Rule;

use crate::environment::{Environment, Ran};
use crate::formula::Compiled;
use crate::found::Found;
use crate::matcher::Matcher;
use crate::run::Item;

/// Whoever watches a run.
pub(crate) trait Observer {
    /// A rule starts; the tree is what it sees.
    fn rule(&mut self, _rule: &Rule, _tree: &Tree) {}

    /// `virtual.x` has no value, so the rule cannot match.
    fn without_given_values(&mut self, _rule: &Rule) {}

    /// What the rule depends on is not the case in this environment.
    fn not_due(&mut self, _rule: &Rule, _environment: &Environment, _ran: &Ran<'_>) {}

    /// An inherited metavariable of added code has no value.
    fn nothing_to_add(&mut self, _rule: &Rule) {}

    /// The rule was tried on all items, for one set of inherited values.
    fn tried(&mut self, seen: &Seen<'_, '_>);

    /// The rule has changed the text.
    fn edited(&mut self, _rule: &Rule, _before: &Tree, _after: &Tree) {}
}

/// What a rule came to on all items of a file, for one set of inherited values.
pub(crate) struct Seen<'s, 'm> {
    pub(crate) matcher: &'s Matcher<'m>,
    pub(crate) compiled: &'s Compiled,
    pub(crate) items: &'s [Item],
    /// The words without which an item is passed over.
    pub(crate) needed: &'s [u64],
    /// The matches.
    pub(crate) found: &'s [Found],
    /// Where each match starts: the item, and the node of its graph.
    pub(crate) starts: &'s [(NodeId, State)],
}
