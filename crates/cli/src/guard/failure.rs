//! Why a guarded module could not be built, in words.

use std::fmt;
use std::io;
use std::path::Path;

/// Why a guarded module could not be built.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    hint: Option<String>,
    /// What a tool has said.
    output: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), hint: None, output: None }
    }

    /// Something about a file or folder.
    pub(super) fn file(path: &Path, problem: &io::Error) -> Failure {
        Failure::new(format!("{}: {problem}", path.display()))
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Failure {
        Failure { hint: Some(hint.into()), ..self }
    }

    pub(super) fn output(self, output: impl Into<String>) -> Failure {
        Failure { output: Some(output.into()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(output) = &self.output {
            writeln!(f, "{}", output.trim_end())?;
        }
        write!(f, "error: {}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

/// Several things at once, a line each.
impl From<Vec<guard::GuardError>> for Failure {
    fn from(errors: Vec<guard::GuardError>) -> Failure {
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::new(messages.join("\nerror: "))
    }
}

impl From<guard::GuardError> for Failure {
    fn from(error: guard::GuardError) -> Failure {
        Failure::new(error.to_string())
    }
}
