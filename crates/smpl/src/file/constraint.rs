//! Constraints behind the name of a metavariable: `= {a, b}`, `!= r.y`, `=~ "re"`, `&&`, `||`, `!`.
//!
//! Invariant: a regular expression is compiled once here, so that a broken one is reported with its place.

use csyntax::TokenKind;
use text::Span;

use super::declaration::{Failed, Reader};
use super::types::{TypeWords, type_patterns};
use crate::cursor::{Word, string_content};
use crate::metavariable::{
    Comparison, Constraint, ConstraintItem, MetavariableKind, Regex, ScriptConstraint,
};

type Result<T> = std::result::Result<T, Failed>;

impl Reader<'_, '_> {
    /// or: and (`||` and)*
    ///
    /// What may stand in it depends on the kind of the metavariable that it is about.
    pub(super) fn opt_constraint(&mut self, on: MetavariableKind) -> Result<Option<Constraint>> {
        use TokenKind::*;
        self.constrained = Some(on);
        match self.words.peek().kind {
            Equal | BangEqual | Bang | Colon | Less | LessEqual | Greater | GreaterEqual
            | LeftParen => self.constraint().map(Some),
            _ => Ok(None),
        }
    }

    fn constraint(&mut self) -> Result<Constraint> {
        let mut left = self.constraint_and()?;
        while self.words.eat(TokenKind::PipePipe).is_some() {
            left = Constraint::Or(Box::new(left), Box::new(self.constraint_and()?));
        }
        Ok(left)
    }

    /// and: primary (`&&` primary)*
    fn constraint_and(&mut self) -> Result<Constraint> {
        let mut left = self.constraint_primary()?;
        while self.words.eat(TokenKind::AmpAmp).is_some() {
            left = Constraint::And(Box::new(left), Box::new(self.constraint_primary()?));
        }
        Ok(left)
    }

    fn constraint_primary(&mut self) -> Result<Constraint> {
        use TokenKind::*;
        if self.words.eat_pair(Equal, Tilde).is_some() {
            return self.regex().map(Constraint::Matches);
        }
        if self.words.eat_pair(Bang, Tilde).is_some() {
            return self.regex().map(Constraint::MatchesNot);
        }
        let word = self.words.bump();
        match word.kind {
            Equal | BangEqual if self.is_quoted_name() => {
                let help =
                    "a name stands without quotes: `= foo`; a regular expression follows `=~`";
                self.fail("a name", help)
            }
            Equal => self.items().map(Constraint::OneOf),
            BangEqual => self.items().map(Constraint::NoneOf),
            Bang => self.constraint_primary().map(|inner| Constraint::Not(Box::new(inner))),
            LeftParen => {
                let inner = self.constraint()?;
                self.expect(RightParen, "`)`", "close the parenthesis of the constraint")?;
                Ok(inner)
            }
            Less => self.compared(Comparison::Less),
            Greater => self.compared(Comparison::Greater),
            GreaterEqual => self.compared(Comparison::GreaterEqual),
            LessEqual => match self.words.peek().kind {
                Integer | Minus => self.compared(Comparison::LessEqual),
                _ => self.items().map(Constraint::PartOf),
            },
            Colon => self.script_constraint().map(Constraint::Script),
            _ => self.fail_at(word, "a constraint", "such as `= {a, b}`, `!= r.x` or `=~ \"re\"`"),
        }
    }

    /// `identifier f = "foo"`
    fn is_quoted_name(&self) -> bool {
        let names = matches!(
            self.constrained,
            Some(MetavariableKind::Identifier | MetavariableKind::Function)
        );
        names && self.words.at_kind(TokenKind::String)
    }

    fn compared(&mut self, comparison: Comparison) -> Result<Constraint> {
        Ok(Constraint::Compare(comparison, self.item()?))
    }

    fn regex(&mut self) -> Result<Regex> {
        let help = "a regular expression stands in double quotes: `=~ \"^get_\"`";
        let word = self.expect(TokenKind::String, "a regular expression in quotes", help)?;
        let pattern = rust_regex(&string_content(self.words.bytes(word)));
        if let Err(error) = regex::bytes::Regex::new(&pattern) {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason).to_owned();
            self.reports
                .error("smpl/regex", "this regular expression cannot be read", word.span, reason)
                .help("a `\\` in front of `(`, `[`, `*`, `.` makes it stand for itself");
        }
        Ok(Regex { pattern: pattern.into(), span: word.span })
    }

    /// item | `{` item (`,` item)* `}`
    fn items(&mut self) -> Result<Vec<ConstraintItem>> {
        if self.words.eat(TokenKind::LeftBrace).is_none() {
            return Ok(vec![self.member()?]);
        }
        let mut items = vec![self.member()?];
        while self.words.eat(TokenKind::Comma).is_some() {
            items.push(self.member()?);
        }
        self.expect(TokenKind::RightBrace, "`,` or `}`", "a set is `{a, b}`")?;
        Ok(items)
    }

    /// One member of a set. They are compared as text, so `0x10` is not the number 16.
    fn member(&mut self) -> Result<ConstraintItem> {
        let first = self.words.peek();
        Ok(match self.item()? {
            ConstraintItem::Integer(number) if first.kind == TokenKind::Integer => {
                let spelling = self.words.text(first);
                match *spelling == *number.to_string() {
                    true => ConstraintItem::Integer(number),
                    false => ConstraintItem::Text(spelling),
                }
            }
            item => item,
        })
    }

    /// A member of a set or a bound: up to a `,` or `}` of the same depth.
    fn item(&mut self) -> Result<ConstraintItem> {
        use TokenKind::*;
        let start = self.words.position();
        let first = self.words.peek();
        if let Some(number) = self.opt_integer() {
            if self.words.eat(Ellipsis).is_some() {
                return match self.opt_integer() {
                    Some(end) => Ok(ConstraintItem::Range(number, end)),
                    None => self.fail("the end of the range", "`4...8`"),
                };
            }
            return Ok(ConstraintItem::Integer(number));
        }
        let mut depth = 0;
        loop {
            match self.words.peek().kind {
                LeftParen | LeftBracket => depth += 1,
                RightParen | RightBracket if depth > 0 => depth -= 1,
                Eof | Semicolon => break,
                Comma | RightBrace | RightParen if depth == 0 => break,
                // As the first word these are operators, and members of a set of operators.
                AmpAmp | PipePipe if depth == 0 && self.words.position() > start => break,
                _ => {}
            }
            self.words.bump();
        }
        let words = self.words.between(start, self.words.position()).to_vec();
        match words.as_slice() {
            [] => self.fail_at(first, "a member of a constraint", "a name, a number, or `r.x`"),
            [name] if self.words.bytes(*name).first().is_some_and(|b| is_letter(*b)) => {
                let text = self.words.bytes(*name);
                Ok(match self.scope.get(text) {
                    Some(id) => {
                        self.scope.metavariables[id.index()].used_in_minus = true;
                        ConstraintItem::Metavariable(id)
                    }
                    None => ConstraintItem::Name(self.words.text(*name)),
                })
            }
            [rule, dot, name] if dot.kind == Dot => {
                self.inherit_quietly(*rule, *name).map(ConstraintItem::Metavariable)
            }
            words if self.constrained == Some(MetavariableKind::Type) && has_dot(words) => {
                self.type_item(words)
            }
            [.., last] => {
                let span = Span::new(first.span.start, last.span.end);
                let text = std::string::String::from_utf8_lossy(&self.source[span.range()]);
                Ok(ConstraintItem::Text(text.into()))
            }
        }
    }

    /// A type that is made of an inherited one: `r.T *`.
    fn type_item(&mut self, words: &[Word]) -> Result<ConstraintItem> {
        let mut types = TypeWords::of(words);
        types.resolve_inherited(|rule, name| self.inherit_quietly(rule, name).ok());
        let patterns = type_patterns(self.source, &types, self.scope, self.names, self.reports);
        match patterns.into_iter().next() {
            Some(pattern) => Ok(ConstraintItem::Type(Box::new(pattern))),
            // Reported.
            None => Err(Failed),
        }
    }

    /// `-`? integer
    fn opt_integer(&mut self) -> Option<i64> {
        let negative =
            self.words.at_kind(TokenKind::Minus) && self.words.nth(1).kind == TokenKind::Integer;
        let word = self.words.nth(usize::from(negative));
        if word.kind != TokenKind::Integer {
            return None;
        }
        let number: i64 = parse_integer(&self.words.text(word))?;
        self.words.bump();
        if negative {
            self.words.bump();
        }
        Some(if negative { -number } else { number })
    }

    /// `script` `:` language `(` names `)` `{` code `}`
    pub(super) fn script_constraint(&mut self) -> Result<ScriptConstraint> {
        use TokenKind::*;
        if self.words.eat_word("script").is_none() {
            return self.fail("`script`", "`: script:python(x) { x == \"a\" }`");
        }
        self.expect(Colon, "`:`", "`script:python`")?;
        let language = match self.words.eat_name() {
            Some(word) => self.words.text(word),
            None => return self.fail("the language of the script", "`python` or `ocaml`"),
        };
        self.expect(LeftParen, "`(`", "the metavariables that the script sees")?;
        let mut parameters = Vec::new();
        while let Some(word) = self.words.eat_name() {
            if self.words.at_kind(Dot) && self.words.is_name(1) {
                self.words.bump();
                let name = self.words.bump();
                parameters.push(self.inherit_quietly(word, name)?);
            } else if let Some(id) = self.scope.get(self.words.bytes(word)) {
                self.scope.metavariables[id.index()].used_in_minus = true;
                parameters.push(id);
            }
            if self.words.eat(Comma).is_none() {
                break;
            }
        }
        self.expect(RightParen, "`)`", "the metavariables that the script sees")?;
        let open = self.expect(LeftBrace, "`{`", "the code of the script stands in braces")?;
        let mut depth = 1;
        loop {
            let word = self.words.bump();
            match word.kind {
                LeftBrace => depth += 1,
                RightBrace => depth -= 1,
                Eof => return self.fail("`}`", "the code of the script stands in braces"),
                _ => {}
            }
            if depth == 0 {
                let code = Span::new(open.span.end, word.span.start);
                return Ok(ScriptConstraint { language, parameters, code });
            }
        }
    }
}

fn has_dot(words: &[Word]) -> bool {
    words.iter().any(|word| word.kind == TokenKind::Dot)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn parse_integer(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
    match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

/// Rules are written for an older notation, where `\(`, `\|`, `\)` group; a bare `(` or `|` groups too in
/// PCRE. Escaped ones are taken for groups when the expression has no bare ones.
fn rust_regex(pattern: &str) -> String {
    let bytes = pattern.as_bytes();
    let bare = bytes.iter().enumerate().any(|(at, byte)| {
        matches!(byte, b'(' | b'|' | b')') && (at == 0 || bytes[at - 1] != b'\\')
    });
    if bare {
        return pattern.to_owned();
    }
    pattern.replace("\\(", "(").replace("\\|", "|").replace("\\)", ")")
}
