//! A recovery, as the disk sees it.

use vhdx_log::{GuidSource, OpenOptions};

use super::disk::SimDisk;
use super::failing::FailingDisk;
use crate::disk::DiskImage;
use crate::faults::IoFault;
use crate::setup::options_for;
use crate::trace::Request;

#[derive(Debug)]
pub struct RecordedRecovery {
    /// The file before the recovery.
    pub base: DiskImage,
    pub trace: Vec<Request>,
    /// Whether the injected I/O error fired.
    pub fired: bool,
}

/// Opens a file for writing, which replays it; new GUIDs come from `seed`.
pub fn record_recovery(file: &DiskImage, seed: u64, io_error: Option<IoFault>) -> RecordedRecovery {
    let mut disk = FailingDisk::new(SimDisk::new(file), io_error);
    // Whether it succeeds is checked where the states it leaves are recovered.
    let options = OpenOptions::writable().guids(GuidSource::seeded(seed));
    let _ = options_for(file, options).open(&mut disk);
    let fired = disk.fired_at().is_some();
    let (base, trace) = disk.into_disk().into_parts();
    RecordedRecovery { base, trace, fired }
}
