//! The slices of a rule as lines with their marks, and the additions with what they hang on.

use csyntax::{NodeId, TokenId, TokenKind, Tree};

use super::{Out, one_line};
use crate::body::{Addition, AdditionForm, Body, Mark, Piece, Side, StringPiece};
use crate::patch::Rule;

impl Out<'_> {
    pub(super) fn body(&mut self, rule: &Rule, body: &Body) {
        self.slice(rule, body, &body.minus, "minus");
        if body.is_patch() {
            self.slice(rule, body, &body.plus, "plus");
        }
        for addition in body.additions() {
            self.addition(rule, body, addition);
        }
    }

    /// What the slice is as C, and its lines with their marks.
    fn slice(&mut self, rule: &Rule, body: &Body, tree: &Tree, name: &str) {
        let kinds: Vec<_> = tree.children(NodeId::ROOT).map(|node| kind(tree, node)).collect();
        let kinds = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
        self.line(format!("  {name} slice: {kinds}"));
        let tokens = tree
            .tokens()
            .ids()
            .filter(|&token| !tree.is_hidden(token) && !tree.tokens().span(token).is_empty());
        let mut lines: Vec<(u32, Vec<TokenId>)> = Vec::new();
        for token in tokens {
            let line = self.lines.line(tree.tokens().span(token).start);
            match lines.last_mut() {
                Some((last, tokens)) if *last == line => tokens.push(token),
                _ => lines.push((line, vec![token])),
            }
        }
        let mut shown: Vec<(u32, &str, String)> = Vec::new();
        for (line, tokens) in lines {
            // The tokens of a choice are in both slices, whatever the mark of their line.
            let own = tokens.iter().find(|&&token| !is_of_choice(tree.tokens().kind(token)));
            let mark = own.or(tokens.first()).map_or("", |&token| mark(body, token));
            shown.push((line, mark, joined(rule, body, tree, tokens)));
        }
        if name == "plus" {
            for text in body.added_texts() {
                let mark = if text.mark == Mark::PlusPlus { "++" } else { "+" };
                let words = one_line(tree.source(), text.span);
                shown.push((self.lines.line(text.span.start), mark, words));
            }
            shown.sort_by_key(|&(line, ..)| line);
        }
        for (_, mark, text) in shown {
            self.line(format!("    {mark:<2} {text}").trim_end());
        }
    }

    fn addition(&mut self, rule: &Rule, body: &Body, addition: &Addition) {
        let side = match addition.side {
            Side::Before => "before",
            Side::After => "after",
            Side::Replace => "in place of",
        };
        let multiple = if addition.multiple { "++" } else { "+" };
        let what = match addition.form {
            AdditionForm::Statement => "statement",
            AdditionForm::IfStatement => "if statement",
            AdditionForm::Statements => "lines",
            AdditionForm::Term => "term",
            AdditionForm::Pieces => "pieces",
        };
        let minus = &body.minus;
        let tokens = match addition.node {
            Some(node) => minus
                .visible_tokens(node)
                .filter(|&token| !minus.tokens().span(token).is_empty())
                .collect(),
            None => vec![addition.anchor],
        };
        let line = self.lines.line(minus.tokens().span(addition.anchor).start);
        let anchor = shortened(joined(rule, body, minus, tokens));
        let rows = addition.rows.iter().map(|row| {
            let pieces = row.pieces.iter().map(|piece| match *piece {
                Piece::Node(node) => {
                    let tokens = body.plus.visible_tokens(node);
                    let tokens = tokens.filter(|&t| !body.plus.tokens().span(t).is_empty());
                    joined(rule, body, &body.plus, tokens)
                }
                Piece::Token(token) => term(rule, body, &body.plus, token),
                Piece::Text(span) => one_line(body.plus.source(), span),
                Piece::Blank => "(empty line)".into(),
            });
            pieces.collect::<Vec<_>>().join(" ")
        });
        let rows = rows.collect::<Vec<_>>().join(" / ");
        self.line(format!("  {multiple} {what} {side} `{anchor}` (line {line}): {rows}"));
    }
}

/// What an element of a slice is; a metavariable is called by what it stands for.
fn kind(tree: &Tree, node: NodeId) -> String {
    let token = tree.first_token(node).map(|token| tree.tokens().kind(token));
    match (tree.kind(node), token) {
        (csyntax::NodeKind::Metavariable, Some(token)) => format!("{token:?}"),
        (kind, _) => format!("{kind:?}"),
    }
}

fn is_of_choice(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(kind, DisjOpen | DisjOr | DisjAnd | DisjClose)
}

/// The marker of the line that `token` is on.
fn mark(body: &Body, token: TokenId) -> &'static str {
    match (body.is_optional(token), body.mark(token)) {
        (false, Mark::Context) => "",
        (true, Mark::Context) => "?",
        (false, Mark::Minus) => "-",
        (true, Mark::Minus) => "?-",
        (_, Mark::Plus) => "+",
        (_, Mark::PlusPlus) => "++",
        (_, Mark::Star) => "*",
    }
}

/// The start of a long text.
fn shortened(text: String) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Tokens with one blank wherever the patch has some.
fn joined(
    rule: &Rule,
    body: &Body,
    tree: &Tree,
    tokens: impl IntoIterator<Item = TokenId>,
) -> String {
    let (mut text, mut end) = (String::new(), None);
    for token in tokens {
        let span = tree.tokens().span(token);
        // What is attached with `@` stands in the gap, too.
        let gap = end.map_or(span.start, |end: u32| end)..span.start;
        let gap = &tree.source()[gap.start as usize..gap.end as usize];
        if gap.iter().any(u8::is_ascii_whitespace) {
            text.push(' ');
        }
        end = Some(span.end);
        text.push_str(&term(rule, body, tree, token));
    }
    text
}

/// A token, with `$` in front of metavariables and what is attached to it behind.
fn term(rule: &Rule, body: &Body, tree: &Tree, token: TokenId) -> String {
    let mut text = String::from_utf8_lossy(tree.token_text(token)).into_owned();
    for piece in body.string_pieces(token).into_iter().flatten() {
        if let StringPiece::Metavariable(id) = piece {
            let name = &rule.metavariables[id.index()].name;
            text = text.replace(&format!("%@{name}@"), &format!("%@${name}@"));
        }
    }
    if body.metavariable_of(token).is_some() {
        text.insert(0, '$');
    }
    for id in body.positions(token) {
        text.push('@');
        text.push_str(&rule.metavariables[id.index()].name);
    }
    text
}
