//! What is said of a test: a line on standard error, and an object of the JSON.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::lab::image::Kernel;
use crate::lab::outcome::{Ending, Fault, Outcome};
use crate::lab::peer::Transfer;

/// One test on one kernel.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) kernel: String,
    pub(crate) release: String,
    pub(crate) accelerator: &'static str,
    pub(crate) passed: bool,
    /// Why it did not pass.
    pub(crate) reason: Option<String>,
    /// None if there was no machine.
    pub(crate) outcome: Option<Ending>,
    pub(crate) exit: Option<i32>,
    pub(crate) seconds: f64,
    pub(crate) boot_seconds: Option<f64>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) values: serde_json::Map<String, serde_json::Value>,
    pub(crate) transfers: Vec<Transfer>,
    /// What the kernel and the script printed.
    pub(crate) log: PathBuf,
}

impl Record {
    /// A test of which nothing is known but its name.
    pub(crate) fn new(name: &str, kernel: &Kernel, reason: Option<String>) -> Record {
        Record {
            name: name.to_owned(),
            kernel: kernel.series.clone(),
            release: kernel.release.clone(),
            accelerator: kernel.accelerator.name(),
            passed: reason.is_none(),
            reason,
            outcome: None,
            exit: None,
            seconds: 0.0,
            boot_seconds: None,
            faults: Vec::new(),
            values: serde_json::Map::new(),
            transfers: Vec::new(),
            log: PathBuf::new(),
        }
    }

    /// The same with what became of the machine.
    pub(crate) fn with(self, outcome: Outcome) -> Record {
        Record {
            outcome: Some(outcome.ending),
            exit: outcome.exit(),
            seconds: rounded(outcome.elapsed),
            boot_seconds: outcome.booted(),
            values: outcome.values.to_json(),
            log: outcome.console(),
            faults: outcome.faults,
            transfers: outcome.transfers,
            ..self
        }
    }

    /// Tells a person who waits.
    pub(crate) fn announce(&self) {
        let word = if self.passed { "ok" } else { "FAILED" };
        let reason = self.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        eprintln!("{word:<6} {} on {} in {:.1} s{reason}", self.name, self.kernel, self.seconds);
        if !self.passed && self.outcome.is_some() {
            eprintln!("       see {}", self.log.display());
        }
    }
}

/// To milliseconds.
fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
