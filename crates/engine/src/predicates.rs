//! Where the labels of a formula hold on one flow graph.
//!
//! Each label is evaluated once, over all nodes. A tagged element binds, besides its metavariables, the record of
//! what it took; two ways to match are two records.

use std::cell::RefCell;
use std::rc::Rc;

use cfg::{FlowKind, FlowNode, Graph, LabelId, NodeIndex};
use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use ctl::{Domain, Predicates, State, Var};
use rustc_hash::FxHashMap;
use smallvec::smallvec;

use crate::element::{Element, ElementId, Form};
use crate::formula;
use crate::label::{Kind, Label};
use crate::matcher::Matcher;
use crate::places::Narrowing;
use crate::record::{Bindings, Entry, Matches, Partial};
use crate::value::{Value, ValueId, Values};

/// One way in which a label holds: where, and what the variables are.
type Occurrence = (State, Vec<(Var, ValueId)>);

/// What one match of a tagged element took.
#[derive(Clone, Debug)]
pub struct Record {
    /// The element.
    pub element: ElementId,
    /// The statement, declaration or function of the code that it matched in.
    pub code: Option<NodeId>,
    /// Its metavariables.
    pub bindings: Bindings,
    /// Which tokens took which.
    pub entries: Vec<Entry>,
}

/// Values as the model checker sees them.
pub(crate) struct ValueDomain<'a>(pub(crate) &'a RefCell<Values>);

impl Domain for ValueDomain<'_> {
    type Value = ValueId;

    /// Equal values, types that agree; and a path with a prefix of it, or the common part of two prefixes.
    fn merge(&self, a: &ValueId, b: &ValueId) -> Option<ValueId> {
        if a == b {
            return Some(*a);
        }
        let mut values = self.0.borrow_mut();
        if let Some(both) = values.merge(*a, *b) {
            return Some(both);
        }
        let (Value::Path { numbers: x, prefix: p }, Value::Path { numbers: y, prefix: q }) =
            (values.get(*a), values.get(*b))
        else {
            return None;
        };
        match (p, q) {
            (false, false) => None,
            // `a` is exact, `b` a node that has to lie below it.
            (false, true) => y.starts_with(x).then_some(*a),
            (true, false) => x.starts_with(y).then_some(*b),
            (true, true) => {
                let common = x.iter().zip(y.iter()).take_while(|(m, n)| m == n).count();
                let numbers = x[..common].into();
                Some(values.intern(Value::Path { numbers, prefix: true }))
            }
        }
    }
}

/// The labels of one rule on one graph.
pub(crate) struct GraphPredicates<'g, 'a> {
    pub(crate) matcher: &'g Matcher<'a>,
    pub(crate) graph: &'g Graph,
    pub(crate) elements: &'g [Element],
    pub(crate) records: Vec<Rc<Record>>,
    /// What tells where to look for an element; all nodes are looked at without.
    narrowing: Option<Narrowing<'g>>,
    known: FxHashMap<ElementId, Rc<Vec<(usize, Partial)>>>,
    /// Paths, and whether they are prefixes, as values.
    path_values: FxHashMap<(LabelId, bool), ValueId>,
}

impl<'g> Predicates<ValueDomain<'g>> for GraphPredicates<'g, '_> {
    type Label = Label;

    fn holds(&mut self, label: &Label) -> Vec<Occurrence> {
        match *label {
            Label::Element { element, record } => self.element(element, record),
            Label::Kind(kind) => {
                self.nodes().filter(|&n| self.is_kind(n, kind)).map(plain).collect()
            }
            Label::Brace(var) => self.braces(var),
            Label::Path(var) => self.paths(var, false),
            Label::Within(var) => self.paths(var, true),
            Label::JumpOf(var) => self.jumps(var),
        }
    }

    fn is_nowhere(&mut self, label: &Label) -> bool {
        match *label {
            Label::Element { element, .. } => self.matches(element).is_empty(),
            Label::Kind(kind) => !self.nodes().any(|n| self.is_kind(n, kind)),
            _ => false,
        }
    }
}

fn plain(node: NodeIndex) -> Occurrence {
    (node, Vec::new())
}

impl<'g, 'a> GraphPredicates<'g, 'a> {
    pub(crate) fn new(
        matcher: &'g Matcher<'a>,
        graph: &'g Graph,
        elements: &'g [Element],
    ) -> GraphPredicates<'g, 'a> {
        GraphPredicates {
            matcher,
            graph,
            elements,
            records: Vec::new(),
            narrowing: None,
            known: FxHashMap::default(),
            path_values: FxHashMap::default(),
        }
    }

    /// With something that tells where to look.
    pub(crate) fn narrowed_by(self, narrowing: Option<Narrowing<'g>>) -> Self {
        GraphPredicates { narrowing, ..self }
    }

    fn nodes(&self) -> impl Iterator<Item = NodeIndex> + use<> {
        0..self.graph.len()
    }

    fn braces(&self, var: Var) -> Vec<Occurrence> {
        self.nodes()
            .filter_map(|n| {
                let number = self.graph.node(n).brace?;
                let value = self.matcher.values.borrow_mut().intern(Value::Brace(number));
                Some((n, vec![(var, value)]))
            })
            .collect()
    }

    fn paths(&mut self, var: Var, prefix: bool) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for n in self.nodes() {
            let label = self.graph.node(n).label;
            if label == LabelId::EMPTY {
                continue;
            }
            let value = *self.path_values.entry((label, prefix)).or_insert_with(|| {
                let numbers = self.graph.labels().path(label).into();
                self.matcher.values.borrow_mut().intern(Value::Path { numbers, prefix })
            });
            found.push((n, vec![(var, value)]));
        }
        found
    }

    /// `break` and `continue`, with the path of their loop or switch.
    fn jumps(&self, var: Var) -> Vec<Occurrence> {
        self.nodes()
            .filter_map(|n| {
                let label = self.graph.node(n).jump_label?;
                let numbers = self.graph.labels().path(label).into();
                let path = Value::Path { numbers, prefix: false };
                Some((n, vec![(var, self.matcher.values.borrow_mut().intern(path))]))
            })
            .collect()
    }

    fn is_kind(&self, index: NodeIndex, kind: Kind) -> bool {
        let node = self.graph.node(index);
        match kind {
            Kind::Top => node.kind == FlowKind::Top,
            Kind::OpenBrace => node.kind == FlowKind::OpenBrace,
            Kind::CloseBrace => node.kind == FlowKind::CloseBrace,
            Kind::LastBrace => self.is_last_brace(index),
            Kind::True => matches!(node.kind, FlowKind::True { .. }),
            Kind::Escaping => matches!(node.kind, FlowKind::True { escapes: true }),
            Kind::False => node.kind == FlowKind::False,
            Kind::Fall => node.kind == FlowKind::Fall,
            Kind::After => matches!(node.kind, FlowKind::After(_)),
            Kind::AfterGoto => node.kind == FlowKind::After(cfg::AfterKind::Goto),
            Kind::InLoop => node.kind == FlowKind::InLoop,
            Kind::LoopFall => node.kind == FlowKind::LoopFall,
            Kind::Else => node.kind == FlowKind::Else,
            Kind::Return => node.kind == FlowKind::Return,
            Kind::Continue => node.kind == FlowKind::Continue,
            Kind::Goto => node.kind == FlowKind::Goto,
            Kind::Break => node.kind == FlowKind::Break,
            Kind::PreExit => node.kind == FlowKind::PreExit,
            Kind::Exit => node.kind == FlowKind::Exit,
            Kind::ErrorExit => node.kind == FlowKind::ErrorExit,
            Kind::End => node.kind == FlowKind::End,
            Kind::FunctionHeader => node.kind == FlowKind::FunctionHeader,
        }
    }

    /// A `}` from which only `}` lead to the end, and that is not entered from a copy made for a jump.
    fn is_last_brace(&self, index: NodeIndex) -> bool {
        let node = self.graph.node(index);
        if node.kind != FlowKind::CloseBrace {
            return false;
        }
        if self
            .graph
            .predecessors(index, cfg::Edges::All)
            .iter()
            .any(|&before| self.graph.node(before).is_fake)
        {
            return false;
        }
        let mut at = index;
        for _ in 0..self.graph.len() {
            let [next] = self.graph.successors(at, cfg::Edges::Direct) else { return false };
            match self.graph.node(*next).kind {
                FlowKind::PreExit | FlowKind::ErrorExit => return true,
                FlowKind::CloseBrace => at = *next,
                _ => return false,
            }
        }
        false
    }

    fn element(&mut self, id: ElementId, record: Option<Var>) -> Vec<Occurrence> {
        let matches = self.matches(id);
        let mut found = Vec::with_capacity(matches.len());
        for (state, partial) in matches.iter() {
            let mut bindings: Vec<(Var, ValueId)> = partial
                .bindings()
                .iter()
                .map(|&(metavariable, value)| (Var(metavariable.0), value))
                .collect();
            if let Some(var) = record {
                let number = self.records.len() as u32;
                self.records.push(Rc::new(Record {
                    element: id,
                    code: self.graph.node(*state).syntax,
                    bindings: partial.bindings().clone(),
                    entries: partial.entries(),
                }));
                let value = self.matcher.values.borrow_mut().intern(Value::Record(number));
                bindings.push((var, value));
            }
            found.push((*state, bindings));
        }
        found
    }

    /// Whether an element matches a node, with whatever values.
    pub(crate) fn matches_at(&self, id: ElementId, index: NodeIndex) -> bool {
        !self.at_node(self.elements[id.0 as usize], index, self.graph.node(index)).is_empty()
    }

    fn matches(&mut self, id: ElementId) -> Rc<Vec<(usize, Partial)>> {
        if let Some(known) = self.known.get(&id) {
            return Rc::clone(known);
        }
        let element = self.elements[id.0 as usize];
        let mut found = Vec::new();
        let mut look_at = |index| {
            let matches = self.at_node(element, index, self.graph.node(index));
            found.extend(matches.into_iter().map(|partial| (index, partial)));
        };
        match self.narrowing.and_then(|narrowing| narrowing.nodes(self.matcher, element)) {
            Some(few) => few.into_iter().for_each(&mut look_at),
            None => self.nodes().for_each(&mut look_at),
        }
        let found = Rc::new(found);
        self.known.insert(id, Rc::clone(&found));
        found
    }

    /// All ways in which an element matches one node.
    fn at_node(&self, element: Element, index: NodeIndex, node: &FlowNode) -> Matches {
        let pattern = self.matcher.pattern(element.node);
        let body_kind = self.matcher.body.minus.kind(element.node);
        let start = Partial::default();
        match element.form {
            Form::OpenBrace => self.brace(element, node, FlowKind::OpenBrace),
            Form::CloseBrace => self.brace(element, node, FlowKind::CloseBrace),
            Form::Else if node.kind == FlowKind::Else => self.word(element, node),
            Form::Do if node.kind == FlowKind::Do => self.word(element, node),
            Form::Removed => self.removed(element, index),
            Form::ImplicitReturn => self.implicit_return(element, index),
            Form::Statement(_) => match node
                .syntax
                .filter(|&code| self.owns_statement(node, code))
                .or_else(|| self.statement_of_pragma(node))
            {
                Some(code) => self.matcher.statement_metavariable(element.node, code),
                None => Matches::new(),
            },
            Form::StatementList => match node.syntax {
                Some(code) if node.kind == FlowKind::OpenBrace => {
                    self.matcher.statement_list(pattern, code).into_iter().collect()
                }
                _ => Matches::new(),
            },
            Form::FunctionHeader => match node.syntax {
                Some(code) if node.kind == FlowKind::FunctionHeader => {
                    let range = formula::element_range(self.matcher.body, element);
                    self.matcher
                        .function_header(pattern, code, &start)
                        .iter()
                        .map(|state| self.whole_function(element, range.clone(), code, state))
                        .collect()
                }
                _ => Matches::new(),
            },
            Form::Anywhere => self.anywhere(element.node, node),
            Form::Head => match node.syntax {
                Some(code) => self.head(element, code, node),
                None => Matches::new(),
            },
            Form::NegatedHead => match node.syntax {
                Some(code) if node.kind == FlowKind::If => {
                    let found = self.matcher.negated_head(pattern, code);
                    self.hung_behind(element, code, found)
                }
                _ => Matches::new(),
            },
            Form::DoTail => match node.syntax {
                Some(code) if node.kind == FlowKind::DoTail => {
                    self.matcher.head_terms(pattern, code, &start)
                }
                _ => Matches::new(),
            },
            Form::Label => match node.syntax {
                Some(code)
                    if matches!(
                        node.kind,
                        FlowKind::Case | FlowKind::Default | FlowKind::Label
                    ) && self.matcher.tree.kind(code) == body_kind =>
                {
                    self.matcher.head_terms(pattern, code, &start)
                }
                _ => Matches::new(),
            },
            Form::Whole => match node.syntax {
                Some(code) if body_kind == NodeKind::FunctionDefinition => {
                    if node.kind == FlowKind::FunctionHeader {
                        smallvec![self.matcher.took(pattern, code, &start)]
                    } else {
                        Matches::new()
                    }
                }
                Some(code) if !self.is_in_function(code) && self.adds_statements(element) => {
                    Matches::new()
                }
                Some(code) if is_one_node(node.kind) => self.matcher.whole(pattern, code, &start),
                _ => Matches::new(),
            },
            _ => Matches::new(),
        }
    }

    /// Whether a statement metavariable takes the node; the body of a function or switch is no statement of its own.
    fn owns_statement(&self, node: &FlowNode, code: NodeId) -> bool {
        use FlowKind::*;
        match node.kind {
            OpenBrace => {
                let tree = self.matcher.tree;
                tree.kind(code) == NodeKind::CompoundStatement
                    && tree.parent(code).is_some_and(|outer| {
                        !matches!(
                            tree.kind(outer),
                            NodeKind::FunctionDefinition | NodeKind::SwitchStatement
                        )
                    })
            }
            kind => matches!(
                kind,
                ExpressionStatement
                    | If
                    | While
                    | Do
                    | For
                    | Iterator
                    | Switch
                    | Case
                    | CaseRange
                    | Default
                    | Label
                    | Return
                    | Break
                    | Continue
                    | Goto
                    | Asm
                    | MacroStatement
                    | NestedFunction
            ),
        }
    }

    /// The statement that a `#pragma` is a part of.
    fn statement_of_pragma(&self, node: &FlowNode) -> Option<NodeId> {
        let pragma = node.syntax.filter(|_| node.kind == FlowKind::Directive)?;
        let tree = self.matcher.tree;
        tree.parent(pragma).filter(|&outer| tree.kind(outer) == NodeKind::PragmaStatement)
    }

    fn is_in_function(&self, code: NodeId) -> bool {
        let tree = self.matcher.tree;
        tree.ancestors(code).any(|outer| {
            matches!(tree.kind(outer), NodeKind::FunctionDefinition | NodeKind::Define)
        })
    }

    /// `return;` also stands for the `}` at the end of a function; nothing is there to be removed, and added code
    /// goes in front of it. A rule of nothing else asks for a `return` in the function.
    fn implicit_return(&self, element: Element, index: NodeIndex) -> Matches {
        let body = self.matcher.body;
        let node = self.graph.node(index);
        let minus = &body.minus;
        let (true, Some(brace)) = (!node.is_fake && self.is_last_brace(index), node.token) else {
            return Matches::new();
        };
        let alone = minus.children(NodeId::ROOT).count() == 1
            && minus.children(NodeId::ROOT).next() == Some(element.node);
        let has_return = || self.graph.nodes().iter().any(|node| node.kind == FlowKind::Return);
        if alone && !has_return() {
            return Matches::new();
        }
        let entry = Entry::new(minus.token_range(element.node), brace.0..brace.0);
        smallvec![Partial::default().record(entry)]
    }

    /// Whether code is added to an element that can only stand in a function.
    fn adds_statements(&self, element: Element) -> bool {
        let body = self.matcher.body;
        let range = body.minus.token_range(element.node);
        body.additions()
            .iter()
            .filter(|addition| range.contains(&addition.anchor.0))
            .flat_map(|addition| &addition.rows)
            .flat_map(|row| &row.pieces)
            .any(|piece| matches!(piece, smpl::Piece::Node(node) if body.plus.kind(*node).is_statement()))
    }

    /// Code above a header hangs on the function as a whole; so does code below its end.
    fn whole_function(
        &self,
        element: Element,
        header: std::ops::Range<u32>,
        code: NodeId,
        state: &Partial,
    ) -> Partial {
        let body = self.matcher.body;
        let whole = body.minus.token_range(element.node);
        let hangs = body
            .additions()
            .iter()
            .any(|a| a.at_mark && whole.contains(&a.anchor.0) && header.contains(&a.anchor.0));
        let tree = self.matcher.tree;
        let first = tree.data(code).first.0;
        let removed =
            self.matcher.is_removed(element.node) && !self.matcher.is_replaced(element.node);
        if removed && let Some(block) = tree.child(code, NodeKind::CompoundStatement) {
            // With the function goes what the pattern left free: storage, `inline`, the type.
            return state.record(Entry::new(header, first..tree.data(block).first.0));
        }
        if !hangs {
            return state.clone();
        }
        state.record(Entry::new(whole.start..whole.start + 1, first..first + 1))
    }

    fn brace(&self, element: Element, node: &FlowNode, kind: FlowKind) -> Matches {
        let Some(code) = node.token.filter(|_| node.kind == kind) else { return Matches::new() };
        let range = formula::element_range(self.matcher.body, element);
        let pattern = self.matcher.pattern(element.node);
        self.matcher.took_token(pattern, TokenId(range.start), code, &Partial::default())
    }

    /// A keyword that is a node of its own.
    fn word(&self, element: Element, node: &FlowNode) -> Matches {
        let range = formula::element_range(self.matcher.body, element);
        let pattern = self.matcher.pattern(element.node);
        let code = node
            .token
            .or_else(|| node.syntax.and_then(|syntax| self.matcher.tree.first_token(syntax)));
        match code {
            Some(code) => {
                self.matcher.took_token(pattern, TokenId(range.start), code, &Partial::default())
            }
            None => Matches::new(),
        }
    }

    /// Removed dots take every token that the node stands for.
    fn removed(&self, element: Element, index: NodeIndex) -> Matches {
        let pattern = self.matcher.body.minus.token_range(element.node);
        let pattern = pattern.start..pattern.start + 1;
        let mut state = Partial::default();
        for code in self.own_ranges(index) {
            state = state.record(Entry::new(pattern.clone(), code));
        }
        smallvec![state]
    }

    /// The tokens that a node stands for: a statement without the statements in it.
    fn own_ranges(&self, index: NodeIndex) -> Vec<std::ops::Range<u32>> {
        let node = self.graph.node(index);
        if let (
            FlowKind::OpenBrace | FlowKind::CloseBrace | FlowKind::Else | FlowKind::Do,
            Some(token),
        ) = (node.kind, node.token)
        {
            return std::iter::once(token.0..token.0 + 1).collect();
        }
        let Some(syntax) = node.syntax else { return Vec::new() };
        let tree = self.matcher.tree;
        let whole = tree.token_range(syntax);
        match node.kind {
            FlowKind::If
            | FlowKind::While
            | FlowKind::For
            | FlowKind::Switch
            | FlowKind::Iterator
            | FlowKind::Case
            | FlowKind::CaseRange
            | FlowKind::Default
            | FlowKind::Label => {
                let inner = tree
                    .children(syntax)
                    .find(|&child| tree.kind(child).is_statement())
                    .map_or(whole.end, |child| tree.data(child).first.0);
                std::iter::once(whole.start..inner).collect()
            }
            FlowKind::DoTail => {
                let start = tree.own_token(syntax, TokenKind::While).map_or(whole.end, |t| t.0);
                std::iter::once(start..whole.end).collect()
            }
            kind if is_one_node(kind) => vec![whole],
            _ => Vec::new(),
        }
    }

    /// A head: of the same kind of statement, all that stands in front of the statement it governs.
    fn head(&self, element: Element, code: NodeId, node: &FlowNode) -> Matches {
        let minus = &self.matcher.body.minus;
        let kind = minus.kind(element.node);
        if kind.is_expression() || kind == NodeKind::Metavariable || kind == NodeKind::Disjunction {
            // `when != true e`: the condition alone.
            return self.condition(element.node, code, node);
        }
        let fits = matches!(
            (kind, node.kind),
            (NodeKind::IfStatement, FlowKind::If)
                | (NodeKind::WhileStatement, FlowKind::While)
                | (NodeKind::ForStatement, FlowKind::For)
                | (NodeKind::SwitchStatement, FlowKind::Switch)
                | (NodeKind::IteratorStatement, FlowKind::Iterator)
        );
        if !fits {
            return Matches::new();
        }
        let found =
            self.matcher.head_terms(self.matcher.pattern(element.node), code, &Partial::default());
        self.hung_behind(element, code, found)
    }

    /// Code behind a statement hangs on its last token, and is noted with its head.
    fn hung_behind(&self, element: Element, code: NodeId, found: Matches) -> Matches {
        let whole = self.matcher.body.minus.token_range(element.node);
        let hangs =
            self.matcher.body.additions().iter().any(|a| a.at_mark && a.anchor.0 + 1 == whole.end);
        if !hangs {
            return found;
        }
        let end = self.matcher.tree.data(code).end.0;
        let entry = Entry::new(whole.end - 1..whole.end, end - 1..end);
        found.iter().map(|state| state.record(entry.clone())).collect()
    }

    fn condition(&self, pattern: NodeId, code: NodeId, node: &FlowNode) -> Matches {
        let tree = self.matcher.tree;
        let condition = match node.kind {
            FlowKind::If | FlowKind::While => tree.children(code).next(),
            FlowKind::For => tree
                .child(code, NodeKind::ForCondition)
                .filter(|_| {
                    let empty = |kind| {
                        tree.child(code, kind)
                            .is_some_and(|slot| tree.children(slot).next().is_none())
                    };
                    empty(NodeKind::ForInit) && empty(NodeKind::ForStep)
                })
                .and_then(|slot| tree.children(slot).next()),
            _ => None,
        };
        match condition {
            Some(condition) => {
                self.matcher.term(self.matcher.pattern(pattern), condition, &Partial::default())
            }
            None => Matches::new(),
        }
    }

    /// An expression or type in every place of the node where one stands.
    fn anywhere(&self, pattern: NodeId, node: &FlowNode) -> Matches {
        if let (FlowKind::Label, Some(syntax)) = (node.kind, node.syntax) {
            return self.matcher.label_name(pattern, syntax);
        }
        let Some(syntax) = node.syntax.filter(|_| owns_terms(node.kind)) else {
            return Matches::new();
        };
        let mut roots = Vec::new();
        self.term_roots(syntax, node.kind, &mut roots);
        self.matcher.search(pattern, &roots)
    }

    /// The terms of a statement that are not inside a statement of its own.
    fn term_roots(&self, syntax: NodeId, kind: FlowKind, roots: &mut Vec<NodeId>) {
        let tree = self.matcher.tree;
        if kind == FlowKind::FunctionHeader {
            roots.extend(tree.children(syntax).filter(|&child| {
                !matches!(tree.kind(child), NodeKind::CompoundStatement | NodeKind::Declaration)
            }));
            return;
        }
        if kind == FlowKind::DoTail {
            let word = tree.own_token(syntax, TokenKind::While);
            roots.extend(
                tree.children(syntax)
                    .filter(|&child| word.is_some_and(|word| tree.data(child).first > word)),
            );
            return;
        }
        if is_one_node(kind) {
            roots.push(syntax);
            return;
        }
        roots.extend(tree.children(syntax).filter(|&child| {
            !tree.kind(child).is_statement()
                && !matches!(tree.kind(child), NodeKind::ElseClause | NodeKind::Declaration)
        }));
    }
}

/// Whether a node is a whole statement, declaration or directive.
pub(crate) fn is_one_node(kind: FlowKind) -> bool {
    use FlowKind::*;
    matches!(
        kind,
        Declaration
            | ExpressionStatement
            | Return
            | Break
            | Continue
            | Goto
            | Asm
            | MacroStatement
            | MacroCall
            | Directive
            | Define
    )
}

/// Whether an expression pattern looks into the node.
pub(crate) fn owns_terms(kind: FlowKind) -> bool {
    use FlowKind::*;
    is_one_node(kind)
        || matches!(
            kind,
            If | While
                | For
                | Switch
                | Iterator
                | Case
                | CaseRange
                | DoTail
                | FunctionHeader
                | DefineBody
        )
}

/// The graph as the model checker sees it.
pub(crate) struct CheckedGraph<'g>(pub(crate) &'g Graph);

impl ctl::Graph for CheckedGraph<'_> {
    fn states(&self) -> usize {
        self.0.len()
    }

    fn successors(&self, state: usize, edges: ctl::Edges) -> &[usize] {
        self.0.successors(state, flow_edges(edges))
    }

    fn predecessors(&self, state: usize, edges: ctl::Edges) -> &[usize] {
        self.0.predecessors(state, flow_edges(edges))
    }

    fn is_loop(&self, state: usize) -> bool {
        self.0.is_loop(state)
    }
}

fn flow_edges(edges: ctl::Edges) -> cfg::Edges {
    match edges {
        ctl::Edges::Direct => cfg::Edges::Direct,
        ctl::Edges::All => cfg::Edges::All,
    }
}
