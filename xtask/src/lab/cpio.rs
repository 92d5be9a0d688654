//! Archives that the kernel unpacks as its first file system: cpio in the `newc` format
//! (Documentation/driver-api/early-userspace/buffer-format.rst).
//!
//! Invariant: an archive is complete. The folders that an entry lies in come before it, and the trailer is written by
//! `finish`, which takes the archive.

use std::collections::BTreeSet;

/// An archive that is being written.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    bytes: Vec<u8>,
    folders: BTreeSet<String>,
    entries: u32,
}

/// The upper bits of a mode (stat(2)).
const FILE: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const CHARACTER_DEVICE: u32 = 0o020_000;

impl Archive {
    /// A folder, with those that it lies in.
    pub(crate) fn folder(&mut self, path: &str) {
        let path = path.trim_matches('/');
        if path.is_empty() || self.folders.contains(path) {
            return;
        }
        self.parent(path);
        self.folders.insert(path.to_owned());
        self.entry(path, FOLDER | 0o755, (0, 0), &[]);
    }

    /// A file that everybody may read and start. If it was there before, the kernel keeps what comes last.
    pub(crate) fn file(&mut self, path: &str, content: &[u8]) {
        self.parent(path);
        self.entry(path.trim_matches('/'), FILE | 0o755, (0, 0), content);
    }

    /// A symbolic link.
    pub(crate) fn link(&mut self, path: &str, target: &str) {
        self.parent(path);
        self.entry(path.trim_matches('/'), LINK | 0o777, (0, 0), target.as_bytes());
    }

    /// A character device with its major and minor number.
    pub(crate) fn character_device(&mut self, path: &str, number: (u32, u32)) {
        self.parent(path);
        self.entry(path.trim_matches('/'), CHARACTER_DEVICE | 0o600, number, &[]);
    }

    /// The archive's bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, (0, 0), &[]);
        self.bytes
    }

    fn parent(&mut self, path: &str) {
        if let Some((parent, _)) = path.trim_end_matches('/').rsplit_once('/') {
            self.folder(parent);
        }
    }

    fn entry(&mut self, path: &str, mode: u32, device: (u32, u32), content: &[u8]) {
        self.entries += 1;
        // A file of 4 GiB would not fit into a guest, either.
        let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
        let name_size = u32::try_from(path.len() + 1).unwrap_or(u32::MAX);
        let (inode, owner, group, links, time, checksum) = (self.entries, 0, 0, 1, 0, 0);
        self.bytes.extend(b"070701");
        for field in [
            inode, mode, owner, group, links, time, size, 0, 0, device.0, device.1, name_size,
            checksum,
        ] {
            self.bytes.extend(format!("{field:08x}").bytes());
        }
        self.bytes.extend(path.bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend(content);
        self.pad();
    }

    /// Names and contents end at a multiple of four.
    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names, modes and contents of an archive, read by the format's description.
    fn read(archive: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
        let mut entries = Vec::new();
        let mut at = 0;
        while at < archive.len() {
            assert_eq!(&archive[at..at + 6], b"070701");
            let field = |index: usize| {
                let digits = &archive[at + 6 + index * 8..][..8];
                u32::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
            };
            let (mode, size, name_size) = (field(1), field(6) as usize, field(11) as usize);
            let name = String::from_utf8(archive[at + 110..][..name_size - 1].to_vec()).unwrap();
            let content = (at + 110 + name_size).next_multiple_of(4);
            entries.push((name, mode, archive[content..content + size].to_vec()));
            at = (content + size).next_multiple_of(4);
        }
        entries
    }

    #[test]
    fn folders_come_once_and_before_what_lies_in_them() {
        let mut archive = Archive::default();
        archive.file("/a/b/c", b"12345");
        archive.link("/a/b/d", "c");
        let entries = read(&archive.finish());
        let names: Vec<&str> = entries.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["a", "a/b", "a/b/c", "a/b/d", "TRAILER!!!"]);
        assert_eq!(entries[2].2, b"12345");
        assert_eq!(entries[3].2, b"c");
    }

    #[test]
    fn kinds_are_told_by_the_mode() {
        let mut archive = Archive::default();
        archive.character_device("/dev/console", (5, 1));
        archive.file("/init", b"");
        let modes: Vec<u32> = read(&archive.finish()).iter().map(|(_, mode, _)| *mode).collect();
        assert_eq!(modes, [0o040_755, 0o020_600, 0o100_755, 0]);
    }

    #[test]
    fn an_empty_archive_has_its_trailer() {
        assert_eq!(read(&Archive::default().finish()).len(), 1);
    }
}
