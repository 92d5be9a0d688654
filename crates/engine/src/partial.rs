//! Partial matches: where a rule began to match and then did not, so that the place can be done by hand (EuroSys 2008,
//! section 5).
//!
//! 1. The patch is run once more, watched. For each rule and function the nodes that the first element takes are
//!    looked at, except those where a match starts.
//! 2. From each, a [`walk`] along the formula finds the farthest element, what was to come next, and on which path it
//!    did not ([`stuck`]).
//! 3. What is worth it becomes a message ([`telling`]): something specific was taken, a name or an inherited value.
//!
//! Of several inherited values the one that comes farthest counts, so there is one message for each start.
//!
//! Invariant: a place where the rule matches, with whatever values, is never reported.

mod differs;
pub(crate) mod place;
pub(crate) mod shape;
pub(crate) mod stuck;
pub(crate) mod telling;
pub(crate) mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use cfg::NodeIndex;
use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};
use ctl::Limit;
use diag::{Diagnostic, Source};
use smpl::{Body, Origin, Rule};

use crate::apply::Prepared;
use crate::element::{Element, ElementId, Form};
use crate::formula::{self, Compiled};
use crate::matcher::Matcher;
use crate::observe::{Observer, Seen};
use crate::run::{Item, Run};
use crate::words;
use stuck::{Stuck, Why};
use telling::Teller;
use walk::Walk;

/// A message about a C file, and the text that it points into, which earlier rules may have changed.
#[derive(Clone, Debug)]
pub struct Report {
    /// What there is to say; places in the semantic patch are in its own sources.
    pub diagnostic: Diagnostic,
    /// The C file as the rule saw it.
    pub code: Source,
}

impl Prepared {
    /// Where rules match in part, in the order of rules and places. `name` is for messages and `file in`.
    pub fn partial(&self, name: &str, source: Arc<[u8]>) -> Vec<Report> {
        let mut bodies = self.patch.rules.iter().zip(&self.rules);
        if !bodies.any(|(rule, compiled)| compiled.as_ref().is_some_and(|c| may_tell(rule, c))) {
            return Vec::new();
        }
        let mut partial = Partial::new(self, name);
        // Why a file is given up is told by the run itself.
        let _ = Run::new(self, name, self.known.parse(source)).watched_by(&mut partial).finish();
        partial.reports()
    }
}

/// Where a match starts: the rule, the item, the node of its graph.
type Start = (usize, NodeId, NodeIndex);

/// What is collected while the patch runs.
struct Partial<'p> {
    prepared: &'p Prepared,
    file: Arc<str>,
    /// The rules that have changed the file so far.
    edited_by: Vec<String>,
    matched: BTreeSet<Start>,
    found: BTreeMap<Start, ((usize, Why), Report)>,
}

impl<'p> Partial<'p> {
    fn new(prepared: &'p Prepared, name: &str) -> Partial<'p> {
        Partial {
            prepared,
            file: name.into(),
            edited_by: Vec::new(),
            matched: BTreeSet::new(),
            found: BTreeMap::new(),
        }
    }

    fn reports(self) -> Vec<Report> {
        let matched = self.matched;
        let found = self.found.into_iter().filter(|(start, _)| !matched.contains(start));
        found.map(|(_, (_, report))| report).collect()
    }

    /// A function that has the name that the rule asks for, but another header.
    fn header(&mut self, seen: &Seen<'_, '_>, item: &Item, elements: &[ElementId]) {
        let Seen { matcher, compiled, .. } = *seen;
        let key = (matcher.rule.index, item.node, 0);
        let headers = elements.iter().map(|id| compiled.elements[id.0 as usize]);
        let found = headers
            .filter(|element| element.form == Form::FunctionHeader)
            .filter(|_| matcher.tree.kind(item.node) == NodeKind::FunctionDefinition)
            .find_map(|element| matcher.disagreement(element, item.node));
        let Some(found) = found.filter(|_| !self.found.contains_key(&key)) else { return };
        let Some(graph) = item.graph(matcher.tree) else { return };
        let patch = &self.prepared.patch;
        let file = Arc::clone(&self.file);
        let teller = Teller { patch, matcher, compiled, graph, file: &file };
        let diagnostic = teller.header(&found);
        self.tell(key, (0, Why::Differs), matcher.tree, diagnostic);
    }

    fn tell(&mut self, key: Start, rank: (usize, Why), tree: &Tree, mut diagnostic: Diagnostic) {
        if !self.edited_by.is_empty() {
            let rules = self.edited_by.join(", ");
            diagnostic = diagnostic.note(format!("lines are those after {rules}"));
        }
        let code = Source::new(Arc::clone(&self.file), Arc::clone(tree.source()));
        self.found.insert(key, (rank, Report { diagnostic, code }));
    }

    /// The farthest that a rule comes from each start in one item.
    fn item(&mut self, seen: &Seen<'_, '_>, item: &Item, covered: &[Range<u32>]) {
        let Seen { matcher, compiled, .. } = *seen;
        let Some(graph) = item.graph(matcher.tree) else { return };
        let patch = &self.prepared.patch;
        let file = Arc::clone(&self.file);
        let teller = Teller { patch, matcher, compiled, graph, file: &file };
        let limit = Limit(self.prepared.settings.limit.0 / 2);
        let mut walk = Walk::new(matcher, graph, compiled, limit);
        for start in walk.starts() {
            let key = (matcher.rule.index, item.node, start);
            let is_covered = || {
                let place = graph.node(start).syntax.map(|code| matcher.tree.data(code).first.0);
                place.is_some_and(|at| covered.iter().any(|range| range.contains(&at)))
            };
            if self.matched.contains(&key) || is_covered() {
                continue;
            }
            let Some(stuck) = walk.stuck(start) else { continue };
            let known = self.found.get(&key);
            if !is_worth_telling(&teller, &stuck)
                || known.is_some_and(|(rank, _)| *rank >= stuck.rank())
            {
                continue;
            }
            self.tell(key, stuck.rank(), matcher.tree, teller.partial(&stuck));
        }
        if walk.gave_up() {
            let key = (matcher.rule.index, item.node, NodeIndex::MAX);
            let rank = (0, Why::GaveUp);
            self.tell(key, rank, matcher.tree, teller.gave_up(item.node));
        }
    }
}

impl Observer for Partial<'_> {
    fn tried(&mut self, seen: &Seen<'_, '_>) {
        let Seen { matcher, compiled, .. } = *seen;
        let index = matcher.rule.index;
        self.matched.extend(seen.starts.iter().map(|&(item, start)| (index, item, start)));
        if !may_tell(matcher.rule, compiled) {
            return;
        }
        let covered: Vec<Range<u32>> = seen
            .found
            .iter()
            .flat_map(|found| &found.edits)
            .flat_map(|taken| &taken.record.entries)
            .map(|entry| entry.code.clone())
            .collect();
        let elements = shape::Shape::new(&compiled.formula).heads(&compiled.formula);
        let firsts = first_names(seen, &elements, &self.prepared.patch.dropped_names);
        for item in seen.items {
            self.header(seen, item, &elements);
            let may_start = firsts.iter().any(|names| match &names[..] {
                [] => item.has(seen.needed, seen.matcher.tree),
                names => names.iter().all(|name| item.words(seen.matcher.tree).has(name)),
            });
            if may_start {
                self.item(seen, item, &covered);
            }
        }
    }

    fn edited(&mut self, rule: &Rule, _before: &Tree, _after: &Tree) {
        self.edited_by.push(telling::said(rule));
    }
}

/// The names that each first element of a rule cannot do without.
fn first_names(
    seen: &Seen<'_, '_>,
    elements: &[ElementId],
    dropped: &smpl::DroppedNames,
) -> Vec<Vec<Vec<u8>>> {
    let Matcher { rule, body, inherited, values, .. } = seen.matcher;
    let values = values.borrow();
    let names = elements.iter().map(|element| {
        let range = formula::element_range(body, seen.compiled.elements[element.0 as usize]);
        let names = words::needed_names(rule, body, inherited, &values, dropped, range);
        names.into_iter().map(<[u8]>::to_vec).collect()
    });
    names.collect()
}

/// Whether a rule can match in part at all: it is more than one element, and one of them is specific.
fn may_tell(rule: &Rule, compiled: &Compiled) -> bool {
    let Some(body) = rule.body() else { return false };
    !compiled.single && compiled.elements.iter().any(|&element| is_specific(rule, body, element))
}

/// Whether a reader would want to know: something was taken that is not just any code, and it was more than the first of
/// two statements side by side, the second of which could be anything. Such a pair is one shape, which is there or not.
fn is_worth_telling(teller: &Teller<'_, '_>, stuck: &Stuck) -> bool {
    let Teller { matcher, compiled, .. } = *teller;
    let specific = |element: &ElementId| {
        is_specific(matcher.rule, matcher.body, compiled.elements[element.0 as usize])
    };
    let is_pair = stuck.held.count() == 1 && stuck.path.len() == 2 && stuck.why == Why::Differs;
    (stuck.why > Why::NearEnd || teller.has_else(stuck).is_some())
        && stuck.held.taken().any(|taken| specific(&taken.element))
        && (!is_pair || stuck.missing.iter().any(specific))
}

/// Whether an element has a name or an inherited value.
pub(crate) fn is_specific(rule: &Rule, body: &Body, element: Element) -> bool {
    let minus = &body.minus;
    let mut tokens = formula::element_range(body, element).map(TokenId);
    tokens.any(|token| {
        if minus.is_hidden(token) {
            return false;
        }
        match body.metavariable_of(token) {
            Some(metavariable) => rule.metavariables[metavariable.index()].origin != Origin::Own,
            None => {
                minus.tokens().kind(token) == TokenKind::Identifier
                    && minus.token_text(token) != b"NULL"
            }
        }
    })
}
