//! `refit apply --explain FILE:LINE`: why each rule did nothing at a line, on standard output.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use engine::Prepared;

use crate::arguments::FileLine;
use crate::output::{self, Stream, rendered};
use crate::partial::sources;
use crate::{Ended, Reported};

/// Answers for one line.
pub(crate) fn run(prepared: &Prepared, place: &FileLine, json: bool) -> Ended {
    let source = project::read_named(&place.file).map_err(|problem| {
        output::error(&problem.path, &problem.message);
        Reported
    })?;
    let last = text::LineIndex::new(&source).count();
    if place.line as usize > last {
        output::error(&place.file, &format!("there is no line {}: it has {last}", place.line));
        return Err(Reported);
    }
    let name = place.file.to_string_lossy();
    let explain = || prepared.explain(&name, source, place.line);
    let reports = catch_unwind(AssertUnwindSafe(explain)).map_err(|_| {
        output::error(
            &place.file,
            "internal error; please report this with the patch and the file",
        );
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
