//! The guarded drivers of the running kernel, as `runtime/guard/files.c` shows them below debugfs: a folder each.

use std::fs;
use std::io;
use std::path::Path;

use super::failure::Failure;
use crate::arguments::GuardShow;

/// A driver's name and what one of its files says.
pub(super) struct Domain {
    pub(super) name: String,
    pub(super) text: String,
}

/// Reads a file (`status`, `log`) of each driver that is asked for, in order of name.
#[expect(clippy::disallowed_methods, reason = "debugfs is no source")]
pub(super) fn read(arguments: &GuardShow, file: &str) -> Result<Vec<Domain>, Failure> {
    let folder = arguments.debugfs.join("refit");
    let loaded = names(&folder)?;
    let asked = if arguments.drivers.is_empty() { &loaded } else { &arguments.drivers };
    let read = |name: &String| {
        if !loaded.contains(name) {
            return Err(not_guarded(name, &loaded));
        }
        let path = folder.join(name).join(file);
        let text = fs::read_to_string(&path).map_err(|problem| Failure::file(&path, &problem))?;
        Ok(Domain { name: name.clone(), text })
    };
    asked.iter().map(read).collect()
}

fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|problem| unreadable(folder, &problem))?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<String>>>()
        .map_err(|problem| unreadable(folder, &problem))?;
    names.sort();
    Ok(names)
}

fn unreadable(folder: &Path, problem: &io::Error) -> Failure {
    match problem.kind() {
        io::ErrorKind::NotFound => Failure::new(format!("{}: there is no guard", folder.display()))
            .hint("load refit_guard.ko, and mount debugfs if it is not: mount -t debugfs none /sys/kernel/debug"),
        io::ErrorKind::PermissionDenied => {
            Failure::file(folder, problem).hint("debugfs is shown to root only")
        }
        _ => Failure::file(folder, problem),
    }
}

fn not_guarded(name: &str, loaded: &[String]) -> Failure {
    let hint = match loaded {
        [] => "no guarded driver is loaded".to_owned(),
        names => format!("guarded drivers: {}", names.join(", ")),
    };
    Failure::new(format!("{name} is no guarded driver that is loaded")).hint(hint)
}
