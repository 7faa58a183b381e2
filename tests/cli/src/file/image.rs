//! Opening the files that a command line names.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use crate::terminal::exit::Failure;

/// What is wanted of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// To read it.
    Read,
    /// To read and write it.
    Write,
}

/// Opens an image, which must be a regular file.
///
/// That is checked before it is opened: opening a FIFO waits for somebody at its other end, opening
/// a device can do anything.
pub(crate) fn open(path: &Path, want: Want) -> Result<File, Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| unable(path, want, &error))?;
    check_regular(path, &metadata)?;
    let mut options = OpenOptions::new();
    options.read(true).write(want == Want::Write);
    options
        .open(path)
        .map_err(|error| unable(path, want, &error))
}

/// Refuses what is no regular file.
pub(crate) fn check_regular(path: &Path, metadata: &Metadata) -> Result<(), Failure> {
    if metadata.is_file() {
        return Ok(());
    }
    let kind = kind(metadata.file_type());
    Err(Failure::unable(
        path,
        format!("this is {kind}; an image is a regular file"),
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
        "no regular file"
    }
}

fn unable(path: &Path, want: Want, error: &io::Error) -> Failure {
    let message = match (error.kind(), want) {
        (io::ErrorKind::NotFound, _) => "there is no such file".to_owned(),
        (io::ErrorKind::PermissionDenied, Want::Read) => "no permission to read it".to_owned(),
        (io::ErrorKind::PermissionDenied, Want::Write) => {
            "no permission to write to it; `--output COPY` replays a copy instead".to_owned()
        }
        (io::ErrorKind::ReadOnlyFilesystem, _) => {
            "it is on a file system that cannot be written; `--output COPY` replays a copy elsewhere instead".to_owned()
        }
        _ => format!("cannot open it: {error}"),
    };
    Failure::unable(path, message)
}
