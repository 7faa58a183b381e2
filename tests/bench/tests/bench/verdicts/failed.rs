//! Subjects that fail.

use vhdx_log_bench::record::Disk;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_oracle::subject::{Crash, Damage, FailureKind, Resource};

use super::outcomes::*;
use super::row::Row;

pub(super) const FAILED: &[Row] = &[
    (
        "hangs",
        DIRTY,
        |_| failed(HANG, None, None),
        Verdict::Hang,
        Disk::NotObserved,
    ),
    (
        "hangs on a bad file",
        BAD,
        |case| failed(HANG, None, Some(case.image.clone())),
        Verdict::Hang,
        Disk::Untouched,
    ),
    (
        "hangs half way",
        DIRTY,
        |case| failed(HANG, None, Some(half(case))),
        Verdict::Hang,
        Disk::Stale,
    ),
    (
        "hangs and damages",
        DIRTY,
        |case| failed(HANG, None, Some(damaged(half(case)))),
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "crashes",
        DIRTY,
        |_| failed(FailureKind::Crash(Crash::Signal(11)), None, None),
        Verdict::Crash,
        Disk::NotObserved,
    ),
    (
        "rubbish",
        DIRTY,
        |_| failed(FailureKind::Protocol("?".into()), None, None),
        Verdict::Crash,
        Disk::NotObserved,
    ),
    (
        "memory",
        DIRTY,
        |_| failed(FailureKind::Runaway(Resource::Memory), None, None),
        Verdict::Runaway,
        Disk::NotObserved,
    ),
    (
        "right, with a process left",
        DIRTY,
        |case| failed(LEAK, Some(accepted(replayed(case))), None),
        Verdict::Runaway,
        Disk::AsDemanded,
    ),
    (
        "wrong, with a process left",
        DIRTY,
        |case| failed(LEAK, Some(accepted(case.image.clone())), None),
        Verdict::LostData,
        Disk::Stale,
    ),
    (
        "image replaced",
        DIRTY,
        |case| {
            failed(
                FailureKind::Damaged(Damage::Replaced),
                Some(shown(&replayed(case))),
                None,
            )
        },
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "image deleted",
        BAD,
        |_| {
            failed(
                FailureKind::Damaged(Damage::Deleted),
                Some(refused(None)),
                None,
            )
        },
        Verdict::DamagedFile,
        Disk::Damaged,
    ),
    (
        "unsupported",
        DIRTY,
        |_| failed(FailureKind::Unsupported("no".into()), None, None),
        Verdict::Unsupported,
        Disk::NotObserved,
    ),
    (
        "killed by the system",
        DIRTY,
        |_| failed(FailureKind::Environment("no".into()), None, None),
        Verdict::Environment,
        Disk::NotObserved,
    ),
];
