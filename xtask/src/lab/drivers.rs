//! The drivers that the lab knows: where their sources lie in a kernel's, and what they drive.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;

/// A driver.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Driver {
    /// RealTek RTL-8139C+
    #[value(name = "8139cp")]
    Cp8139,
    /// Intel PRO/1000
    #[value(name = "e1000")]
    E1000,
}

impl Driver {
    /// Of the module, too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Driver::Cp8139 => "8139cp",
            Driver::E1000 => "e1000",
        }
    }

    /// QEMU's name for the card.
    pub(crate) fn card(self) -> &'static str {
        match self {
            Driver::Cp8139 => "rtl8139",
            Driver::E1000 => "e1000",
        }
    }

    /// How long a stream goes on. e1000's link takes seconds to come back, after each opening of the card.
    pub(crate) fn seconds(self) -> u32 {
        match self {
            Driver::Cp8139 => 14,
            Driver::E1000 => 18,
        }
    }

    /// What make is told.
    pub(crate) fn variables(self) -> &'static [&'static str] {
        match self {
            Driver::Cp8139 => &[],
            Driver::E1000 => &["CONFIG_E1000=m"],
        }
    }

    /// Where its sources lie in a kernel's, which of them are wanted, and a build file where the kernel's is not for
    /// this driver alone.
    fn source(self) -> (&'static str, fn(&str) -> bool, Option<&'static str>) {
        match self {
            Driver::Cp8139 => (
                "drivers/net/ethernet/realtek",
                |file| file == "8139cp.c",
                Some("obj-m := 8139cp.o\n"),
            ),
            Driver::E1000 => ("drivers/net/ethernet/intel/e1000", |_| true, None),
        }
    }

    /// Copies the sources out of a kernel's into the new folder `to`.
    pub(crate) fn copy_sources(self, kernel: &Path, to: &Path) -> Result<()> {
        let (folder, is_wanted, build_file) = self.source();
        fs::create_dir_all(to).with_context(|| to.display().to_string())?;
        for file in files(&kernel.join(folder))? {
            let name = file.file_name().unwrap_or_default();
            if is_wanted(&name.to_string_lossy()) {
                fs::copy(&file, to.join(name)).with_context(|| file.display().to_string())?;
            }
        }
        if let Some(text) = build_file {
            fs::write(to.join("Kbuild"), text).with_context(|| to.display().to_string())?;
        }
        Ok(())
    }
}

/// Gives a copy of a driver's sources, and the driver in them, another name, so that it can be loaded beside the kernel's.
pub(crate) fn rename(driver: Driver, folder: &Path, name: &str) -> Result<()> {
    let mut objects = String::new();
    for file in files_with_extension(folder, "c")? {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let text = text.replace(&format!("\"{}\"", driver.name()), &format!("\"{name}\""));
        fs::write(&file, text).with_context(|| file.display().to_string())?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        objects.push_str(&format!(" {stem}.o"));
    }
    let build_file = folder.join("Kbuild");
    fs::write(&build_file, format!("obj-m := {name}.o\n{name}-y :={objects}\n"))
        .with_context(|| build_file.display().to_string())
}

/// The files of a folder in order of name.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry.with_context(|| folder.display().to_string())?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Those with an extension.
pub(crate) fn files_with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = files(folder)?;
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_driver_has_another_module_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("8139cp.c");
        fs::write(&source, "#define DRV_NAME \"8139cp\"\n/* 8139cp.c */\n").expect("written");
        rename(Driver::Cp8139, folder.path(), "guarded_8139cp").expect("renamed");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("read");
        assert_eq!(read("8139cp.c"), "#define DRV_NAME \"guarded_8139cp\"\n/* 8139cp.c */\n");
        assert_eq!(read("Kbuild"), "obj-m := guarded_8139cp.o\nguarded_8139cp-y := 8139cp.o\n");
    }
}
