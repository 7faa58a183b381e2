//! Images that are opened for reading.

use vhdx_log_bench::record::Disk;
use vhdx_log_bench::verdict::Verdict;

use super::outcomes::*;
use super::row::Row;

/// Opened for reading: what is shown counts, and the file may not change (RPL-5).
pub(super) const FOR_READING: &[Row] = &[
    (
        "shows the replay",
        READ_ONLY,
        |case| shown(model(case).shown.as_ref().expect("an overlay")),
        Verdict::Pass,
        Disk::AsDemanded,
    ),
    (
        "shows the old disk",
        READ_ONLY,
        |case| shown(case.image),
        Verdict::LostData,
        Disk::Stale,
    ),
    (
        "refuses",
        READ_ONLY,
        |_| refused(None),
        Verdict::Pass,
        Disk::NotObserved,
    ),
    (
        "writes",
        READ_ONLY,
        |case| accepted(damaged(case.image.clone())),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "refuses and writes",
        READ_ONLY,
        |case| refused(Some(damaged(case.image.clone()))),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
];

/// A program that opens files for reading only, asked to replay.
pub(super) const READER: &[Row] = &[
    (
        "shows the replay",
        DIRTY,
        |case| shown(&replayed(case)),
        Verdict::Pass,
        Disk::AsDemanded,
    ),
    (
        "shows it, and leaves the file",
        DIRTY,
        shows_and_leaves_the_file,
        Verdict::Pass,
        Disk::AsDemanded,
    ),
    (
        "refuses a dirty file",
        DIRTY,
        |_| refused(None),
        Verdict::Pass,
        Disk::NotObserved,
    ),
    (
        "refuses a clean file",
        CLEAN,
        |_| refused(None),
        Verdict::RefusedGood,
        Disk::NotObserved,
    ),
    (
        "ignores the log",
        DIRTY,
        |case| shown(case.image),
        Verdict::LostData,
        Disk::Stale,
    ),
    (
        "writes the replay",
        DIRTY,
        |case| accepted(replayed(case)),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
];
