//! A file of a kernel as gcc preprocesses it, with the place where each token was written.
//!
//! The options are those of kbuild for a module of x86. All headers are the kernel's own, so that a driver finds those
//! beside it and those it reaches by `../`; only what a configuration generates comes from Debian's package of headers.
//! What gcc does not accept so, such as drivers of other architectures, is an answer and no error. Only what gcc accepts
//! as C is a measure for a parser of C: where a configuration lacks a macro, its use is no C at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use super::places::{self, Preprocessed};
use crate::{packages, process};

const PACKAGE: &str = "linux-headers-amd64";
const SOURCES: &str = "/usr/src";

/// Included in front of every file.
const FIRST: [&str; 3] = [
    "include/linux/compiler-version.h",
    "include/linux/kconfig.h",
    "include/linux/compiler_types.h",
];

/// `-fno-PIE` belongs to `-mcmodel=kernel`; the others decide which macros are predefined.
const OPTIONS: [&str; 16] = [
    "-nostdinc",
    "-std=gnu11",
    "-O2",
    "-m64",
    "-mno-sse",
    "-mno-mmx",
    "-mno-sse2",
    "-mno-3dnow",
    "-mno-avx",
    "-fno-PIE",
    "-mcmodel=kernel",
    "-fshort-wchar",
    "-fno-strict-aliasing",
    "-D__KERNEL__",
    "-DMODULE",
    "-DCC_USING_FENTRY",
];

/// What is needed to preprocess files of one kernel.
#[derive(Debug)]
pub(super) struct Preprocessor<'k> {
    kernel: &'k Path,
    /// The folder of the package, with the generated headers.
    generated: PathBuf,
}

impl<'k> Preprocessor<'k> {
    /// Installs gcc and the headers where they are absent.
    pub(super) fn new(kernel: &'k Path, number: &str) -> Result<Preprocessor<'k>> {
        if !process::is_there("gcc") {
            packages::install(&["gcc"])?;
        }
        if let Some(generated) = generated_headers(number)? {
            return Ok(Preprocessor { kernel, generated });
        }
        packages::install(&[PACKAGE])?;
        match generated_headers(number)? {
            Some(generated) => Ok(Preprocessor { kernel, generated }),
            None => bail!("{PACKAGE} is installed, but {SOURCES} has no headers of Linux {number}"),
        }
    }

    /// The file, a path from the kernel, preprocessed; none if gcc does not accept it. `source` is its text.
    pub(super) fn run(&self, file: &Path, source: &[u8]) -> Result<Option<Preprocessed>> {
        let name = file.to_str().context("a path in a kernel is ASCII")?;
        // What is no macro here, as it is none in modules, must not pass for a function.
        let check = ["-fsyntax-only", "-Werror=implicit"];
        if !self.gcc(file, check)?.status.success() {
            return Ok(None);
        }
        let output = self.gcc(file, ["-E", "-fdebug-cpp"])?;
        Ok(output.status.success().then(|| places::read(&output.stdout, name, source)))
    }

    fn gcc(&self, file: &Path, options: [&str; 2]) -> Result<Output> {
        let mut gcc = Command::new("gcc");
        gcc.current_dir(self.kernel).args(options).args(OPTIONS).args(module_names(file));
        for folder in self.include_folders(file) {
            gcc.arg("-I").arg(folder);
        }
        for header in FIRST {
            gcc.args(["-include", header]);
        }
        gcc.arg(file).stdin(Stdio::null()).stderr(Stdio::null());
        gcc.output().context("gcc")
    }

    /// In the order of kbuild: the kernel's, then those for user space, then the driver's.
    fn include_folders(&self, file: &Path) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for (own, generated) in [
            ("arch/x86/include", "arch/x86/include/generated"),
            ("include", "include"),
            ("arch/x86/include/uapi", "arch/x86/include/generated/uapi"),
            ("include/uapi", "include/generated/uapi"),
        ] {
            folders.extend([PathBuf::from(own), self.generated.join(generated)]);
        }
        for folder in file.ancestors().skip(1) {
            folders.push(self.kernel.join(folder));
            let makefile = fs::read_to_string(self.kernel.join(folder).join("Makefile"));
            folders.extend(makefile.iter().flat_map(|text| asked_folders(text, folder)));
        }
        folders
    }
}

/// The folder of the newest package for this kernel.
fn generated_headers(number: &str) -> Result<Option<PathBuf>> {
    let prefix = format!("linux-headers-{number}.");
    let mut folders = Vec::new();
    for entry in fs::read_dir(SOURCES).with_context(|| SOURCES.to_owned())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&prefix) && name.ends_with("-amd64") && !name.contains("-rt-") {
            folders.push(path);
        }
    }
    Ok(folders.into_iter().max())
}

/// The names of the module and of its object.
fn module_names(file: &Path) -> [String; 4] {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
    [
        format!("-DKBUILD_BASENAME=\"{stem}\""),
        format!("-DKBUILD_MODNAME=\"{stem}\""),
        format!("-DKBUILD_MODFILE=\"{stem}\""),
        format!("-D__KBUILD_MODNAME=kmod_{stem}"),
    ]
}

/// The folders that a makefile asks for by `-I`, if they are spelled with the variables of kbuild only.
fn asked_folders(makefile: &str, folder: &Path) -> Vec<PathBuf> {
    let here = folder.to_string_lossy();
    let text = makefile
        .replace("-I ", "-I")
        .replace("$(srctree)/", "")
        .replace("$(src)", &here)
        .replace("$(obj)", &here);
    text.split_whitespace()
        .filter_map(|word| word.strip_prefix("-I"))
        .filter(|asked| !asked.is_empty() && !asked.contains('$'))
        .map(PathBuf::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_a_makefile() {
        let makefile = "ccflags-y += -I $(srctree)/$(src)/inc -I$(srctree)/drivers/a\n\
                        ccflags-y += -I$(FAR)/inc -DX -I$(src)\n";
        let folders = asked_folders(makefile, Path::new("sound/b"));
        assert_eq!(folders, ["sound/b/inc", "drivers/a", "sound/b"].map(PathBuf::from));
    }
}
