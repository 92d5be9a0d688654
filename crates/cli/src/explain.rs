//! `refit apply --explain FILE:LINE`: why each rule did nothing at a line, on standard output.

use std::process::ExitCode;

use engine::Prepared;

use crate::arguments::FileLine;
use crate::output::{self, Stream, rendered};
use crate::partial::sources;
use crate::{Ended, Reported};

/// Answers for one line.
pub(crate) fn run(prepared: &Prepared, place: &FileLine, json: bool) -> Ended {
    let found = project::explain(prepared, &place.file, place.line);
    let reports = found.map_err(|problem| {
        output::error(&problem.path, &problem.message);
        Reported
    })?;
    for report in &reports {
        let sources = sources(report, prepared.patch());
        let text = match json {
            true => format!("{}\n", diag::to_json(&report.diagnostic, &sources)),
            false => format!("{}\n\n", rendered(&report.diagnostic, &sources, Stream::Result)),
        };
        output::text(text.as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}
