//! Programs whose complaints are shown only when they fail, and files that are there whole or not at all.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// Runs a program that must succeed; what it printed (where that is piped) is part of the error.
pub(crate) fn checked(command: &mut Command) -> Result<Output> {
    let shown = shown(command);
    let child = command.spawn().with_context(|| shown.clone())?;
    let output = child.wait_with_output().with_context(|| shown.clone())?;
    if !output.status.success() {
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        bail!("{shown} ended with {}\n{}", output.status, String::from_utf8_lossy(&said).trim());
    }
    Ok(output)
}

/// A command as a shell reads it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

/// Makes a file or folder beside its place and then renames it. If another process was quicker, its work is taken.
pub(crate) fn whole(place: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if place.exists() {
        return Ok(());
    }
    let folder = place.parent().with_context(|| format!("{} is no place", place.display()))?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let name = place.file_name().unwrap_or(OsStr::new("lab")).to_string_lossy();
    let beside = tempfile::Builder::new()
        .prefix(&format!(".{name}-"))
        .tempdir_in(folder)
        .with_context(|| folder.display().to_string())?;
    let made = beside.path().join("made");
    make(&made)?;
    match fs::rename(&made, place) {
        Err(_) if place.exists() => Ok(()),
        renamed => renamed.with_context(|| format!("cannot rename to {}", place.display())),
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+,./:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_given_to_a_shell() {
        let mut command = Command::new("qemu");
        command.args(["-append", "quiet panic=-1", "it's"]);
        assert_eq!(shown(&command), r"qemu -append 'quiet panic=-1' 'it'\''s'");
    }

    #[test]
    fn what_was_not_finished_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        let failed = whole(&place, |made| {
            fs::write(made, "half")?;
            bail!("no more")
        });
        assert!(failed.is_err() && !place.exists());
        whole(&place, |made| Ok(fs::write(made, "all")?)).unwrap();
        whole(&place, |_| bail!("it is there already")).unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "all");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
