//! What a recording is, and why there is none.

use std::collections::BTreeMap;
use std::io;

use vhdx_log_bench::contain::{Ended, Stopped};
use vhdx_log_crash::trace_file::BadTraceFile;

use crate::base::BadBase;
use crate::outside::Outside;

/// What a program asked of an image.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub outside: Outside,
    /// The recording as a trace file.
    pub trace_file: Vec<u8>,
    pub ended: Ended,
    /// What the program tried and the recorder does not have, and how often.
    pub notes: BTreeMap<String, u64>,
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(
        "this build cannot mount a file system: only Linux has FUSE, with the feature `fuse`. A \
         program with a driver for logs of writes can be recorded all the same: `vhdx-log crash \
         --profile qemu`"
    )]
    NotBuilt,
    #[error(
        "there is no /dev/fuse that can be opened ({0}): load the kernel module `fuse`, give a \
         container `--device /dev/fuse`, or record QEMU through its own log of writes: `vhdx-log \
         crash --profile qemu`"
    )]
    NoDevice(io::Error),
    #[error("the file system cannot be mounted: {0}")]
    NotMounted(io::Error),
    #[error("the private folder cannot be used")]
    Folder(#[source] io::Error),
    #[error(
        "`{{image}}` is missing: it stands for the path of the image that the program works on"
    )]
    NoPlaceholder,
    #[error("name a program")]
    NoProgram,
    #[error(transparent)]
    Base(#[from] BadBase),
    #[error("the program wrote more than 1 GiB: record a shorter session")]
    TooLong,
    #[error(transparent)]
    Trace(#[from] BadTraceFile),
}
