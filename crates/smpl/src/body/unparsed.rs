//! What to say about a slice that is no C: where, behind what, and what was probably meant.

use csyntax::{TokenId, TokenKind, Tree};
use text::Span;

use super::Mark;
use super::lex::BodyTokens;
use crate::report::Reports;

/// Which lines a slice leaves out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slice {
    /// The minus slice: without `+` lines.
    Minus,
    /// The plus slice: without `-` lines.
    Plus,
}

/// Reports the first thing in a slice that does not parse; true when all does.
pub(crate) fn check(tree: &Tree, lexed: &BodyTokens, slice: Slice, reports: &mut Reports) -> bool {
    let Some(problem) = tree.problems().first() else { return true };
    let fault = Fault { tree, lexed, slice, token: problem.token };
    let span = tree.tokens().span(problem.token);
    let mut draft = reports.error("smpl/parse", fault.message(), span, problem.message.clone());
    if let Some(previous) = fault.previous() {
        draft = draft.also(tree.tokens().span(previous), "behind this");
    }
    if let Some((span, label)) = fault.elsewhere() {
        draft = draft.also(span, label);
    }
    if let Some(help) = fault.help() {
        draft.help(help);
    }
    false
}

/// The token where a slice stops being C.
struct Fault<'a> {
    tree: &'a Tree,
    lexed: &'a BodyTokens,
    slice: Slice,
    token: TokenId,
}

impl Fault<'_> {
    fn kind(&self) -> TokenKind {
        self.tree.tokens().kind(self.token)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.tree.token_text(self.token)).into_owned()
    }

    /// The token in front, in this slice.
    fn previous(&self) -> Option<TokenId> {
        let mut before = (0..self.token.0).rev().map(TokenId);
        before.find(|&token| {
            !self.tree.is_hidden(token) && !self.tree.tokens().span(token).is_empty()
        })
    }

    fn previous_kind(&self) -> Option<TokenKind> {
        self.previous().map(|token| self.tree.tokens().kind(token))
    }

    fn message(&self) -> String {
        let changes = |wanted: fn(Mark) -> bool| self.lexed.marks.iter().any(|&mark| wanted(mark));
        let rule = match self.slice {
            Slice::Minus if changes(Mark::is_added) => "without its `+` lines, this rule",
            Slice::Plus if changes(|mark| mark == Mark::Minus) => {
                "without its `-` lines, this rule"
            }
            _ => "this rule",
        };
        match self.text().as_str() {
            "" => format!("{rule} cannot be read up to its end"),
            text => format!("{rule} cannot be read at `{text}`"),
        }
    }

    /// The place that a closing token lacks, or an opening one that is not closed.
    fn elsewhere(&self) -> Option<(Span, &'static str)> {
        use TokenKind::*;
        let tokens = self.tree.tokens();
        match self.kind() {
            RightBrace => {
                let open = self.removed_brace()?;
                Some((tokens.span(open), "its `{` is removed here"))
            }
            _ if self.tree.problems()[0].message.starts_with("the nest") => {
                let mut before = (0..self.token.0).rev().map(TokenId);
                let open = before.find(|&token| {
                    !self.tree.is_hidden(token)
                        && matches!(tokens.kind(token), NestOpen | NestPlusOpen)
                })?;
                Some((tokens.span(open), "the nest begins here"))
            }
            _ => None,
        }
    }

    /// The `{` that the `}` at fault closes, if it is on a removed line and the `}` is not.
    fn removed_brace(&self) -> Option<TokenId> {
        let tokens = self.tree.tokens();
        let mut depth = 0;
        for token in (0..self.token.0).rev().map(TokenId) {
            if self.lexed.marks[token.index()].is_added() {
                continue;
            }
            match tokens.kind(token) {
                TokenKind::RightBrace => depth += 1,
                TokenKind::LeftBrace if depth > 0 => depth -= 1,
                TokenKind::LeftBrace => {
                    let removed = self.lexed.marks[token.index()] == Mark::Minus;
                    return (self.slice == Slice::Plus && removed).then_some(token);
                }
                _ => {}
            }
        }
        None
    }

    /// Whether a line ends between the token in front and the one at fault.
    fn starts_line(&self) -> bool {
        let Some(previous) = self.previous() else { return true };
        let tokens = self.tree.tokens();
        let (from, to) = (tokens.span(previous).end, tokens.span(self.token).start);
        self.tree.source().get(from as usize..to as usize).is_some_and(|gap| gap.contains(&b'\n'))
    }

    /// What probably went wrong.
    fn help(&self) -> Option<String> {
        use TokenKind::*;
        let (kind, before) = (self.kind(), self.previous_kind());
        let loses_body = matches!(before, Some(RightParen | Else | Do));
        if self.slice == Slice::Plus && loses_body && matches!(kind, Eof | RightBrace) {
            let help = "its statement is removed; remove the line in front too, or add a statement";
            return Some(help.into());
        }
        let macro_word =
            |word: &str| format!("a macro that loops is declared: `iterator name {word};`");
        Some(match kind {
            RightBrace if self.removed_brace().is_some() => {
                "remove this `}` too, or write a `{` on a `+` line".into()
            }
            Pipe => "write `|` in column 0, or `\\|`, between the branches".into(),
            Dot if before.is_none() || self.starts_line() => {
                "an initialiser needs its braces: `{ .x = 1, }`".into()
            }
            MetaStatement | LeftBrace if before == Some(RightParen) => {
                let callee = self.called_name().unwrap_or("for_each_x".into());
                macro_word(&callee)
            }
            kind if self.starts_line() && before.is_some() && !is_closing(kind) => {
                "if the line in front is a statement, end it with `;`; if other code may come between \
                 the two, write `...` there"
                    .into()
            }
            kind if kind.is_name() && matches!(before, Some(Identifier | RightParen)) => {
                let name = self.text();
                format!(
                    "if a type stands before `{name}`, declare it: `typedef ...;`; if `{name}` is an \
                     attribute: `attribute name {name};`"
                )
            }
            _ => return None,
        })
    }

    /// The name in front of the parentheses that end before the fault.
    fn called_name(&self) -> Option<String> {
        let tokens = self.tree.tokens();
        let mut depth = 0;
        let mut before = (0..self.token.0).rev().map(TokenId);
        let open = before.by_ref().filter(|&token| !self.tree.is_hidden(token)).find(|&token| {
            match tokens.kind(token) {
                TokenKind::RightParen => depth += 1,
                TokenKind::LeftParen => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        let name = (0..open.0).rev().map(TokenId).find(|&token| !self.tree.is_hidden(token))?;
        (tokens.kind(name) == TokenKind::Identifier)
            .then(|| String::from_utf8_lossy(self.tree.token_text(name)).into_owned())
    }
}

fn is_closing(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        RightBrace | RightParen | RightBracket | Eof | DisjClose | NestClose | NestPlusClose
    )
}
