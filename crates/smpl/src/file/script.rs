//! The variables of a script rule: `x << r.y;`, `x << r.y = "default";`, `x;`.
//!
//! Invariant: a bare `x;` becomes a metavariable of the rule, so that later rules can inherit it.

use csyntax::TokenKind;

use super::declaration::{Failed, Reader};
use crate::cursor::{Word, string_content};
use crate::metavariable::{MetavariableKind, Origin};
use crate::patch::{ScriptInput, ScriptSource};

impl Reader<'_, '_> {
    /// All variables of a script.
    pub(crate) fn script_inputs(&mut self) -> Vec<ScriptInput> {
        let mut inputs = Vec::new();
        while !self.words.at_end() {
            match self.script_variable() {
                Ok(input) => inputs.extend(input),
                Err(Failed) => self.words.skip_past(TokenKind::Semicolon),
            }
        }
        inputs
    }

    /// (name | `(` name `,` name `)`) (`<<` source default?)? `;`
    fn script_variable(&mut self) -> Result<Option<ScriptInput>, Failed> {
        use TokenKind::*;
        let start = self.words.peek();
        let (name, term) = if self.words.eat(LeftParen).is_some() {
            let name = self.script_name()?;
            self.expect(Comma, "`,`", "`(text, term) << r.x`")?;
            let term = self.script_name()?;
            self.expect(RightParen, "`)`", "`(text, term) << r.x`")?;
            (name, Some(self.words.text(term)))
        } else {
            (self.script_name()?, None)
        };
        if self.words.eat(ShiftLeft).is_none() {
            let text = self.words.text(name);
            if self.words.at_kind(Equal) && self.words.nth(2).kind == Dot {
                return self.fail(
                    "`<<`",
                    &format!(
                        "a script takes the value of a metavariable so: `{text} << rule.name;`"
                    ),
                );
            }
            let constraint = self.opt_constraint(MetavariableKind::Script)?;
            self.expect(Semicolon, "`<<` or `;`", "`x << r.y;` or `x;` for a new name")?;
            self.add(name, text, MetavariableKind::Script, Origin::Own);
            if let Some(last) = self.scope.metavariables.last_mut() {
                last.constraint = constraint;
            }
            return Ok(None);
        }
        let source = self.script_source()?;
        let default = self.script_default()?;
        let end = self.expect(Semicolon, "`;`", "a declaration ends with `;`")?;
        Ok(Some(ScriptInput {
            name: self.words.text(name),
            term_name: term,
            source,
            default,
            span: start.span.cover(end.span),
        }))
    }

    fn script_name(&mut self) -> Result<Word, Failed> {
        match self.words.eat_name() {
            Some(name) => Ok(name),
            None => self.fail("a name", "`x << r.y;`"),
        }
    }

    /// rule `.` name | `virtual` `.` name | `merge` `.` name
    fn script_source(&mut self) -> Result<ScriptSource, Failed> {
        let rule = self.script_name()?;
        self.expect(TokenKind::Dot, "`.`", "`x << rule.y;`")?;
        let name = self.script_name()?;
        let text = self.words.text(name);
        Ok(match self.words.bytes(rule) {
            b"virtual" => ScriptSource::Virtual(text),
            b"merge" => ScriptSource::Merge(text),
            _ => match self.find_inherited(rule, name) {
                Some((rule, id)) => ScriptSource::Rule(rule, id),
                // Reported; the patch is refused, so any source will do.
                None => ScriptSource::Virtual(text),
            },
        })
    }

    /// `=` ("text" | `[` `]`)
    fn script_default(&mut self) -> Result<Option<Box<str>>, Failed> {
        use TokenKind::*;
        if self.words.eat(Equal).is_none() {
            return Ok(None);
        }
        if let Some(text) = self.words.eat(String) {
            return Ok(Some(string_content(self.words.bytes(text))));
        }
        self.expect(LeftBracket, "a string or `[]`", "`x << r.y = \"none\";`")?;
        self.expect(RightBracket, "`]`", "the default of positions is `[]`")?;
        Ok(Some("[]".into()))
    }
}
