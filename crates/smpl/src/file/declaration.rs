//! Declarations of metavariables, read one at a time up to `;`; each is usable in the next.
//!
//! Invariant: a declaration that cannot be read is reported and passed; the others still count.

use std::sync::Arc;

use csyntax::TokenKind;
use text::Span;

use super::header::Above;
use super::kind_words::{KIND_WORDS, OTHER_WORDS, Opening, opening};
use super::types::{TypeWords, type_patterns, type_words};
use crate::cursor::{Cursor, Word, string_content};
use crate::metavariable::{Metavariable, MetavariableId, MetavariableKind, Origin, SeedPart, Size};
use crate::report::Reports;
use crate::scope::{FileNames, Scope};
use crate::suggest::nearest;

/// The declaration was reported and cannot be read on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

/// Reads the declarations of one rule.
pub(crate) struct Reader<'a, 'b> {
    pub words: Cursor<'a>,
    pub source: &'a Arc<[u8]>,
    pub above: &'b Above<'b>,
    pub names: &'b mut FileNames,
    pub scope: &'b mut Scope,
    pub reports: &'b mut Reports,
    /// The kind of the metavariable whose constraint is being read.
    pub constrained: Option<MetavariableKind>,
}

impl Reader<'_, '_> {
    /// declaration*
    pub fn declarations(&mut self) {
        while !self.words.at_end() {
            if self.words.eat(TokenKind::Semicolon).is_some() {
                continue;
            }
            let start = self.words.position();
            if self.declaration().is_err() {
                self.words.rewind(start);
                self.broken_declaration();
            }
        }
    }

    /// Passes a declaration that was reported. What it names counts as declared and used, so that nothing more is
    /// said about it.
    fn broken_declaration(&mut self) {
        use TokenKind::*;
        while !self.words.at_end() && self.words.eat(Semicolon).is_none() {
            let word = self.words.bump();
            let names = matches!(self.words.peek().kind, Semicolon | Comma | Equal | Eof);
            if word.kind == Identifier && names && self.scope.get(self.words.bytes(word)).is_none()
            {
                let name = self.words.text(word);
                let id = self.add(word, name, MetavariableKind::Any, Origin::Own);
                self.scope.metavariables[id.index()].used_in_minus = true;
            }
        }
    }

    /// One declaration, for callers that cut the text themselves.
    pub fn one_declaration(&mut self) {
        // What went wrong is in the reports; there is nothing behind it to go on with.
        let _reported = self.declaration();
    }

    /// What is no declaration but looks like something else that people write.
    fn check_form(&mut self) -> Result<(), Failed> {
        use TokenKind::*;
        let first = self.words.peek();
        if matches!(first.kind, Minus | Plus | PlusPlus | Question) {
            self.reports
                .error("smpl/declaration", "a declaration has no marker", first.span, "remove it")
                .help("`-` and `+` belong to the code behind `@@`");
            self.words.bump();
        }
        let arrow = (1..=4).map(|n| self.words.nth(n)).find(|word| word.kind == ShiftLeft);
        let before_end = (0..4).all(|n| self.words.nth(n).kind != Semicolon);
        if let Some(arrow) = arrow.filter(|_| before_end) {
            self.reports
                .error("smpl/declaration", "`<<` belongs to scripts", arrow.span, "not here")
                .help("the header of a script is `@script:python@` or `@script:ocaml@`");
            return Err(Failed);
        }
        Ok(())
    }

    /// kind names `;`
    fn declaration(&mut self) -> Result<(), Failed> {
        self.check_form()?;
        match opening(&mut self.words) {
            Opening::Kind(kind) => self.metavariables(kind),
            Opening::Sticky(kind) => self.sticky_names(kind),
            Opening::Misspelt(nearest) => {
                let word = self.words.nth(1);
                self.unknown_kind(word, nearest);
                Err(Failed)
            }
            Opening::Type => {
                let types = type_words(&mut self.words);
                if types.is_empty() {
                    return self.fail(
                        "the kind or type of a metavariable",
                        "declarations look like `expression e;` or `struct s *x;`",
                    );
                }
                self.check_kind(&types)?;
                self.typed(MetavariableKind::Expression, types)
            }
        }
    }

    /// A single unknown word where a kind could stand: a type, or a typo?
    fn check_kind(&mut self, types: &TypeWords) -> Result<(), Failed> {
        let Some(word) = types.single() else { return Ok(()) };
        let (bytes, text) = (self.words.bytes(word), self.words.text(word));
        if self.scope.get(bytes).is_some() || self.names.types.is_type(bytes) {
            return Ok(());
        }
        let alias = OTHER_WORDS.iter().find(|(word, _)| *word == &*text).map(|(_, kind)| *kind);
        let Some(near) = alias.or_else(|| nearest(&text, KIND_WORDS)) else { return Ok(()) };
        if is_used_elsewhere(self.source, bytes, word.span) {
            return Ok(());
        }
        self.unknown_kind(word, near);
        Err(Failed)
    }

    fn unknown_kind(&mut self, word: Word, near: &str) {
        let text = self.words.text(word);
        self.reports
            .error(
                "smpl/unknown-kind",
                format!("`{text}` is no kind of metavariable"),
                word.span,
                format!("did you mean `{near}`?"),
            )
            .help(format!("if it is a type, declare it first: `typedef {text};`"));
    }

    /// `expression e` without `;` reads on into the next declaration, and so has a kind among its types.
    fn check_semicolon(&mut self, types: &TypeWords) -> Result<(), Failed> {
        let kind = |word: &Word| KIND_WORDS.contains(&&*self.words.text(*word));
        let lines =
            |a: Span, b: Span| self.source[a.end as usize..b.start as usize].contains(&b'\n');
        let words = types.words();
        let Some(pair) = words.windows(2).find(|pair| {
            kind(&pair[1]) && lines(pair[0].span, pair[1].span) && pair[0].kind != TokenKind::Comma
        }) else {
            return Ok(());
        };
        let span = Span::empty(pair[0].span.end);
        self.reports
            .error("smpl/declaration", "`;` is missing", span, "expected `;` here")
            .also(pair[1].span, "the next declaration")
            .help("each declaration ends with `;`");
        Err(Failed)
    }

    /// `expression lst es`: a slip of `list`, unless it is a type.
    fn check_list(&mut self, kind: MetavariableKind, types: &TypeWords) -> Result<(), Failed> {
        let Some(word) = types.single() else { return Ok(()) };
        let text = self.words.text(word);
        let unknown = !self.names.types.is_type(self.words.bytes(word))
            && self.scope.get(self.words.bytes(word)).is_none();
        if kind == MetavariableKind::Expression && unknown && nearest(&text, ["list"]).is_some() {
            self.unknown_kind(word, "list");
            return Err(Failed);
        }
        Ok(())
    }

    /// names behind `typedef`, `symbol`, `iterator name`, ...
    fn sticky_names(&mut self, kind: TokenKind) -> Result<(), Failed> {
        loop {
            let Some(word) = self.words.eat_name() else {
                return self.fail("a name", "`typedef foo_t;`");
            };
            let name = self.words.text(word);
            self.names.declare(&name, kind);
            if !self.comma_or_end()? {
                return Ok(());
            }
        }
    }

    fn metavariables(&mut self, kind: MetavariableKind) -> Result<(), Failed> {
        use MetavariableKind::*;
        let length = match kind.is_list() {
            true => self.opt_list_length()?,
            false => None,
        };
        let types = match kind {
            Expression | Idexpression(_) | Constant => {
                let types = type_words(&mut self.words);
                self.check_list(kind, &types)?;
                types
            }
            ExpressionList => {
                let types = type_words(&mut self.words);
                if !types.is_empty() {
                    let span = self.words.peek().span;
                    self.reports.unsupported("typed lists of expressions are", span);
                }
                TypeWords::default()
            }
            _ => TypeWords::default(),
        };
        self.names(kind, types, length)
    }

    fn typed(&mut self, kind: MetavariableKind, types: TypeWords) -> Result<(), Failed> {
        self.names(kind, types, None)
    }

    /// name seed-or-constraint (`,` ...)* `;`
    fn names(
        &mut self,
        kind: MetavariableKind,
        mut types: TypeWords,
        length: Option<Size>,
    ) -> Result<(), Failed> {
        self.check_semicolon(&types)?;
        types.resolve_inherited(|rule, name| self.inherit_quietly(rule, name).ok());
        let patterns = type_patterns(self.source, &types, self.scope, self.names, self.reports);
        let width = match types.is_empty() {
            true => None,
            false => self.opt_width()?,
        };
        loop {
            let id = self.name(kind)?;
            let seed = match kind {
                MetavariableKind::FreshIdentifier => self.opt_seed()?,
                _ => Vec::new(),
            };
            let behind_name = match kind {
                MetavariableKind::Expression => self.opt_width()?,
                _ => None,
            };
            let constraint = self.opt_constraint(kind)?;
            let metavariable = &mut self.scope.metavariables[id.index()];
            metavariable.types.clone_from(&patterns);
            metavariable.width = behind_name.or(width);
            metavariable.list_length = length;
            metavariable.seed = seed;
            metavariable.constraint = constraint;
            if !self.comma_or_end()? {
                return Ok(());
            }
            self.repeated_stars(&types)?;
        }
    }

    /// The type is that of all names, and later ones may repeat its stars: `expression *x, *y`.
    fn repeated_stars(&mut self, types: &TypeWords) -> Result<(), Failed> {
        let first = self.words.peek();
        let mut count = 0;
        while self.words.eat(TokenKind::Star).is_some() {
            count += 1;
        }
        if count == 0 || count == types.pointers() {
            return Ok(());
        }
        let span = first.span.cover(self.words.previous().span);
        self.reports
            .error(
                "smpl/declaration",
                "these metavariables differ in type",
                span,
                "other stars than those of the first name",
            )
            .help("declare them apart: `expression e; expression *p;`");
        Err(Failed)
    }

    /// name | rule `.` name | `virtual` `.` name
    fn name(&mut self, kind: MetavariableKind) -> Result<MetavariableId, Failed> {
        let Some(first) = self.words.eat_name() else {
            return self
                .fail("the name of a metavariable", "declarations look like `expression e;`");
        };
        if self.words.eat(TokenKind::Dot).is_none() {
            let text = self.words.text(first);
            if first.kind != TokenKind::Identifier {
                self.reports
                    .error(
                        "smpl/keyword",
                        format!("`{text}` is a word of C"),
                        first.span,
                        "no name for a metavariable",
                    )
                    .help("choose another name");
            }
            return Ok(self.add(first, text, kind, Origin::Own));
        }
        let Some(name) = self.words.eat_name() else {
            return self.fail("the name of a metavariable", "inherit with `kind rule.name`");
        };
        let text = self.words.text(name);
        if self.words.bytes(first) == b"virtual" {
            self.check_virtual(kind, name);
            return Ok(self.add(name, text, kind, Origin::Virtual));
        }
        let Some((rule, metavariable)) = self.find_inherited(first, name) else {
            return Ok(self.add(name, text, kind, Origin::Own));
        };
        let other = &self.above.rules[rule].metavariables[metavariable.index()];
        if !kind.inherits(other.kind) {
            let (wanted, is) = (kind.words(), other.kind.words());
            let (other_span, file) = (other.span, &self.above.rules[rule].file);
            self.reports
                .error(
                    "smpl/incompatible-inheritance",
                    format!("`{text}` is inherited with another kind than it has"),
                    name.span,
                    format!("inherited as {wanted}"),
                )
                .elsewhere(file, other_span, format!("declared as {is}"))
                .help(format!("write `{is} {}.{text};`", self.words.text(first)));
        }
        if kind.is_position() {
            self.check_position(rule, name);
        }
        Ok(self.add(name, text, kind, Origin::Inherited { rule, metavariable }))
    }

    /// What the command line gives is a name, or the length of a list.
    fn check_virtual(&mut self, kind: MetavariableKind, name: Word) {
        if !matches!(kind, MetavariableKind::Identifier | MetavariableKind::Length) {
            let text = self.words.text(name);
            self.reports
                .error(
                    "smpl/virtual-kind",
                    "the command line gives names only",
                    name.span,
                    format!("declared as {}", kind.words()),
                )
                .help(format!("write `identifier virtual.{text};`"));
        }
    }

    /// A position is a place in the text that its rule saw; it means nothing once the text was changed.
    fn check_position(&mut self, rule: usize, name: Word) {
        let Some(change) = self.above.last_change.filter(|&change| rule <= change) else { return };
        let change = &self.above.rules[change];
        let header = Span::new(change.span.start, change.span.start + 1);
        let text = self.words.text(name);
        self.reports
            .error(
                "smpl/stale-position",
                format!("the text that `{text}` is a place of was changed"),
                name.span,
                "inherited too late",
            )
            .elsewhere(&change.file, header, "this rule changes code")
            .help("use the position before that rule, or find the place again");
    }

    /// The rule and metavariable that `rule.name` means; reported when there is none.
    pub(super) fn find_inherited(
        &mut self,
        rule: Word,
        name: Word,
    ) -> Option<(usize, MetavariableId)> {
        let (rule_text, text) = (self.words.text(rule), self.words.text(name));
        let Some(index) = self.above.rule(&rule_text) else {
            self.above.undeclared(&rule_text, rule.span, self.reports);
            return None;
        };
        let above = &self.above.rules[index];
        if let Some(id) = above.metavariable(&text) {
            return Some((index, id));
        }
        let near = nearest(&text, above.metavariables.iter().map(|m| &*m.name)).map(str::to_owned);
        let header = Span::new(above.span.start, above.span.start + 1);
        let draft = self
            .reports
            .error(
                "smpl/undeclared-metavariable",
                format!("rule `{rule_text}` has no metavariable `{text}`"),
                name.span,
                "not declared there",
            )
            .elsewhere(&above.file, header, "the rule starts here");
        match near {
            Some(near) => draft.help(format!("did you mean `{rule_text}.{near}`?")),
            None => draft.help(format!("declare `{text}` in rule `{rule_text}`")),
        };
        None
    }

    /// The metavariable for `rule.name` inside a constraint; it needs no declaration of its own.
    pub(super) fn inherit_quietly(
        &mut self,
        rule: Word,
        name: Word,
    ) -> Result<MetavariableId, Failed> {
        let (rule, metavariable) = self.find_inherited(rule, name).ok_or(Failed)?;
        let origin = Origin::Inherited { rule, metavariable };
        let known = self.scope.metavariables.iter().position(|m| m.origin == origin);
        if let Some(index) = known {
            self.scope.metavariables[index].used_in_minus = true;
            return Ok(MetavariableId(index as u32));
        }
        let kind = self.above.rules[rule].metavariables[metavariable.index()].kind;
        // A name with a dot cannot be written in code, so it hides nothing.
        let title = self.above.rules[rule].name.as_deref().unwrap_or_default();
        let text = format!("{title}.{}", self.words.text(name)).into();
        let id = self.add(name, text, kind, origin);
        self.scope.metavariables[id.index()].used_in_minus = true;
        Ok(id)
    }

    /// Adds a metavariable; one of the same name is reported.
    pub(super) fn add(
        &mut self,
        word: Word,
        name: Box<str>,
        kind: MetavariableKind,
        origin: Origin,
    ) -> MetavariableId {
        let metavariable = Metavariable {
            name: name.clone(),
            kind,
            origin,
            constraint: None,
            types: Vec::new(),
            width: None,
            list_length: None,
            seed: Vec::new(),
            span: word.span,
            extended: false,
            used_in_minus: false,
            used_in_plus: false,
        };
        self.scope.add(metavariable).unwrap_or_else(|earlier| {
            let first = self.scope.metavariables[earlier.index()].span;
            self.reports
                .error(
                    "smpl/declared-twice",
                    format!("`{name}` is declared twice in this rule"),
                    word.span,
                    "declared again",
                )
                .also(first, "first declared here")
                .help("give one of them another name");
            earlier
        })
    }

    /// `[` (number | name | rule `.` name) `]`
    fn opt_list_length(&mut self) -> Result<Option<Size>, Failed> {
        use TokenKind::*;
        if self.words.eat(LeftBracket).is_none() {
            return Ok(None);
        }
        let length = self.size("`expression list[n] es;`")?;
        if let Size::Bound(id) = length {
            let kind = self.scope.metavariables[id.index()].kind;
            let constraint = self.opt_constraint(kind)?;
            let metavariable = &mut self.scope.metavariables[id.index()];
            metavariable.used_in_minus = true;
            metavariable.constraint = constraint.or(metavariable.constraint.take());
        }
        self.expect(RightBracket, "`]`", "`expression list[n] es;`")?;
        Ok(Some(length))
    }

    /// `:` (number | name), where no script follows
    fn opt_width(&mut self) -> Result<Option<Size>, Failed> {
        if !self.words.at_kind(TokenKind::Colon) || self.words.nth_is(1, "script") {
            return Ok(None);
        }
        self.words.bump();
        let width = self.size("`int:5 x;`, `expression e:n;`")?;
        if let Size::Bound(id) = width {
            self.scope.metavariables[id.index()].used_in_minus = true;
        }
        Ok(Some(width))
    }

    /// number | name | rule `.` name
    fn size(&mut self, help: &str) -> Result<Size, Failed> {
        if let Some(number) = self.words.eat(TokenKind::Integer) {
            return match self.words.text(number).parse() {
                Ok(size) => Ok(Size::Exactly(size)),
                Err(_) => self.fail_at(number, "a small number", help),
            };
        }
        if !self.words.is_name(0) {
            return self.fail("a number or a name", help);
        }
        let plain = self.words.nth(1).kind != TokenKind::Dot;
        match self.scope.get(self.words.bytes(self.words.peek())) {
            Some(known) if plain => {
                self.words.bump();
                Ok(Size::Bound(known))
            }
            _ => self.name(MetavariableKind::Length).map(Size::Bound),
        }
    }

    /// `=` part (`##` part)* | `=` script, where a part is a string or a name
    fn opt_seed(&mut self) -> Result<Vec<SeedPart>, Failed> {
        let mut seed = Vec::new();
        if self.words.eat(TokenKind::Equal).is_none() {
            return Ok(seed);
        }
        if self.words.at_word("script") && self.words.nth(1).kind == TokenKind::Colon {
            seed.push(SeedPart::Script(self.script_constraint()?));
            return Ok(seed);
        }
        loop {
            seed.push(self.seed_part()?);
            if self.words.eat(TokenKind::HashHash).is_none() {
                return Ok(seed);
            }
        }
    }

    fn seed_part(&mut self) -> Result<SeedPart, Failed> {
        if let Some(text) = self.words.eat(TokenKind::String) {
            return Ok(SeedPart::Text(string_content(self.words.bytes(text))));
        }
        let help = "a seed is made of strings and names, such as `\"old_\" ## x`";
        let Some(word) = self.words.eat_name() else {
            return self.fail("a string or a metavariable", help);
        };
        if self.words.at_kind(TokenKind::Dot) && self.words.is_name(1) {
            self.words.bump();
            let name = self.words.bump();
            if self.words.bytes(word) == b"virtual" {
                let text = self.words.text(name);
                let origin = Origin::Virtual;
                let id = match self.scope.get(text.as_bytes()) {
                    Some(id) => id,
                    None => self.add(name, text, MetavariableKind::Identifier, origin),
                };
                self.scope.metavariables[id.index()].used_in_minus = true;
                return Ok(SeedPart::Metavariable(id));
            }
            return self.inherit_quietly(word, name).map(SeedPart::Metavariable);
        }
        match self.scope.get(self.words.bytes(word)) {
            Some(id) => {
                self.scope.metavariables[id.index()].used_in_minus = true;
                Ok(SeedPart::Metavariable(id))
            }
            None => self.fail_at(word, "a metavariable declared above", help),
        }
    }

    /// `,` or `;`; true when another name follows.
    fn comma_or_end(&mut self) -> Result<bool, Failed> {
        if self.words.eat(TokenKind::Comma).is_some() {
            return Ok(true);
        }
        let (previous, next) = (self.words.previous().span, self.words.peek().span);
        let same_line = !self.source[previous.end as usize..next.start as usize].contains(&b'\n');
        if self.words.at_end() || (!same_line && !self.words.at_kind(TokenKind::Semicolon)) {
            let span = Span::empty(previous.end);
            self.reports
                .error("smpl/declaration", "`;` is missing", span, "expected `;` here")
                .help("each declaration ends with `;`");
            return Ok(false);
        }
        let help = match self.words.peek().kind {
            TokenKind::EqualEqual => "one of several names is `= {a, b}`, with one `=`",
            TokenKind::Tilde => "a regular expression follows `=~` or `!~`",
            _ => "each declaration ends with `;`",
        };
        self.expect(TokenKind::Semicolon, "`,` or `;`", help)?;
        Ok(false)
    }

    pub(super) fn expect(
        &mut self,
        kind: TokenKind,
        what: &str,
        help: &str,
    ) -> Result<Word, Failed> {
        match self.words.eat(kind) {
            Some(word) => Ok(word),
            None => self.fail(what, help),
        }
    }

    pub(super) fn fail<T>(&mut self, what: &str, help: &str) -> Result<T, Failed> {
        self.fail_at(self.words.peek(), what, help)
    }

    pub(super) fn fail_at<T>(&mut self, word: Word, what: &str, help: &str) -> Result<T, Failed> {
        self.reports
            .error(
                "smpl/declaration",
                format!("expected {what} in a declaration"),
                word.span,
                format!("expected {what}"),
            )
            .help(help);
        Err(Failed)
    }
}

/// Whether `word` stands somewhere else in the file too, and so is no slip of the fingers.
fn is_used_elsewhere(source: &[u8], word: &[u8], here: Span) -> bool {
    let is_name = csyntax::lexer::is_name_byte;
    source.windows(word.len()).enumerate().any(|(at, window)| {
        window == word
            && at != here.start as usize
            && (at == 0 || !is_name(source[at - 1]))
            && !source.get(at + word.len()).is_some_and(|&byte| is_name(byte))
    })
}
