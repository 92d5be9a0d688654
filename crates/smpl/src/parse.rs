//! From the text of a `.cocci` file to a [`SemanticPatch`].
//!
//! 1. Cut the file into sections. 2. For each rule: header, declarations, body. 3. What concerns all rules:
//!    purpose, exports, words, warnings.
//!
//! Invariant: one broken rule does not hide the errors of the others.

use std::sync::Arc;

use diag::Diagnostic;
use text::LineIndex;

use crate::body::slices;
use crate::body::{Mark, lex};
use crate::checks;
use crate::cursor::Cursor;
use crate::file::declaration::Reader;
use crate::file::header::{Above, Header, header};
use crate::file::prologue::{self, Prologue};
use crate::file::sections::{Section, sections};
use crate::metavariable::{Metavariable, MetavariableId, Origin};
use crate::patch::{Purpose, Rule, RuleContent, ScriptPhase, ScriptRule, SemanticPatch};
use crate::report::Reports;
use crate::scope::{FileNames, Scope};
use crate::words::{WordFormula, file_words, rule_words};

/// What the caller wants to be different.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Rules are taken as if these names stood before, as when another file is included.
    pub virtuals: Vec<Box<str>>,
}

/// Parses a semantic patch; `file` is its name, for messages.
///
/// Warnings are part of the patch. Errors are given in the order of finding, each with a place in `source`.
pub fn parse(
    file: impl Into<Arc<str>>,
    source: Arc<[u8]>,
    options: &Options,
) -> Result<SemanticPatch, Vec<Diagnostic>> {
    let file = file.into();
    let mut reports = Reports::new(file.clone());
    let (before, sections) = sections(&source, &mut reports);
    let mut prologue = prologue::prologue(&source, before, &mut reports);
    let given = options
        .virtuals
        .iter()
        .map(|name| crate::patch::Virtual { name: name.clone(), span: text::Span::empty(0) });
    prologue.virtuals.splice(0..0, given);
    let mut reading = Reading {
        lines: LineIndex::new(&source),
        source,
        prologue,
        names: FileNames::default(),
        rules: Vec::new(),
        reports,
    };
    for section in &sections {
        reading.rule(section);
    }
    reading.finish(file)
}

struct Reading {
    source: Arc<[u8]>,
    lines: LineIndex,
    prologue: Prologue,
    names: FileNames,
    rules: Vec<Rule>,
    reports: Reports,
}

impl Reading {
    fn rule(&mut self, section: &Section) {
        let above = Above { rules: &self.rules, virtuals: &self.prologue.virtuals };
        let header = header(&self.source, section.header, &above, &mut self.reports);
        check_name(&header, &above, &mut self.reports);
        let mut scope = Scope::default();
        if let Some(base) = header.extends {
            extend(&mut scope, &self.rules[base]);
        }
        let mut reader = Reader {
            words: Cursor::new(&self.source, section.declarations),
            source: &self.source,
            above: &above,
            names: &mut self.names,
            scope: &mut scope,
            reports: &mut self.reports,
        };
        let content = match &header.script {
            Some((phase, language)) => Some(RuleContent::Script(ScriptRule {
                phase: *phase,
                language: language.clone(),
                inputs: reader.script_inputs(),
                code: section.body,
            })),
            None => {
                reader.declarations();
                self.body(section, &mut scope)
            }
        };
        // A rule without content is kept by name, so that rules below can refer to it.
        let content = content.unwrap_or_else(|| {
            RuleContent::Script(ScriptRule {
                phase: ScriptPhase::Rule,
                language: "".into(),
                inputs: Vec::new(),
                code: section.body,
            })
        });
        let words = rule_words(&header.depends, &scope.metavariables, &content, &self.rules);
        let span = section.span();
        self.rules.push(Rule {
            index: self.rules.len(),
            name: header.name.map(|name| name.text),
            line: self.lines.line(span.start),
            span,
            extends: header.extends,
            depends: header.depends,
            depends_quantifier: header.depends_quantifier,
            quantifier: header.quantifier,
            disabled: header.disabled,
            isomorphism_files: header.isomorphism_files,
            body_kind: header.body_kind,
            metavariables: scope.metavariables,
            content,
            exports: Vec::new(),
            words,
        });
    }

    fn body(&mut self, section: &Section, scope: &mut Scope) -> Option<RuleContent> {
        let reports = &mut self.reports;
        let lexed = lex::lex(&self.source, section.body, scope, &self.names, reports);
        checks::note_uses(&lexed, scope);
        let body = slices::body(&self.source, lexed, section.body, &mut self.names, reports)?;
        checks::check_uses(scope, reports);
        checks::check_names(&body, scope, &self.names, &self.rules, reports);
        Some(RuleContent::Code(Box::new(body)))
    }

    fn finish(mut self, file: Arc<str>) -> Result<SemanticPatch, Vec<Diagnostic>> {
        if self.rules.is_empty() && !self.reports.has_errors() {
            let message = "this file has no rule";
            self.reports.list.push(
                Diagnostic::error("smpl/no-rule", &file, message)
                    .help("a rule is `@@`, metavariables, `@@`, and then its code"),
            );
        }
        let purpose = purpose(&self.rules, &mut self.reports);
        if self.reports.has_errors() {
            return Err(self.reports.list);
        }
        note_exports(&mut self.rules);
        let words = match self.rules.iter().any(is_final) {
            true => WordFormula::True,
            false => file_words(&self.rules),
        };
        Ok(SemanticPatch {
            file,
            options: prologue::options(&self.source),
            source: self.source,
            rules: self.rules,
            virtuals: self.prologue.virtuals,
            includes: self.prologue.includes,
            isomorphism_files: self.prologue.isomorphism_files,
            names: self.names.declared,
            purpose,
            warnings: self.reports.list,
            words,
        })
    }
}

/// A script without inputs runs for every file.
fn is_final(rule: &Rule) -> bool {
    rule.script().is_some_and(|s| s.phase == ScriptPhase::Rule) && rule.words == WordFormula::True
}

fn check_name(header: &Header, above: &Above<'_>, reports: &mut Reports) {
    let Some(name) = &header.name else { return };
    let earlier = above.rule(&name.text).map(|index| above.rules[index].span);
    let virtual_name = above.virtuals.iter().find(|v| v.name == name.text).map(|v| v.span);
    if let Some(span) = earlier.or(virtual_name) {
        let first = text::Span::new(span.start, span.start + 1);
        let message = format!("the name `{}` is taken", name.text);
        reports
            .error("smpl/rule-redefined", message, name.span, "named again")
            .also(first, "first used here")
            .help("names of rules and virtual names must differ");
    }
}

/// Whether the file is a patch or a match; it cannot be both.
/// `extends r`: what r declares is inherited under its own name.
fn extend(scope: &mut Scope, base: &Rule) {
    for (index, metavariable) in base.metavariables.iter().enumerate() {
        let inherited = Metavariable {
            origin: Origin::Inherited {
                rule: base.index,
                metavariable: MetavariableId(index as u32),
            },
            constraint: None,
            list_length: None,
            used_in_minus: false,
            used_in_plus: false,
            ..metavariable.clone()
        };
        // Names of one rule are distinct, so each is new here.
        let _ = scope.add(inherited);
    }
}

fn purpose(rules: &[Rule], reports: &mut Reports) -> Purpose {
    let bodies = || rules.iter().filter_map(Rule::body);
    let place = |wanted: fn(Mark) -> bool| {
        bodies().find_map(|body| {
            let token = body.minus.tokens().ids().find(|&token| wanted(body.mark(token)))?;
            Some(body.minus.tokens().span(token))
        })
    };
    let texts = bodies().find_map(|body| Some(body.added_texts().first()?.span));
    let changed = place(|mark| mark == Mark::Minus || mark.is_added()).or(texts);
    let starred = place(|mark| mark == Mark::Star);
    match (changed, starred) {
        (Some(changed), Some(starred)) if bodies().any(|body| body.is_match && body.is_patch()) => {
            reports
                .error("smpl/star-in-patch", "a rule both reports and changes", starred, "reports")
                .also(changed, "changes")
                .help("put a blank behind `-` if `*` is a pointer, or split the rule");
            Purpose::Patch
        }
        (Some(_), _) => Purpose::Patch,
        (None, Some(_)) => Purpose::Match,
        (None, None) => Purpose::Context,
    }
}

/// Fills in which metavariables later rules inherit.
fn note_exports(rules: &mut [Rule]) {
    let mut uses: Vec<(usize, MetavariableId, usize)> = Vec::new();
    for rule in rules.iter() {
        for (from, id) in rule.metavariables.iter().filter_map(|m| m.inherited_from()) {
            uses.push((from, id, rule.index));
        }
        for input in rule.script().iter().flat_map(|script| &script.inputs) {
            if let crate::patch::ScriptSource::Rule(from, id) = input.source {
                uses.push((from, id, rule.index));
            }
        }
    }
    uses.sort();
    uses.dedup();
    for (from, id, user) in uses {
        let exports = &mut rules[from].exports;
        match exports.iter_mut().find(|(known, _)| *known == id) {
            Some((_, users)) => users.push(user),
            None => exports.push((id, vec![user])),
        }
    }
}
