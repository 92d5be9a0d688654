//! `refit check-patch`: what there is to say about semantic patches, without running them.

use std::process::ExitCode;

use crate::arguments::CheckPatch;
use crate::{Ended, output, patch};

/// Runs the command. An unreadable file is reported, and the others are checked all the same.
pub(crate) fn run(arguments: &CheckPatch) -> Ended {
    let isomorphisms = patch::isomorphisms(arguments.iso_file.as_deref())?;
    let (mut found, mut unread) = (0, None);
    for path in &arguments.patches {
        let parsed = match patch::parse(path, isomorphisms.clone()) {
            Ok(parsed) => parsed,
            Err(reported) => {
                unread = Some(reported);
                continue;
            }
        };
        let (diagnostics, sources) = match parsed {
            Ok(patch) => (patch.warnings, patch.sources),
            Err(failure) => (failure.diagnostics, failure.sources),
        };
        found += diagnostics.len();
        for diagnostic in &diagnostics {
            let text = match arguments.json {
                true => diag::to_json(diagnostic, &sources).to_string(),
                false => output::rendered(diagnostic, &sources, output::Stream::Result),
            };
            output::text(format!("{text}\n").as_bytes())?;
        }
    }
    match unread {
        Some(reported) => Err(reported),
        None => Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }),
    }
}
