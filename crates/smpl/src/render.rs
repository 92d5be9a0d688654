//! What was understood of a semantic patch, as text for people: `refit dump rules`.
//!
//! Invariant: two patches that mean the same look the same; nothing of the text's layout shows.

mod metavariables;
mod slices;

use text::LineIndex;

use crate::patch::{
    Dependency, Purpose, Quantifier, Rule, RuleContent, ScriptPhase, ScriptRule, ScriptSource,
    SemanticPatch,
};
use crate::words::WordFormula;
use metavariables::Level;

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
            self.line(format!("  extends {}", self.rule_name(base)));
        }
        if rule.depends != Dependency::Always {
            let over = rule.depends_quantifier.map_or("", |over| match over {
                Quantifier::Exists => "exists ",
                Quantifier::Forall => "forall ",
            });
            self.line(format!("  depends on {over}{}", self.dependency(&rule.depends, Level::Or)));
        }
        match rule.quantifier {
            Some(Quantifier::Exists) => self.line("  exists"),
            Some(Quantifier::Forall) => self.line("  forall"),
            None => {}
        }
        if let Some(kind) = rule.body_kind {
            self.line(format!("  header word {}", format!("{kind:?}").to_lowercase()));
        }
        for name in &rule.disabled {
            self.line(format!("  disable {}", name.text));
        }
        for isomorphism in &rule.isomorphisms {
            self.line(format!("  using isomorphism {}", isomorphism.name));
        }
        let mut inherited = Vec::new();
        for metavariable in &rule.metavariables {
            // A constraint that inherits what is inherited anyway.
            if let Some(origin) = metavariable.inherited_from() {
                if inherited.contains(&origin) {
                    continue;
                }
                inherited.push(origin);
            }
            let line = format!("  {}", self.metavariable(rule, metavariable));
            self.line(line);
        }
        for (id, users) in &rule.exports {
            let name = &rule.metavariables[id.index()].name;
            let users: Vec<_> = users.iter().map(|&user| self.rule_name(user)).collect();
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
                    let name = &self.patch.rules[*rule].metavariables[id.index()].name;
                    format!("{}.{name}", self.rule_name(*rule))
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
        match lines.count() {
            1 => self.line("    1 line of code"),
            count => self.line(format!("    {count} lines of code")),
        }
    }

    fn dependency(&self, depends: &Dependency, around: Level) -> String {
        let name = |index: usize| self.rule_name(index);
        match depends {
            Dependency::Always => "nothing".into(),
            Dependency::Rule(rule) => name(*rule),
            Dependency::Virtual(name) => format!("virtual {name}"),
            Dependency::Ever(rule) => format!("ever {}", name(*rule)),
            Dependency::Never(rule) => format!("never {}", name(*rule)),
            Dependency::FileIn(path) => format!("file in {path:?}"),
            Dependency::Not(inner) => match &**inner {
                Dependency::And(..) | Dependency::Or(..) => {
                    format!("!({})", self.dependency(inner, Level::Or))
                }
                _ => format!("!{}", self.dependency(inner, Level::Or)),
            },
            Dependency::And(a, b) => {
                let side = |side| self.dependency(side, Level::And);
                format!("{} && {}", side(a), side(b))
            }
            Dependency::Or(a, b) => {
                let side = |side| self.dependency(side, Level::Or);
                around.wrapped(format!("{} || {}", side(a), side(b)))
            }
        }
    }

    /// The name of a rule, or its number.
    fn rule_name(&self, index: usize) -> String {
        match &self.patch.rules[index].name {
            Some(name) => name.to_string(),
            None => format!("rule {index}"),
        }
    }
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
        WordFormula::Virtual(name) => format!("-D {name}"),
        WordFormula::And(parts) => joined(parts, " & "),
        WordFormula::Or(parts) => joined(parts, " | "),
    }
}
