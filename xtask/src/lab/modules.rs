//! Modules: those of the kernel's own package, and those that are built here.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::lab::drivers::files_with_extension;
use crate::lab::image::Kernel;
use crate::lab::run;

/// A module of the kernel's package, and what it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InTree {
    /// Unpacked.
    pub(crate) file: PathBuf,
    /// In the order in which they are put into the kernel.
    pub(crate) needs: Vec<PathBuf>,
}

/// Finds a module of the kernel's package by its name (`8139cp`).
pub(crate) fn in_tree(kernel: &Kernel, name: &str) -> Result<InTree> {
    let table = kernel.installed_modules().join("modules.dep");
    let text = fs::read_to_string(&table).with_context(|| table.display().to_string())?;
    let Some((path, needs)) = dependencies(&text, name) else {
        bail!("{} has no module {name}", kernel.release);
    };
    let needs = needs.iter().map(|path| unpacked(kernel, path)).collect::<Result<_>>()?;
    Ok(InTree { file: unpacked(kernel, path)?, needs })
}

/// Builds the modules of a folder, which has a `Kbuild` or `Makefile`, for a kernel. `variables` are given to make
/// (`KBUILD_EXTRA_SYMBOLS=...`). The modules, without debug information, and `Module.symvers` are put into `out`; the
/// modules are returned in order of name. What the compiler says is part of the error.
pub(crate) fn build_module(
    sources: &Path,
    kernel: &Kernel,
    variables: &[&str],
    out: &Path,
) -> Result<Vec<PathBuf>> {
    let scratch = tempfile::tempdir().context("cannot make a scratch folder")?;
    let here = scratch.path().join("module");
    let mut copy = Command::new("cp");
    run::checked(copy.arg("--recursive").arg(sources).arg(&here).stderr(Stdio::piped()))?;
    make(&here, kernel, variables)
        .with_context(|| format!("{} does not build for {}", sources.display(), kernel.release))?;
    fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let mut modules = Vec::new();
    for built in files_with_extension(&here, "ko")? {
        let module = out.join(built.file_name().unwrap_or_default());
        let mut strip = Command::new("strip");
        strip.arg("--strip-debug").arg("-o").arg(&module).arg(&built);
        run::checked(strip.stderr(Stdio::piped()))?;
        modules.push(module);
    }
    if modules.is_empty() {
        bail!("{} has built, but made no module", sources.display());
    }
    fs::copy(here.join("Module.symvers"), out.join("Module.symvers"))
        .with_context(|| format!("{} has no Module.symvers", sources.display()))?;
    Ok(modules)
}

/// Runs the kernel's build system over a folder, in place.
pub(crate) fn make(folder: &Path, kernel: &Kernel, variables: &[&str]) -> Result<()> {
    let mut make = Command::new("make");
    make.arg("-C").arg(&kernel.headers).arg(format!("M={}", folder.display())).args(variables);
    make.arg("modules").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Our own make may be what runs this; its job server is not for that one.
    make.env_remove("MAKEFLAGS").env_remove("MAKELEVEL");
    run::checked(&mut make).map(|_| ())
}

/// A line of modules.dep is `path: needs needs`; what is needed first stands last (depmod(8)).
fn dependencies<'a>(table: &'a str, name: &str) -> Option<(&'a str, Vec<&'a str>)> {
    let lines = table.lines().filter_map(|line| line.split_once(':'));
    let mut found = lines.filter(|(path, _)| is_called(path, name));
    found.next().map(|(path, needs)| (path, needs.split_whitespace().rev().collect()))
}

/// The name of a module is that of its file, where `-` and `_` are the same.
fn is_called(path: &str, name: &str) -> bool {
    module_name(path).replace('-', "_") == name.replace('-', "_")
}

/// `8139cp` of `kernel/drivers/net/ethernet/realtek/8139cp.ko.xz`.
pub(crate) fn module_name(path: &str) -> &str {
    let file = path.rsplit_once('/').map_or(path, |(_, file)| file);
    file.split_once(".ko").map_or(file, |(name, _)| name)
}

/// The module without the packing that its package has it in.
fn unpacked(kernel: &Kernel, path: &str) -> Result<PathBuf> {
    let file = kernel.installed_modules().join(path);
    let unpack = match file.extension().and_then(|extension| extension.to_str()) {
        Some("xz") => "xz",
        Some("zst") => "zstd",
        Some("gz") => "gzip",
        _ => return Ok(file),
    };
    let place = kernel.folder().join("modules").join(format!("{}.ko", module_name(path)));
    run::whole(&place, |made| {
        let mut command = Command::new(unpack);
        command.arg("-dc").stdin(File::open(&file)?).stdout(File::create(made)?);
        run::checked(command.stderr(Stdio::piped())).map(|_| ())
    })?;
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "kernel/net/mii.ko:\n\
        kernel/net/8139cp.ko.xz: kernel/net/mii.ko.xz\n\
        kernel/sound/snd-ens1370.ko: kernel/sound/b.ko kernel/sound/a.ko\n";

    #[test]
    fn what_is_needed_comes_in_the_order_of_loading() {
        let (path, needs) = dependencies(TABLE, "snd_ens1370").unwrap();
        assert_eq!(path, "kernel/sound/snd-ens1370.ko");
        assert_eq!(needs, ["kernel/sound/a.ko", "kernel/sound/b.ko"]);
        assert_eq!(dependencies(TABLE, "8139cp").unwrap().1, ["kernel/net/mii.ko.xz"]);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(dependencies(TABLE, "8139"), None);
    }
}
