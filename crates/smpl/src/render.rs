//! What was understood of a semantic patch, as text for people: `refit dump rules`.
//!
//! Invariant: two patches that mean the same look the same; nothing of the text's layout shows.

use std::fmt::Write;

use csyntax::{NodeId, TokenId, Tree};
use text::LineIndex;

use crate::body::{Addition, AdditionForm, Body, Mark, Piece, Side};
use crate::metavariable::{
    Comparison, Constraint, ConstraintItem, Metavariable, Origin, SeedPart, Size, TypeShape,
};
use crate::patch::{
    Dependency, Purpose, Quantifier, Rule, RuleContent, ScriptPhase, ScriptRule, ScriptSource,
    SemanticPatch,
};
use crate::words::WordFormula;

/// The whole patch.
pub fn render(patch: &SemanticPatch) -> String {
    let mut out = Out { text: String::new(), patch, lines: LineIndex::new(b"") };
    out.patch();
    out.text
}

struct Out<'a> {
    text: String,
    patch: &'a SemanticPatch,
    /// The lines of the text that the rule at hand stands in.
    lines: LineIndex,
}

impl Out<'_> {
    fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    fn patch(&mut self) {
        let patch = self.patch;
        self.line(match patch.purpose {
            Purpose::Patch => "changes code",
            Purpose::Match => "reports code",
            Purpose::Context => "neither changes nor reports code",
        });
        for option in &patch.options {
            self.line(format!("options {}", option.text));
        }
        for name in &patch.virtuals {
            self.line(format!("virtual {}", name.name));
        }
        self.declared("typedef", &patch.names.typedefs);
        self.declared("iterator name", &patch.names.iterators);
        self.declared("declarer name", &patch.names.declarers);
        self.declared("attribute name", &patch.names.attributes);
        self.declared("symbol", &patch.names.symbols);
        self.line(format!("words {}", words(&patch.words)));
        let mut file = patch.sources.0.first().map(|source| &source.name);
        for rule in &patch.rules {
            self.line("");
            if file != Some(&rule.file) {
                file = Some(&rule.file);
                self.line(format!("in {}", rule.file));
            }
            self.lines = LineIndex::new(patch.sources.text(&rule.file));
            self.rule(rule);
        }
    }

    fn declared(&mut self, kind: &str, names: &[Box<str>]) {
        if !names.is_empty() {
            self.line(format!("{kind} {}", names.join(", ")));
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.line(format!("rule {}: {}", rule.index, rule.title()));
        if let Some(base) = rule.extends {
            self.line(format!("  extends {}", self.patch.rules[base].title()));
        }
        if rule.depends != Dependency::Always {
            let over = rule.depends_quantifier.map_or("", |over| match over {
                Quantifier::Exists => "exists ",
                Quantifier::Forall => "forall ",
            });
            self.line(format!("  depends on {over}{}", self.dependency(&rule.depends)));
        }
        match rule.quantifier {
            Some(Quantifier::Exists) => self.line("  exists"),
            Some(Quantifier::Forall) => self.line("  forall"),
            None => {}
        }
        if let Some(kind) = rule.body_kind {
            self.line(format!("  of kind {}", format!("{kind:?}").to_lowercase()));
        }
        for name in &rule.disabled {
            self.line(format!("  disable {}", name.text));
        }
        for isomorphism in &rule.isomorphisms {
            self.line(format!("  using isomorphism {}", isomorphism.name));
        }
        for metavariable in &rule.metavariables {
            let line = format!("  {}", self.metavariable(rule, metavariable));
            self.line(line);
        }
        for (id, users) in &rule.exports {
            let name = &rule.metavariables[id.index()].name;
            let users: Vec<_> = users.iter().map(|&user| self.patch.rules[user].title()).collect();
            self.line(format!("  exports {name} to {}", users.join(", ")));
        }
        match &rule.content {
            RuleContent::Code(body) => self.body(rule, body),
            RuleContent::Script(script) => self.script(rule, script),
        }
        self.line(format!("  words {}", words(&rule.words)));
    }

    fn script(&mut self, rule: &Rule, script: &ScriptRule) {
        let phase = match script.phase {
            ScriptPhase::Rule => "script",
            ScriptPhase::Initialize => "initialize",
            ScriptPhase::Finalize => "finalize",
        };
        self.line(format!("  {phase}:{}", script.language));
        for input in &script.inputs {
            let source = match &input.source {
                ScriptSource::Rule(rule, id) => {
                    let rule = &self.patch.rules[*rule];
                    format!("{}.{}", rule.title(), rule.metavariables[id.index()].name)
                }
                ScriptSource::Virtual(name) => format!("virtual.{name}"),
                ScriptSource::Merge(name) => format!("merge.{name}"),
            };
            let default =
                input.default.as_ref().map_or(String::new(), |text| format!(" = {text:?}"));
            let name = match &input.term_name {
                Some(term) => format!("({}, {term})", input.name),
                None => input.name.to_string(),
            };
            self.line(format!("    {name} << {source}{default}"));
        }
        let code = &self.patch.sources.text(&rule.file)[script.code.range()];
        let lines = code.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        self.line(format!("    {} lines of code", lines.count()));
    }

    fn dependency(&self, depends: &Dependency) -> String {
        let name = |index: usize| self.patch.rules[index].title();
        match depends {
            Dependency::Always => "nothing".into(),
            Dependency::Rule(rule) => name(*rule),
            Dependency::Virtual(name) => format!("virtual {name}"),
            Dependency::Ever(rule) => format!("ever {}", name(*rule)),
            Dependency::Never(rule) => format!("never {}", name(*rule)),
            Dependency::FileIn(path) => format!("file in {path:?}"),
            Dependency::Not(inner) => format!("!({})", self.dependency(inner)),
            Dependency::And(a, b) => {
                format!("({} && {})", self.dependency(a), self.dependency(b))
            }
            Dependency::Or(a, b) => format!("({} || {})", self.dependency(a), self.dependency(b)),
        }
    }

    fn metavariable(&self, rule: &Rule, metavariable: &Metavariable) -> String {
        let mut line = metavariable.kind.words().to_owned();
        match metavariable.list_length {
            Some(Size::Exactly(length)) => {
                let _ = write!(line, "[{length}]");
            }
            Some(Size::Bound(id)) => {
                let _ = write!(line, "[{}]", rule.metavariables[id.index()].name);
            }
            None => {}
        }
        for ty in &metavariable.types {
            let shown = match &ty.shape {
                TypeShape::Type(tree) => one_line(tree.source(), ty.span),
                TypeShape::Open { keyword, pointers } => {
                    let keyword = keyword.map(|kind| format!("{kind:?} ")).unwrap_or_default();
                    format!("{keyword}{}", "*".repeat(*pointers as usize))
                }
            };
            let _ = write!(line, " <{shown}>");
        }
        match metavariable.width {
            Some(Size::Exactly(width)) => {
                let _ = write!(line, " :{width}");
            }
            Some(Size::Bound(id)) => {
                let _ = write!(line, " :{}", rule.metavariables[id.index()].name);
            }
            None => {}
        }
        let _ = write!(line, " {}", metavariable.name);
        for (index, part) in metavariable.seed.iter().enumerate() {
            line.push_str(if index == 0 { " = " } else { " ## " });
            match part {
                SeedPart::Text(text) => {
                    let _ = write!(line, "{text:?}");
                }
                SeedPart::Metavariable(id) => line.push_str(&rule.metavariables[id.index()].name),
                SeedPart::Script(script) => {
                    let _ = write!(line, "script:{}", script.language);
                }
            }
        }
        match metavariable.origin {
            Origin::Own => {}
            Origin::Virtual => line.push_str(" from the command line"),
            Origin::Inherited { rule, .. } => {
                let _ = write!(line, " from {}", self.patch.rules[rule].title());
            }
        }
        if let Some(constraint) = &metavariable.constraint {
            let _ = write!(line, " {}", self.constraint(rule, constraint));
        }
        line
    }

    fn constraint(&self, rule: &Rule, constraint: &Constraint) -> String {
        let items = |items: &[ConstraintItem]| {
            let shown = items.iter().map(|item| match item {
                ConstraintItem::Name(text) | ConstraintItem::Text(text) => text.to_string(),
                ConstraintItem::Metavariable(id) => rule.metavariables[id.index()].name.to_string(),
                ConstraintItem::Integer(number) => number.to_string(),
                ConstraintItem::Range(from, to) => format!("{from}...{to}"),
            });
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        };
        match constraint {
            Constraint::OneOf(list) => format!("= {}", items(list)),
            Constraint::NoneOf(list) => format!("!= {}", items(list)),
            Constraint::PartOf(list) => format!("<= {}", items(list)),
            Constraint::Matches(regex) => format!("=~ {:?}", regex.pattern),
            Constraint::MatchesNot(regex) => format!("!~ {:?}", regex.pattern),
            Constraint::Compare(comparison, item) => {
                let sign = match comparison {
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                };
                format!("{sign} {}", items(std::slice::from_ref(item)))
            }
            Constraint::Script(script) => format!(": script:{}", script.language),
            Constraint::Not(inner) => format!("!({})", self.constraint(rule, inner)),
            Constraint::And(a, b) => {
                format!("({} && {})", self.constraint(rule, a), self.constraint(rule, b))
            }
            Constraint::Or(a, b) => {
                format!("({} || {})", self.constraint(rule, a), self.constraint(rule, b))
            }
        }
    }

    fn body(&mut self, rule: &Rule, body: &Body) {
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
        let kinds: Vec<_> =
            tree.children(NodeId::ROOT).map(|node| format!("{:?}", tree.kind(node))).collect();
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
        for (_, tokens) in lines {
            let mark = tokens.first().map_or("", |&token| mark(body, token));
            let text = joined(rule, body, tree, tokens);
            self.line(format!("    {mark:<2} {text}"));
        }
    }

    fn addition(&mut self, rule: &Rule, body: &Body, addition: &Addition) {
        let side = match addition.side {
            Side::Before => "before",
            Side::After => "after",
            Side::Replace => "in place of",
        };
        let at_mark = if addition.at_mark { " (mark)" } else { "" };
        let multiple = if addition.multiple { "++" } else { "+" };
        let line = self.lines.line(body.minus.tokens().span(addition.anchor).start);
        let anchor = token_text(&body.minus, addition.anchor);
        let what = match addition.form {
            AdditionForm::Statement => "statement",
            AdditionForm::IfStatement => "if statement",
            AdditionForm::Statements => "statements",
            AdditionForm::Term => "term",
            AdditionForm::Pieces => "pieces",
        };
        let rows = addition.rows.iter().map(|row| {
            let pieces = row.pieces.iter().map(|piece| match *piece {
                Piece::Node(node) => {
                    let tokens = body.plus.visible_tokens(node);
                    let tokens = tokens.filter(|&t| !body.plus.tokens().span(t).is_empty());
                    format!("[{}]", joined(rule, body, &body.plus, tokens))
                }
                Piece::Token(token) => term(rule, body, &body.plus, token),
                Piece::Text(span) => format!("«{}»", one_line(body.plus.source(), span)),
                Piece::Blank => "«»".into(),
            });
            pieces.collect::<Vec<_>>().join(" ")
        });
        let rows = rows.collect::<Vec<_>>().join(" / ");
        self.line(format!("  {multiple} {what} {side} `{anchor}` of line {line}{at_mark}: {rows}"));
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

/// A token, with `$` in front of metavariables and what is attached to it behind.
fn term(rule: &Rule, body: &Body, tree: &Tree, token: TokenId) -> String {
    let mut text = token_text(tree, token);
    if body.metavariable_of(token).is_some() {
        text.insert(0, '$');
    }
    for id in body.positions(token) {
        text.push('@');
        text.push_str(&rule.metavariables[id.index()].name);
    }
    text
}

fn token_text(tree: &Tree, token: TokenId) -> String {
    String::from_utf8_lossy(tree.token_text(token)).into_owned()
}

/// The text of a span with runs of blanks made one.
fn one_line(source: &[u8], span: text::Span) -> String {
    let text = String::from_utf8_lossy(&source[span.range()]).into_owned();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(formula: &WordFormula) -> String {
    let joined = |parts: &[WordFormula], operator: &str| {
        let shown = parts.iter().map(words).collect::<Vec<_>>().join(operator);
        format!("({shown})")
    };
    match formula {
        WordFormula::True => "true".into(),
        WordFormula::False => "false".into(),
        WordFormula::Word(word) => word.to_string(),
        WordFormula::Virtual(name) => format!("virtual.{name}"),
        WordFormula::And(parts) => joined(parts, " & "),
        WordFormula::Or(parts) => joined(parts, " | "),
    }
}
