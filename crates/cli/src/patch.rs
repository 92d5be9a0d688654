//! Reading a semantic patch for a command, and saying what is wrong with it.

use std::path::Path;
use std::sync::Arc;

use engine::{Prepared, Settings};
use smpl::{Isomorphism, SemanticPatch};

use crate::{Reported, output};

/// Reads and parses a semantic patch; its errors and warnings are shown.
pub(crate) fn read(
    path: &Path,
    virtuals: &[Box<str>],
    quiet: bool,
) -> Result<SemanticPatch, Reported> {
    let source = project::read_named(path).map_err(|problem| {
        output::error(&problem.path, &problem.message);
        Reported
    })?;
    let name = path.to_string_lossy().into_owned();
    match smpl::parse(name, Arc::clone(&source), &smpl::Options::default()) {
        Ok(patch) => {
            if !quiet {
                patch.warnings.iter().for_each(|warning| output::diagnostic(warning, &source));
            }
            check_virtuals(path, &patch, virtuals)?;
            Ok(patch)
        }
        Err(diagnostics) => {
            diagnostics.iter().for_each(|diagnostic| output::diagnostic(diagnostic, &source));
            Err(Reported)
        }
    }
}

/// Makes a patch ready to run.
pub(crate) fn prepare(
    path: &Path,
    patch: SemanticPatch,
    settings: Settings,
) -> Result<Prepared, Reported> {
    let isomorphisms = isomorphisms()?;
    if let Some(problem) = engine::unsupported(&patch) {
        output::diagnostic(&problem, &patch.source);
        return Err(Reported);
    }
    let known = |name: &str| {
        smpl::BUILT_IN.contains(&name)
            || isomorphisms.iter().any(|isomorphism| &*isomorphism.name == name)
    };
    if let Some(unknown) = settings.disabled.iter().find(|name| !known(name)) {
        output::error(path, &format!("there is no isomorphism called `{unknown}` to disable"));
        return Err(Reported);
    }
    Ok(Prepared::new(patch, isomorphisms, settings))
}

fn isomorphisms() -> Result<Vec<Isomorphism>, Reported> {
    smpl::default_isomorphisms().map_err(|diagnostics| {
        for diagnostic in &diagnostics {
            output::diagnostic(diagnostic, smpl::DEFAULT_SOURCE.as_bytes());
        }
        Reported
    })
}

/// A name that the patch does not declare is a slip of the pen.
fn check_virtuals(
    path: &Path,
    patch: &SemanticPatch,
    virtuals: &[Box<str>],
) -> Result<(), Reported> {
    for name in virtuals {
        if !patch.virtuals.iter().any(|declared| declared.name == *name) {
            let declared: Vec<&str> =
                patch.virtuals.iter().map(|declared| &*declared.name).collect();
            let hint = if declared.is_empty() {
                "it declares none".to_owned()
            } else {
                format!("it declares {}", declared.join(", "))
            };
            output::error(path, &format!("-D {name}: the patch has no `virtual {name}`; {hint}"));
            return Err(Reported);
        }
    }
    Ok(())
}
