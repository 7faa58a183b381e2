//! The copy that `replay --output` makes: complete or absent, and sparse like the original.
//!
//! The copy is written to a temporary file next to its final name and renamed when it is complete,
//! so no other program sees half of it, and a failure leaves nothing on disk.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use tempfile::{NamedTempFile, PersistError};
use vhdx_log::storage::Storage;
use vhdx_log::units::SECTOR_BYTES;

use crate::file::image::check_regular;
use crate::terminal::exit::Failure;
use crate::terminal::progress::Progress;

/// How much is copied at a time.
const PIECE_BYTES: usize = 1 << 20;

/// A copy that does not have its name yet.
pub(crate) struct Copy<'a> {
    name: &'a Path,
    force: bool,
    file: NamedTempFile,
}

/// Checks that the name is free or, with `force`, that it is a file other than the original.
pub(crate) fn check_name(name: &Path, original: &Path, force: bool) -> Result<(), Failure> {
    match std::fs::symlink_metadata(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::unable(
            name,
            format!("cannot look up the name: {error}"),
        )),
        Ok(_) if is_same_file(name, original) => Err(Failure::wrong_file(
            name,
            "COPY and the image are the same file; leave out --output to replay in place",
        )),
        Ok(_) if !force => Err(Failure::wrong_file(
            name,
            "the file exists; choose another name, or pass --force to overwrite it",
        )),
        Ok(metadata) if metadata.is_symlink() => Err(Failure::wrong_file(
            name,
            "this is a symbolic link; give the file it points to",
        )),
        Ok(metadata) => check_regular(name, &metadata),
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |path: &Path| {
            std::fs::metadata(path)
                .ok()
                .map(|metadata| (metadata.dev(), metadata.ino()))
        };
        identity(one).is_some() && identity(one) == identity(other)
    }
    #[cfg(not(unix))]
    {
        let place = |path: &Path| std::fs::canonicalize(path).ok();
        place(one).is_some() && place(one) == place(other)
    }
}

impl<'a> Copy<'a> {
    pub(crate) fn of(
        original: &File,
        name: &'a Path,
        force: bool,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let failed = |error: io::Error| {
            Failure::unable(
                name,
                format!("cannot write the copy: {error}; the partial copy was removed"),
            )
        };
        let metadata = original.metadata().map_err(failed)?;
        let mut file = create_beside(name, &metadata).map_err(failed)?;
        copy_data(original, file.as_file_mut(), metadata.len(), progress).map_err(failed)?;
        Ok(Self { name, force, file })
    }

    pub(crate) fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Gives the copy its name.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        let Self { name, force, file } = self;
        let failed = |error: io::Error| {
            Failure::unable(
                name,
                format!("cannot finish the copy: {error}; the partial copy was removed"),
            )
        };
        file.as_file().sync_all().map_err(failed)?;
        let kept = if force {
            file.persist(name)
        } else {
            file.persist_noclobber(name)
        };
        kept.map(drop)
            .map_err(|PersistError { error, .. }| failed(error))
    }
}

/// A new file in the folder of `name`, with the original's permissions.
#[cfg_attr(
    not(unix),
    expect(unused_variables, reason = "permissions are those of the folder")
)]
fn create_beside(name: &Path, original: &Metadata) -> io::Result<NamedTempFile> {
    let folder = name
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    builder.permissions(original.permissions());
    builder.tempfile_in(folder)
}

/// Copies the length and every sector that is not zero.
fn copy_data(original: &File, copy: &mut File, length: u64, progress: &Progress) -> io::Result<()> {
    copy.set_len(length)?;
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

/// Writes the stretches of sectors that are not zero; returns the number of bytes written.
fn write_what_is_not_zero(copy: &mut File, start: u64, piece: &[u8]) -> io::Result<u64> {
    let (mut at, mut written) = (start, 0);
    let is_zero = |sector: &[u8]| sector.iter().all(|&byte| byte == 0);
    let sectors: Vec<&[u8]> = piece.chunks(SECTOR_BYTES).collect();
    for stretch in sectors.chunk_by(|one, next| is_zero(one) == is_zero(next)) {
        let length: usize = stretch.iter().map(|sector| sector.len()).sum();
        if !is_zero(stretch[0]) {
            let within = (at - start) as usize;
            copy.write_at(at, &piece[within..within + length])?;
            written += length as u64;
        }
        at += length as u64;
    }
    Ok(written)
}
