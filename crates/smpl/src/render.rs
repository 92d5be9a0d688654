//! What was understood of a semantic patch, as text for people: `refit dump rules`.
//!
//! Invariant: two patches that mean the same look the same; nothing of the text's layout shows.

use std::fmt::Write;

use csyntax::{TokenId, Tree};
use text::LineIndex;

use crate::body::{Addition, Body, Mark, Piece, Side};
use crate::metavariable::{Constraint, ConstraintItem, Metavariable, Origin, Size, TypeShape};
use crate::patch::{Dependency, Quantifier, Rule, RuleContent, ScriptSource, SemanticPatch};
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
        self.line(format!("purpose {:?}", patch.purpose));
        for name in &patch.virtuals {
            self.line(format!("virtual {}", name.name));
        }
        let mut file = None;
        for rule in &patch.rules {
            if file != Some(&rule.file) {
                file = Some(&rule.file);
                self.lines = LineIndex::new(patch.sources.text(&rule.file));
            }
            self.rule(rule);
        }
        self.line(format!("words {}", words(&patch.words)));
    }

    fn rule(&mut self, rule: &Rule) {
        let mut head = format!("rule {} {}", rule.index, rule.title());
        if rule.depends != Dependency::Always {
            let _ = write!(head, " depends on {}", self.dependency(&rule.depends));
        }
        for name in &rule.disabled {
            let _ = write!(head, " disable {}", name.text);
        }
        match rule.quantifier {
            Some(Quantifier::Exists) => head.push_str(" exists"),
            Some(Quantifier::Forall) => head.push_str(" forall"),
            None => {}
        }
        self.line(head);
        for metavariable in &rule.metavariables {
            let line = format!("  {}", self.metavariable(rule, metavariable));
            self.line(line);
        }
        for (id, users) in &rule.exports {
            let name = &rule.metavariables[id.index()].name;
            self.line(format!("  exports {name} to {users:?}"));
        }
        match &rule.content {
            RuleContent::Code(body) => self.body(body),
            RuleContent::Script(script) => {
                self.line(format!("  script {}", script.language));
                for input in &script.inputs {
                    let source = match &input.source {
                        ScriptSource::Rule(rule, id) => {
                            let rule = &self.patch.rules[*rule];
                            format!("{}.{}", rule.title(), rule.metavariables[id.index()].name)
                        }
                        ScriptSource::Virtual(name) => format!("virtual.{name}"),
                        ScriptSource::Merge(name) => format!("merge.{name}"),
                    };
                    self.line(format!("    {} << {source}", input.name));
                }
            }
        }
        self.line(format!("  words {}", words(&rule.words)));
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
                format!("{comparison:?} {}", items(std::slice::from_ref(item)))
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

    fn body(&mut self, body: &Body) {
        for (name, tree, hide_when) in [("minus", &body.minus, false), ("plus", &body.plus, true)] {
            if hide_when && !body.is_patch() {
                continue;
            }
            let shown = self.slice(body, tree);
            self.line(format!("  {name} {shown}"));
        }
        for &(token, id) in body.all_positions() {
            let text = token_text(&body.minus, token);
            self.line(format!("  attached {text} @ {}", id.0));
        }
        for addition in body.additions() {
            self.addition(body, addition);
        }
    }

    /// The tokens of a slice, each with its mark.
    fn slice(&self, body: &Body, tree: &Tree) -> String {
        let tokens = tree
            .tokens()
            .ids()
            .filter(|&token| !tree.is_hidden(token) && !tree.tokens().span(token).is_empty());
        let shown = tokens.map(|token| {
            let optional = if body.is_optional(token) { "?" } else { "" };
            let mark = match body.mark(token) {
                Mark::Context => "",
                Mark::Minus => "-",
                Mark::Plus => "+",
                Mark::PlusPlus => "++",
                Mark::Star => "*",
            };
            let metavariable = if body.metavariable_of(token).is_some() { "$" } else { "" };
            match optional.len() + mark.len() {
                0 => format!("{metavariable}{}", token_text(tree, token)),
                _ => format!("{optional}{mark}'{metavariable}{}", token_text(tree, token)),
            }
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    fn addition(&mut self, body: &Body, addition: &Addition) {
        let side = match addition.side {
            Side::Before => "before",
            Side::After => "after",
            Side::Replace => "in place of",
        };
        let mark = if addition.at_mark { " (mark)" } else { "" };
        let multiple = if addition.multiple { "++" } else { "+" };
        let line = self.lines.line(body.minus.tokens().span(addition.anchor).start);
        let anchor = token_text(&body.minus, addition.anchor);
        let mut shown =
            format!("  {multiple} {side} `{anchor}` of line {line}{mark} {:?}:", addition.form);
        for (index, row) in addition.rows.iter().enumerate() {
            shown.push_str(if index == 0 { " " } else { " / " });
            let pieces = row.pieces.iter().map(|piece| match *piece {
                Piece::Node(node) => {
                    format!("[{}]", one_line(body.plus.source(), body.plus.span(node)))
                }
                Piece::Token(token) => token_text(&body.plus, token),
                Piece::Text(span) => format!("«{}»", one_line(body.plus.source(), span)),
                Piece::Blank => "«»".into(),
            });
            shown.push_str(&pieces.collect::<Vec<_>>().join(" "));
        }
        self.line(shown);
    }
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
