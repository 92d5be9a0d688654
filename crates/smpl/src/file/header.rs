//! The header of a rule: name, dependencies, isomorphisms, quantifier; or the header of a script.
//!
//! Invariant: a name of a rule is resolved here, to an index of a rule above.

use csyntax::TokenKind;
use rustc_hash::FxHashMap;
use text::Span;

use crate::cursor::{Cursor, Word, string_content};
use crate::patch::{BodyKind, Dependency, Quantifier, Rule, ScriptPhase, Spanned, Virtual};
use crate::report::Reports;
use crate::suggest::nearest;

/// What a header says.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub name: Option<Spanned>,
    pub script: Option<(ScriptPhase, Box<str>)>,
    pub extends: Option<usize>,
    pub depends: Dependency,
    pub depends_quantifier: Option<Quantifier>,
    pub quantifier: Option<Quantifier>,
    pub disabled: Vec<Spanned>,
    pub isomorphism_files: Vec<Spanned>,
    pub body_kind: Option<BodyKind>,
}

/// What a header may refer to.
pub(crate) struct Above<'a> {
    pub rules: &'a [Rule],
    /// The last rule of each name.
    pub names: &'a FxHashMap<Box<str>, usize>,
    pub virtuals: &'a [Virtual],
    /// The last rule that changes code, whatever the command line says: positions from it and from above are places
    /// of a text that is gone.
    pub last_change: Option<usize>,
    /// Where the names of the rules below stand.
    pub below: &'a FxHashMap<Box<[u8]>, Span>,
}

impl Above<'_> {
    /// The last rule called `name`.
    pub fn rule(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    fn is_virtual(&self, name: &str) -> bool {
        self.virtuals.iter().any(|v| &*v.name == name)
    }

    /// Reports that no rule is called so.
    pub fn undeclared(&self, name: &str, span: Span, reports: &mut Reports) {
        let known = self.rules.iter().filter_map(|rule| rule.name.as_deref());
        let known = known.chain(self.virtuals.iter().map(|v| &*v.name));
        let near = nearest(name, known).map(str::to_owned);
        let message = format!("no rule above is called `{name}`");
        let draft = reports.error("smpl/undeclared-rule", message, span, "not declared");
        if let Some(&later) = self.below.get(name.as_bytes()) {
            draft.also(later, "it stands below").help("move that rule up: rules run in order");
            return;
        }
        match near {
            Some(near) => draft.help(format!("did you mean `{near}`?")),
            None if ["patch", "context", "org", "report"].contains(&name) => draft.help(format!(
                "for a mode of the run, write `virtual {name}` above the first rule"
            )),
            None => draft.help("a rule can only refer to named rules that stand above it"),
        };
    }
}

/// Words that cannot start as the name of a rule.
const CLAUSES: [&str; 8] =
    ["extends", "depends", "using", "disable", "exists", "forall", "expression", "identifier"];

/// Reads the header between the two `@`.
pub(crate) fn header(
    source: &[u8],
    span: Span,
    above: &Above<'_>,
    reports: &mut Reports,
) -> Header {
    let mut reader = Reader { words: Cursor::new(source, span), above, reports };
    let mut header = Header {
        name: None,
        script: None,
        extends: None,
        depends: Dependency::Always,
        depends_quantifier: None,
        quantifier: None,
        disabled: Vec::new(),
        isomorphism_files: Vec::new(),
        body_kind: None,
    };
    header.script = reader.opt_script();
    let clause = CLAUSES.iter().any(|clause| reader.words.at_word(clause))
        || (reader.words.at_word("type") && reader.words.nth(1).kind == TokenKind::Eof);
    if !clause && let Some(name) = reader.words.eat_name() {
        header.name = Some(reader.spanned(name));
    }
    while !reader.words.at_end() {
        if !reader.clause(&mut header) {
            break;
        }
    }
    header
}

struct Reader<'a, 'b> {
    words: Cursor<'a>,
    above: &'b Above<'b>,
    reports: &'b mut Reports,
}

impl Reader<'_, '_> {
    fn spanned(&self, word: Word) -> Spanned {
        Spanned { text: self.words.text(word), span: word.span }
    }

    /// (`script` | `initialize` | `finalize`) `:` language
    fn opt_script(&mut self) -> Option<(ScriptPhase, Box<str>)> {
        let phase = match self.words.bytes(self.words.peek()) {
            b"script" => ScriptPhase::Rule,
            b"initialize" => ScriptPhase::Initialize,
            b"finalize" => ScriptPhase::Finalize,
            _ => return None,
        };
        if self.words.nth(1).kind != TokenKind::Colon {
            return None;
        }
        self.words.bump();
        self.words.bump();
        match self.words.eat_name() {
            Some(language) => Some((phase, self.words.text(language))),
            None => {
                self.expected("the language of the script", "`python` or `ocaml`");
                Some((phase, "python".into()))
            }
        }
    }

    /// One clause of a header; false when the rest cannot be read.
    fn clause(&mut self, header: &mut Header) -> bool {
        let word = self.words.bump();
        match self.words.bytes(word) {
            b"extends" => header.extends = self.rule_name().flatten(),
            b"depends" => {
                if self.words.eat_word("on").is_none() {
                    return self.expected("`on`", "`depends on rule`");
                }
                header.depends_quantifier = self.opt_quantifier();
                match self.dependency() {
                    Some(depends) => header.depends = depends,
                    None => return false,
                }
            }
            b"using" => {
                let files = self.list(|reader| {
                    let word = reader.words.eat(TokenKind::String)?;
                    let text = string_content(reader.words.bytes(word));
                    Some(Spanned { text, span: word.span })
                });
                match files {
                    Some(files) => header.isomorphism_files.extend(files),
                    None => return self.expected("a file name in quotes", "`using \"x.iso\"`"),
                }
            }
            b"disable" => {
                let names = self.list(|reader| {
                    let word = reader.words.eat_name()?;
                    Some(reader.spanned(word))
                });
                match names {
                    Some(names) => header.disabled.extend(names),
                    None => return self.expected("the name of an isomorphism", "`disable paren`"),
                }
            }
            b"exists" => header.quantifier = Some(Quantifier::Exists),
            b"forall" => header.quantifier = Some(Quantifier::Forall),
            b"expression" => header.body_kind = Some(BodyKind::Expression),
            b"identifier" => header.body_kind = Some(BodyKind::Identifier),
            b"type" => header.body_kind = Some(BodyKind::Type),
            _ => {
                let text = self.words.text(word);
                let draft = self.reports.error(
                    "smpl/rule-header",
                    format!("`{text}` does not belong in the header of a rule"),
                    word.span,
                    "not expected here",
                );
                match nearest(&text, CLAUSES) {
                    Some(near) => draft.help(format!("did you mean `{near}`?")),
                    None if text.bytes().all(|byte| byte.is_ascii_punctuation()) => {
                        draft.help("the name of a rule has letters, digits and `_` only")
                    }
                    None => draft
                        .help("a header is `@name depends on rules disable isomorphisms exists@`"),
                };
                return false;
            }
        }
        true
    }

    /// item (`,` item)*
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut list = vec![item(self)?];
        while self.words.eat(TokenKind::Comma).is_some() {
            list.push(item(self)?);
        }
        Some(list)
    }

    fn opt_quantifier(&mut self) -> Option<Quantifier> {
        if self.words.eat_word("exists").is_some() {
            Some(Quantifier::Exists)
        } else {
            self.words.eat_word("forall").map(|_| Quantifier::Forall)
        }
    }

    /// and (`||` and)*
    fn dependency(&mut self) -> Option<Dependency> {
        let mut left = self.conjunction()?;
        while self.words.eat(TokenKind::PipePipe).is_some() {
            left = Dependency::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Some(left)
    }

    /// primary (`&&` primary)*
    fn conjunction(&mut self) -> Option<Dependency> {
        let mut left = self.primary()?;
        while self.words.eat(TokenKind::AmpAmp).is_some() {
            left = Dependency::And(Box::new(left), Box::new(self.primary()?));
        }
        Some(left)
    }

    /// `!` primary | `(` dependency `)` | `ever` r | `never` r | `file` `in` "path" | r
    fn primary(&mut self) -> Option<Dependency> {
        if self.words.eat(TokenKind::Bang).is_some() {
            return Some(Dependency::Not(Box::new(self.primary()?)));
        }
        if self.words.eat(TokenKind::LeftParen).is_some() {
            let inner = self.dependency()?;
            if self.words.eat(TokenKind::RightParen).is_none() {
                self.expected("`)`", "close the parenthesis of the dependency");
                return None;
            }
            return Some(inner);
        }
        if self.words.at_word("file") && self.words.nth_is(1, "in") {
            self.words.bump();
            self.words.bump();
            let Some(path) = self.words.eat(TokenKind::String) else {
                self.expected("a path in quotes", "`file in \"drivers\"`");
                return None;
            };
            return Some(Dependency::FileIn(string_content(self.words.bytes(path))));
        }
        if self.words.is_name(1) {
            if self.words.eat_word("ever").is_some() {
                return self.dependency_on(Dependency::Ever);
            }
            if self.words.eat_word("never").is_some() {
                return self.dependency_on(Dependency::Never);
            }
        }
        let word = self.words.peek();
        let name = self.words.text(word);
        if self.words.is_name(0) && self.above.is_virtual(&name) {
            self.words.bump();
            return Some(Dependency::Virtual(name));
        }
        self.dependency_on(Dependency::Rule)
    }

    /// The name of a rule; a wrong one was reported, and the rest of the header is still worth reading.
    fn dependency_on(&mut self, build: fn(usize) -> Dependency) -> Option<Dependency> {
        Some(self.rule_name()?.map_or(Dependency::Always, build))
    }

    /// Some name, and the rule that it means if there is one.
    fn rule_name(&mut self) -> Option<Option<usize>> {
        let Some(word) = self.words.eat_name() else {
            self.expected("the name of a rule", "rules are named in their header, `@name@`");
            return None;
        };
        let name = self.words.text(word);
        let found = self.above.rule(&name);
        if found.is_none() {
            self.above.undeclared(&name, word.span, self.reports);
        }
        Some(found)
    }

    fn expected(&mut self, what: &str, help: &str) -> bool {
        let word = self.words.peek();
        self.reports
            .error(
                "smpl/rule-header",
                format!("expected {what} in the header of a rule"),
                word.span,
                format!("expected {what}"),
            )
            .help(help);
        false
    }
}
