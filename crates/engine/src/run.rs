//! One run: the state of the file, the environments, and what one rule does to both.
//!
//! Invariant: no rule sees what it has itself made, nor what it made for another environment.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use cfg::Graph;
use csema::{Typing, Widths};
use csyntax::{NodeId, NodeKind, TokenKind, Tree};
use ctl::Limit;
use rewrite::{Conflict, Plan};
use rustc_hash::{FxHashMap, FxHashSet};
use smpl::{Body, MetavariableId, MetavariableKind, Origin, Piece, Rule};

use crate::apply::{Failure, Outcome, Prepared};
use crate::edits::{Edit, Editor};
use crate::element::{ElementId, Form};
use crate::environment::{self, Environment, Ran};
use crate::formula::Compiled;
use crate::found::{Exported, Found, GaveUp, Taken, item_matches};
use crate::fresh::name_fresh;
use crate::in_force::InForce;
use crate::matcher::{Isomorphisms, Matcher};
use crate::observe::{Observer, Seen};
use crate::places::{Narrowing, Places};
use crate::prototypes;
use crate::value::{Position, Value, ValueId, Values};
use crate::words::ItemWords;

/// Whether an inherited position stands in constraints only.
fn is_only_asked_for(rule: &Rule, body: &Body, metavariable: MetavariableId) -> bool {
    rule.metavariables[metavariable.index()].kind.is_position()
        && !body.all_positions().iter().any(|&(_, attached)| attached == metavariable)
}

/// One state of the file, and what was worked out about it.
struct FileState {
    tree: Arc<Tree>,
    typing: OnceCell<Typing>,
    items: Vec<Item>,
}

/// A graph that is searched more often is worth a list of what is where.
const SEARCHES_WITHOUT_PLACES: u32 = 2;

/// A function, declaration, ... of the file.
pub(crate) struct Item {
    pub(crate) node: NodeId,
    words: OnceCell<ItemWords>,
    graph: OnceCell<Option<Graph>>,
    /// How often its graph was searched.
    searches: Cell<u32>,
    places: OnceCell<Places>,
}

impl Item {
    /// Its flow graph, built when it is first asked for.
    pub(crate) fn graph(&self, tree: &Tree) -> Option<&Graph> {
        self.graph.get_or_init(|| cfg::build(tree, self.node).ok()).as_ref()
    }

    /// What is where in its graph; not from the start, as to find this out is a search of its own.
    fn places(&self, graph: &Graph, tree: &Tree) -> Option<&Places> {
        self.searches.set(self.searches.get().saturating_add(1));
        (self.searches.get() > SEARCHES_WITHOUT_PLACES)
            .then(|| self.places.get_or_init(|| Places::new(graph, tree)))
    }

    /// Its words, gathered when they are first asked for.
    pub(crate) fn words(&self, tree: &Tree) -> &ItemWords {
        self.words.get_or_init(|| ItemWords::new(tree, self.node))
    }

    /// Whether the item has all of the words.
    pub(crate) fn has(&self, needed: &[u64], tree: &Tree) -> bool {
        needed.is_empty() || self.words(tree).have(needed)
    }
}

impl FileState {
    fn new(tree: Tree) -> FileState {
        let items = cfg::items(&tree)
            .into_iter()
            .map(|node| Item {
                node,
                words: OnceCell::new(),
                graph: OnceCell::new(),
                searches: Cell::new(0),
                places: OnceCell::new(),
            })
            .collect();
        FileState { tree: Arc::new(tree), typing: OnceCell::new(), items }
    }

    fn typing(&self, headers: &[Tree], widths: Widths) -> &Typing {
        self.typing.get_or_init(|| Typing::new(&self.tree, headers, widths))
    }
}

/// One file on its way through the rules.
pub(crate) struct Run<'p> {
    prepared: &'p Prepared,
    name: &'p str,
    file: FileState,
    values: RefCell<Values>,
    environments: Vec<Environment>,
    outcome: Outcome,
    fresh: u32,
    /// What the file included when types were first asked for.
    headers: OnceCell<Vec<Tree>>,
    /// What is left of the steps.
    limit: Limit,
    changed: bool,
    observer: Option<&'p mut dyn Observer>,
}

impl<'p> Run<'p> {
    pub(crate) fn new(prepared: &'p Prepared, name: &'p str, tree: Tree) -> Run<'p> {
        Run {
            prepared,
            name,
            file: FileState::new(tree),
            values: RefCell::default(),
            environments: vec![Environment::empty()],
            outcome: Outcome::default(),
            fresh: 0,
            headers: OnceCell::new(),
            limit: prepared.settings.limit,
            changed: false,
            observer: None,
        }
    }

    /// With somebody who watches.
    pub(crate) fn watched_by(self, observer: &'p mut dyn Observer) -> Run<'p> {
        Run { observer: Some(observer), ..self }
    }

    /// Runs all rules in order.
    pub(crate) fn finish(mut self) -> Result<Outcome, Failure> {
        for index in 0..self.prepared.patch.rules.len() {
            self.rule(index)?;
        }
        if self.changed {
            self.outcome.text = Some(self.file.tree.source().to_vec());
        }
        self.outcome.starred.sort_unstable();
        self.outcome.starred.dedup();
        Ok(self.outcome)
    }

    fn failure(&self, rule: &Rule, at: Option<u32>, message: String) -> Failure {
        let at = at.map(|offset| text::LineIndex::new(self.file.tree.source()).place(offset));
        Failure { rule: rule.title(), at, message, out_of_steps: false }
    }

    fn rule(&mut self, index: usize) -> Result<(), Failure> {
        let prepared = self.prepared;
        let rule = &prepared.patch.rules[index];
        let (Some(body), Some(compiled)) = (rule.body(), &prepared.rules[index]) else {
            return Ok(());
        };
        let used: Vec<(MetavariableId, environment::Source)> = (0..rule.metavariables.len() as u32)
            .map(MetavariableId)
            .filter(|m| {
                let declared = &rule.metavariables[m.index()];
                declared.used_in_minus || declared.used_in_plus
            })
            .filter_map(|m| Some((m, environment::source(&prepared.patch, rule, m)?)))
            .collect();
        if let Some(observer) = &mut self.observer {
            observer.rule(rule, &self.file.tree);
        }
        let Some(given) = self.given_values(rule) else {
            if let Some(observer) = &mut self.observer {
                observer.without_given_values(rule);
            }
            return Ok(());
        };
        let (asked, used): (Vec<_>, Vec<_>) =
            used.into_iter().partition(|&(m, _)| is_only_asked_for(rule, body, m));
        let positions = self.gathered_positions(&asked, &used);
        let in_force = InForce::new(&prepared.patch, rule, &prepared.settings.disabled);
        // The bindings of each match, by the values of the inherited metavariables.
        let mut known: FxHashMap<Vec<Option<ValueId>>, Vec<Exported>> = FxHashMap::default();
        // The matches of each run.
        let mut all: Vec<Vec<Found>> = Vec::new();
        let mut next = Vec::new();
        for environment in std::mem::take(&mut self.environments) {
            let ran = Ran {
                matched: &self.outcome.matched,
                virtuals: &prepared.settings.virtuals,
                file: self.name,
            };
            if !environment.fulfils(rule, &ran) {
                if let Some(observer) = &mut self.observer {
                    observer.not_due(rule, &environment, &ran);
                }
                next.push(environment);
                continue;
            }
            let relevant: Vec<Option<ValueId>> =
                used.iter().map(|&(_, source)| environment.value(source)).collect();
            let only_added = |m: MetavariableId| !rule.metavariables[m.index()].used_in_minus;
            if used.iter().zip(&relevant).any(|(&(m, _), value)| only_added(m) && value.is_none()) {
                // There is nothing to add.
                if let Some(observer) = &mut self.observer {
                    observer.nothing_to_add(rule);
                }
                next.push(environment);
                continue;
            }
            if !known.contains_key(&relevant) {
                let inherited: FxHashMap<MetavariableId, ValueId> = used
                    .iter()
                    .zip(&relevant)
                    .filter_map(|(&(metavariable, _), value)| Some((metavariable, (*value)?)))
                    .chain(positions.get(&relevant).into_iter().flatten().copied())
                    .chain(given.iter().copied())
                    .collect();
                let found = self.matches(rule, body, compiled, in_force.clone(), &inherited)?;
                known.insert(relevant.clone(), found.iter().map(|f| f.exported.clone()).collect());
                all.push(found);
            }
            let found = &known[&relevant];
            next.extend(found.iter().map(|exported| environment.extended(index, exported)));
            if found.is_empty() {
                next.push(environment);
            }
        }
        self.environments = self.still_needed(index, next);
        if all.iter().all(Vec::is_empty) {
            return Ok(());
        }
        self.outcome.matched.insert(index);
        self.star(body, &all);
        if body.is_patch() {
            self.edit(rule, body, compiled, &all)?;
        }
        Ok(())
    }

    /// The values of `virtual.x` that the rule uses; none if one was not given, and so the rule cannot match.
    fn given_values(&self, rule: &Rule) -> Option<Exported> {
        let mut given = Exported::new();
        for (index, metavariable) in rule.metavariables.iter().enumerate() {
            let used = metavariable.used_in_minus || metavariable.used_in_plus;
            if metavariable.origin != Origin::Virtual || !used {
                continue;
            }
            let mut values = self.prepared.settings.values.iter();
            let (_, text) = values.find(|(name, _)| *name == metavariable.name)?;
            let value = match metavariable.kind {
                MetavariableKind::Length => Value::Length(text.parse().ok()?),
                _ => Value::Identifier(text.as_bytes().into()),
            };
            given.push((MetavariableId(index as u32), self.values.borrow_mut().intern(value)));
        }
        Some(given)
    }

    /// The environments behind a rule, with what later rules ask for; those that are equal then are one.
    fn still_needed(&self, index: usize, next: Vec<Environment>) -> Vec<Environment> {
        if next.iter().all(Environment::is_bare) {
            return environment::merge(next);
        }
        let later = self.prepared.patch.rules[index + 1..].iter();
        let needed: FxHashSet<environment::Source> = later
            .flat_map(|rule| {
                (0..rule.metavariables.len() as u32).filter_map(|m| {
                    environment::source(&self.prepared.patch, rule, MetavariableId(m))
                })
            })
            .collect();
        environment::merge(next.into_iter().map(|e| e.restricted(&needed)).collect())
    }

    /// `p != r.p` asks for the positions of all environments that agree on the other inherited values.
    fn gathered_positions(
        &self,
        asked: &[(MetavariableId, environment::Source)],
        used: &[(MetavariableId, environment::Source)],
    ) -> FxHashMap<Vec<Option<ValueId>>, Exported> {
        let mut gathered: FxHashMap<Vec<Option<ValueId>>, Vec<Vec<Position>>> =
            FxHashMap::default();
        let mut order = Vec::new();
        let mut values = self.values.borrow_mut();
        for environment in self.environments.iter().filter(|_| !asked.is_empty()) {
            let relevant: Vec<Option<ValueId>> =
                used.iter().map(|&(_, source)| environment.value(source)).collect();
            let together = gathered.entry(relevant.clone()).or_insert_with(|| {
                order.push(relevant);
                vec![Vec::new(); asked.len()]
            });
            for (&(_, source), all) in asked.iter().zip(together) {
                if let Some(Value::Positions(some)) =
                    environment.value(source).map(|id| values.get(id))
                {
                    all.extend(some.iter().cloned());
                }
            }
        }
        let mut joined = FxHashMap::default();
        for relevant in order {
            let lists = gathered.remove(&relevant).unwrap_or_default();
            let mut exported = Exported::new();
            for (&(metavariable, _), mut all) in asked.iter().zip(lists) {
                all.sort_unstable();
                all.dedup();
                if !all.is_empty() {
                    exported.push((metavariable, values.intern(Value::Positions(all))));
                }
            }
            joined.insert(relevant, exported);
        }
        joined
    }

    /// All matches of a rule in the file, for one set of inherited values.
    fn matches(
        &mut self,
        rule: &Rule,
        body: &Body,
        compiled: &Compiled,
        in_force: InForce<'_>,
        inherited: &FxHashMap<MetavariableId, ValueId>,
    ) -> Result<Vec<Found>, Failure> {
        let dropped = &self.prepared.patch.dropped_names;
        let needed = crate::words::needed(rule, body, inherited, &self.values.borrow(), dropped);
        let mut found = Vec::new();
        let is_hopeless = !self.file.items.iter().any(|item| item.has(&needed, &self.file.tree));
        if is_hopeless && self.observer.is_none() {
            return Ok(found);
        }
        let tree = &self.file.tree;
        let headers = self.headers.get_or_init(|| self.prepared.headers_of(self.name, tree));
        let matcher = Matcher {
            rule,
            body,
            isomorphisms: Isomorphisms::new(in_force),
            tree: &self.file.tree,
            file: 0,
            typing: self.file.typing(headers, self.prepared.settings.widths),
            values: &self.values,
            inherited,
            in_prototype: Cell::new(false),
        };
        let mut fresh = self.fresh;
        let mut starts = Vec::new();
        let mut limit = self.limit;
        for item in self.file.items.iter().filter(|item| item.has(&needed, &self.file.tree)) {
            let Some(graph) = item.graph(&self.file.tree) else { continue };
            let narrowing =
                item.places(graph, &self.file.tree).map(|places| Narrowing { places, dropped });
            let matches = item_matches(&matcher, graph, compiled, narrowing, &mut limit).map_err(
                |GaveUp { at, message, out_of_steps }| {
                    let node = at.unwrap_or(item.node);
                    let at = self.file.tree.span(node).start;
                    Failure { out_of_steps, ..self.failure(rule, Some(at), message) }
                },
            )?;
            for mut one in matches {
                name_fresh(rule, &self.values, &mut fresh, inherited, &mut one);
                starts.push((item.node, one.start));
                found.push(one);
            }
        }
        if let Some(observer) = &mut self.observer {
            observer.tried(&Seen {
                matcher: &matcher,
                compiled,
                items: &self.file.items,
                needed: &needed,
                found: &found,
                starts: &starts,
            });
        }
        let headers: Vec<Found> = self.prototype_matches(&matcher, compiled, &found);
        self.fresh = fresh;
        self.limit = limit;
        found.extend(headers);
        Ok(found)
    }

    /// What matches of changed function headers change in prototypes; they bind nothing.
    fn prototype_matches(
        &self,
        matcher: &Matcher<'_>,
        compiled: &Compiled,
        found: &[Found],
    ) -> Vec<Found> {
        if !matcher.isomorphisms.has("prototypes") || !matcher.body.is_patch() {
            return Vec::new();
        }
        let items: Vec<NodeId> = self.file.items.iter().map(|item| item.node).collect();
        let mut more = Vec::new();
        for one in found {
            for Taken { record, bindings, .. } in &one.edits {
                let element = compiled.elements[record.element.0 as usize];
                if element.form != Form::FunctionHeader {
                    continue;
                }
                let edit = Edit { record, bindings: bindings.clone(), match_id: 0, occurrence: 0 };
                let records = prototypes::records(matcher, &items, element.node, &edit);
                let edits: Vec<Taken> = records
                    .into_iter()
                    .map(|record| Taken {
                        record: Rc::new(record),
                        bindings: bindings.clone(),
                        state: 0,
                    })
                    .collect();
                if !edits.is_empty() {
                    more.push(Found { start: one.start, exported: one.exported.clone(), edits });
                }
            }
        }
        more
    }

    /// Notes the lines that `*` lines matched.
    fn star(&mut self, body: &Body, all: &[Vec<Found>]) {
        if !body.is_match {
            return;
        }
        let lines = text::LineIndex::new(self.file.tree.source());
        let tokens = self.file.tree.tokens();
        for Taken { record, .. } in all.iter().flatten().flat_map(|found| &found.edits) {
            for entry in &record.entries {
                let starred = entry
                    .pattern
                    .clone()
                    .any(|token| body.mark(csyntax::TokenId(token)) == smpl::Mark::Star);
                if starred {
                    for token in entry.code.clone().map(csyntax::TokenId) {
                        self.outcome.starred.push(lines.line(tokens.span(token).start));
                    }
                }
            }
        }
    }

    /// Makes the changes of a rule and parses the result.
    fn edit(
        &mut self,
        rule: &Rule,
        body: &Body,
        compiled: &Compiled,
        all: &[Vec<Found>],
    ) -> Result<(), Failure> {
        let tree = Arc::clone(&self.file.tree);
        let editor = Editor::new(body, &tree, &self.values);
        let mut plan = Plan::new(Arc::clone(&tree));
        let mut match_id = 0;
        for run in all {
            plan.begin_run();
            for found in run {
                let occurrences = occurrences(&found.edits);
                for (Taken { record, bindings, .. }, occurrence) in
                    found.edits.iter().zip(occurrences)
                {
                    let bindings = bindings.clone();
                    let edit = Edit { record, bindings, match_id, occurrence };
                    let element = compiled.elements[record.element.0 as usize];
                    editor.apply(&edit, element, &mut plan).map_err(|conflict: Conflict| {
                        let at = tree.tokens().span(conflict.token()).start;
                        self.failure(rule, Some(at), conflict.to_string())
                    })?;
                }
                match_id += 1;
            }
        }
        if plan.is_empty() {
            return Ok(());
        }
        let text: Arc<[u8]> = plan.print(&self.prepared.settings.style).into();
        if *text == **tree.source() {
            return Ok(());
        }
        let parsed = self.prepared.known.parse(text);
        if let Some(message) = harm(&tree, &parsed, body) {
            return Err(self.failure(rule, None, message));
        }
        if let Some(observer) = &mut self.observer {
            observer.edited(rule, &tree, &parsed);
        }
        self.changed = true;
        self.file = FileState::new(parsed);
        Ok(())
    }
}

/// Which occurrence of its element each record is, counted in the order of the code: an element in a nest, or one behind
/// which paths meet, takes several places.
fn occurrences(edits: &[Taken]) -> Vec<u32> {
    let start = |taken: &Taken| taken.record.entries.first().map(|entry| entry.code.start);
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_by_key(|&index| start(&edits[index]));
    // How many places an element took so far, and the last one.
    let mut seen: FxHashMap<ElementId, (u32, Option<u32>)> = FxHashMap::default();
    let mut occurrences = vec![0; edits.len()];
    for index in order {
        let here = start(&edits[index]);
        let (count, last) = seen.entry(edits[index].record.element).or_insert((0, here));
        if *last != here {
            (*count, *last) = (*count + 1, here);
        }
        occurrences[index] = *count;
    }
    occurrences
}

/// How the result of a rule is worse to read than what the rule saw: it does not parse, or only if something in it that
/// was none before is a macro, or the body of a function has lost its header, or a group of conditionals its other end.
fn harm(before: &Tree, after: &Tree, body: &Body) -> Option<String> {
    if let Some(problem) = after.problems().get(before.problems().len()) {
        let at = after.tokens().span(problem.token).start;
        let place = text::LineIndex::new(after.source()).place(at);
        return Some(format!(
            "the result would not parse: line {}, column {} of it: {}",
            place.line, place.column, problem.message
        ));
    }
    if after.second_readings() > before.second_readings() {
        return Some("the result would parse only if something in it were a macro".to_owned());
    }
    let headless = |tree: &Tree| {
        let items = tree.children(NodeId::ROOT);
        items.filter(|&item| tree.kind(item) == NodeKind::CompoundStatement).count()
    };
    if headless(after) > headless(before) {
        return Some("the result would have the body of a function without its header".to_owned());
    }
    let torn = !adds_directives(body) && open_groups(after) != open_groups(before);
    torn.then(|| "the result would have an `#if` or `#endif` without the other".to_owned())
}

/// How many `#if` have no `#endif`.
fn open_groups(tree: &Tree) -> i64 {
    let tokens = tree.tokens();
    let count = |kind| tokens.ids().filter(|&token| tokens.kind(token) == kind).count() as i64;
    count(TokenKind::PpIf) - count(TokenKind::PpEndif)
}

/// Whether lines such as `#ifdef` are added, which may be one half of a group.
fn adds_directives(body: &Body) -> bool {
    let rows = body.additions().iter().flat_map(|addition| &addition.rows);
    rows.flat_map(|row| &row.pieces).any(|piece| match piece {
        Piece::Text(span) => body.plus.source()[span.range()].starts_with(b"#"),
        Piece::Node(_) | Piece::Token(_) | Piece::Blank => false,
    })
}
