//! From the text of a `.cocci` file to a [`SemanticPatch`].
//!
//! 1. Cut the file into sections; read the prologue, and the files that it includes. 2. For each rule: header,
//!    declarations, body. 3. What concerns all rules: purpose, exports, words, warnings.
//!
//! Invariant: one broken rule does not hide the errors of the others.

use std::sync::Arc;

use csyntax::TokenKind;
use diag::{Diagnostic, Source, Sources};
use rustc_hash::FxHashMap;
use text::{LineIndex, Span};

use crate::body::slices;
use crate::body::{Mark, lex};
use crate::checks;
use crate::cursor::Cursor;
use crate::file::declaration::Reader;
use crate::file::header::{Above, Header, header};
use crate::file::prologue;
use crate::file::sections::{Section, sections};
use crate::isomorphism::{BUILT_IN, Isomorphism, parse_isomorphisms};
use crate::load::{Options, Reference};
use crate::metavariable::{Metavariable, MetavariableId, Origin};
use crate::patch::{
    OptionLine, Purpose, Rule, RuleContent, ScriptPhase, ScriptRule, SemanticPatch, Spanned,
    Virtual,
};
use crate::report::Reports;
use crate::scope::{FileNames, Scope};
use crate::suggest::nearest;
use crate::words::{DroppedNames, WordFormula, file_words, rule_words};

/// Why a semantic patch cannot be used.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Errors and warnings, by file and place; at least one error.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that they point into.
    pub sources: Sources,
}

/// Parses a semantic patch.
///
/// Warnings are part of the patch. Errors are given by file and place.
pub fn parse(source: Source, options: &Options<'_>) -> Result<SemanticPatch, Failure> {
    let mut dropped = DroppedNames::default();
    dropped.add(&options.isomorphisms);
    let mut reading = Reading {
        dropped,
        reports: Reports::new(source.name.clone()),
        sources: Vec::new(),
        open: Vec::new(),
        options: Vec::new(),
        virtuals: Vec::new(),
        isomorphisms: options.isomorphisms.clone(),
        names: FileNames::default(),
        rules: Vec::new(),
        rule_names: FxHashMap::default(),
        last_change: None,
        given: options,
    };
    reading.file(source);
    reading.finish()
}

/// A file being read.
struct File<'a> {
    text: &'a Arc<[u8]>,
    lines: LineIndex,
    /// Where the names of the rules stand that are not read yet.
    below: FxHashMap<Box<[u8]>, Span>,
}

struct Reading<'a> {
    sources: Vec<Source>,
    /// The names of the files being read, the outermost first.
    open: Vec<Arc<str>>,
    options: Vec<OptionLine>,
    virtuals: Vec<Virtual>,
    isomorphisms: Vec<Isomorphism>,
    /// The names in them.
    dropped: DroppedNames,
    names: FileNames,
    rules: Vec<Rule>,
    /// The last rule of each name.
    rule_names: FxHashMap<Box<str>, usize>,
    /// The last rule that changes code.
    last_change: Option<usize>,
    reports: Reports,
    given: &'a Options<'a>,
}

impl Reading<'_> {
    /// A file, and before it those that it includes.
    fn file(&mut self, mut source: Source) {
        // The mark that some editors put in front is no part of the text.
        if let Some(text) = source.text.strip_prefix(b"\xef\xbb\xbf") {
            source.text = text.into();
        }
        let outer = std::mem::replace(&mut self.reports.file, source.name.clone());
        self.sources.push(source.clone());
        self.open.push(source.name.clone());
        if self.is_text(&source) {
            self.text(&source);
        }
        self.open.pop();
        self.reports.file = outer;
    }

    /// A NUL byte is in no text; it would be the first of many odd errors.
    fn is_text(&mut self, source: &Source) -> bool {
        let Some(at) = source.text.iter().position(|&byte| byte == 0) else { return true };
        let draft = self.reports.error(
            "smpl/binary",
            "this is no text",
            Span::new(at as u32, at as u32 + 1),
            "a NUL byte",
        );
        match &source.text[..] {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                draft.help("it seems to be UTF-16; save it as UTF-8");
            }
            _ => {
                draft.help("a semantic patch is plain text; is this the right file?");
            }
        }
        false
    }

    /// What is plainly another kind of file gets one error, not one for each line.
    fn is_semantic_patch(&mut self, text: &[u8]) -> bool {
        let mut at = 0;
        let mut rules = false;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let start = line.strip_prefix(b"@@ -");
            if start.and_then(|rest| rest.first()).is_some_and(u8::is_ascii_digit) {
                let span = Span::new(at, at + line.trim_ascii_end().len() as u32);
                self.reports
                    .error("smpl/diff", "this is a diff and no semantic patch", span, "a hunk")
                    .help(
                        "a rule is `@@`, the names that may stand for anything, `@@`, and then lines \
                         with `-` and `+`",
                    );
                return false;
            }
            rules |= line.trim_ascii_start().starts_with(b"@");
            at += line.len() as u32;
        }
        let words = Cursor::new(text, Span::new(0, at));
        let directive = words.at_word("#") && words.nth(2).kind != TokenKind::Less;
        let included = directive || words.at_word("virtual") || words.at_word("using");
        if !rules && !included && !words.at_end() {
            self.reports
                .error(
                    "smpl/no-rule",
                    "this file has no rule",
                    words.peek().span,
                    "no `@@` follows",
                )
                .help("a rule is `@@`, metavariables, `@@`, and then its code");
            return false;
        }
        true
    }

    fn text(&mut self, source: &Source) {
        let text = &source.text;
        if !self.is_semantic_patch(text) {
            return;
        }
        let (before, sections) = sections(text, &mut self.reports);
        let prologue = prologue::prologue(text, before, &mut self.reports);
        let lines = prologue::options(text).into_iter();
        self.options.extend(lines.map(|line| OptionLine {
            text: line.text,
            file: source.name.clone(),
            span: line.span,
        }));
        for include in &prologue.includes {
            self.include(include);
        }
        for name in prologue.virtuals {
            let file = source.name.clone();
            self.virtuals.push(Virtual { name: name.text, file, span: name.span });
        }
        for reference in &prologue.isomorphism_files {
            let found = self.isomorphism_file(reference, &[]);
            self.isomorphisms.extend(found);
        }
        let below = names(text, &sections);
        let mut file = File { text, lines: LineIndex::new(text), below };
        for section in &sections {
            self.rule(&file, section);
            // What comes next does not stand above this rule.
            if let Some(word) = first_name(text, section) {
                file.below.remove(&text[word.range()]);
            }
        }
    }

    fn include(&mut self, include: &Spanned) {
        let from = self.reports.file.clone();
        let reference = Reference { from: &from, name: &include.text };
        match (self.given.load)(reference) {
            Err(problem) => self.missing(include, &problem),
            Ok(source) if self.open.contains(&source.name) => {
                let chain: Vec<&str> = self.open.iter().map(|name| &**name).collect();
                let chain = format!("{} -> {}", chain.join(" -> "), source.name);
                self.reports
                    .error(
                        "smpl/include",
                        "this semantic patch includes itself",
                        include.span,
                        "the circle closes here",
                    )
                    .help(format!("remove one of these includes: {chain}"));
            }
            // What was included once is there already.
            Ok(source) if self.sources.iter().any(|known| known.name == source.name) => {}
            Ok(source) => self.file(source),
        }
    }

    fn missing(&mut self, reference: &Spanned, problem: &str) {
        let message = format!("`{}` cannot be read", reference.text);
        self.reports.error("smpl/include", message, reference.span, problem);
    }

    /// The isomorphisms of a file; their names must be new.
    fn isomorphism_file(
        &mut self,
        reference: &Spanned,
        of_rule: &[Isomorphism],
    ) -> Vec<Isomorphism> {
        let from = self.reports.file.clone();
        let source = match (self.given.load)(Reference { from: &from, name: &reference.text }) {
            Ok(source) => source,
            Err(problem) => {
                self.missing(reference, &problem);
                return Vec::new();
            }
        };
        if !self.sources.contains(&source) {
            self.sources.push(source.clone());
        }
        match parse_isomorphisms(&source) {
            Ok(found) => {
                for isomorphism in &found {
                    let known = self.isomorphisms.iter().chain(of_rule);
                    if known.into_iter().any(|known| known.name == isomorphism.name) {
                        let message =
                            format!("isomorphism `{}` is there already", isomorphism.name);
                        self.reports
                            .error("smpl/isomorphism", message, reference.span, "declared again")
                            .elsewhere(&source.name, isomorphism.span, "by this")
                            .help("give it another name");
                    }
                }
                self.dropped.add(&found);
                found
            }
            Err(diagnostics) => {
                self.reports.extend(diagnostics);
                Vec::new()
            }
        }
    }

    fn rule(&mut self, file: &File<'_>, section: &Section) {
        let source = file.text;
        let above = Above {
            rules: &self.rules,
            names: &self.rule_names,
            virtuals: &self.virtuals,
            last_change: self.last_change,
            below: &file.below,
        };
        let header = header(source, section.header, &above, &mut self.reports);
        check_name(&header, &above, &mut self.reports);
        let mut scope = Scope::default();
        if let Some(base) = header.extends {
            extend(&mut scope, &self.rules[base]);
        }
        let mut reader = Reader {
            words: Cursor::new(source, section.declarations),
            source,
            above: &above,
            names: &mut self.names,
            scope: &mut scope,
            reports: &mut self.reports,
            constrained: None,
        };
        let content = match &header.script {
            Some((phase, language)) => Some(RuleContent::Script(ScriptRule {
                phase: *phase,
                language: language.clone(),
                inputs: reader.script_inputs(),
                code: code(source, section.body),
            })),
            None => {
                let errors = reader.reports.errors();
                reader.declarations();
                // With metavariables missing, most that could be said about the code would be wrong.
                let readable = self.reports.errors() == errors;
                readable.then(|| self.body(file, section, &mut scope)).flatten()
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
        let mut isomorphisms = Vec::new();
        for reference in &header.isomorphism_files {
            let found = self.isomorphism_file(reference, &isomorphisms);
            isomorphisms.extend(found);
        }
        self.check_disabled(&header, &isomorphisms);
        let metavariables = &scope.metavariables;
        let words =
            rule_words(&header.depends, metavariables, &content, &self.rules, &self.dropped);
        let (span, index) = (section.span(), self.rules.len());
        let asks_virtual = header.depends.asks_virtual(&self.rules);
        if !asks_virtual && matches!(&content, RuleContent::Code(body) if body.is_patch()) {
            self.last_change = Some(index);
        }
        if let Some(name) = &header.name {
            self.rule_names.insert(name.text.clone(), index);
        }
        self.rules.push(Rule {
            index,
            name: header.name.map(|name| name.text),
            file: self.reports.file.clone(),
            line: file.lines.line(span.start),
            span,
            extends: header.extends,
            depends: header.depends,
            asks_virtual,
            depends_quantifier: header.depends_quantifier,
            quantifier: header.quantifier,
            disabled: header.disabled,
            isomorphisms,
            body_kind: header.body_kind,
            metavariables: scope.metavariables,
            content,
            exports: Vec::new(),
            words,
        });
    }

    /// `disable` takes names that exist.
    fn check_disabled(&mut self, header: &Header, of_rule: &[Isomorphism]) {
        for name in &header.disabled {
            let known = || {
                let declared = self.isomorphisms.iter().chain(of_rule).map(|iso| &*iso.name);
                BUILT_IN.iter().copied().chain(declared)
            };
            if known().any(|known| *known == *name.text) {
                continue;
            }
            let near = nearest(&name.text, known()).map(str::to_owned);
            let message = format!("there is no isomorphism called `{}`", name.text);
            let draft =
                self.reports.error("smpl/unknown-isomorphism", message, name.span, "not declared");
            match near {
                Some(near) => draft.help(format!("did you mean `{near}`?")),
                None => draft.help("`refit dump isos` shows all of them"),
            };
        }
    }

    fn body(
        &mut self,
        file: &File<'_>,
        section: &Section,
        scope: &mut Scope,
    ) -> Option<RuleContent> {
        let reports = &mut self.reports;
        let errors = reports.errors();
        let lexed = lex::lex(file.text, section.body, scope, &self.names, reports);
        checks::note_uses(&lexed, scope);
        if reports.errors() > errors {
            // What parsing would say follows from what was said about the tokens.
            return None;
        }
        let body = slices::body(
            file.text,
            lexed,
            section.body,
            &file.lines,
            scope,
            &mut self.names,
            reports,
        )?;
        checks::check_uses(scope, reports);
        checks::check_names(&body, scope, &self.names, &self.rules, reports);
        Some(RuleContent::Code(Box::new(body)))
    }

    fn finish(mut self) -> Result<SemanticPatch, Failure> {
        if self.rules.is_empty() && !self.reports.has_errors() {
            let message = "this file has no rule";
            let error = Diagnostic::error("smpl/no-rule", &self.reports.file, message)
                .help("a rule is `@@`, metavariables, `@@`, and then its code");
            self.reports.extend(vec![error]);
        }
        let purpose = purpose(&self.rules, &mut self.reports);
        let sources = Sources(self.sources);
        if self.reports.has_errors() {
            let mut diagnostics = self.reports.list;
            sort(&mut diagnostics, &sources);
            return Err(Failure { diagnostics, sources });
        }
        note_exports(&mut self.rules);
        self.reports.list.extend(checks::check_matching(
            &self.rules,
            &self.isomorphisms,
            &sources.0,
        ));
        let mut warnings = self.reports.list;
        sort(&mut warnings, &sources);
        let words = match self.rules.iter().any(is_final) {
            true => WordFormula::True,
            false => file_words(&self.rules),
        };
        Ok(SemanticPatch {
            sources,
            options: self.options,
            rules: self.rules,
            virtuals: self.virtuals,
            isomorphisms: self.isomorphisms,
            dropped_names: self.dropped,
            names: self.names.declared,
            purpose,
            warnings,
            words,
        })
    }
}

/// As a reader comes across them: by file, then by place.
fn sort(diagnostics: &mut [Diagnostic], sources: &Sources) {
    diagnostics.sort_by_key(|diagnostic| {
        let file = sources.0.iter().position(|source| source.name == diagnostic.file);
        (file, diagnostic.span().map_or(u32::MAX, |span| span.start))
    });
}

/// The code of a script without the SmPL comments between it and the next rule.
fn code(source: &[u8], body: Span) -> Span {
    let mut text = &source[body.range()];
    loop {
        text = text.trim_ascii_end();
        let line = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        if text.is_empty() || !text[line..].trim_ascii_start().starts_with(b"//") {
            return Span::new(body.start, body.start + text.len() as u32);
        }
        text = &text[..line];
    }
}

/// The first word of a header, which is mostly the name of the rule.
fn first_name(source: &[u8], section: &Section) -> Option<Span> {
    let words = Cursor::new(source, section.header);
    words.is_name(0).then(|| words.peek().span)
}

/// What the rules of a file are called, and where.
fn names(source: &[u8], sections: &[Section]) -> FxHashMap<Box<[u8]>, Span> {
    let spans = sections.iter().filter_map(|section| first_name(source, section));
    spans.map(|span| (source[span.range()].into(), span)).collect()
}

/// A script without inputs runs for every file.
fn is_final(rule: &Rule) -> bool {
    rule.script().is_some_and(|s| s.phase == ScriptPhase::Rule) && rule.words == WordFormula::True
}

fn check_name(header: &Header, above: &Above<'_>, reports: &mut Reports) {
    let Some(name) = &header.name else { return };
    let rule = above.rule(&name.text).map(|index| &above.rules[index]);
    let rule = rule.map(|rule| (&rule.file, Span::new(rule.span.start, rule.span.start + 1)));
    let earlier = rule.or_else(|| {
        let declared = above.virtuals.iter().find(|declared| declared.name == name.text)?;
        Some((&declared.file, declared.span))
    });
    if let Some((file, span)) = earlier {
        let message = format!("the name `{}` is taken", name.text);
        reports
            .error("smpl/rule-redefined", message, name.span, "named again")
            .elsewhere(file, span, "first used here")
            .help("names of rules and virtual names must differ");
    }
}

/// `extends r`: what r declares is inherited under its own name.
fn extend(scope: &mut Scope, base: &Rule) {
    for (index, metavariable) in base.metavariables.iter().enumerate() {
        let inherited = Metavariable {
            origin: Origin::Inherited {
                rule: base.index,
                metavariable: MetavariableId(index as u32),
            },
            constraint: None,
            width: None,
            list_length: None,
            extended: true,
            used_in_minus: false,
            used_in_plus: false,
            ..metavariable.clone()
        };
        // Names of one rule are distinct, so each is new here.
        let _ = scope.add(inherited);
    }
}

/// Whether the file is a patch or a match; it cannot be both, virtual names aside.
fn purpose(rules: &[Rule], reports: &mut Reports) -> Purpose {
    let marked = |wanted: fn(Mark) -> bool| {
        rules.iter().filter_map(move |rule| {
            let body = rule.body()?;
            let token = body.minus.tokens().ids().find(|&token| wanted(body.mark(token)));
            let text = || body.added_texts().iter().find(|text| wanted(text.mark));
            let span = match token {
                Some(token) => body.minus.tokens().span(token),
                None => text()?.span,
            };
            Some((rule, span))
        })
    };
    let changes = || marked(|mark| mark == Mark::Minus || mark.is_added());
    let stars = || marked(|mark| mark == Mark::Star);
    let same = stars().find_map(|(rule, star)| {
        let (_, change) = changes().find(|(other, _)| other.index == rule.index)?;
        Some((rule, star, rule, change))
    });
    let always = |&(rule, _): &(&Rule, Span)| !rule.asks_virtual;
    let both = same.or_else(|| {
        let ((rule, star), (other, change)) = (stars().find(always)?, changes().find(always)?);
        Some((rule, star, other, change))
    });
    if let Some((rule, star, other, change)) = both {
        let what = match rule.index == other.index {
            true => "a rule both reports and changes",
            false => "one rule reports and another changes",
        };
        let help = match rule.index == other.index {
            true => "put a blank behind `-` if `*` is a pointer, or split the rule",
            false => "make two files, or let a `virtual` name choose: `depends on patch`",
        };
        reports.file = rule.file.clone();
        reports
            .error("smpl/star-in-patch", what, star, "reports")
            .elsewhere(&other.file, change, "changes")
            .help(help);
    }
    match (changes().next(), stars().next()) {
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
