//! Collecting what is wrong with one semantic patch.

use std::sync::Arc;

use diag::{Diagnostic, Severity};
use text::Span;

/// How many errors are shown; what is no semantic patch at all would have one for every line.
const MOST: usize = 40;

/// The diagnostics of one file, in the order of finding.
#[derive(Clone, Debug)]
pub(crate) struct Reports {
    pub file: Arc<str>,
    pub list: Vec<Diagnostic>,
    errors: usize,
}

impl Reports {
    pub fn new(file: Arc<str>) -> Reports {
        Reports { file, list: Vec::new(), errors: 0 }
    }

    /// An error at `span`; the result may be extended.
    pub fn error(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Draft<'_> {
        let diagnostic = Diagnostic::error(code, &self.file, message).primary(span, label);
        Draft { reports: self, diagnostic: Some(diagnostic) }
    }

    /// A warning at `span`; the result may be extended.
    pub fn warning(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Draft<'_> {
        let diagnostic = Diagnostic::warning(code, &self.file, message).primary(span, label);
        Draft { reports: self, diagnostic: Some(diagnostic) }
    }

    /// Takes over errors of another text.
    pub fn extend(&mut self, diagnostics: Vec<Diagnostic>) {
        self.errors += diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        self.list.extend(diagnostics);
    }

    /// Something of the language that is not there yet.
    pub fn unsupported(&mut self, what: &str, span: Span) {
        self.error("smpl/unsupported", format!("{what} not supported yet"), span, "used here");
    }

    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// How many errors were found, those that are not shown included.
    pub fn errors(&self) -> usize {
        self.errors
    }
}

/// A diagnostic that is filed when it goes out of scope.
pub(crate) struct Draft<'a> {
    reports: &'a mut Reports,
    diagnostic: Option<Diagnostic>,
}

impl Draft<'_> {
    fn change(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.diagnostic = self.diagnostic.take().map(change);
        self
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.help(help))
    }

    /// A place of another file.
    pub fn elsewhere(self, file: &Arc<str>, span: Span, label: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.elsewhere(file, span, label))
    }

    pub fn also(self, span: Span, label: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.secondary(span, label))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        let Some(diagnostic) = self.diagnostic.take() else { return };
        let Reports { list, errors, .. } = self.reports;
        if diagnostic.severity != Severity::Error {
            list.push(diagnostic);
            return;
        }
        *errors += 1;
        match *errors {
            ..MOST => list.push(diagnostic),
            MOST => {
                list.push(diagnostic);
                let message = "too many errors; the others are not shown";
                list.push(Diagnostic::error("smpl/too-many", &self.reports.file, message));
            }
            _ => {}
        }
    }
}
