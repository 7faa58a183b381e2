//! Files that are not VHDX, by the magic of other formats.

use vhdx_log::OpenError;
use vhdx_log::storage::Storage;

use super::io::failed;

/// Where a magic is.
enum Place {
    /// From the start of the file.
    At(u64),
    /// Before the end of the file.
    BeforeEnd(u64),
}

use Place::{At, BeforeEnd};

/// The most bytes of a magic.
const LONGEST: usize = 16;

/// A name, and its magic. The first that fits is taken, so a format that can hold others, such as
/// a raw disk, comes last.
const FORMATS: [(&str, Place, &[u8]); 27] = [
    ("a gzip file", At(0), b"\x1f\x8b"),
    ("a ZIP archive", At(0), b"PK\x03\x04"),
    ("a 7z archive", At(0), b"7z\xbc\xaf\x27\x1c"),
    ("a RAR archive", At(0), b"Rar!\x1a\x07"),
    ("an xz file", At(0), b"\xfd7zXZ\0"),
    ("a Zstandard file", At(0), b"\x28\xb5\x2f\xfd"),
    ("a bzip2 file", At(0), b"BZh"),
    ("an LZ4 file", At(0), b"\x04\x22\x4d\x18"),
    ("a tar archive", At(257), b"ustar"),
    ("a QCOW2 disk image", At(0), b"QFI\xfb"),
    ("a QED disk image", At(0), b"QED\0"),
    ("a VDI disk image", At(0x40), b"\x7f\x10\xda\xbe"),
    ("a VMDK disk image", At(0), b"KDMV"),
    ("a VMDK disk image", At(0), b"COWD"),
    ("a VMDK descriptor", At(0), b"# Disk Descripto"),
    ("a Parallels disk image", At(0), b"WithoutFreeSpace"),
    ("a Parallels disk image", At(0), b"WithouFreSpacExt"),
    ("a Windows image (WIM)", At(0), b"MSWIM\0\0\0"),
    ("an EnCase image (EWF)", At(0), b"EVF\x09\x0d\x0a\xff\0"),
    ("a LUKS volume", At(0), b"LUKS\xba\xbe"),
    ("a VHD disk image, the older format", At(0), b"conectix"),
    (
        "a VHD disk image, the older format",
        BeforeEnd(512),
        b"conectix",
    ),
    (
        "a VHD disk image, the older format",
        BeforeEnd(511),
        b"conectix",
    ),
    ("an Apple disk image (DMG)", BeforeEnd(512), b"koly"),
    ("an ISO 9660 image", At(0x8001), b"CD001"),
    ("a raw disk image with a GPT", At(512), b"EFI PART"),
    ("a raw disk image with an MBR", At(510), b"\x55\xaa"),
];

/// The name of another format that a file of `length` bytes is in, with its article.
///
/// # Errors
/// I/O errors.
pub(super) fn of_other_file<S: Storage>(
    storage: &S,
    length: u64,
) -> Result<Option<&'static str>, OpenError> {
    for (name, place, magic) in FORMATS {
        let offset = match place {
            At(offset) => Some(offset),
            BeforeEnd(bytes) => length.checked_sub(bytes),
        };
        let Some(offset) = offset.filter(|offset| offset + magic.len() as u64 <= length) else {
            continue;
        };
        let mut bytes = [0; LONGEST];
        let bytes = &mut bytes[..magic.len()];
        storage
            .read_at(offset, bytes)
            .map_err(failed("look for the magic of another format", offset))?;
        if bytes == magic {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
