//! What to say about a slice that is no C: where, behind what, and what was probably meant.

use csyntax::{TokenId, TokenKind, Tree};
use text::Span;

use super::Mark;
use super::lex::BodyTokens;
use crate::metavariable::{Metavariable, MetavariableKind};
use crate::report::Reports;
use crate::scope::Scope;

/// Which lines a slice leaves out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slice {
    /// The minus slice: without `+` lines.
    Minus,
    /// The plus slice: without `-` lines.
    Plus,
}

/// Reports the first thing in a slice that does not parse; true when all does.
pub(crate) fn check(
    tree: &Tree,
    lexed: &BodyTokens,
    scope: &Scope,
    slice: Slice,
    reports: &mut Reports,
) -> bool {
    let Some(problem) = tree.problems().first() else { return true };
    let expected = problem.message.as_str();
    let fault = Fault { tree, lexed, scope, slice, token: problem.token, expected };
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
    scope: &'a Scope,
    slice: Slice,
    token: TokenId,
    /// What the parser says.
    expected: &'a str,
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

    /// The place that a closing token lacks, an opening one that is not closed, or the declaration of a metavariable
    /// that does not fit.
    fn elsewhere(&self) -> Option<(Span, String)> {
        use TokenKind::*;
        let tokens = self.tree.tokens();
        if let Some(metavariable) = self.unfit_metavariable() {
            let kind = metavariable.kind.words();
            return Some((metavariable.span, format!("`{}` is a {kind}", metavariable.name)));
        }
        if let Some(open) = self.indented_choice() {
            return Some((tokens.span(open), "this is a parenthesis of C".into()));
        }
        match self.kind() {
            RightBrace => {
                let open = self.removed_brace()?;
                Some((tokens.span(open), "its `{` is removed here".into()))
            }
            Eof if self.expected.contains("`}`") => {
                let open = self.open_brace()?;
                Some((tokens.span(open), "this `{` has no `}`".into()))
            }
            _ if self.expected.starts_with("the nest") => {
                let mut before = (0..self.token.0).rev().map(TokenId);
                let open = before.find(|&token| {
                    !self.tree.is_hidden(token)
                        && matches!(tokens.kind(token), NestOpen | NestPlusOpen)
                })?;
                Some((tokens.span(open), "the nest begins here".into()))
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

    /// A metavariable at the fault or in front of it that cannot stand there, whatever the rest.
    fn unfit_metavariable(&self) -> Option<&Metavariable> {
        use MetavariableKind::*;
        let of = |token: TokenId| {
            let id = self.lexed.metavariables.get(token.index()).copied().flatten()?;
            self.scope.metavariables.get(id.index())
        };
        let here = of(self.token).filter(|metavariable| {
            matches!(metavariable.kind, Statement | StatementList | Declaration | Field | FieldList)
                && self.expected.contains("expression")
        });
        let before = || {
            let before = self.previous().and_then(of)?;
            (before.kind == Type && !self.kind().is_name()).then_some(before)
        };
        here.or_else(before)
    }

    /// ` (` and ` |` on lines of their own: a choice that is not in column 0.
    fn indented_choice(&self) -> Option<TokenId> {
        let tokens = self.tree.tokens();
        let source = self.tree.source();
        let alone = |token: &TokenId| {
            let span = tokens.span(*token);
            let line_start = source[..span.start as usize].iter().rposition(|&b| b == b'\n');
            let before = &source[line_start.map_or(0, |at| at + 1)..span.start as usize];
            let behind = source[span.end as usize..].split(|&b| b == b'\n').next();
            !before.is_empty()
                && before.iter().all(u8::is_ascii_whitespace)
                && behind.unwrap_or_default().trim_ascii().is_empty()
        };
        let all = |kind| tokens.ids().filter(move |&token| tokens.kind(token) == kind);
        let open = all(TokenKind::LeftParen).find(alone)?;
        all(TokenKind::Pipe).any(|token| alone(&token)).then_some(open)
    }

    /// The last `{` of the slice that is not closed.
    fn open_brace(&self) -> Option<TokenId> {
        let tokens = self.tree.tokens();
        let mut open = Vec::new();
        for token in tokens.ids().filter(|&token| !self.tree.is_hidden(token)) {
            match tokens.kind(token) {
                TokenKind::LeftBrace => open.push(token),
                TokenKind::RightBrace => drop(open.pop()),
                _ => {}
            }
        }
        open.pop()
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
        if self.expected.starts_with("terms nest") || self.expected.contains("in one group") {
            return None;
        }
        if self.unfit_metavariable().is_some() {
            return Some("declare a metavariable of the kind that fits here".into());
        }
        if self.indented_choice().is_some() {
            return Some("the `(`, `|` and `)` of a choice stand in column 0".into());
        }
        if self.expected.starts_with("`any`") {
            return Some("to exclude code, write `when != code`".into());
        }
        if let Some(name) = self.loop_macro() {
            return Some(format!("if `{name}` is a macro that loops: `iterator name {name};`"));
        }
        let macro_word =
            |word: &str| format!("a macro that loops is declared: `iterator name {word};`");
        Some(match kind {
            RightBrace if self.removed_brace().is_some() => {
                "remove this `}` too, or write a `{` on a `+` line".into()
            }
            Pipe => "write `|` in column 0, or `\\|`, between the branches".into(),
            Dot if self.tree.tokens().kind(self.token.next()) == Dot => {
                "dots are three: `...`".into()
            }
            RightBrace => "nothing is open here; is its `{` on a line with another marker?".into(),
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

    /// `for_each_x(...) {` that was read as a function: the fault lies between its parentheses.
    fn loop_macro(&self) -> Option<String> {
        if !self.expected.contains("parameter") {
            return None;
        }
        let tokens = self.tree.tokens();
        let mut before = (0..self.token.0).rev().map(TokenId);
        let open = before.find(|&token| tokens.kind(token) == TokenKind::LeftParen)?;
        let name = (0..open.0).rev().map(TokenId).find(|&token| !self.tree.is_hidden(token))?;
        let text = String::from_utf8_lossy(self.tree.token_text(name)).into_owned();
        (tokens.kind(name) == TokenKind::Identifier).then_some(text)
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
