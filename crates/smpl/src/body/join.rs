//! Join points of the minus slice, and the choice among them.
//!
//! Invariant: join points are in text order and do not overlap; marks have no width.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind, Tree};
use fixedbitset::FixedBitSet;

use super::additions::Chunk;
use super::pairing::Pairs;
use super::{AdditionForm, Body, Side};

/// A place of the minus slice where code can hang.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JoinPoint {
    pub start: TokenId,
    pub end: TokenId,
    node: Option<NodeId>,
    what: What,
    /// Whether it is taken before its neighbour is asked.
    favoured: bool,
    holds_code: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Removed,
    Paired,
    OwnToken,
    /// In front of a declaration.
    DeclarationMark,
    /// In front of a function.
    FunctionMark,
    /// Behind a function.
    FunctionEnd,
    /// Behind `if`, `while`, ...
    StatementEnd,
}

/// Where a chunk was hung.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen {
    pub anchor: TokenId,
    pub side: Side,
    pub node: Option<NodeId>,
    pub at_mark: bool,
}

/// The join points of `root`, without those inside smaller paired terms.
pub(crate) fn join_points(
    body: &Body,
    pairs: &Pairs,
    removed: &FixedBitSet,
    root: NodeId,
) -> JoinPoints {
    let mut collector = Collector { minus: &body.minus, pairs, removed, points: Vec::new() };
    collector.collect(root);
    JoinPoints(collector.points)
}

/// The join points of one term, in text order.
#[derive(Clone, Debug)]
pub(crate) struct JoinPoints(Vec<JoinPoint>);

struct Collector<'a> {
    minus: &'a Tree,
    pairs: &'a Pairs,
    removed: &'a FixedBitSet,
    points: Vec<JoinPoint>,
}

impl Collector<'_> {
    fn collect(&mut self, node: NodeId) {
        let mut previous = None;
        for element in self.minus.elements(node) {
            match element {
                Element::Token(token) => self.own_token(node, token, previous),
                Element::Node(child) => self.child(child),
            }
            previous = Some(element);
        }
    }

    fn own_token(&mut self, node: NodeId, token: TokenId, previous: Option<Element>) {
        let kind = self.minus.tokens().kind(token);
        let removed = self.removed.contains(token.index());
        self.points.push(JoinPoint {
            start: token,
            end: token.next(),
            node: None,
            what: if removed { What::Removed } else { What::OwnToken },
            favoured: removed
                || self.is_argument_comma(node, kind, previous)
                || self.is_structure_keyword(node, kind)
                || self.ends_type(node, kind),
            holds_code: !holds_no_code(kind) && kind != TokenKind::Eof,
        });
    }

    /// The comma behind an argument, but not behind dots and lists of unknown length.
    fn is_argument_comma(&self, node: NodeId, kind: TokenKind, previous: Option<Element>) -> bool {
        let open_ended = match previous {
            Some(Element::Node(argument)) => self.is_open_ended(argument),
            _ => true,
        };
        self.minus.kind(node) == NodeKind::ArgumentList && kind == TokenKind::Comma && !open_ended
    }

    /// `struct` in front of its fields: with the tag it would be a term of its own.
    fn is_structure_keyword(&self, node: NodeId, kind: TokenKind) -> bool {
        matches!(self.minus.kind(node), NodeKind::StructSpecifier | NodeKind::EnumSpecifier)
            && matches!(kind, TokenKind::Struct | TokenKind::Union | TokenKind::Enum)
    }

    /// A word of a type, or the `*` of a declarator: what stands up to it is a type.
    fn ends_type(&self, node: NodeId, kind: TokenKind) -> bool {
        match self.minus.kind(node) {
            NodeKind::PointerDeclarator => kind == TokenKind::Star,
            NodeKind::DeclSpecifiers => {
                matches!(kind, TokenKind::TypeWord | TokenKind::TypedefName | TokenKind::MetaType)
            }
            _ => false,
        }
    }

    fn is_open_ended(&self, node: NodeId) -> bool {
        let first = self.minus.first_token(node).map(|token| self.minus.tokens().kind(token));
        self.minus.kind(node) == NodeKind::Dots
            || (self.minus.kind(node) == NodeKind::Metavariable
                && first == Some(TokenKind::MetaExpressionList))
    }

    fn child(&mut self, child: NodeId) {
        let (Some(first), Some(last)) =
            (self.minus.first_token(child), self.minus.last_token(child))
        else {
            return;
        };
        let kind = self.minus.kind(child);
        let front = match kind {
            NodeKind::Declaration | NodeKind::MacroDeclaration => Some(What::DeclarationMark),
            NodeKind::FunctionDefinition => Some(What::FunctionMark),
            _ => None,
        };
        if let Some(what) = front {
            self.mark(child, first, what);
        }
        let removed = kind != NodeKind::Branch
            && self.minus.visible_tokens(child).all(|token| self.removed.contains(token.index()));
        let paired = self.pairs.plus_of[child.index()].is_some();
        if removed || paired {
            let list_kind = self.minus.tokens().kind(first);
            // Which branch of a choice matches is not known here, so none can carry code for all.
            let choice = matches!(kind, NodeKind::Disjunction | NodeKind::Conjunction);
            let group = matches!(kind, NodeKind::Dots | NodeKind::Nest);
            let statement_list =
                kind == NodeKind::Metavariable && list_kind == TokenKind::MetaStatementList;
            self.points.push(JoinPoint {
                start: first,
                end: last.next(),
                node: Some(child),
                what: if removed { What::Removed } else { What::Paired },
                favoured: true,
                holds_code: !choice && (removed || !(group || statement_list)),
            });
        } else {
            self.collect(child);
        }
        let end = match kind {
            NodeKind::FunctionDefinition => Some(What::FunctionEnd),
            NodeKind::IfStatement
            | NodeKind::WhileStatement
            | NodeKind::ForStatement
            | NodeKind::SwitchStatement
            | NodeKind::DoStatement
            | NodeKind::IteratorStatement
                if paired =>
            {
                Some(What::StatementEnd)
            }
            _ => None,
        };
        if let Some(what) = end {
            self.mark(child, last.next(), what);
        }
    }

    fn mark(&mut self, node: NodeId, at: TokenId, what: What) {
        self.points.push(JoinPoint {
            start: at,
            end: at,
            node: Some(node),
            what,
            favoured: true,
            holds_code: true,
        });
    }
}

fn holds_no_code(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Ellipsis
            | NestOpen
            | NestClose
            | NestPlusOpen
            | NestPlusClose
            | DisjOpen
            | DisjOr
            | DisjAnd
            | DisjClose
            | When
            | WhenEnd
    )
}

impl JoinPoints {
    /// The last one that starts before `token`.
    pub fn last_before(&self, token: TokenId) -> Option<&JoinPoint> {
        self.0[..self.0.partition_point(|point| point.start < token)].last()
    }

    /// Chooses one for `chunk`; `whole` tells that it has only whole top-level things.
    pub fn place(
        &self,
        body: &Body,
        chunk: &Chunk,
        form: AdditionForm,
        whole: bool,
    ) -> Option<Chosen> {
        let statements = matches!(
            form,
            AdditionForm::Statement | AdditionForm::IfStatement | AdditionForm::Statements
        );
        let usable = |point: &&JoinPoint| match point.what {
            What::DeclarationMark | What::StatementEnd => statements,
            What::FunctionMark | What::FunctionEnd => whole,
            _ => true,
        };
        // Inside a removed term there is no choice.
        let around = self.last_before(chunk.start).filter(|point| chunk.end < point.end);
        if let Some(around) = around.filter(|around| around.what == What::Removed) {
            return Some(after(body, around));
        }
        // A removed line that ends in the opening of a kept term comes before the added line that belongs in
        // front of that term: `- f(int x) {`, `+ g(int x) {`.
        let start = around.map_or(chunk.start, |around| around.start);
        let is_before = |point: &JoinPoint| {
            point.start < start
                || (matches!(point.what, What::FunctionEnd | What::StatementEnd)
                    && point.start <= start)
        };
        // Ends that touch `start` come before whatever begins there.
        let middle = self.0.partition_point(is_before);
        let before = self.0[..middle].iter().rfind(usable);
        let behind = self.0[middle..].iter().find(usable);
        let is_mark = |point: &&JoinPoint| {
            matches!(point.what, What::DeclarationMark | What::FunctionMark | What::FunctionEnd)
        };
        if let Some(mark) = before.filter(is_mark) {
            return Some(after(body, mark));
        }
        if let Some(mark) = behind.filter(is_mark) {
            return Some(in_front(body, mark));
        }
        let holds = |point: &&JoinPoint| point.holds_code;
        let favoured = |point: &&JoinPoint| point.holds_code && point.favoured;
        before
            .filter(favoured)
            .map(|point| after(body, point))
            .or_else(|| behind.filter(favoured).map(|point| in_front(body, point)))
            .or_else(|| before.filter(holds).map(|point| after(body, point)))
            .or_else(|| behind.filter(holds).map(|point| in_front(body, point)))
    }
}

/// Behind `point`, or in its place if it is removed.
fn after(body: &Body, point: &JoinPoint) -> Chosen {
    let last = match point.node {
        // The end of a directive has no text that code could follow.
        Some(node) => body
            .minus
            .visible_tokens(node)
            .rfind(|&token| !body.minus.tokens().span(token).is_empty())
            .unwrap_or(point.start),
        None => point.start,
    };
    let at_mark = matches!(point.what, What::FunctionEnd | What::StatementEnd);
    if point.what != What::Removed {
        return Chosen { anchor: last, side: Side::After, node: point.node, at_mark };
    }
    let kind = point.node.map(|node| body.minus.kind(node));
    let at_end = matches!(kind, Some(NodeKind::Declaration | NodeKind::FieldDeclaration));
    let anchor = if at_end { last } else { first_token(body, point) };
    Chosen { anchor, side: Side::Replace, node: point.node, at_mark: false }
}

fn in_front(body: &Body, point: &JoinPoint) -> Chosen {
    let at_mark = matches!(point.what, What::DeclarationMark | What::FunctionMark);
    Chosen { anchor: first_token(body, point), side: Side::Before, node: point.node, at_mark }
}

fn first_token(body: &Body, point: &JoinPoint) -> TokenId {
    match point.node {
        Some(node) => body.minus.visible_tokens(node).next().unwrap_or(point.start),
        None => point.start,
    }
}
