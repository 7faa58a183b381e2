//! Opening the images that a command line names.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use crate::terminal::exit::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Read,
    Write,
}

/// Opens an image, which must be a regular file.
///
/// That is checked before the file is opened: opening a FIFO blocks until another process opens
/// its other end, and opening a device can have any effect.
pub(crate) fn open(path: &Path, want: Want) -> Result<File, Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| unable(path, want, &error))?;
    check_regular(path, &metadata)?;
    let mut options = OpenOptions::new();
    options.read(true).write(want == Want::Write);
    options
        .open(path)
        .map_err(|error| unable(path, want, &error))
}

pub(crate) fn check_regular(path: &Path, metadata: &Metadata) -> Result<(), Failure> {
    if metadata.is_file() {
        return Ok(());
    }
    let kind = kind(metadata.file_type());
    Err(Failure::unable(
        path,
        format!("this is {kind}; it must be a regular file"),
    ))
}

fn kind(file_type: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file_type.is_fifo() {
            return "a FIFO";
        }
        if file_type.is_char_device() || file_type.is_block_device() {
            return "a device";
        }
        if file_type.is_socket() {
            return "a socket";
        }
    }
    if file_type.is_dir() {
        "a directory"
    } else {
        "not a regular file"
    }
}

fn unable(path: &Path, want: Want, error: &io::Error) -> Failure {
    let message = match (error.kind(), want) {
        (io::ErrorKind::NotFound, _) => "no such file".to_owned(),
        (io::ErrorKind::PermissionDenied, Want::Read) => {
            "no permission to read the file".to_owned()
        }
        (io::ErrorKind::PermissionDenied, Want::Write) => {
            "no permission to write to the file; use `--output COPY` to replay a copy".to_owned()
        }
        (io::ErrorKind::ReadOnlyFilesystem, _) => {
            "the file system is read-only; use `--output COPY` to replay a copy elsewhere"
                .to_owned()
        }
        _ => format!("cannot open the file: {error}"),
    };
    Failure::unable(path, message)
}
