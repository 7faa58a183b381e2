//! The copy that `replay --output` makes: a new file that shares, holds or skips what the original
//! does.
//!
//! Three ways to copy, the first that works:
//!
//! 1. a clone that shares the original's blocks (Linux, `FICLONE`: btrfs, XFS, bcachefs): an
//!    instant, whatever the size;
//! 2. extent by extent within the kernel (Linux, `copy_file_range`);
//! 3. read and written, what is zero left out.
//!
//! The second and the third skip holes, so a sparse image costs what it stores.

use std::fs::File;
use std::io;
use std::path::Path;

use vhdx_log::storage::Storage;
use vhdx_log::units::SECTOR_BYTES;

use crate::file::fresh::Fresh;
use crate::file::sparse::write_what_is_not_zero;
use crate::terminal::exit::Failure;
use crate::terminal::progress::Progress;

/// How much is copied at a time.
const PIECE_BYTES: usize = 1 << 20;

/// A copy that does not have its name yet.
pub(crate) struct Copy<'a> {
    name: &'a Path,
    original: &'a File,
    fresh: Fresh<'a>,
}

impl<'a> Copy<'a> {
    pub(crate) fn of(
        original: &'a File,
        name: &'a Path,
        force: bool,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let copied = || {
            let mut fresh = Fresh::create(name, force)?;
            copy_contents(original, fresh.file(), progress)?;
            Ok(fresh)
        };
        match copied() {
            Ok(fresh) => Ok(Self {
                name,
                original,
                fresh,
            }),
            Err(error) => Err(failure(name, "write", &error)),
        }
    }

    pub(crate) fn file(&mut self) -> &mut File {
        self.fresh.file()
    }

    /// Gives the copy its name.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        let permissions = self.original.metadata().map(|of| of.permissions());
        permissions
            .and_then(|permissions| self.fresh.keep(Some(permissions)))
            .map_err(|error| failure(self.name, "finish", &error))
    }
}

fn failure(name: &Path, doing: &str, error: &io::Error) -> Failure {
    Failure::unable(
        name,
        format!("cannot {doing} the copy: {error}; the partial copy was removed"),
    )
}

fn copy_contents(original: &File, copy: &mut File, progress: &Progress) -> io::Result<()> {
    let length = original.metadata()?.len();
    #[cfg(target_os = "linux")]
    {
        if rustix::fs::ioctl_ficlone(&*copy, original).is_ok() {
            return Ok(());
        }
        copy.set_len(length)?;
        if in_kernel::copy(original, copy, length, progress)? {
            return Ok(());
        }
    }
    copy.set_len(length)?;
    copy_data(original, copy, length, progress)
}

/// Copies every sector that is not zero.
fn copy_data(original: &File, copy: &mut File, length: u64, progress: &Progress) -> io::Result<()> {
    let mut buffer = vec![0; PIECE_BYTES];
    let mut offset = 0;
    while let Some(data) = original.next_data(offset)?.filter(|&data| data < length) {
        // A hole may end inside a sector; start the piece at the sector's start.
        let start = data - data % SECTOR_BYTES as u64;
        let left = usize::try_from(length - start).unwrap_or(usize::MAX);
        let piece = &mut buffer[..left.min(PIECE_BYTES)];
        Storage::read_at(original, start, piece)?;
        let written = write_what_is_not_zero(copy, start, piece)?;
        progress.count(piece.len() as u64, written);
        offset = start + piece.len() as u64;
    }
    Ok(())
}

/// Copying without reading (Linux).
#[cfg(target_os = "linux")]
mod in_kernel {
    use rustix::fs::{SeekFrom, copy_file_range, seek};
    use rustix::io::Errno;

    use super::{File, PIECE_BYTES, Progress, io};

    /// How much one call copies at most, so that there is progress to show.
    const CALL_BYTES: u64 = 64 * PIECE_BYTES as u64;

    /// Copies the extents of `original`; `false` when this cannot be done between these files.
    pub(super) fn copy(
        original: &File,
        copy: &File,
        length: u64,
        progress: &Progress,
    ) -> io::Result<bool> {
        let mut end = 0;
        loop {
            let mut from = match seek(original, SeekFrom::Data(end)) {
                Ok(start) if start < length => start,
                Ok(_) | Err(Errno::NXIO) => return Ok(true),
                Err(_) => return Ok(false),
            };
            let Ok(hole) = seek(original, SeekFrom::Hole(from)) else {
                return Ok(false);
            };
            end = hole.min(length);
            let mut to = from;
            while from < end {
                let left = (end - from).min(CALL_BYTES) as usize;
                match copy_file_range(original, Some(&mut from), copy, Some(&mut to), left) {
                    // A file that became shorter: what is not there reads as zeros.
                    Ok(0) => return Ok(true),
                    Ok(copied) => progress.count(copied as u64, copied as u64),
                    Err(Errno::INTR) => {}
                    Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG | Errno::IO)) => {
                        return Err(error.into());
                    }
                    // Other file systems, or a kernel that cannot.
                    Err(_) => return Ok(false),
                }
            }
        }
    }
}
