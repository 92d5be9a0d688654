//! The programs that the lab starts, and the packages that have them.

use std::path::Path;

use anyhow::{Result, bail};

use crate::packages;

/// A path that tells whether a package is installed, and the package.
const TOOLS: [(&str, &str); 8] = [
    ("/usr/bin/qemu-system-x86_64", "qemu-system-x86"),
    // There is another busybox, with libraries.
    ("/var/lib/dpkg/info/busybox-static.list", "busybox-static"),
    ("/usr/bin/gcc", "gcc"),
    ("/usr/lib/x86_64-linux-gnu/libc.a", "libc6-dev"),
    ("/usr/bin/make", "make"),
    ("/usr/bin/xz", "xz-utils"),
    ("/usr/bin/zstd", "zstd"),
    ("/bin/kmod", "kmod"),
];

/// Installs what is absent.
pub(crate) fn ensure() -> Result<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!(
            "the lab's guests are x86-64 machines with Debian's kernels, and this is another machine"
        );
    }
    let absent: Vec<&str> = TOOLS
        .iter()
        .filter(|(path, _)| !Path::new(path).exists())
        .map(|(_, package)| *package)
        .collect();
    if absent.is_empty() { Ok(()) } else { packages::install(&absent) }
}
