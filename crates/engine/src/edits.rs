//! From the records of a match to a plan of edits.
//!
//! A record says which tokens of an element took which code. What is marked `-` goes; an addition hangs on the code that
//! its anchor took. Code that is a branch without braces gets braces when it becomes more or less than one statement.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};
use rewrite::{Anchor, Bound, Conflict, Plan, Removal};
use rustc_hash::{FxHashMap, FxHasher};
use smpl::{Addition, AdditionForm, Body, Mark, MetavariableId, Side};

use crate::element::{Element, Form};
use crate::formula;
use crate::predicates::Record;
use crate::record::{Bindings, Entry};
use crate::value::{Value, ValueId, Values};

/// One record with all that is bound where it counts.
#[derive(Clone, Debug)]
pub(crate) struct Edit<'r> {
    pub(crate) record: &'r Record,
    pub(crate) bindings: FxHashMap<MetavariableId, ValueId>,
    pub(crate) match_id: u32,
    /// Which of the places that its element took it is.
    pub(crate) occurrence: u32,
}

/// What is the same for all edits of a rule.
pub(crate) struct Editor<'a> {
    pub(crate) body: &'a Body,
    pub(crate) tree: &'a Arc<Tree>,
    pub(crate) values: &'a RefCell<Values>,
    /// The adjacency group of each token of the minus slice.
    groups: Vec<u32>,
}

/// The bindings of one edit, as added code sees them.
struct BoundValues<'a> {
    values: &'a RefCell<Values>,
    bindings: &'a FxHashMap<MetavariableId, ValueId>,
}

impl rewrite::Bindings for BoundValues<'_> {
    fn bound(&self, metavariable: MetavariableId) -> Option<Bound> {
        let value = *self.bindings.get(&metavariable)?;
        Some(match self.values.borrow().get(value) {
            Value::Identifier(text) => Bound::Text(text.clone()),
            Value::Term(tree, node, _) => Bound::Term(Arc::clone(tree), *node),
            Value::Type(tree, term, _) => Bound::Type(Arc::clone(tree), term.clone()),
            Value::List(tree, nodes) => Bound::List(Arc::clone(tree), nodes.clone()),
            Value::Length(length) => Bound::Text(length.to_string().into_bytes().into()),
            Value::Unspelt(_)
            | Value::Positions(_)
            | Value::Path { .. }
            | Value::Brace(_)
            | Value::Record(_) => {
                return None;
            }
        })
    }
}

impl<'a> Editor<'a> {
    pub(crate) fn new(
        body: &'a Body,
        tree: &'a Arc<Tree>,
        values: &'a RefCell<Values>,
    ) -> Editor<'a> {
        Editor { body, tree, values, groups: groups(body) }
    }

    /// Adds one edit to the plan.
    pub(crate) fn apply(
        &self,
        edit: &Edit<'_>,
        element: Element,
        plan: &mut Plan,
    ) -> Result<(), Conflict> {
        for entry in &edit.record.entries {
            if self.is_removed(&entry.pattern) {
                self.remove(edit, entry, plan)?;
            }
        }
        let range = formula::element_range(self.body, element);
        let mut braces = None;
        for (index, addition) in self.body.additions().iter().enumerate() {
            if !self.belongs(addition, element, &range) {
                continue;
            }
            for place in self.places(addition, &edit.record.entries) {
                self.add_in_place(edit, index, place, plan)?;
            }
            if self.wants_braces(element, Some(addition)) {
                braces = edit.record.code;
            }
        }
        let removed_alone = self.is_removed(&range)
            && !self.body.additions().iter().any(|a| range.contains(&a.anchor.0));
        if removed_alone && self.wants_braces(element, None) {
            braces = edit.record.code;
        }
        if self.splits_in_two(element) {
            braces = edit.record.code.and_then(|code| self.if_statement_of(code));
        }
        if let Some(statement) = braces.filter(|&node| is_branch(self.tree, node)) {
            plan.brace(statement);
        }
        Ok(())
    }

    /// Hangs an addition on what its anchor took, in one place of a nest or outside of all.
    fn add_in_place(
        &self,
        edit: &Edit<'_>,
        index: usize,
        place: Option<&Rc<Bindings>>,
        plan: &mut Plan,
    ) -> Result<(), Conflict> {
        let addition = &self.body.additions()[index];
        let entries: Vec<&Entry> =
            edit.record.entries.iter().filter(|entry| is_in(entry, place)).collect();
        let Some(anchor) = self.anchor(addition, edit.record.code, &entries) else { return Ok(()) };
        let mut bindings = edit.bindings.clone();
        bindings.extend(place.iter().flat_map(|place| place.iter().copied()));
        let environment = self.environment(addition, &bindings);
        let values = BoundValues { values: self.values, bindings: &bindings };
        plan.add(anchor, self.body, index, environment, &values)
    }

    fn is_removed(&self, pattern: &Range<u32>) -> bool {
        let mut any = false;
        for token in pattern.clone().map(TokenId) {
            if self.body.minus.is_hidden(token) || is_choice(&self.body.minus, token) {
                continue;
            }
            if self.body.mark(token) != Mark::Minus {
                return false;
            }
            any = true;
        }
        any
    }

    fn remove(&self, edit: &Edit<'_>, entry: &Entry, plan: &mut Plan) -> Result<(), Conflict> {
        if entry.code.is_empty() {
            return Ok(());
        }
        let group = self.groups.get(entry.pattern.start as usize).copied().unwrap_or(0);
        let group = group + edit.occurrence * self.groups.len() as u32;
        let by = Removal { match_id: edit.match_id, group };
        if let Some((declaration, declarator)) = self.declarator_of_several(edit.record.code, entry)
        {
            return plan.remove_declarator(declaration, declarator, by);
        }
        plan.remove(entry.code.clone(), by)
    }

    /// The declarator that an entry took out of a declaration of several.
    fn declarator_of_several(
        &self,
        code: Option<NodeId>,
        entry: &Entry,
    ) -> Option<(NodeId, NodeId)> {
        // Its name alone, changed in place, may have the same range.
        let last = TokenId(entry.pattern.end.checked_sub(1)?);
        if self.body.minus.tokens().kind(last) != TokenKind::Semicolon {
            return None;
        }
        let tree = self.tree;
        let root = code?;
        let is_list = |node: NodeId| {
            matches!(tree.kind(node), NodeKind::Declaration | NodeKind::FieldDeclaration)
        };
        let declarators = |node: NodeId| {
            tree.children(node).filter(|&child| {
                matches!(tree.kind(child), NodeKind::InitDeclarator | NodeKind::FieldDeclarator)
            })
        };
        tree.descendants(root).filter(|&node| is_list(node)).find_map(|declaration| {
            if declarators(declaration).count() < 2 {
                return None;
            }
            let declarator =
                declarators(declaration).find(|&child| tree.token_range(child) == entry.code)?;
            Some((declaration, declarator))
        })
    }

    /// Whether an addition hangs on an element, or on a part of it that has no element of its own.
    fn belongs(&self, addition: &Addition, element: Element, range: &Range<u32>) -> bool {
        let minus = &self.body.minus;
        let whole = minus.token_range(element.node);
        if addition.at_mark && whole.end == addition.anchor.0 + 1 {
            // Behind a whole statement: it hangs on the head of the outermost one that ends there.
            let inside = minus.ancestors(element.node).any(|outer| {
                let kind = minus.kind(outer);
                formula::has_head(kind) && minus.token_range(outer).end == whole.end
            });
            let head = matches!(element.form, Form::Head | Form::NegatedHead);
            return !inside && (head || range.contains(&addition.anchor.0));
        }
        range.contains(&addition.anchor.0)
    }

    /// The declaration that loses the declarator that an entry took, and may keep others.
    fn declaration_left(&self, code: Option<NodeId>, entry: &Entry) -> Option<NodeId> {
        if !self.is_removed(&entry.pattern) {
            return None;
        }
        self.declarator_of_several(code, entry).map(|(declaration, _)| declaration)
    }

    /// The token of the code that an addition hangs on.
    fn anchor(
        &self,
        addition: &Addition,
        code: Option<NodeId>,
        entries: &[&Entry],
    ) -> Option<Anchor> {
        let at = addition.anchor.0;
        let holding = || entries.iter().filter(|entry| self.holds(addition, entry));
        if let Some(declaration) = holding().find_map(|entry| self.declaration_left(code, entry)) {
            let tokens = self.tree.token_range(declaration);
            return Some(match addition.side {
                Side::Before => Anchor {
                    token: TokenId(tokens.start),
                    side: Side::Before,
                    at_mark: true,
                    depth: 0,
                },
                Side::After | Side::Replace => Anchor {
                    token: TokenId(tokens.end - 1),
                    side: Side::After,
                    at_mark: true,
                    depth: 0,
                },
            });
        }
        let token = match addition.side {
            Side::Before => {
                let entry = holding()
                    .filter(|entry| entry.pattern.start == at)
                    .min_by_key(|entry| {
                        (entry.code.is_empty(), entry.pattern.len(), entry.code.start)
                    })
                    .or_else(|| holding().min_by_key(|entry| entry.pattern.len()))?;
                if addition.at_mark || self.on_choice(addition) {
                    holding().map(|entry| entry.code.start).min()?
                } else {
                    entry.code.start
                }
            }
            Side::After => {
                let entry = holding()
                    .filter(|entry| entry.pattern.end == at + 1)
                    .min_by_key(|entry| (entry.code.is_empty(), entry.pattern.len()))
                    .or_else(|| holding().min_by_key(|entry| entry.pattern.len()))?;
                let end = if addition.at_mark || self.on_choice(addition) {
                    holding().map(|entry| entry.code.end).max()?
                } else {
                    // A type takes several runs of tokens; the last one counts.
                    holding()
                        .filter(|other| other.pattern == entry.pattern)
                        .map(|entry| entry.code.end)
                        .max()?
                };
                self.label_end(code, end).unwrap_or(end).checked_sub(1)?
            }
            Side::Replace => match self.replaced(addition, entries) {
                Some(token) => token,
                // Nothing was there to be removed.
                None => {
                    let entry = holding().find(|entry| entry.code.is_empty())?;
                    let token = TokenId(entry.code.start);
                    return Some(Anchor {
                        token,
                        side: Side::Before,
                        at_mark: addition.at_mark,
                        depth: 0,
                    });
                }
            },
        };
        // Behind a statement: others may end with the same token.
        let depth = code
            .filter(|&node| {
                addition.side == Side::After
                    && self.tree.kind(node).is_statement()
                    && self.tree.token_range(node).end == token + 1
            })
            .map_or(0, |statement| rewrite::statements_ending_inside(self.tree, statement));
        Some(Anchor {
            token: TokenId(token),
            side: addition.side,
            at_mark: addition.at_mark,
            depth,
        })
    }

    /// Where the label of a labelled statement ends, if what was taken is the whole of it: a statement metavariable takes
    /// a label with its statement, and code behind it still follows the label.
    fn label_end(&self, code: Option<NodeId>, end: u32) -> Option<u32> {
        let labelled = code.filter(|&node| {
            matches!(
                self.tree.kind(node),
                NodeKind::LabelStatement | NodeKind::CaseStatement | NodeKind::DefaultStatement
            ) && self.tree.token_range(node).end == end
        })?;
        Some(self.tree.own_token(labelled, TokenKind::Colon)?.0 + 1)
    }

    /// The removed token that carries a replacement: the first, for declarations and fields the last.
    fn replaced(&self, addition: &Addition, entries: &[&Entry]) -> Option<u32> {
        let at = addition.anchor.0;
        let holding = || {
            entries.iter().filter(|entry| {
                self.holds(addition, entry)
                    && !entry.code.is_empty()
                    && self.is_removed(&entry.pattern)
            })
        };
        let last = addition.node.is_some_and(|node| {
            matches!(
                self.body.minus.kind(node),
                NodeKind::Declaration | NodeKind::FieldDeclaration | NodeKind::MacroDeclaration
            )
        });
        let found = if last {
            holding().map(|entry| entry.code.end - 1).max()
        } else {
            holding().map(|entry| entry.code.start).min()
        };
        // A removed comma that the code lacks: the entry in front of it carries the replacement.
        found.or_else(|| {
            let entry = entries.iter().find(|entry| entry.pattern == (at..at + 1))?;
            entry.code.start.checked_sub(1)
        })
    }

    /// Whether an addition hangs on a parenthesis of a choice, `\(` or `\)`, which takes no code itself.
    fn on_choice(&self, addition: &Addition) -> bool {
        is_choice(&self.body.minus, addition.anchor)
    }

    /// Whether an entry has what an addition hangs on: its anchor, or a part of the term that begins or ends with a choice.
    fn holds(&self, addition: &Addition, entry: &Entry) -> bool {
        match addition.node.filter(|_| self.on_choice(addition)) {
            Some(node) => {
                let term = self.body.minus.token_range(node);
                term.start <= entry.pattern.start && entry.pattern.end <= term.end
            }
            None => entry.pattern.contains(&addition.anchor.0),
        }
    }

    /// The places of a nest in which the anchor of an addition took something; one that is none for code outside.
    fn places<'e>(
        &self,
        addition: &Addition,
        entries: &'e [Entry],
    ) -> Vec<Option<&'e Rc<Bindings>>> {
        let mut places: Vec<Option<&Rc<Bindings>>> = Vec::new();
        for entry in entries.iter().filter(|entry| self.holds(addition, entry)) {
            if !places.iter().any(|&known| is_in(entry, known)) {
                places.push(entry.place.as_ref());
            }
        }
        places
    }

    /// Identifies the values that an addition mentions.
    fn environment(
        &self,
        addition: &Addition,
        bindings: &FxHashMap<MetavariableId, ValueId>,
    ) -> u64 {
        let mut hasher = FxHasher::default();
        let plus = &self.body.plus;
        for piece in addition.rows.iter().flat_map(|row| &row.pieces) {
            let tokens: Vec<TokenId> = match *piece {
                smpl::Piece::Node(node) => plus.visible_tokens(node).collect(),
                smpl::Piece::Token(token) => vec![token],
                smpl::Piece::Text(_) | smpl::Piece::Blank => Vec::new(),
            };
            for token in tokens {
                if let Some(metavariable) = self.body.metavariable_of(token) {
                    bindings.get(&metavariable).hash(&mut hasher);
                }
            }
        }
        hasher.finish()
    }

    /// Whether an edit of a statement calls for braces where the statement is a branch of its own: the statement is open
    /// on both sides in the pattern, and is removed, gets company, or is replaced by other than one statement.
    fn wants_braces(&self, element: Element, addition: Option<&Addition>) -> bool {
        let minus = &self.body.minus;
        let kind = minus.kind(element.node);
        let statement = kind.is_statement() && kind != NodeKind::CompoundStatement
            || matches!(element.form, Form::Statement(_));
        let statement =
            statement && matches!(element.form, Form::Whole | Form::Head | Form::Statement(_));
        let replaced_block = element.form == Form::OpenBrace
            && addition.is_some_and(|addition| addition.side == Side::Replace)
            && self.is_removed(&minus.token_range(element.node));
        if !(statement || replaced_block) || !self.is_open(element.node) {
            return false;
        }
        match addition {
            None => true,
            Some(addition) => {
                let whole = minus.token_range(element.node);
                let outside = match addition.side {
                    Side::Before => addition.anchor.0 == whole.start,
                    Side::After => addition.anchor.0 + 1 == whole.end,
                    Side::Replace => self.is_removed(&whole),
                };
                let one_statement = addition.side == Side::Replace
                    && addition.form == AdditionForm::Statement
                    && !self.body.all_added;
                outside
                    && addition.form != AdditionForm::Term
                    && addition.form != AdditionForm::Pieces
                    && !one_statement
            }
        }
    }

    /// Whether an `if` becomes two statements, because its `else` goes and what it governed stays.
    fn splits_in_two(&self, element: Element) -> bool {
        let minus = &self.body.minus;
        element.form == Form::Else
            && self.body.mark(TokenId(minus.token_range(element.node).start)) == Mark::Minus
            && !self.is_removed(&minus.token_range(element.node))
            && minus.parent(element.node).is_some_and(|statement| self.is_open(statement))
    }

    /// The `if` that a node is or that its `else` belongs to.
    fn if_statement_of(&self, code: NodeId) -> Option<NodeId> {
        std::iter::once(code)
            .chain(self.tree.ancestors(code))
            .find(|&node| self.tree.kind(node) == NodeKind::IfStatement)
    }

    /// Whether dots, a nest or the end of the rule stand on both sides of a statement of the pattern.
    fn is_open(&self, node: NodeId) -> bool {
        let minus = &self.body.minus;
        let Some(parent) = minus.parent(node) else { return true };
        let siblings: Vec<NodeId> = minus
            .children(parent)
            .filter(|&sibling| minus.kind(sibling) != NodeKind::WhenClause)
            .collect();
        let Some(place) = siblings.iter().position(|&sibling| sibling == node) else {
            return false;
        };
        let is_gap =
            |index: usize| matches!(minus.kind(siblings[index]), NodeKind::Dots | NodeKind::Nest);
        match minus.kind(parent) {
            NodeKind::PatternSequence | NodeKind::Nest => {
                (place == 0 || is_gap(place - 1))
                    && (place + 1 == siblings.len() || is_gap(place + 1))
            }
            NodeKind::CompoundStatement => {
                let function = minus
                    .parent(parent)
                    .is_some_and(|outer| minus.kind(outer) == NodeKind::FunctionDefinition);
                place > 0
                    && is_gap(place - 1)
                    && ((place + 1 == siblings.len() && function)
                        || (place + 1 < siblings.len() && is_gap(place + 1)))
            }
            NodeKind::Branch => {
                (place == 0 || is_gap(place - 1))
                    && (place + 1 == siblings.len() || is_gap(place + 1))
                    && minus.parent(parent).is_some_and(|group| self.is_open(group))
            }
            _ => false,
        }
    }
}

/// Whether a token belongs to the notation of choices: `\(`, `\|`, `\&`, `\)`.
fn is_choice(minus: &Tree, token: TokenId) -> bool {
    use csyntax::TokenKind::*;
    matches!(minus.tokens().kind(token), DisjOpen | DisjOr | DisjAnd | DisjClose)
}

fn is_in(entry: &Entry, place: Option<&Rc<Bindings>>) -> bool {
    match (&entry.place, place) {
        (Some(ours), Some(theirs)) => Rc::ptr_eq(ours, theirs),
        (None, None) => true,
        _ => false,
    }
}

/// Whether a statement is the branch of an `if` or the body of a loop.
fn is_branch(tree: &Tree, node: NodeId) -> bool {
    let Some(parent) = tree.parent(node) else { return false };
    match tree.kind(parent) {
        NodeKind::IfStatement
        | NodeKind::WhileStatement
        | NodeKind::ForStatement
        | NodeKind::IteratorStatement
        | NodeKind::ElseClause
        | NodeKind::DoStatement => tree.kind(node).is_statement(),
        _ => false,
    }
}

/// Adjacency groups: a new one starts at every unmarked `...` or nest.
fn groups(body: &Body) -> Vec<u32> {
    use csyntax::TokenKind::*;
    let tokens = body.minus.tokens();
    let mut group = 0;
    tokens
        .ids()
        .map(|token| {
            let dots = matches!(
                tokens.kind(token),
                Ellipsis | NestOpen | NestClose | NestPlusOpen | NestPlusClose
            );
            if dots && body.mark(token) != Mark::Minus {
                group += 1;
            }
            group
        })
        .collect()
}
