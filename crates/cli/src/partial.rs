//! Showing where rules match in part: for people on standard error, for programs on standard output.

use std::collections::BTreeMap;

use diag::Sources;
use engine::Report;
use project::FilePartial;
use smpl::SemanticPatch;

use crate::Reported;
use crate::output::{self, Stream, rendered};

/// Shows what was found, and how much that is.
pub(crate) fn show(
    found: &[FilePartial],
    patch: &SemanticPatch,
    json: bool,
) -> Result<(), Reported> {
    let mut failed = false;
    for file in found {
        let reports = match &file.reports {
            Ok(reports) => reports,
            Err(problem) => {
                output::error(&problem.path, &problem.message);
                failed = true;
                continue;
            }
        };
        for report in reports {
            let sources = sources(report, patch);
            if json {
                let line = diag::to_json(&report.diagnostic, &sources).to_string();
                output::text(format!("{line}\n").as_bytes())?;
                continue;
            }
            let text = rendered(&report.diagnostic, &sources, Stream::Problem);
            if !output::tell(&format!("{text}\n")) {
                return Ok(());
            }
        }
    }
    if !json && let Some(summary) = summary(found) {
        output::tell(&summary);
    }
    if failed { Err(Reported) } else { Ok(()) }
}

/// How many places there are, and for which reasons.
fn summary(found: &[FilePartial]) -> Option<String> {
    let reports = found.iter().filter_map(|file| file.reports.as_ref().ok());
    let files = reports.clone().filter(|reports| !reports.is_empty()).count();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for report in reports.flatten() {
        *reasons.entry(&report.diagnostic.message).or_insert(0) += 1;
    }
    let places: usize = reasons.values().sum();
    let mut lines = vec![format!(
        "partial matches, left as they are: {places} in {files} of {} files",
        found.len()
    )];
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    lines.extend(reasons.into_iter().map(|(reason, count)| format!("{count:7} {reason}")));
    (places > 0).then(|| lines.join("\n"))
}

/// The texts that a report points into.
pub(crate) fn sources(report: &Report, patch: &SemanticPatch) -> Sources {
    let mut sources = Sources::from(report.code.clone());
    sources.0.extend(patch.sources.0.iter().cloned());
    sources
}
