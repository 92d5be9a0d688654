//! A folder to run the command in, and what a run came to.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// An empty folder, gone with its value.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder::new();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and the folders around it.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap_or(self.0.path())).expect("a folder");
        std::fs::write(path, text).expect("a written file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file to read")
    }

    /// The names of what stands in the folder itself, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("a folder to list");
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Runs `refit`.
    pub(crate) fn refit(&self, arguments: &[&str]) -> Ran {
        self.run(Path::new(env!("CARGO_BIN_EXE_refit")), arguments)
    }

    /// Runs any program in the folder.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str]) -> Ran {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.0.path())
            .env_remove("NO_COLOR")
            .env_remove("COLUMNS")
            .stdin(Stdio::null())
            .output()
            .expect("a program that starts");
        Ran {
            status: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// It ended with `status`, and said nothing about errors if that is 0.
    #[track_caller]
    pub(crate) fn ended(self, status: i32) -> Ran {
        assert_eq!(self.status, Some(status), "{self:#?}");
        assert!(status != 0 || !self.err.contains("error"), "{self:#?}");
        self
    }

    /// It printed `out`.
    #[track_caller]
    pub(crate) fn printed(self, out: &str) -> Ran {
        assert_eq!(self.out, out, "standard error:\n{}", self.err);
        self
    }

    /// It complained with all of these words.
    #[track_caller]
    pub(crate) fn complained(self, words: &[&str]) -> Ran {
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in:\n{}", self.err);
        }
        self
    }

    /// It had nothing to complain about.
    #[track_caller]
    pub(crate) fn was_quiet(self) -> Ran {
        assert_eq!(self.err, "");
        self
    }
}

/// Whether a program can be started; says so where it cannot.
pub(crate) fn is_there(program: &str) -> bool {
    let started = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if started.is_err() {
        println!("skipped: {program} is not installed");
    }
    started.is_ok()
}
