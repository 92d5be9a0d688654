//! Running a semantic patch on one file: rules in order, environments, edits, and parsing again.
//!
//! 1. The words of the patch decide whether the file can match at all.
//! 2. Each rule runs once for each distinct value of the inherited metavariables that it uses, on each item of the file
//!    that has the words it cannot do without.
//! 3. All matches of a rule go into one plan of edits. The changed text is parsed before the next rule.
//!
//! Invariant: the outcome is a function of the patch, the file and the headers that it includes.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use csyntax::hints::Role;
use csyntax::{Knowledge, Names};
use ctl::Limit;
use diag::Diagnostic;
use rewrite::Style;
use smpl::{Constraint, DeclaredNames, Purpose, Quantifier, SeedPart, SemanticPatch};
use text::Span;

use crate::formula::{self, Compiled};
use crate::headers::Headers;
use crate::in_force::InForce;
use crate::run::Run;

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How added code is printed.
    pub style: Style,
    /// Virtual names that are set (`-D name`).
    pub virtuals: Vec<Box<str>>,
    /// What `virtual.name` stands for (`-D name=value`).
    pub values: Vec<(Box<str>, Box<str>)>,
    /// Isomorphisms that are disabled for all rules.
    pub disabled: Vec<Box<str>>,
    /// What is known of the C files besides what the patch declares.
    pub known: Knowledge,
    /// Where the headers that a file includes come from; without it, only the file itself is known.
    pub headers: Option<Arc<dyn Headers>>,
    /// How wide integers are, which decides over the types of literals.
    pub widths: csema::Widths,
    /// How many steps the model checker may take for one file, all rules together.
    pub limit: Limit,
}

/// A semantic patch, ready to run on any number of files, from any number of threads.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) patch: SemanticPatch,
    pub(crate) settings: Settings,
    pub(crate) rules: Vec<Option<Compiled>>,
    /// What is known of the C files, names that the patch declares included.
    pub(crate) known: Knowledge,
}

/// What a run on one file came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The new text, if it differs.
    pub text: Option<Vec<u8>>,
    /// The rules that matched, by index.
    pub matched: BTreeSet<usize>,
    /// Lines (from 1) that `*` lines matched.
    pub starred: Vec<u32>,
}

/// Why a file was given up.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The rule at work.
    pub rule: String,
    /// The place in the file, in bytes of the text that the rule saw, if one place is at fault.
    pub at: Option<text::LineColumn>,
    /// What went wrong.
    pub message: String,
    /// Whether the limit on steps was reached, so that a higher one may help.
    pub out_of_steps: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.message)
    }
}

impl std::error::Error for Failure {}

impl Prepared {
    /// Translates the rules of `patch`.
    pub fn new(patch: SemanticPatch, settings: Settings) -> Prepared {
        let default =
            if patch.purpose == Purpose::Match { Quantifier::Exists } else { Quantifier::Forall };
        let rules = patch
            .rules
            .iter()
            .map(|rule| {
                let in_force = InForce::new(&patch, rule, &settings.disabled);
                let quantifier = rule.quantifier.unwrap_or(default);
                rule.body().map(|body| formula::compile(rule, body, quantifier, in_force))
            })
            .collect();
        let mut known = settings.known.clone();
        declare(&mut known.names, &patch.names);
        Prepared { patch, settings, rules, known }
    }

    /// The patch.
    pub fn patch(&self) -> &SemanticPatch {
        &self.patch
    }

    /// The formula of a rule; none for scripts.
    pub fn compiled(&self, rule: usize) -> Option<&Compiled> {
        self.rules[rule].as_ref()
    }

    /// Runs the patch on one file; `name` is for messages and `file in`.
    pub fn run(&self, name: &str, source: Arc<[u8]>) -> Result<Outcome, Failure> {
        Run::new(self, name, self.known.parse(source)).finish()
    }
}

/// What a patch declares helps to parse C, too.
fn declare(names: &mut Names, declared: &DeclaredNames) {
    declared.typedefs.iter().for_each(|name| names.add_type(name.as_bytes()));
    let roles = [
        (&declared.iterators, Role::Iterator),
        (&declared.declarers, Role::Declarer),
        (&declared.attributes, Role::Attribute),
    ];
    for (list, role) in roles {
        list.iter().for_each(|name| names.add_role(name.as_bytes(), role));
    }
}

/// What of a patch cannot be run yet, with its place.
pub fn unsupported(patch: &SemanticPatch) -> Option<Diagnostic> {
    for rule in &patch.rules {
        if let Some(script) = rule.script() {
            let message = format!("{} rules cannot be run yet", script.language);
            let label = "remove this rule, or keep the patch for a later version";
            return Some(
                Diagnostic::error("engine/unsupported", &rule.file, message)
                    .primary(Span::new(rule.span.start, rule.span.start + 1), label),
            );
        }
        for metavariable in &rule.metavariables {
            let (message, label) = if metavariable.constraint.as_ref().is_some_and(has_script) {
                ("script constraints cannot be run yet", "its constraint is a script")
            } else if matches!(metavariable.seed[..], [SeedPart::Script(_)]) {
                ("fresh identifiers made by scripts cannot be run yet", "its seed is a script")
            } else if metavariable.width.is_some() {
                ("bit-fields cannot be told apart by width yet", "a width is asked for")
            } else {
                continue;
            };
            return Some(
                Diagnostic::error("engine/unsupported", &rule.file, message)
                    .primary(metavariable.span, label),
            );
        }
    }
    None
}

fn has_script(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::Script(_) => true,
        Constraint::Not(inner) => has_script(inner),
        Constraint::And(a, b) | Constraint::Or(a, b) => has_script(a) || has_script(b),
        _ => false,
    }
}
