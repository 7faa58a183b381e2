//! Reading an image that another program may be writing at the same time.
//!
//! What only reads an image does not refuse one that is in use. It says so first, and reads again
//! when the headers changed meanwhile, a few times at most. A writer changes a header when it
//! begins to log and when it is done, not for each entry, so what is read can still be half
//! written.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use vhdx_log::storage::{Holder, Intent, LockOutcome, Storage, in_use};
use vhdx_log_inspect::document::escape::printable;

use crate::terminal::exit::NAME;

/// How often a file is read at most.
const READINGS: usize = 4;
/// Where the two headers are, and how long they are.
const HEADERS: [u64; 2] = [64 << 10, 128 << 10];
const HEADER_BYTES: usize = 4 << 10;

/// The program that has an image open for writing, for JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct InUse {
    /// The number of its process; `null` where the system does not tell.
    pub process: Option<u32>,
    /// The name of its program; `null` where the system does not tell.
    pub program: Option<String>,
    /// All of this in words, for people.
    #[serde(skip)]
    pub notice: String,
}

/// The JSON of an inspection, with who had the image open for writing while it was read; `null` if
/// nobody.
#[derive(Debug, Serialize)]
pub(crate) struct WithUse<'a, T> {
    #[serde(flatten)]
    pub inspection: &'a T,
    pub in_use: Option<InUse>,
}

/// Says on standard error if another program has the image open for writing, and keeps nobody out.
pub(crate) fn look(path: &Path, file: &File) -> Option<InUse> {
    // Where nothing can be found out, there is nothing to say: no promise was made.
    in_use(file)
        .ok()
        .flatten()
        .map(|holder| announce(path, &holder))
}

/// The same, and keeps others from opening the image for writing while it is open here, if nobody
/// has yet and the file system can.
pub(crate) fn claim(path: &Path, file: &File) -> Option<InUse> {
    match Storage::try_lock(file, Intent::Read) {
        Ok(LockOutcome::InUse(holder)) => Some(announce(path, &holder)),
        Ok(LockOutcome::Taken | LockOutcome::Unavailable(_)) | Err(_) => None,
    }
}

fn announce(path: &Path, holder: &Holder) -> InUse {
    let path = path.to_string_lossy();
    let notice = format!("in use: {holder}. What follows may be half written");
    // If standard error is gone, the report still says it.
    let _ = writeln!(io::stderr(), "{NAME}: {}: {notice}", printable(&path));
    InUse {
        notice,
        process: holder.pid,
        program: holder.program.clone(),
    }
}

/// What `read` gives, from a reading during which the headers did not change; from the last one if
/// they change every time.
pub(crate) fn steady<T>(file: &File, mut read: impl FnMut() -> T) -> T {
    let mut before = headers(file);
    for _ in 1..READINGS {
        let found = read();
        let after = headers(file);
        if after == before {
            return found;
        }
        before = after;
    }
    read()
}

/// The bytes of both headers, as far as the file has them.
fn headers(file: &File) -> [Option<[u8; HEADER_BYTES]>; 2] {
    HEADERS.map(|offset| {
        let mut header = [0; HEADER_BYTES];
        Storage::read_at(file, offset, &mut header)
            .ok()
            .map(|()| header)
    })
}
