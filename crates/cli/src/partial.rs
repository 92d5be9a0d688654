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
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut places, mut files, mut failed) = (0, 0, false);
    for file in found {
        let reports = match &file.reports {
            Ok(reports) => reports,
            Err(problem) => {
                // What cannot be read is told by the run.
                if problem.message.starts_with("internal error") {
                    output::error(&problem.path, &problem.message);
                    failed = true;
                }
                continue;
            }
        };
        places += reports.len();
        files += usize::from(!reports.is_empty());
        for report in reports {
            *reasons.entry(&report.diagnostic.message).or_insert(0) += 1;
            one(report, patch, json)?;
        }
    }
    if !json && places > 0 {
        let looked_at = found.len();
        eprintln!("partial matches, left as they are: {places} in {files} of {looked_at} files");
        let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
        reasons.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        for (reason, count) in reasons {
            eprintln!("{count:7} {reason}");
        }
    }
    if failed { Err(Reported) } else { Ok(()) }
}

fn one(report: &Report, patch: &SemanticPatch, json: bool) -> Result<(), Reported> {
    let sources = sources(report, patch);
    if json {
        let line = diag::to_json(&report.diagnostic, &sources).to_string();
        return output::text(format!("{line}\n").as_bytes());
    }
    eprintln!("{}\n", rendered(&report.diagnostic, &sources, Stream::Problem));
    Ok(())
}

/// The texts that a report points into.
pub(crate) fn sources(report: &Report, patch: &SemanticPatch) -> Sources {
    let mut sources = Sources::from(report.code.clone());
    sources.0.extend(patch.sources.0.iter().cloned());
    sources
}
