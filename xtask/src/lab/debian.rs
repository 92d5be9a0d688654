//! Which of Debian's kernels the lab takes, and how it gets them.
//!
//! Invariant: headers and image have the same release and the same package version; a module built with headers of
//! another version might load and do harm.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::lab::run;
use crate::packages;

/// A kernel package, such as release `6.1.0-56-amd64` in version `6.1.192-2`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Choice {
    pub(crate) release: String,
    pub(crate) package_version: String,
}

/// The folder of a release's headers.
pub(crate) fn headers(release: &str) -> PathBuf {
    PathBuf::from(format!("/usr/src/linux-headers-{release}"))
}

/// The newest kernel of a series (`6.1`) whose headers are installed or can be, and whose image can be had.
pub(crate) fn choose(series: &str) -> Result<Choice> {
    let mut releases = releases(series)?;
    if releases.is_empty() {
        // A new container has no lists of packages.
        quiet(Command::new("apt-get").args(["-q", "update"]))?;
        releases = self::releases(series)?;
    }
    for release in releases {
        if let Some(choice) = agreeing(&release)? {
            return Ok(choice);
        }
    }
    bail!("this Debian has no kernel {series} with headers and image of one version")
}

/// Installs the headers of a kernel.
pub(crate) fn install_headers(choice: &Choice) -> Result<()> {
    let package = format!("linux-headers-{}", choice.release);
    if !headers(&choice.release).is_dir() {
        packages::install(&[&format!("{package}={}", choice.package_version)])?;
    }
    Ok(())
}

/// Unpacks a kernel's image below a folder. It is not installed: that would make an initramfs for this machine.
pub(crate) fn unpack_image(choice: &Choice, folder: &Path) -> Result<()> {
    let scratch = tempfile::tempdir().context("cannot make a scratch folder")?;
    let wanted = format!("linux-image-{}={}", choice.release, choice.package_version);
    let mut download = Command::new("apt-get");
    quiet(download.current_dir(&scratch).args(["-q", "download", &wanted]))?;
    let package = std::fs::read_dir(&scratch)?
        .next()
        .with_context(|| format!("apt-get download {wanted} left no file"))??
        .path();
    quiet(Command::new("dpkg-deb").arg("--extract").arg(package).arg(folder))?;
    Ok(())
}

/// The releases of a series that have headers: installed ones first, then newest first.
fn releases(series: &str) -> Result<Vec<String>> {
    // Neither the cloud nor the real-time kernels: those have a word before `amd64`.
    let pattern = format!(r"^linux-headers-{}\.[0-9][^-]*(-[0-9]+)?-amd64$", regex_quoted(series));
    let output = quiet(Command::new("apt-cache").args(["search", "--names-only", &pattern]))?;
    let mut releases: Vec<String> = output
        .lines()
        .filter_map(|line| line.split(' ').next()?.strip_prefix("linux-headers-"))
        .map(str::to_owned)
        .collect();
    releases
        .sort_by_key(|release| std::cmp::Reverse((headers(release).is_dir(), numbers(release))));
    Ok(releases)
}

fn regex_quoted(series: &str) -> String {
    series.replace('.', r"\.")
}

/// The numbers of a release in their order, by which releases are compared.
pub(crate) fn numbers(release: &str) -> Vec<u64> {
    release.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// The version that both the headers and the image of a release can be had in.
fn agreeing(release: &str) -> Result<Option<Choice>> {
    let headers = format!("linux-headers-{release}");
    let of_headers = match installed(&headers)? {
        Some(version) => vec![version],
        None => offered(&headers)?,
    };
    let of_image = offered(&format!("linux-image-{release}"))?;
    let common = of_headers.into_iter().find(|version| of_image.contains(version));
    Ok(common.map(|package_version| Choice { release: release.into(), package_version }))
}

fn installed(package: &str) -> Result<Option<String>> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status} ${Version}", package]);
    let output = query.output().with_context(|| run::shown(&query))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(said.strip_prefix("installed ").map(str::to_owned))
}

/// The versions that can be downloaded, newest first.
fn offered(package: &str) -> Result<Vec<String>> {
    let output = quiet(Command::new("apt-cache").args(["madison", package]))?;
    Ok(output.lines().filter_map(madison_version).map(str::to_owned).collect())
}

/// `package | version | where from`.
fn madison_version(line: &str) -> Option<&str> {
    line.split('|').nth(1).map(str::trim)
}

/// What a program printed that must succeed.
fn quiet(command: &mut Command) -> Result<String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(String::from_utf8_lossy(&run::checked(command)?.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_by_number() {
        assert!(numbers("6.1.0-100-amd64") > numbers("6.1.0-56-amd64"));
        assert!(numbers("6.12.117+deb12-amd64") > numbers("6.12.9+deb12-amd64"));
    }

    #[test]
    fn the_version_stands_in_the_second_column() {
        let line = " linux-image-6.1.0-56-amd64 |  6.1.192-2 | somewhere bookworm/main amd64";
        assert_eq!(madison_version(line), Some("6.1.192-2"));
        assert_eq!(madison_version("N: none"), None);
    }
}
