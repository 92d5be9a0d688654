//! Where things are.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The conformance data: beside the repository, or where `REFIT_CONFORMANCE` says; none if it is not there.
pub(crate) fn conformance_data() -> Option<PathBuf> {
    let folder = std::env::var_os("REFIT_CONFORMANCE")
        .map_or_else(|| root().join("../shared/conformance"), PathBuf::from);
    folder.is_dir().then_some(folder)
}
