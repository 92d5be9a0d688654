//! A semantic patch as data: its rules, in order, and what stands around them.
//!
//! Invariant: whatever names a rule or metavariable is an index here, checked when the patch was parsed; an
//! index always points backwards.

use std::sync::Arc;

use diag::{Diagnostic, Sources};
use text::Span;

use crate::body::Body;
use crate::isomorphism::Isomorphism;
use crate::metavariable::{Metavariable, MetavariableId};
use crate::scope::DeclaredNames;
use crate::words::{DroppedNames, WordFormula};

/// A parsed `.cocci` file, with those that it includes.
#[derive(Clone, Debug)]
pub struct SemanticPatch {
    /// All texts that it was read from.
    pub sources: Sources,
    /// The rules in file order; those of an included file stand before those of the file that includes it.
    pub rules: Vec<Rule>,
    /// Names declared by `virtual`.
    pub virtuals: Vec<Virtual>,
    /// The isomorphisms in force for all rules, in order: the given ones, then those of `using "x.iso"`
    /// before the first rule.
    pub isomorphisms: Vec<Isomorphism>,
    /// The names in these isomorphisms and in those of single rules.
    pub dropped_names: DroppedNames,
    /// What stands behind `#spatch`, one entry a line.
    pub options: Vec<OptionLine>,
    /// `typedef`, `iterator name`, ... of all rules.
    pub names: DeclaredNames,
    /// Whether rules change code or only report it.
    pub purpose: Purpose,
    /// What was found odd but can be worked with.
    pub warnings: Vec<Diagnostic>,
    /// The words that a file must have for any rule to do something.
    pub words: WordFormula,
}

/// What a semantic patch does with its matches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// It has `-` or `+`.
    Patch,
    /// It has `*`.
    Match,
    /// It has neither: all is context, or scripts.
    Context,
}

/// A piece of the patch kept as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned {
    /// The text, without quotes and keywords.
    pub text: Box<str>,
    /// Where it stands.
    pub span: Span,
}

/// A `#spatch` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptionLine {
    /// What stands behind `#spatch`.
    pub text: Box<str>,
    /// The name of the text that it is in.
    pub file: Arc<str>,
    /// The line.
    pub span: Span,
}

/// A name declared by `virtual`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Virtual {
    /// The name.
    pub name: Box<str>,
    /// The name of the text that declares it.
    pub file: Arc<str>,
    /// Where it is declared.
    pub span: Span,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its place in [`SemanticPatch::rules`].
    pub index: usize,
    /// Its name; unnamed rules are spoken of by line.
    pub name: Option<Box<str>>,
    /// The name of the text that it stands in; the spans of the rule point into that text.
    pub file: Arc<str>,
    /// The line (from 1) that its header starts on.
    pub line: u32,
    /// From the `@` of the header to the last byte of the body.
    pub span: Span,
    /// `extends r`: an index of an earlier rule.
    pub extends: Option<usize>,
    /// `depends on ...`
    pub depends: Dependency,
    /// Whether virtual names of the command line decide over whether it runs.
    pub asks_virtual: bool,
    /// `depends on exists ...` or `forall`: over the environments of the dependency.
    pub depends_quantifier: Option<Quantifier>,
    /// `exists` or `forall` of the header; the default depends on the purpose of the patch.
    pub quantifier: Option<Quantifier>,
    /// `disable a, b`: names of isomorphisms, `all` included.
    pub disabled: Vec<Spanned>,
    /// Isomorphisms of this rule alone, behind those of the patch: `using "x.iso"` of the header.
    pub isomorphisms: Vec<Isomorphism>,
    /// The kind of term that the header asks for.
    pub body_kind: Option<BodyKind>,
    /// Its metavariables, in order of declaration.
    pub metavariables: Vec<Metavariable>,
    /// What it consists of.
    pub content: RuleContent,
    /// Its metavariables that later rules inherit, with the indexes of those rules.
    pub exports: Vec<(MetavariableId, Vec<usize>)>,
    /// The words that a file must have for this rule to match.
    pub words: WordFormula,
}

/// What a rule consists of.
#[derive(Clone, Debug)]
pub enum RuleContent {
    /// Code to match.
    Code(Box<Body>),
    /// A script to run.
    Script(ScriptRule),
}

impl Rule {
    /// Its code; none for scripts.
    pub fn body(&self) -> Option<&Body> {
        match &self.content {
            RuleContent::Code(body) => Some(body),
            RuleContent::Script(_) => None,
        }
    }

    /// Its script; none for code.
    pub fn script(&self) -> Option<&ScriptRule> {
        match &self.content {
            RuleContent::Code(_) => None,
            RuleContent::Script(script) => Some(script),
        }
    }

    /// Its name, or `rule starting on line N`.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => name.to_string(),
            None => format!("rule starting on line {}", self.line),
        }
    }

    /// The metavariable called `name`.
    pub fn metavariable(&self, name: &str) -> Option<MetavariableId> {
        let index = self.metavariables.iter().position(|m| &*m.name == name)?;
        Some(MetavariableId(index as u32))
    }
}

/// `exists` or `forall`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantifier {
    /// On some path.
    Exists,
    /// On all paths.
    Forall,
}

/// The kind word at the end of a rule header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyKind {
    /// `expression`
    Expression,
    /// `identifier`
    Identifier,
    /// `type`
    Type,
}

/// When a rule is tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Dependency {
    /// Always.
    Always,
    /// The rule matched, in this line of environments.
    Rule(usize),
    /// A virtual name is given on the command line.
    Virtual(Box<str>),
    /// The rule matched at all.
    Ever(usize),
    /// The rule never matched.
    Never(usize),
    /// The file lies below a path.
    FileIn(Box<str>),
    /// `!d`
    Not(Box<Dependency>),
    /// `d && e`
    And(Box<Dependency>, Box<Dependency>),
    /// `d || e`
    Or(Box<Dependency>, Box<Dependency>),
}

impl Dependency {
    /// Whether it asks for a virtual name, itself or by way of one of `above`, the rules before its own.
    pub(crate) fn asks_virtual(&self, above: &[Rule]) -> bool {
        match self {
            Dependency::Virtual(_) => true,
            Dependency::Not(inner) => inner.asks_virtual(above),
            Dependency::And(a, b) | Dependency::Or(a, b) => {
                a.asks_virtual(above) || b.asks_virtual(above)
            }
            Dependency::Rule(rule) | Dependency::Ever(rule) | Dependency::Never(rule) => {
                above[*rule].asks_virtual
            }
            Dependency::Always | Dependency::FileIn(_) => false,
        }
    }
}

/// When a script runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScriptPhase {
    /// `script`: for each environment, in the order of rules.
    Rule,
    /// `initialize`: once, before all files.
    Initialize,
    /// `finalize`: once, after all files.
    Finalize,
}

/// A script rule; it is not run here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptRule {
    /// When it runs.
    pub phase: ScriptPhase,
    /// `python`, `ocaml`.
    pub language: Box<str>,
    /// `x << r.y`
    pub inputs: Vec<ScriptInput>,
    /// The code.
    pub code: Span,
}

/// A variable of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptInput {
    /// Its name in the script.
    pub name: Box<str>,
    /// The second name of `(s, a) << r.y`, for the term itself.
    pub term_name: Option<Box<str>>,
    /// Where its value comes from.
    pub source: ScriptSource,
    /// What it is when nothing was bound: the text of a string, or `[]`.
    pub default: Option<Box<str>>,
    /// The declaration.
    pub span: Span,
}

/// Where the value of a script variable comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScriptSource {
    /// An earlier rule: index and metavariable.
    Rule(usize, MetavariableId),
    /// `virtual.x`
    Virtual(Box<str>),
    /// `merge.x`: the values of all files.
    Merge(Box<str>),
}
