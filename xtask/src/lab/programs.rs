//! The C programs of `lab/guest`, built for a guest that has no libraries.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::lab::{folder, run};
use crate::workspace;

/// A program, built from `lab/guest/NAME.c` unless that was done before.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    let source = workspace::root().join("lab/guest").join(name).with_extension("c");
    let text = fs::read(&source).with_context(|| source.display().to_string())?;
    let mut hash = DefaultHasher::new();
    text.hash(&mut hash);
    let place = folder().join("programs").join(format!("{name}-{:016x}", hash.finish()));
    run::whole(&place, |made| {
        let mut gcc = Command::new("gcc");
        gcc.args(["-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o"]).arg(made).arg(&source);
        run::checked(gcc.stderr(Stdio::piped())).map(|_| ())
    })?;
    Ok(place)
}
