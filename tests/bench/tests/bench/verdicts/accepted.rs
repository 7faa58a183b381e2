//! Images that are accepted, opened for writing.

use vhdx_log_bench::record::Disk;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_image::SECTOR;
use vhdx_log_oracle::subject::Outcome;

use super::outcomes::*;
use super::row::Row;

pub(super) const ACCEPTED: &[Row] = &[
    (
        "replayed",
        DIRTY,
        |case| accepted(replayed(case)),
        Verdict::Pass,
        Disk::AsDemanded,
    ),
    (
        "its disk is right",
        DIRTY,
        |case| shown(&replayed(case)),
        Verdict::Pass,
        Disk::AsDemanded,
    ),
    (
        "log ignored",
        DIRTY,
        |case| accepted(case.image.clone()),
        Verdict::LostData,
        Disk::Stale,
    ),
    (
        "half replayed",
        DIRTY,
        |case| accepted(half(case)),
        Verdict::LostData,
        Disk::Stale,
    ),
    (
        "wrong bytes",
        DIRTY,
        |case| accepted(wrong(case)),
        Verdict::LostData,
        Disk::Wrong,
    ),
    (
        "shows old disk",
        DIRTY,
        |case| shown(case.image),
        Verdict::LostData,
        Disk::Stale,
    ),
    (
        "shows another",
        DIRTY,
        |case| shown(&wrong(case)),
        Verdict::LostData,
        Disk::Wrong,
    ),
    (
        "writes elsewhere",
        DIRTY,
        |case| accepted(damaged(replayed(case))),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "writes elsewhere on the disk",
        DIRTY,
        |case| accepted(corrupted(replayed(case))),
        Verdict::LostData,
        Disk::Wrong,
    ),
    (
        "cuts the file",
        DIRTY,
        |case| accepted(cut(replayed(case))),
        Verdict::LostData,
        Disk::Wrong,
    ),
    (
        "writes to a clean file",
        CLEAN,
        |case| accepted(damaged(case.image.clone())),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "log not marked empty",
        DIRTY,
        |case| flawed("flaw:log-not-marked-empty", case),
        Verdict::Unfinished,
        Disk::Unfinished,
    ),
    (
        "GUID kept",
        DIRTY,
        |case| flawed("flaw:header-number-kept", case),
        Verdict::Unfinished,
        Disk::Unfinished,
    ),
    (
        "a longer file",
        DIRTY,
        |case| {
            let mut image = replayed(case);
            image.set_length(image.length() + SECTOR);
            accepted(image)
        },
        Verdict::Unfinished,
        Disk::Unfinished,
    ),
    (
        "shows the disk and leaves the file",
        DIRTY,
        shows_and_leaves_the_file,
        Verdict::Unfinished,
        Disk::Unfinished,
    ),
    (
        "bad file",
        BAD,
        |case| accepted(case.image.clone()),
        Verdict::AcceptedBad,
        Disk::Untouched,
    ),
    (
        "bad file, disk shown",
        BAD,
        |case| shown(case.image),
        Verdict::AcceptedBad,
        Disk::NotObserved,
    ),
    (
        "bad file, written",
        BAD,
        |case| accepted(damaged(case.image.clone())),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "nothing to see",
        DIRTY,
        |_| Outcome::Accepted(Box::default()),
        Verdict::NotObservable,
        Disk::NotObserved,
    ),
];
