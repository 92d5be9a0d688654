//! Statements: one a line, blocks opened on the line of their header.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind};

use super::Speller;

impl Speller<'_> {
    pub(super) fn statement(&mut self, node: NodeId) {
        if let Some(metavariable) = self.single_metavariable(node) {
            return self.value(metavariable, 0);
        }
        match self.kind(node) {
            NodeKind::CompoundStatement => self.block(node),
            NodeKind::IfStatement | NodeKind::WhileStatement | NodeKind::SwitchStatement => {
                self.headed(node, true);
            }
            NodeKind::ForStatement => self.headed(node, !self.is_added()),
            NodeKind::IteratorStatement => self.headed(node, true),
            NodeKind::DoStatement => self.do_statement(node),
            NodeKind::CaseStatement | NodeKind::CaseRangeStatement | NodeKind::DefaultStatement => {
                self.case(node);
            }
            NodeKind::LabelStatement => self.label(node),
            NodeKind::ReturnStatement | NodeKind::GotoStatement => self.jump(node),
            NodeKind::AsmStatement => self.plain(node),
            NodeKind::MacroStatement
            | NodeKind::ExpressionStatement
            | NodeKind::PragmaStatement => self.list(node),
            _ => self.tokens(node),
        }
    }

    /// `{`, the members one a line, `}`
    pub(super) fn block(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::RightBrace => {
                    self.newline();
                    self.token(token);
                }
                Element::Token(token) => self.token(token),
                Element::Node(child) => {
                    self.newline();
                    self.node(child);
                }
            }
        }
    }

    /// A header in parentheses, a body, and an `else`.
    fn headed(&mut self, node: NodeId, spaced: bool) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    if self.token_kind(token) == TokenKind::LeftParen && spaced {
                        self.space();
                    }
                    self.token(token);
                }
                Element::Node(child) => match self.kind(child) {
                    NodeKind::ElseClause => self.else_clause(child),
                    NodeKind::ForInit | NodeKind::ForCondition | NodeKind::ForStep => {
                        self.for_part(child);
                    }
                    NodeKind::ArgumentList => {
                        if self.kind(node) == NodeKind::IteratorStatement && spaced {
                            self.space();
                        }
                        self.list(child);
                    }
                    _ if self.is_branch(node, child) => self.branch(child),
                    _ => self.node(child),
                },
            }
        }
    }

    /// Whether `child` is the body of a header, rather than its condition.
    fn is_branch(&self, node: NodeId, child: NodeId) -> bool {
        let close = match self.kind(node) {
            NodeKind::IteratorStatement => self
                .tree
                .child(node, NodeKind::ArgumentList)
                .and_then(|list| self.tree.last_token(list)),
            _ => self
                .tree
                .own_tokens(node)
                .filter(|&token| self.token_kind(token) == TokenKind::RightParen)
                .last(),
        };
        close.is_some_and(|close| self.tree.data(child).first > close)
    }

    /// A block stays on the line; anything else gets a line of its own.
    fn branch(&mut self, node: NodeId) {
        if self.prints_block(node) {
            self.space()
        } else {
            self.newline()
        }
        self.node(node);
    }

    fn prints_block(&self, node: NodeId) -> bool {
        if self.kind(node) == NodeKind::CompoundStatement {
            return true;
        }
        self.single_metavariable(node).is_some_and(|metavariable| self.is_block_value(metavariable))
    }

    pub(super) fn else_clause(&mut self, node: NodeId) {
        if self.is_added() && !self.out.is_empty() {
            self.newline();
        }
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.branch(child),
            }
        }
    }

    fn for_part(&mut self, node: NodeId) {
        let spaced = !self.is_added() && self.kind(node) != NodeKind::ForInit;
        let mut first = true;
        for element in self.tree.elements(node) {
            let separator = matches!(element, Element::Token(token)
                if self.token_kind(token) == TokenKind::Semicolon);
            if first && spaced && !separator {
                self.space();
            }
            first = false;
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.node(child),
            }
        }
    }

    fn do_statement(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    if self.token_kind(token) == TokenKind::LeftParen && self.is_added() {
                        self.space();
                    }
                    self.token(token);
                }
                Element::Node(child) if self.kind(child).is_expression() => self.node(child),
                Element::Node(child) => self.branch(child),
            }
        }
    }

    fn case(&mut self, node: NodeId) {
        let mut behind_colon = false;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    if self.token_kind(token) == TokenKind::Ellipsis {
                        self.space();
                    }
                    self.token(token);
                    behind_colon = self.token_kind(token) == TokenKind::Colon;
                    if matches!(self.token_kind(token), TokenKind::Case | TokenKind::Ellipsis) {
                        self.space();
                    }
                }
                Element::Node(child) => {
                    if behind_colon && self.is_added() {
                        self.space();
                        self.space();
                    } else if behind_colon {
                        self.newline();
                    }
                    self.node(child);
                }
            }
        }
    }

    fn label(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) if self.kind(child) == NodeKind::Attribute => {
                    self.space();
                    self.node(child);
                }
                Element::Node(child) => {
                    self.newline();
                    self.node(child);
                }
            }
        }
    }

    /// `return`, `goto`
    fn jump(&mut self, node: NodeId) {
        let mut last: Option<TokenId> = None;
        for element in self.tree.elements(node) {
            let semicolon = matches!(element, Element::Token(token)
                if self.token_kind(token) == TokenKind::Semicolon);
            let glued = last.is_none()
                || last.is_some_and(|token| self.token_kind(token) == TokenKind::Star);
            if !semicolon && !glued {
                self.space();
            }
            match element {
                Element::Token(token) => {
                    self.token(token);
                    last = Some(token);
                }
                Element::Node(child) => self.node(child),
            }
        }
    }
}
