//! Why an open fails without a fault of the file, and why a change is not made.

use std::io;

use vhdx_log::storage::{HandleFault, Holder, Intent};
use vhdx_log::units::FileOffset;
use vhdx_log::writer::WriteError;
use vhdx_log::{OpenError, TargetClause};

use crate::say;

#[test]
fn of_other_errors_of_an_open() {
    let holder = |intent, pid, program: Option<&str>| {
        let mut holder = Holder::unknown(intent);
        (holder.pid, holder.program) = (pid, program.map(str::to_owned));
        OpenError::Locked { holder }
    };
    let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
    say([
        (
            OpenError::Io {
                doing: "read the header",
                offset: FileOffset(0x20000),
                source: denied(),
            },
            "cannot read the header at offset 0x20000",
        ),
        (
            holder(Intent::Write, Some(12), Some("qemu")),
            "the file is in use: qemu (process 12) has it open for writing. Detach the disk or \
             end that program first",
        ),
        (
            holder(Intent::Read, None, Some("qemu")),
            "the file is in use: qemu is reading it, and lets nobody write. Detach the disk or \
             end that program first",
        ),
        (
            holder(Intent::Read, Some(12), None),
            "the file is in use: process 12 is reading it, and lets nobody write. Detach the disk \
             or end that program first",
        ),
        (
            holder(Intent::Write, None, None),
            "the file is in use: another program has it open for writing. Detach the disk or end \
             that program first",
        ),
        (
            OpenError::CannotLock { error: denied() },
            "cannot make sure that no other program uses the file: it cannot be locked here \
             (permission denied)",
        ),
        (
            HandleFault::NotReadable.into(),
            "the file was opened for writing only; open it for reading, too",
        ),
        (
            HandleFault::NotWritable.into(),
            "the file was opened for reading only; open it for reading and writing",
        ),
        (
            HandleFault::Append.into(),
            "the file was opened for append, so each write would go to its end; open it for \
             reading and writing, without append",
        ),
        (
            OpenError::NoGuidSource,
            "there is no source of fresh GUIDs: the crate was built without the feature `random`; \
             give the options a GuidSource::seeded with a random seed",
        ),
        (
            OpenError::ChangedWhileRead {
                offset: FileOffset(0x100000),
            },
            "the log at offset 0x100000 changed while it was being read; check whether another \
             program writes to this file",
        ),
    ]);
}

/// The texts of a writer's errors, and the clause that each cites.
#[test]
fn of_the_writer() {
    let rows = [
        (
            WriteError::BadTarget {
                clause: TargetClause::InLog,
                offset: FileOffset(0x100000),
                length: 512,
            },
            "cannot change 0x200 bytes at 0x100000, over the log itself; nothing was written \
             [DSC-7]",
        ),
        (
            WriteError::TooLarge {
                needed: Some(0x200000),
                log_length: 0x100000,
            },
            "the transaction needs 0x200000 bytes of log, but the log has 0x100000; nothing was \
             written. Split the transaction [WRT-7]",
        ),
        (
            WriteError::TooLarge {
                needed: None,
                log_length: 0x100000,
            },
            "the transaction needs more than 4 GiB of log, but the log has 0x100000; nothing was \
             written. Split the transaction [WRT-7]",
        ),
        (
            WriteError::FileTooLarge {
                length: 0x200000,
                limit: 0x100000,
            },
            "the change would extend the file to 0x200000 bytes; the limit is 0x100000; nothing \
             was written [RPL-9]",
        ),
        (
            WriteError::CutsLog {
                length: 0x100000,
                log_end: FileOffset(0x200000),
            },
            "cannot cut the file to 0x100000 bytes: its log ends at 0x200000; nothing was written \
             [HDR-8]",
        ),
        (
            WriteError::Io {
                doing: "write the log",
                offset: FileOffset(0x100000),
                source: io::Error::from(io::ErrorKind::StorageFull),
            },
            "cannot write the log at offset 0x100000; committed changes are safe, open the file \
             again to continue",
        ),
        (
            WriteError::Failed,
            "an earlier write to this log failed. Committed changes are safe; open the file again \
             to continue",
        ),
    ];
    for (error, expected) in &rows {
        assert_eq!(error.to_string(), *expected);
        let cited = expected
            .rsplit_once(" [")
            .map(|(_, id)| id.trim_end_matches(']'));
        assert_eq!(error.clause().map(|clause| clause.id()), cited);
    }
}
