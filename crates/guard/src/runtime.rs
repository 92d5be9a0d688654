//! The kernel-side runtime, as it was when this crate was built: every file below `runtime/`.

/// The files: the path from the runtime's folder, and the text.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

/// Which of them is included ahead of a driver's sources.
pub const STORE_CHECK: &str = "include/refit/store_check.h";

/// The name of the module that it is built to.
pub const MODULE: &str = "refit_guard";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_among_them() {
        for wanted in ["include/refit/guard.h", STORE_CHECK] {
            assert!(FILES.iter().any(|(path, _)| *path == wanted), "{wanted}");
        }
    }
}
