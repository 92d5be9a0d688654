//! Headers in the file system.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Headers beside the file that includes them, and then in folders that were named.
#[derive(Clone, Debug, Default)]
pub struct HeaderFiles {
    /// Folders to look in, the first one first (`-I`).
    pub folders: Vec<PathBuf>,
}

impl engine::Headers for HeaderFiles {
    fn read(&self, file: &str, header: &str) -> Option<Arc<[u8]>> {
        let beside = Path::new(file).parent().map(Path::to_path_buf);
        let folders = beside.iter().chain(&self.folders);
        folders.map(|folder| folder.join(header)).find_map(|path| crate::read(&path).ok())
    }
}
