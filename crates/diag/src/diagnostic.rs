//! What there is to say about a place of a text, as a value.
//!
//! Invariant: a diagnostic owns all that it says; only the quoted source texts come from outside, as [`Sources`].

use std::sync::Arc;

use serde::Serialize;
use text::Span;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Work cannot go on with this input.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// The word for people: `error`, `warning`, `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A place, and what to say there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The bytes meant.
    pub span: Span,
    /// The name of the text, where it is not [`Diagnostic::file`].
    pub file: Option<Arc<str>>,
    /// The words beside the underline; may be empty.
    pub message: String,
    /// Whether this is the place at fault, and not another one that matters.
    pub primary: bool,
}

/// One thing to tell the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name of the kind of problem, such as `smpl/undeclared-rule`.
    pub code: &'static str,
    /// One line that says what is wrong.
    pub message: String,
    /// The name of the text that labels point into, unless they name another.
    pub file: Arc<str>,
    /// The places; none when there is no text, as for a missing file.
    pub labels: Vec<Label>,
    /// What to do about it, one proposal each.
    pub help: Vec<String>,
    /// Background, one fact each.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic without places.
    pub fn new(
        severity: Severity,
        code: &'static str,
        file: &Arc<str>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            severity,
            code,
            message: message.into(),
            file: file.clone(),
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// An error without places.
    pub fn error(code: &'static str, file: &Arc<str>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, file, message)
    }

    /// A warning without places.
    pub fn warning(code: &'static str, file: &Arc<str>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, file, message)
    }

    /// Adds the place at fault.
    pub fn primary(self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.label(None, span, message, true)
    }

    /// Adds another place that matters.
    pub fn secondary(self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.label(None, span, message, false)
    }

    /// Adds a place of another text that matters.
    pub fn elsewhere(self, file: &Arc<str>, span: Span, message: impl Into<String>) -> Diagnostic {
        let file = (*file != self.file).then(|| file.clone());
        self.label(file, span, message, false)
    }

    fn label(
        mut self,
        file: Option<Arc<str>>,
        span: Span,
        message: impl Into<String>,
        primary: bool,
    ) -> Diagnostic {
        self.labels.push(Label { span, file, message: message.into(), primary });
        self
    }

    /// Adds a proposal.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// The place at fault: the first primary label, else the first label.
    pub fn span(&self) -> Option<Span> {
        self.labels.iter().find(|label| label.primary).or(self.labels.first()).map(|l| l.span)
    }
}
