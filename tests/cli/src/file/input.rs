//! Reading the small files that a command line names: reports, recipes, traces.
//!
//! Whatever is at the name, a read ends and its memory is bounded: a FIFO or a device is refused
//! before it is opened, and a file that is too long (or grows) before all of it is read.

use std::io::Read;
use std::path::Path;

use vhdx_log_inspect::print::size::Size;

use super::image::{Want, open};
use crate::terminal::exit::Failure;

/// The longest file that is read. A trace of a million requests is smaller.
const BYTES_AT_MOST: u64 = 256 << 20;

/// All bytes of a regular file.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let file = open(path, Want::Read)?;
    let mut bytes = Vec::new();
    file.take(BYTES_AT_MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::unable(path, format!("cannot read: {error}")))?;
    if bytes.len() as u64 > BYTES_AT_MOST {
        let most = Size(BYTES_AT_MOST);
        let message = format!("the file is too long: at most {most} are read");
        return Err(Failure::wrong_file(path, message));
    }
    Ok(bytes)
}

/// The same, of a file that holds text.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_file(path)?)
        .map_err(|_| Failure::wrong_file(path, "the file is not text in UTF-8"))
}
