//! The kernel within a bzImage. QEMU starts it twice as fast as the image, which unpacks itself in the guest.
//!
//! The image's header says where the packed kernel is (Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"):
//! `setup_sects` at 0x1f1, `payload_offset` at 0x248, `payload_length` at 0x24c.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::lab::run;

/// The packers that a kernel can be configured with, by their first bytes, and what unpacks them.
const PACKERS: [(&[u8], &[&str]); 5] = [
    (&[0xfd, b'7', b'z', b'X', b'Z'], &["xz", "--decompress", "--stdout", "--single-stream"]),
    (&[0x28, 0xb5, 0x2f, 0xfd], &["zstd", "--decompress", "--stdout", "--quiet"]),
    (&[0x1f, 0x8b], &["gzip", "--decompress", "--stdout"]),
    (&[0x02, 0x21, 0x4c, 0x18], &["lz4", "-d", "-c", "-q"]),
    (b"BZh", &["bzip2", "--decompress", "--stdout"]),
];

/// Writes the kernel of `image` to `vmlinux`.
pub(crate) fn extract(image: &Path, vmlinux: &Path) -> Result<()> {
    let bytes = fs::read(image).with_context(|| image.display().to_string())?;
    let payload = payload(&bytes)
        .with_context(|| format!("{} is no bzImage that the lab knows", image.display()))?;
    let Some((_, unpack)) = PACKERS.iter().find(|(magic, _)| payload.starts_with(magic)) else {
        bail!("{} is packed by a program that the lab does not know", image.display());
    };
    let packed = vmlinux.with_extension("packed");
    fs::write(&packed, payload).with_context(|| packed.display().to_string())?;
    let mut command = Command::new(unpack[0]);
    command.args(&unpack[1..]).stdin(File::open(&packed)?).stdout(File::create(vmlinux)?);
    run::checked(command.stderr(Stdio::piped()))?;
    fs::remove_file(&packed)?;
    Ok(())
}

/// The packed kernel, without the length that the kernel's Makefile appends for all packers but gzip.
fn payload(image: &[u8]) -> Option<&[u8]> {
    let number =
        |at: usize| Some(u32::from_le_bytes(image.get(at..at + 4)?.try_into().ok()?) as usize);
    if image.get(0x202..0x206)? != b"HdrS" {
        return None;
    }
    let setup_sectors = match image.get(0x1f1)? {
        0 => 4,
        sectors => usize::from(*sectors),
    };
    let start = (setup_sectors + 1) * 512 + number(0x248)?;
    let payload = image.get(start..start + number(0x24c)?)?;
    let appended = if payload.starts_with(&[0x1f, 0x8b]) { 0 } else { 4 };
    payload.get(..payload.len().checked_sub(appended)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(payload: &[u8]) -> Vec<u8> {
        let mut image = vec![0; 0x400 + 16];
        image[0x1f1] = 1;
        image[0x202..0x206].copy_from_slice(b"HdrS");
        image[0x248..0x24c].copy_from_slice(&16_u32.to_le_bytes());
        image[0x24c..0x250].copy_from_slice(&u32::try_from(payload.len()).unwrap().to_le_bytes());
        image.extend(payload);
        image
    }

    #[test]
    fn the_length_is_cut_off_but_for_gzip() {
        assert_eq!(payload(&image(b"packedLLLL")), Some(&b"packed"[..]));
        assert_eq!(payload(&image(b"\x1f\x8bpacked")), Some(&b"\x1f\x8bpacked"[..]));
    }

    #[test]
    fn another_file_is_refused() {
        assert_eq!(payload(b"short"), None);
        let mut cut = image(b"packedLLLL");
        cut.truncate(cut.len() - 1);
        assert_eq!(payload(&cut), None);
    }
}
