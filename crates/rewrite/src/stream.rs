//! The list that an item is printed from: its tokens and blanks in order, what is removed of them, and added code
//! where it hangs.
//!
//! Invariant: the kept and removed elements of the file, side by side, are the text of the item.

use std::collections::BTreeMap;
use std::ops::Range;

use csyntax::{NodeKind, TokenId, TokenKind, Tree};
use smallvec::SmallVec;

use crate::added::AddedCode;
use crate::braces;
use crate::gap::{self, Blank};
use crate::plan::{Plan, Removal, Removals, SideKey};
use crate::spell::Out;
use crate::style::Style;

/// What an element is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A token.
    Token(TokenKind),
    /// Blanks inside a line.
    Space,
    /// A newline with its indentation.
    Newline,
    /// A comment.
    Comment,
    /// Text that the parser was not shown, and directives of added code.
    Skipped,
    /// Text with line breaks of its own.
    Raw,
}

/// Where an element comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// The file.
    File,
    /// Added code.
    Added,
    /// The value of a metavariable in added code.
    Bound,
}

/// A token, a blank or a piece of added code.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) kind: Kind,
    pub(crate) text: Vec<u8>,
    pub(crate) origin: Origin,
    /// Who removes it; only tokens of the file.
    pub(crate) removals: SmallVec<[Removal; 1]>,
    /// Whether it goes because of what goes around it.
    pub(crate) gone: bool,
    /// Whether a line may be broken here, wherever it stands.
    pub(crate) breakable: bool,
    /// Whether it touches what follows, whatever blanks were there.
    pub(crate) touches: bool,
    /// Whether added code starts with it.
    pub(crate) starts: bool,
    /// Whether blanks follow it in the semantic patch; known where added code starts.
    pub(crate) spaced: bool,
    /// Whether it parts added code from what it was put in front of.
    pub(crate) parts: bool,
    /// The token of the file.
    pub(crate) token: Option<TokenId>,
}

impl Element {
    pub(crate) fn new(kind: Kind, text: &[u8], origin: Origin) -> Element {
        Element {
            kind,
            text: text.to_vec(),
            origin,
            removals: SmallVec::new(),
            gone: false,
            breakable: false,
            touches: false,
            starts: false,
            spaced: false,
            parts: false,
            token: None,
        }
    }

    /// Whether it is printed.
    pub(crate) fn is_kept(&self) -> bool {
        !self.gone && self.removals.is_empty()
    }

    /// Whether it is a token (or skipped text) of the file that a match removes.
    pub(crate) fn is_removed(&self) -> bool {
        !self.removals.is_empty()
    }

    pub(crate) fn is_file(&self) -> bool {
        self.origin == Origin::File
    }

    pub(crate) fn is_added(&self) -> bool {
        self.origin != Origin::File
    }

    pub(crate) fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Space | Kind::Newline | Kind::Comment)
    }

    /// The kind of token, unless it is none.
    pub(crate) fn token_kind(&self) -> Option<TokenKind> {
        match self.kind {
            Kind::Token(kind) => Some(kind),
            _ => None,
        }
    }

    pub(crate) fn is_token(&self, kind: TokenKind) -> bool {
        self.kind == Kind::Token(kind)
    }

    pub(crate) fn is_line_comment(&self) -> bool {
        self.kind == Kind::Comment && self.text.trim_ascii_start().starts_with(b"//")
    }
}

/// What an item's stream is built from.
pub(crate) struct Builder<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) removed: &'a BTreeMap<u32, Removals>,
    pub(crate) style: &'a Style,
    elements: Vec<Element>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        removed: &'a BTreeMap<u32, Removals>,
        style: &'a Style,
    ) -> Builder<'a> {
        Builder { plan, removed, style, elements: Vec::new() }
    }

    /// The stream of the tokens `item`.
    pub(crate) fn build(mut self, item: Range<u32>) -> Vec<Element> {
        let braces = braces::around(self.plan, self.removed, &item);
        for index in item.clone() {
            let token = TokenId(index);
            if index > item.start {
                let behind = self.behind(TokenId(index - 1), &braces);
                self.gap(token, behind);
            } else {
                self.gap(token, Vec::new());
            }
            for _ in 0..braces.opens(index) {
                self.push_all(&braces::open());
            }
            let comments = self.comments_of_function(index == item.start, index);
            self.before(index);
            self.elements.extend(comments);
            self.token(token);
            self.in_place(index, &braces);
        }
        if let Some(last) = item.end.checked_sub(1) {
            let behind = self.behind(TokenId(last), &braces);
            self.elements.extend(behind);
        }
        self.elements
    }

    fn tree(&self) -> &'a Tree {
        &self.plan.tree
    }

    fn token(&mut self, token: TokenId) {
        let tree = self.tree();
        let kind = tree.tokens().kind(token);
        let skipped = tree.is_hidden(token) || kind.is_conditional_directive();
        let kind = if skipped { Kind::Skipped } else { Kind::Token(kind) };
        let mut element = Element::new(kind, tree.token_text(token), Origin::File);
        element.token = Some(token);
        if let Some(removals) = self.removed.get(&token.0) {
            element.removals = removals.iter().map(|&(by, _, _)| by).collect();
        }
        self.elements.push(element);
    }

    /// The gap in front of `token`, with what hangs behind the token before it: behind the spaces and comments of
    /// its line, but in front of the last space.
    fn gap(&mut self, token: TokenId, behind: Vec<Element>) {
        let source = self.tree().source();
        let mut pieces: Vec<Element> = gap::pieces(source, self.tree().gap_before(token).range())
            .into_iter()
            .map(|(blank, range)| {
                let kind = match blank {
                    Blank::Space => Kind::Space,
                    Blank::Newline => Kind::Newline,
                    Blank::Comment => Kind::Comment,
                };
                Element::new(kind, &source[range], Origin::File)
            })
            .collect();
        if !behind.is_empty() {
            let line = pieces.iter().take_while(|piece| piece.kind != Kind::Newline).count();
            let space = line > 0 && pieces[line - 1].kind == Kind::Space;
            let at = if space { line - 1 } else { line };
            pieces.splice(at..at, behind);
        }
        self.elements.extend(pieces);
    }

    /// Takes out the comments above a function that another one is added in front of: they are about what follows them.
    fn comments_of_function(&mut self, starts_item: bool, token: u32) -> Vec<Element> {
        let adds_function = self
            .plan
            .sites
            .get(&(token, SideKey::Before))
            .is_some_and(|site| site.codes.iter().all(|code| code.plain.ends_with_function));
        if !starts_item || !adds_function || self.removed.contains_key(&token) {
            return Vec::new();
        }
        let starts_line = |index: &usize| {
            let mut before = self.elements[..*index].iter().rev();
            before
                .find(|element| element.kind != Kind::Space)
                .is_none_or(|element| element.kind == Kind::Newline)
        };
        let first = (0..self.elements.len())
            .filter(|&index| self.elements[index].kind == Kind::Comment)
            .find(starts_line);
        first.map_or_else(Vec::new, |first| self.elements.split_off(first))
    }

    fn before(&mut self, token: u32) {
        let Some(site) = self.plan.sites.get(&(token, SideKey::Before)) else { return };
        for code in site.codes.iter() {
            let code = code.printed(self.style);
            self.elements.extend(code_elements(code));
            let newlines = usize::from(code.ends_line) + usize::from(code.ends_with_function);
            let newline = Element { parts: true, ..element(&Out::Newline) };
            self.elements.extend(std::iter::repeat_n(newline, newlines));
        }
    }

    /// A replacement, which stands right behind the removed token.
    fn in_place(&mut self, token: u32, braces: &braces::Braces) {
        let braced = braces.replaces(token);
        let site = self.plan.sites.get(&(token, SideKey::Replace));
        if let Some(removed) = braced {
            self.push_all(&braces::open()[..if removed { 1 } else { 2 }]);
        }
        if let Some(site) = site {
            for (index, code) in site.codes.iter().enumerate() {
                let code = code.printed(self.style);
                if index > 0 && code.starts_line {
                    self.push_all(&[Out::Newline]);
                }
                self.elements.extend(code_elements(code));
                if let (true, Some(last)) = (code.ends_with_pointer, self.elements.last_mut()) {
                    last.touches = true;
                }
            }
        }
        if let Some(removed) = braced {
            self.push_all(&braces::close()[usize::from(removed)..]);
        }
    }

    /// What hangs behind `token`.
    fn behind(&self, token: TokenId, braces: &braces::Braces) -> Vec<Element> {
        let mut elements = Vec::new();
        let mut closing = braces.closes(token.0).peekable();
        let mut close_up_to = |depth: u32, elements: &mut Vec<Element>| {
            while closing.next_if(|&inner| inner < depth).is_some() {
                elements.extend(braces::close().iter().map(element));
            }
        };
        for (depth, mark, site) in self.plan.behind(token.0) {
            close_up_to(depth, &mut elements);
            // What hangs on the mark of a removed function or declaration stands in its place.
            let replaces = mark
                && self.removed.contains_key(&token.0)
                && (ends_function(self.tree(), token) || ends_declaration(self.tree(), token));
            for (index, code) in site.codes.iter().enumerate() {
                let code = code.printed(self.style);
                if replaces && index == 0 {
                    elements.extend(code_elements(code));
                } else {
                    self.after_code(code, token, &mut elements);
                }
            }
        }
        close_up_to(u32::MAX, &mut elements);
        elements
    }

    fn after_code(&self, code: &AddedCode, token: TokenId, elements: &mut Vec<Element>) {
        let comma = matches!(code.pieces.first(), Some(Out::Word { kind: TokenKind::Comma, .. }));
        if !comma && lacks_last_comma(self.tree(), token) {
            elements.push(Element::new(Kind::Token(TokenKind::Comma), b",", Origin::Added));
        }
        if code.starts_line {
            elements.push(element(&Out::Newline));
        }
        if code.starts_with_function {
            elements.push(element(&Out::Newline));
        }
        elements.extend(code_elements(code));
    }

    fn push_all(&mut self, pieces: &[Out]) {
        self.elements.extend(pieces.iter().map(element));
    }
}

/// The elements of added code, without the newlines around it.
fn code_elements(code: &AddedCode) -> Vec<Element> {
    let mut elements: Vec<Element> = code.pieces.iter().map(element).collect();
    if let Some(first) = elements.first_mut() {
        first.starts = true;
        first.spaced = code.starts_spaced;
    }
    elements
}

/// A piece of added code as an element.
pub(crate) fn element(piece: &Out) -> Element {
    let added = |kind, text: &[u8]| Element::new(kind, text, Origin::Added);
    match piece {
        Out::Word { kind, text, bound } => {
            let origin = if *bound { Origin::Bound } else { Origin::Added };
            Element::new(Kind::Token(*kind), text, origin)
        }
        Out::Space => added(Kind::Space, b" "),
        Out::Break => Element { breakable: true, ..added(Kind::Space, b" ") },
        Out::Newline => added(Kind::Newline, b"\n"),
        Out::Comment(text) => added(Kind::Comment, text),
        Out::Raw(text) => added(Kind::Raw, text),
        Out::Directive(text) => added(Kind::Skipped, text),
    }
}

/// Whether `token` ends the last element of an initialiser or enumeration that no comma follows.
fn lacks_last_comma(tree: &Tree, token: TokenId) -> bool {
    let mut next = token.next();
    while tree.is_hidden(next) {
        next = next.next();
    }
    if tree.tokens().kind(next) != TokenKind::RightBrace {
        return false;
    }
    let inner = tree.innermost(token.0..token.0 + 1);
    std::iter::once(inner).chain(tree.ancestors(inner)).any(|node| {
        matches!(tree.kind(node), NodeKind::InitialiserEntry | NodeKind::Enumerator)
            && tree.last_token(node) == Some(token)
            && tree.parent(node).is_some_and(|list| tree.last_token(list) == Some(next))
    })
}

fn ends_declaration(tree: &Tree, token: TokenId) -> bool {
    let node = tree.innermost(token.0..token.0 + 1);
    matches!(tree.kind(node), NodeKind::Declaration | NodeKind::FieldDeclaration)
        && tree.token_range(node).end == token.0 + 1
}

/// Whether a function ends with `token`.
fn ends_function(tree: &Tree, token: TokenId) -> bool {
    tree.ancestors(tree.innermost(token.0..token.0 + 1)).any(|node| {
        tree.kind(node) == NodeKind::FunctionDefinition && tree.last_token(node) == Some(token)
    })
}
