//! Declarations, specifiers, structs, enums, functions and directives.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind};

use super::{Speller, is_word};

impl Speller<'_> {
    /// Prints what is neither expression nor statement.
    pub(super) fn declaration_part(&mut self, node: NodeId) {
        if self.spaced_as_written(node) {
            return;
        }
        if let Some(metavariable) = self.single_metavariable(node) {
            return self.value_of_term(node, metavariable, 0);
        }
        match self.kind(node) {
            NodeKind::FunctionDefinition => self.function(node),
            NodeKind::Declaration | NodeKind::FieldDeclaration => self.declaration(node),
            NodeKind::Parameter | NodeKind::TypeName => self.typed(node),
            NodeKind::InitDeclarator | NodeKind::FieldDeclarator => self.init_declarator(node),
            NodeKind::DeclSpecifiers => self.specifiers(node),
            NodeKind::StructSpecifier | NodeKind::EnumSpecifier => self.words(node),
            NodeKind::TypeofSpecifier => self.list(node),
            NodeKind::FieldList => self.block(node),
            NodeKind::EnumeratorList => self.enumerators(node),
            NodeKind::Enumerator => self.words(node),
            NodeKind::InitialiserList => self.initialiser_list(node),
            NodeKind::InitialiserEntry => self.initialiser_entry(node),
            NodeKind::Designator => self.designator(node),
            NodeKind::ElseClause => self.else_clause(node),
            NodeKind::Include | NodeKind::Undef | NodeKind::Pragma => self.words(node),
            NodeKind::Define => self.define(node),
            NodeKind::MacroBody => self.macro_body(node),
            NodeKind::MacroDeclaration | NodeKind::StaticAssertDeclaration => self.declarer(node),
            NodeKind::Conditional | NodeKind::PatternSequence | NodeKind::Branch => {
                self.lines(node)
            }
            kind if kind.is_declarator() => self.declarator(node),
            _ => self.plain(node),
        }
    }

    fn function(&mut self, node: NodeId) {
        let mut declarator = false;
        for child in self.tree.children(node).collect::<Vec<_>>() {
            match self.kind(child) {
                NodeKind::CompoundStatement
                    if self.added.is_some_and(|added| added.behind_directive) =>
                {
                    self.space();
                    self.node(child);
                }
                NodeKind::CompoundStatement | NodeKind::Declaration => {
                    self.newline();
                    self.node(child);
                }
                kind if kind.is_declarator() => {
                    self.declarator_behind_type(child);
                    declarator = true;
                }
                _ => {
                    if declarator {
                        self.space();
                    }
                    self.node(child);
                }
            }
        }
    }

    /// Specifiers and declarators; added code gets a declaration for each declarator.
    fn declaration(&mut self, node: NodeId) {
        let specifiers = self.tree.child(node, NodeKind::DeclSpecifiers);
        let mut pending_comma = None;
        let mut any = false;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::Comma => {
                    pending_comma = Some(token);
                }
                Element::Token(token) => self.token(token),
                Element::Node(child) if Some(child) == specifiers => self.node(child),
                Element::Node(child) => {
                    match pending_comma.take() {
                        Some(comma) => self.next_declarator(specifiers, comma),
                        None if any => self.space(),
                        None => {}
                    }
                    any = true;
                    self.node(child);
                }
            }
        }
    }

    fn next_declarator(&mut self, specifiers: Option<NodeId>, comma: TokenId) {
        match specifiers {
            // In a semantic patch all stars of the first declarator belong to the type of the others too.
            Some(specifiers) if self.is_added() => {
                self.word(TokenKind::Semicolon, b";");
                self.newline();
                self.node(specifiers);
                self.stars_of_first(specifiers);
            }
            _ => {
                self.token(comma);
                self.space();
                self.between_declarators();
            }
        }
    }

    /// The stars in front of the first declarator behind `specifiers`.
    fn stars_of_first(&mut self, specifiers: NodeId) {
        let end = self.tree.data(specifiers).end;
        let stars = (end.0..).map(TokenId).take_while(|&t| self.token_kind(t) == TokenKind::Star);
        let stars = stars.count();
        if stars > 0 {
            self.space();
            (0..stars).for_each(|_| self.word(TokenKind::Star, b"*"));
            self.between_declarators();
        }
    }

    /// A parameter or a type name.
    fn typed(&mut self, node: NodeId) {
        for child in self.tree.children(node).collect::<Vec<_>>() {
            match self.kind(child) {
                kind if kind.is_declarator() => self.declarator_behind_type(child),
                NodeKind::Attribute => {
                    self.space();
                    self.node(child);
                }
                _ => self.node(child),
            }
        }
        self.finish_type();
    }

    /// A declarator with its initialiser or width.
    fn init_declarator(&mut self, node: NodeId) {
        let field = self.kind(node) == NodeKind::FieldDeclarator;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::Equal => {
                    self.space();
                    self.token(token);
                    self.space();
                }
                Element::Token(token) => self.token(token),
                Element::Node(child) => match self.kind(child) {
                    kind if kind.is_declarator() => self.declarator_behind_type(child),
                    NodeKind::Attribute | NodeKind::AsmLabel => {
                        self.space();
                        self.node(child);
                    }
                    _ => self.node(child),
                },
            }
        }
        if field {
            self.finish_type();
        }
    }

    fn specifiers(&mut self, node: NodeId) {
        self.forget_type();
        self.words(node);
    }

    /// Tokens and children with single spaces; `=` has spaces too, lists in braces follow glued in an `enum`.
    fn words(&mut self, node: NodeId) {
        let mut first = true;
        let mut behind_attribute = false;
        for element in self.tree.elements(node) {
            let own_line = behind_attribute && self.starts_row(element);
            behind_attribute =
                matches!(element, Element::Node(child) if self.kind(child) == NodeKind::Attribute);
            let glued = match element {
                Element::Token(token) => self.token_kind(token) == TokenKind::PpEnd,
                Element::Node(child) => match self.kind(child) {
                    NodeKind::EnumeratorList => self.is_added(),
                    NodeKind::ArgumentList => true,
                    _ => false,
                },
            };
            if own_line {
                self.newline();
            } else if !first && !glued {
                self.space();
            }
            first = false;
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::PpInclude => {
                    self.word(TokenKind::PpInclude, b"#include");
                }
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.node(child),
            }
        }
    }

    /// Whether a part of added code starts a line in the semantic patch.
    fn starts_row(&self, element: Element) -> bool {
        let token = match element {
            Element::Token(token) => Some(token),
            Element::Node(node) => self.tree.first_token(node),
        };
        self.is_added()
            && token.is_some_and(|token| {
                self.tree.source()[self.tree.gap_before(token).range()].contains(&b'\n')
            })
    }

    /// `{A, B = 3}`: a name without value at the end is followed by a space.
    fn enumerators(&mut self, node: NodeId) {
        let mut last = None;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    let kind = self.token_kind(token);
                    let bare = last.is_some_and(|child| {
                        self.tree.own_token(child, TokenKind::Equal).is_none()
                    });
                    if kind == TokenKind::RightBrace && bare && self.is_added() {
                        self.space();
                    }
                    self.token(token);
                    let next = self.token_kind(token.next());
                    if kind == TokenKind::Comma
                        && (next != TokenKind::RightBrace || self.is_added())
                    {
                        self.space();
                    }
                    if kind == TokenKind::Comma {
                        last = None;
                    }
                }
                Element::Node(child) => {
                    self.node(child);
                    last = Some(child);
                }
            }
        }
    }

    fn designator(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::Ellipsis => {
                    self.space();
                    self.token(token);
                    self.space();
                }
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.node(child),
            }
        }
    }

    fn define(&mut self, node: NodeId) {
        let mut behind_name = false;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::PpDefine => {
                    self.token(token);
                    self.space();
                }
                Element::Token(token) => {
                    self.token(token);
                    behind_name = true;
                }
                Element::Node(child) => {
                    if self.kind(child) == NodeKind::MacroBody && behind_name {
                        self.space();
                    }
                    self.node(child);
                    behind_name = true;
                }
            }
        }
    }

    fn macro_body(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.node(child),
            }
        }
    }

    /// A declarer: its name touches its arguments.
    fn declarer(&mut self, node: NodeId) {
        let mut last: Option<TokenKind> = None;
        for element in self.tree.elements(node) {
            let (first, end) = match element {
                Element::Token(token) => (self.token_kind(token), self.token_kind(token)),
                Element::Node(child) => {
                    let kind = |token: Option<TokenId>| {
                        token.map_or(TokenKind::Eof, |token| self.token_kind(token))
                    };
                    (kind(self.tree.first_token(child)), kind(self.tree.last_token(child)))
                }
            };
            let apart = first == TokenKind::Equal
                || last == Some(TokenKind::Equal)
                || last.is_some_and(is_word) && is_word(first);
            if apart {
                self.space();
            }
            last = Some(end);
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.node(child),
            }
        }
    }

    /// Members one a line.
    fn lines(&mut self, node: NodeId) {
        for (index, element) in self.tree.elements(node).enumerate() {
            if index > 0 {
                self.newline();
            }
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.node(child),
            }
        }
    }
}
