//! Running a semantic patch on one file: rules in order, environments, edits, and parsing again.
//!
//! 1. The words of the patch decide whether the file can match at all.
//! 2. Each rule runs once for each distinct value of the inherited metavariables that it uses, on each item of the file
//!    that has the words it cannot do without.
//! 3. All matches of a rule go into one plan of edits. The changed text is parsed before the next rule.
//!
//! Invariant: the outcome is a function of the patch and the file.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use cfg::{FlowKind, Graph};
use csema::Typing;
use csyntax::hints::Role;
use csyntax::{Names, NodeId, NodeKind, Tree};
use ctl::{Limit, Var};
use diag::Diagnostic;
use rewrite::{Conflict, Plan, Style};
use rustc_hash::FxHashMap;
use smpl::{
    Body, Constraint, DeclaredNames, Isomorphism, MetavariableId, Purpose, Quantifier, Rule,
    SemanticPatch,
};

use text::Span;

use crate::edits::{Edit, Editor};
use crate::element::Form;
use crate::environment::{self, Environment, Ran};
use crate::formula::{self, Compiled};
use crate::matcher::{Isomorphisms, Matcher};
use crate::predicates::{CheckedGraph, GraphPredicates, Record, ValueDomain};
use crate::prototypes;
use crate::value::{Position, Value, ValueId, Values};
use crate::words::ItemWords;

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How added code is printed.
    pub style: Style,
    /// Virtual names that are set (`-D name`).
    pub virtuals: Vec<Box<str>>,
    /// Isomorphisms that are disabled for all rules.
    pub disabled: Vec<Box<str>>,
    /// How many steps the model checker may take for one function and rule.
    pub limit: Limit,
}

/// A semantic patch, ready to run on any number of files, from any number of threads.
#[derive(Debug)]
pub struct Prepared {
    patch: SemanticPatch,
    isomorphisms: Vec<Isomorphism>,
    settings: Settings,
    rules: Vec<Option<Compiled>>,
    /// What the patch says about names, for the parser of C.
    names: Names,
}

/// What a run on one file came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The new text, if it differs.
    pub text: Option<Vec<u8>>,
    /// The rules that matched, by index.
    pub matched: BTreeSet<usize>,
    /// Lines (from 1) that `*` lines matched.
    pub starred: Vec<u32>,
}

/// Why a file was given up.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The rule at work.
    pub rule: String,
    /// The place in the file, in bytes of the text that the rule saw, if one place is at fault.
    pub at: Option<text::LineColumn>,
    /// What went wrong.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.message)
    }
}

impl std::error::Error for Failure {}

impl Prepared {
    /// Translates the rules of `patch`.
    pub fn new(
        patch: SemanticPatch,
        isomorphisms: Vec<Isomorphism>,
        settings: Settings,
    ) -> Prepared {
        let default =
            if patch.purpose == Purpose::Match { Quantifier::Exists } else { Quantifier::Forall };
        let rules = patch
            .rules
            .iter()
            .map(|rule| {
                rule.body()
                    .map(|body| formula::compile(rule, body, rule.quantifier.unwrap_or(default)))
            })
            .collect();
        let names = declared_names(&patch.names);
        Prepared { patch, isomorphisms, settings, rules, names }
    }

    /// The patch.
    pub fn patch(&self) -> &SemanticPatch {
        &self.patch
    }

    /// The formula of a rule; none for scripts.
    pub fn compiled(&self, rule: usize) -> Option<&Compiled> {
        self.rules[rule].as_ref()
    }

    /// Runs the patch on one file; `name` is for messages and `file in`.
    pub fn run(&self, name: &str, source: Arc<[u8]>) -> Result<Outcome, Failure> {
        let mut run = Run {
            prepared: self,
            name,
            file: FileState::new(csyntax::parse(source, &self.names)),
            values: RefCell::default(),
            environments: vec![Environment::empty()],
            outcome: Outcome::default(),
            fresh: 0,
            changed: false,
        };
        for index in 0..self.patch.rules.len() {
            run.rule(index)?;
        }
        if run.changed {
            run.outcome.text = Some(run.file.tree.source().to_vec());
        }
        run.outcome.starred.sort_unstable();
        run.outcome.starred.dedup();
        Ok(run.outcome)
    }
}

/// What a patch declares helps to parse C, too.
fn declared_names(declared: &DeclaredNames) -> Names {
    let bytes = |name: &str| name.as_bytes().into();
    let mut names = Names::with_types(declared.typedefs.iter().map(|name| bytes(name)));
    let roles = [
        (&declared.iterators, Role::Iterator),
        (&declared.declarers, Role::Declarer),
        (&declared.attributes, Role::Attribute),
    ];
    for (list, role) in roles {
        list.iter().for_each(|name| names.add_role(name.as_bytes(), role));
    }
    names
}

/// What of a patch cannot be run yet, with its place.
pub fn unsupported(patch: &SemanticPatch) -> Option<Diagnostic> {
    for rule in &patch.rules {
        if let Some(script) = rule.script() {
            let message = format!("{} rules cannot be run yet", script.language);
            let label = "remove this rule, or keep the patch for a later version";
            return Some(
                Diagnostic::error("engine/script", &patch.file, message)
                    .primary(Span::new(rule.span.start, rule.span.start + 1), label),
            );
        }
        if let Some(metavariable) =
            rule.metavariables.iter().find(|m| m.constraint.as_ref().is_some_and(has_script))
        {
            return Some(
                Diagnostic::error(
                    "engine/script",
                    &patch.file,
                    "script constraints cannot be run yet",
                )
                .primary(metavariable.span, "its constraint is a script"),
            );
        }
    }
    patch.includes.first().map(|include| {
        Diagnostic::error(
            "engine/include",
            &patch.file,
            "including a semantic patch is not supported yet",
        )
        .primary(include.span, "copy its rules here")
    })
}

fn has_script(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::Script(_) => true,
        Constraint::Not(inner) => has_script(inner),
        Constraint::And(a, b) | Constraint::Or(a, b) => has_script(a) || has_script(b),
        _ => false,
    }
}

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

struct Item {
    node: NodeId,
    words: ItemWords,
    graph: OnceCell<Option<Graph>>,
}

impl FileState {
    fn new(tree: Tree) -> FileState {
        let mut nodes = Vec::new();
        collect_items(&tree, NodeId::ROOT, &mut nodes);
        let items = nodes
            .into_iter()
            .map(|node| Item { node, words: ItemWords::new(&tree, node), graph: OnceCell::new() })
            .collect();
        FileState { tree: Arc::new(tree), typing: OnceCell::new(), items }
    }

    fn typing(&self) -> &Typing {
        self.typing.get_or_init(|| Typing::new(&self.tree))
    }
}

/// Items in text order; those in `#if` groups one by one, nested functions before the one around.
fn collect_items(tree: &Tree, list: NodeId, items: &mut Vec<NodeId>) {
    for node in tree.children(list) {
        match tree.kind(node) {
            NodeKind::Conditional | NodeKind::LinkageSpecification => {
                collect_items(tree, node, items)
            }
            NodeKind::ErrorItem => {}
            NodeKind::FunctionDefinition => {
                let nested = tree
                    .descendants(node)
                    .skip(1)
                    .filter(|&inner| tree.kind(inner) == NodeKind::FunctionDefinition);
                items.extend(nested);
                items.push(node);
            }
            _ => items.push(node),
        }
    }
}

struct Run<'p> {
    prepared: &'p Prepared,
    name: &'p str,
    file: FileState,
    values: RefCell<Values>,
    environments: Vec<Environment>,
    outcome: Outcome,
    fresh: u32,
    changed: bool,
}

/// What a match binds for later rules.
type Exported = Vec<(MetavariableId, ValueId)>;

/// One match of a rule.
struct Found {
    exported: Exported,
    /// What it took.
    edits: Vec<Taken>,
}

/// What one element of a match took.
struct Taken {
    record: Rc<Record>,
    /// The values that count there.
    bindings: FxHashMap<MetavariableId, ValueId>,
    /// The node of the flow graph.
    state: ctl::State,
}

impl Run<'_> {
    fn failure(&self, rule: &Rule, at: Option<u32>, message: String) -> Failure {
        let at = at.map(|offset| text::LineIndex::new(self.file.tree.source()).place(offset));
        Failure { rule: rule.title(), at, message }
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
        let (asked, used): (Vec<_>, Vec<_>) =
            used.into_iter().partition(|&(m, _)| is_only_asked_for(rule, body, m));
        let positions = self.gathered_positions(&asked, &used);
        // The bindings of each match, by the values of the inherited metavariables.
        let mut known: FxHashMap<Vec<Option<ValueId>>, Vec<Exported>> = FxHashMap::default();
        let mut all: Vec<Found> = Vec::new();
        let mut next = Vec::new();
        for environment in std::mem::take(&mut self.environments) {
            let ran = Ran {
                matched: &self.outcome.matched,
                virtuals: &prepared.settings.virtuals,
                file: self.name,
            };
            if !environment.fulfils(&rule.depends, &ran) {
                next.push(environment);
                continue;
            }
            let relevant: Vec<Option<ValueId>> =
                used.iter().map(|&(_, source)| environment.value(source)).collect();
            if !known.contains_key(&relevant) {
                let inherited: FxHashMap<MetavariableId, ValueId> = used
                    .iter()
                    .zip(&relevant)
                    .filter_map(|(&(metavariable, _), value)| Some((metavariable, (*value)?)))
                    .chain(positions.get(&relevant).into_iter().flatten().copied())
                    .collect();
                let found = self.matches(rule, body, compiled, &inherited)?;
                known.insert(relevant.clone(), found.iter().map(|f| f.exported.clone()).collect());
                all.extend(found);
            }
            let found = &known[&relevant];
            next.extend(found.iter().map(|exported| environment.extended(index, exported)));
            if found.is_empty() {
                next.push(environment);
            }
        }
        self.environments = environment::merge(next);
        if all.is_empty() {
            return Ok(());
        }
        self.outcome.matched.insert(index);
        self.star(body, &all);
        if body.is_patch() {
            self.edit(rule, body, compiled, &all)?;
        }
        Ok(())
    }

    /// `p != r.p` asks for the positions of all environments that agree on the other inherited values.
    fn gathered_positions(
        &self,
        asked: &[(MetavariableId, environment::Source)],
        used: &[(MetavariableId, environment::Source)],
    ) -> FxHashMap<Vec<Option<ValueId>>, Exported> {
        let mut gathered: FxHashMap<Vec<Option<ValueId>>, Exported> = FxHashMap::default();
        for environment in &self.environments {
            let relevant: Vec<Option<ValueId>> =
                used.iter().map(|&(_, source)| environment.value(source)).collect();
            let together = gathered.entry(relevant).or_default();
            for &(metavariable, source) in asked {
                let Some(value) = environment.value(source) else { continue };
                match together.iter_mut().find(|(m, _)| *m == metavariable) {
                    Some((_, known)) => *known = self.joined_positions(*known, value),
                    None => together.push((metavariable, value)),
                }
            }
        }
        gathered
    }

    fn joined_positions(&self, a: ValueId, b: ValueId) -> ValueId {
        let mut values = self.values.borrow_mut();
        let (Value::Positions(ours), Value::Positions(theirs)) = (values.get(a), values.get(b))
        else {
            return a;
        };
        let mut all = ours.clone();
        all.extend(theirs.iter().filter(|position| !ours.contains(position)).cloned());
        values.intern(Value::Positions(all))
    }

    /// All matches of a rule in the file, for one set of inherited values.
    fn matches(
        &mut self,
        rule: &Rule,
        body: &Body,
        compiled: &Compiled,
        inherited: &FxHashMap<MetavariableId, ValueId>,
    ) -> Result<Vec<Found>, Failure> {
        let needed = crate::words::needed(rule, body, inherited, &self.values.borrow());
        let mut found = Vec::new();
        if !self.file.items.iter().any(|item| item.words.have(&needed)) {
            return Ok(found);
        }
        let disabled = rule
            .disabled
            .iter()
            .map(|name| &*name.text)
            .chain(self.prepared.settings.disabled.iter().map(|name| &**name))
            .collect();
        let matcher = Matcher {
            rule,
            body,
            isomorphisms: Isomorphisms::new(&self.prepared.isomorphisms, disabled),
            tree: &self.file.tree,
            file: 0,
            typing: self.file.typing(),
            values: &self.values,
            inherited,
            in_prototype: std::cell::Cell::new(false),
        };
        let mut fresh = self.fresh;
        for item in self.file.items.iter().filter(|item| item.words.have(&needed)) {
            let graph = item.graph.get_or_init(|| cfg::build(&self.file.tree, item.node).ok());
            let Some(graph) = graph else { continue };
            let matches = item_matches(&matcher, graph, compiled, self.prepared.settings.limit)
                .map_err(|GaveUp { at, message }| {
                    let node = at.unwrap_or(item.node);
                    self.failure(rule, Some(self.file.tree.span(node).start), message)
                })?;
            for mut one in matches {
                name_fresh(rule, &self.values, &mut fresh, inherited, &mut one);
                found.push(one);
            }
        }
        let headers: Vec<Found> = self.prototype_matches(&matcher, compiled, &found);
        self.fresh = fresh;
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
        if matcher.isomorphisms.is_disabled("prototypes") || !matcher.body.is_patch() {
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
                let edit = Edit { record, bindings: bindings.clone(), match_id: 0 };
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
                    more.push(Found { exported: one.exported.clone(), edits });
                }
            }
        }
        more
    }

    /// Notes the lines that `*` lines matched.
    fn star(&mut self, body: &Body, all: &[Found]) {
        if !body.is_match {
            return;
        }
        let lines = text::LineIndex::new(self.file.tree.source());
        let tokens = self.file.tree.tokens();
        for Taken { record, .. } in all.iter().flat_map(|found| &found.edits) {
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
        all: &[Found],
    ) -> Result<(), Failure> {
        let tree = Arc::clone(&self.file.tree);
        let editor = Editor::new(body, &tree, &self.values);
        let mut plan = Plan::new(Arc::clone(&tree));
        for (match_id, found) in all.iter().enumerate() {
            for Taken { record, bindings, .. } in &found.edits {
                let edit = Edit { record, bindings: bindings.clone(), match_id: match_id as u32 };
                let element = compiled.elements[record.element.0 as usize];
                editor.apply(&edit, element, &mut plan).map_err(|conflict: Conflict| {
                    let at = tree.tokens().span(conflict.token()).start;
                    self.failure(rule, Some(at), conflict.to_string())
                })?;
            }
        }
        if plan.is_empty() {
            return Ok(());
        }
        let text: Arc<[u8]> = plan.print(&self.prepared.settings.style).into();
        if *text == **tree.source() {
            return Ok(());
        }
        let parsed = csyntax::parse(text, &self.prepared.names);
        if let Some(problem) = parsed.problems().get(tree.problems().len()) {
            let at = parsed.tokens().span(problem.token).start;
            let place = text::LineIndex::new(parsed.source()).place(at);
            let message = format!(
                "the result would not parse: line {}, column {} of it: {}",
                place.line, place.column, problem.message
            );
            return Err(self.failure(rule, None, message));
        }
        self.changed = true;
        self.file = FileState::new(parsed);
        Ok(())
    }
}

/// Why an item was given up.
struct GaveUp {
    at: Option<NodeId>,
    message: String,
}

/// All matches of a rule in one item.
fn item_matches(
    matcher: &Matcher<'_>,
    graph: &Graph,
    compiled: &Compiled,
    limit: Limit,
) -> Result<Vec<Found>, GaveUp> {
    let checked = CheckedGraph(graph);
    let domain = ValueDomain(matcher.values);
    let mut predicates = GraphPredicates::new(matcher, graph, &compiled.elements);
    let triples = ctl::check(&checked, &domain, &mut predicates, &compiled.formula, limit)
        .map_err(|error| GaveUp { at: None, message: error.to_string() })?;
    let own = matcher.rule.metavariables.len() as u32;
    let mut found = Vec::new();
    let mut starts: BTreeMap<ctl::State, BTreeSet<ctl::State>> = BTreeMap::new();
    for triple in &triples {
        let mut one = Found { exported: Vec::new(), edits: Vec::new() };
        if triple.has_negated_witness() {
            found.push(one);
            continue;
        }
        let mut exported: Vec<(MetavariableId, Vec<ValueId>)> = Vec::new();
        for leaf in triple.leaves() {
            let mut bindings: FxHashMap<MetavariableId, ValueId> = matcher.inherited.clone();
            let mut record = None;
            for &(_, Var(var), value) in &leaf {
                if var < own {
                    bindings.insert(MetavariableId(var), value);
                } else if let Value::Record(number) = *matcher.values.borrow().get(value) {
                    record = Some(Rc::clone(&predicates.records[number as usize]));
                }
            }
            for &(metavariable, value) in record.iter().flat_map(|record| &record.bindings) {
                bindings.entry(metavariable).or_insert(value);
            }
            note_exported(matcher.rule, &bindings, &mut exported);
            if let Some(record) = record {
                let same = one.edits.iter().any(|other| {
                    other.record.element == record.element
                        && other.record.entries == record.entries
                        && other.bindings == bindings
                });
                if !same {
                    let state = leaf.last().map_or(triple.state, |&(state, ..)| state);
                    one.edits.push(Taken { record, bindings, state });
                }
            }
        }
        for taken in &one.edits {
            if changes(matcher.body, &taken.record) {
                starts.entry(taken.state).or_default().insert(triple.state);
            }
        }
        one.exported = join(matcher, exported);
        found.push(one);
    }
    match starts.iter().find(|(state, starts)| is_reached_around(graph, **state, starts)) {
        Some((&state, _)) if matcher.body.is_patch() => Err(GaveUp {
            at: graph.node(state).syntax,
            message:
                "inconsistent control-flow paths: this code is also reached by paths on which \
                      the rule does not match"
                    .to_owned(),
        }),
        _ => Ok(found),
    }
}

/// Whether a match changes the code that it took.
fn changes(body: &Body, record: &Record) -> bool {
    record.entries.iter().any(|entry| {
        entry.pattern.clone().any(|token| body.mark(csyntax::TokenId(token)) == smpl::Mark::Minus)
            || body.additions().iter().any(|addition| entry.pattern.contains(&addition.anchor.0))
    })
}

/// Whether some execution comes to `state` without passing a start of the matches that change it.
fn is_reached_around(graph: &Graph, state: ctl::State, starts: &BTreeSet<ctl::State>) -> bool {
    let mut seen = vec![false; graph.len()];
    let mut open = vec![state];
    while let Some(state) = open.pop() {
        if std::mem::replace(&mut seen[state], true) || starts.contains(&state) {
            continue;
        }
        match graph.node(state).kind {
            FlowKind::Top | FlowKind::Fake => return true,
            FlowKind::After(_) => continue,
            _ => open.extend(graph.predecessors(state, cfg::Edges::Direct)),
        }
    }
    false
}

fn note_exported(
    rule: &Rule,
    bindings: &FxHashMap<MetavariableId, ValueId>,
    exported: &mut Vec<(MetavariableId, Vec<ValueId>)>,
) {
    for (metavariable, users) in &rule.exports {
        let Some(&value) = bindings.get(metavariable).filter(|_| !users.is_empty()) else {
            continue;
        };
        match exported.iter_mut().find(|(m, _)| m == metavariable) {
            Some((_, values)) if !values.contains(&value) => values.push(value),
            Some(_) => {}
            None => exported.push((*metavariable, vec![value])),
        }
    }
}

/// One value for each exported metavariable; several positions in one match are one list.
fn join(
    matcher: &Matcher<'_>,
    exported: Vec<(MetavariableId, Vec<ValueId>)>,
) -> Vec<(MetavariableId, ValueId)> {
    let mut joined: Vec<(MetavariableId, ValueId)> = exported
        .into_iter()
        .map(|(metavariable, values)| {
            let mut table = matcher.values.borrow_mut();
            if values.len() == 1 {
                let value = crate::value::between_rules(table.get(values[0]));
                return (metavariable, table.intern(value));
            }
            let mut positions: Vec<Position> = Vec::new();
            for &value in &values {
                if let Value::Positions(some) = table.get(value) {
                    positions.extend(some.iter().cloned());
                }
            }
            let value = if positions.is_empty() {
                values[0]
            } else {
                table.intern(Value::Positions(positions))
            };
            (metavariable, value)
        })
        .collect();
    joined.sort_unstable();
    joined
}

/// Gives the fresh identifiers of a rule their names, one for each match.
fn name_fresh(
    rule: &Rule,
    values: &RefCell<Values>,
    counter: &mut u32,
    inherited: &FxHashMap<MetavariableId, ValueId>,
    found: &mut Found,
) {
    use smpl::{MetavariableKind, Origin, SeedPart};
    for (index, declared) in rule.metavariables.iter().enumerate() {
        if declared.kind != MetavariableKind::FreshIdentifier || declared.origin != Origin::Own {
            continue;
        }
        let metavariable = MetavariableId(index as u32);
        let mut name: Vec<u8> = Vec::new();
        for part in &declared.seed {
            match part {
                SeedPart::Text(text) => name.extend_from_slice(text.as_bytes()),
                SeedPart::Metavariable(other) => {
                    let value = inherited.get(other).copied().or_else(|| {
                        found.edits.iter().find_map(|taken| taken.bindings.get(other).copied())
                    });
                    if let Some(value) = value {
                        let table = values.borrow();
                        name.extend_from_slice(
                            crate::value::text_of(table.get(value)).unwrap_or_default(),
                        );
                    }
                }
            }
        }
        if matches!(declared.seed[..], [SeedPart::Text(_)] | []) {
            if declared.seed.is_empty() {
                name.extend_from_slice(b"__fresh_");
            }
            name.extend_from_slice(counter.to_string().as_bytes());
            *counter += 1;
        }
        let value = values.borrow_mut().intern(Value::Identifier(name.into()));
        for taken in &mut found.edits {
            taken.bindings.insert(metavariable, value);
        }
        if rule.exports.iter().any(|(m, users)| *m == metavariable && !users.is_empty()) {
            found.exported.push((metavariable, value));
            found.exported.sort_unstable();
        }
    }
}
