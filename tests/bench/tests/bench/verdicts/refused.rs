//! Images that are refused, opened for writing.

use vhdx_log_bench::record::Disk;
use vhdx_log_bench::verdict::Verdict;

use super::outcomes::*;
use super::row::Row;

pub(super) const REFUSED: &[Row] = &[
    (
        "as it must",
        BAD,
        |case| refused(Some(case.image.clone())),
        Verdict::Pass,
        Disk::Untouched,
    ),
    (
        "as it must, file not seen",
        BAD,
        |_| refused(None),
        Verdict::Pass,
        Disk::NotObserved,
    ),
    (
        "bad file, written",
        BAD,
        |case| refused(Some(damaged(case.image.clone()))),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "good file",
        DIRTY,
        |case| refused(Some(case.image.clone())),
        Verdict::RefusedGood,
        Disk::Untouched,
    ),
    (
        "good file, not seen",
        DIRTY,
        |_| refused(None),
        Verdict::RefusedGood,
        Disk::NotObserved,
    ),
    (
        "good file, after the replay",
        DIRTY,
        |case| refused(Some(replayed(case))),
        Verdict::RefusedGood,
        Disk::AsDemanded,
    ),
    (
        "good file, half replayed",
        DIRTY,
        |case| refused(Some(half(case))),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "clean file",
        CLEAN,
        |_| refused(None),
        Verdict::RefusedGood,
        Disk::NotObserved,
    ),
];
