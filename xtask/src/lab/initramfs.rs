//! A guest's first and only file system: busybox, the lab's own programs of `lab/guest`, and what the test puts in.
//!
//! It is not packed: an emulated guest starts no sooner with half the bytes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::lab::cpio::Archive;
use crate::lab::guest::{Content, Guest};
use crate::lab::run;
use crate::workspace;

const BUSYBOX: &str = "/bin/busybox";

/// The scripts of `lab/guest`, and where they lie in a guest.
const SCRIPTS: [(&str, &str); 5] = [
    ("init", "/init"),
    ("report", "/bin/report"),
    ("recovered", "/bin/recovered"),
    ("load", "/bin/load"),
    ("network", "/bin/network"),
];

/// The archive that QEMU is given.
pub(crate) fn pack(guest: &Guest, environment: &[(&str, String)]) -> Result<Vec<u8>> {
    let mut archive = Archive::default();
    base(&mut archive)?;
    let exports = environment.iter().map(|(name, value)| format!("export {name}='{value}'\n"));
    archive.file("/lab/environment", exports.collect::<String>().as_bytes());
    archive.file("/lab/script", guest.script.as_bytes());
    for (path, content) in &guest.files {
        match content {
            Content::Host(file) => archive.file(path, &read(file)?),
            Content::Text(text) => archive.file(path, text.as_bytes()),
        }
    }
    Ok(archive.finish())
}

fn base(archive: &mut Archive) -> Result<()> {
    for folder in ["proc", "sys", "dev", "tmp", "etc", "modules"] {
        archive.folder(folder);
    }
    // The kernel opens it before anything is mounted.
    archive.character_device("/dev/console", (5, 1));
    archive.file("/bin/busybox", &read(Path::new(BUSYBOX))?);
    for applet in applets()?.lines().filter(|applet| *applet != "busybox") {
        archive.link(&format!("/bin/{applet}"), "busybox");
    }
    for (name, path) in SCRIPTS {
        archive.file(path, &read(&workspace::root().join("lab/guest").join(name))?);
    }
    Ok(())
}

/// The programs that busybox can be.
fn applets() -> Result<String> {
    let mut list = Command::new(BUSYBOX);
    let output = run::checked(list.arg("--list").stdout(Stdio::piped()))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}
