//! Signature and checksum (ENT-1, ENT-2).

use vhdx_log_image::{Checksum, Corruption, Signature, Target};

use super::newer::{damaged, ignored, overwrite};
use crate::recipes::{one, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [signature_and_checksum()].concat()
}

fn signature_and_checksum() -> Vec<VectorSource> {
    vec![
        ignored(
            "entry-signature-other-case",
            "The newer entry begins with `LOGE`; its checksum is right",
            "A reader that ignores the signature or its case applies something that is not an \
            entry, and drops the valid entry before it.",
            "ENT-1",
            write(2).corrupt(Corruption::Signature(Signature(*b"LOGE"))),
        ),
        ignored(
            "entry-checksum-wrong",
            "The newer entry has a wrong checksum",
            "A reader that does not verify the checksum applies an entry that was never written \
            whole, and drops the valid entry before it.",
            "ENT-2",
            write(2).with_checksum(Checksum::Wrong),
        ),
        ignored(
            "entry-checksum-zero",
            "The newer entry's checksum is 0",
            "Some formats use 0 for `not checked`; this one does not. A reader that skips the \
            check applies a damaged entry, and drops the valid entry before it.",
            "ENT-2",
            write(2).with_checksum(Checksum::Explicit(0)),
        ),
        ignored(
            "entry-damaged-in-header",
            "Four bytes of the newer entry's LastFileOffset are changed",
            "The checksum covers the header. A reader that leaves the header out applies a damaged \
            entry, and may give the file a wrong length.",
            "ENT-2",
            damaged(60),
        ),
        ignored(
            "entry-damaged-in-descriptor",
            "Four bytes of the newer entry's LeadingBytes are changed",
            "The checksum covers the descriptors. A reader that leaves them out writes damaged \
            bytes to the start of a sector.",
            "ENT-2",
            damaged(64 + 8),
        ),
        ignored(
            "entry-damaged-behind-descriptors",
            "Bytes after the newer entry's last descriptor are changed",
            "The checksum also covers bytes that hold no field. A reader that leaves them out \
            applies a damaged entry, and drops the valid entry before it.",
            "ENT-2",
            damaged(4092),
        ),
        ignored(
            "entry-damaged-in-last-data-sector",
            "The newer entry has three data sectors; the last one is changed",
            "The checksum covers the whole entry. A reader that stops before the last data sector \
            writes damaged data to the disk.",
            "ENT-2",
            write(2)
                .data(Target::Payload(3))
                .data(Target::Payload(4))
                .corrupt(overwrite(3 * 4096 + 4088, &[0x5A; 4]))
                .with_checksum(Checksum::BeforeCorruptions),
        ),
        vector(
            "entry-right",
            "One entry with one data descriptor, all of it valid",
            "This is the smallest log that changes something. A reader that fails here refuses \
            every dirty disk, or shows it without its last changes.",
        )
        .accepts(
            "ENT-1 ENT-2 ENT-3 ENT-4 ENT-5 ENT-6 ENT-7 DSC-1 DSC-2 DSC-3 DAT-1 DAT-2 SEQ-7 RPL-1 \
            UPD-3",
        )
        .made_by(one())
        .replays([0]),
    ]
}
