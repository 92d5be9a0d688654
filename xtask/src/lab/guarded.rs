//! Guarded modules: what `refit guard build` makes of a driver.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use crate::lab::guest::{Content, Guest};
use crate::lab::image::Kernel;
use crate::lab::modules::make;
use crate::lab::run;
use crate::{process, workspace};

/// A guarded driver and the guard that it was built with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Guarded {
    pub(crate) guard: PathBuf,
    pub(crate) driver: PathBuf,
}

/// The guard's kernel side, to build a driver with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Guard<'a> {
    /// This repository's, which is built with the driver.
    Sources,
    /// One that [`build_guard`] has built for the same kernel.
    Built(&'a Path),
}

impl Guarded {
    /// Builds the module `name` of a folder into `out`.
    pub(crate) fn build(
        sources: &Path,
        name: &str,
        kernel: &Kernel,
        guard: Guard<'_>,
        out: &Path,
    ) -> Result<Guarded> {
        let mut command = Command::new(refit()?);
        command.args(["guard", "build"]).arg(sources).args(["--module", name]);
        command.arg("--kernel").arg(&kernel.headers).arg("--output").arg(out);
        match guard {
            Guard::Sources => command.arg("--runtime").arg(runtime()),
            Guard::Built(folder) => command.arg("--guard").arg(folder),
        };
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        run::checked(&mut command)?;
        Ok(Guarded { guard: out.join("refit_guard.ko"), driver: out.join(format!("{name}.ko")) })
    }

    /// Puts the guard into a guest's `/modules` and the driver into `/guarded`, so that the plain driver has its place.
    pub(crate) fn add_to(&self, guest: &mut Guest) {
        guest.add_built_module(&self.guard);
        let name = self.driver.file_name().unwrap_or_default().to_string_lossy().into_owned();
        guest.files.push((format!("/guarded/{name}"), Content::Host(self.driver.clone())));
    }
}

/// The guard's kernel side, as this repository has it.
fn runtime() -> PathBuf {
    workspace::root().join("runtime")
}

/// Builds a copy of the guard's kernel side in the new folder `folder`.
pub(crate) fn build_guard(kernel: &Kernel, folder: &Path) -> Result<()> {
    let mut copy = Command::new("cp");
    run::checked(copy.arg("--recursive").arg(runtime()).arg(folder).stderr(Stdio::piped()))?;
    make(folder, kernel, &[])
        .with_context(|| format!("the guard does not build for {}", kernel.release))
}

/// The command, built once for this process; or the one that `REFIT` names.
pub(crate) fn refit() -> Result<&'static Path> {
    static REFIT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = REFIT.get_or_init(|| build_refit().map_err(|error| format!("{error:#}")));
    built.as_deref().map_err(|error| anyhow!("{error}"))
}

fn build_refit() -> Result<PathBuf> {
    if let Some(refit) = std::env::var_os("REFIT") {
        return Ok(refit.into());
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace::root());
    process::run(cargo.args(["build", "--quiet", "--release", "--package", "refit"]))?;
    Ok(workspace::target().join("release/refit"))
}
