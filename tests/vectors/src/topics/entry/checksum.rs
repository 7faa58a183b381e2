//! Signature and checksum (ENT-1, ENT-2).

use vhdx_log_image::{Checksum, Corruption, Signature, Target};

use super::newer::{damaged, ignored, overwrite};
use crate::recipes::{one, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [signature_and_checksum()].concat()
}

fn signature_and_checksum() -> Vec<VectorSource> {
    let wrong = "wrong checksum";
    vec![
        ignored(
            "entry-signature-other-case",
            "the newer entry begins with `LOGE`, its checksum is right",
            "finds readers that do not look, or ignore case",
            "ENT-1",
            write(2).corrupt(Corruption::Signature(Signature(*b"LOGE"))),
        ),
        ignored(
            "entry-checksum-wrong",
            &format!("the newer entry has a {wrong}"),
            "never written whole",
            "ENT-2",
            write(2).with_checksum(Checksum::Wrong),
        ),
        ignored(
            "entry-checksum-zero",
            "the newer entry's checksum is 0",
            "some formats take 0 for `not checked`; this one does not",
            "ENT-2",
            write(2).with_checksum(Checksum::Explicit(0)),
        ),
        ignored(
            "entry-damaged-in-header",
            "four bytes of the newer entry's LastFileOffset are changed",
            "the checksum covers the header",
            "ENT-2",
            damaged(60),
        ),
        ignored(
            "entry-damaged-in-descriptor",
            "four bytes of the newer entry's LeadingBytes are changed",
            "the checksum covers the descriptors",
            "ENT-2",
            damaged(64 + 8),
        ),
        ignored(
            "entry-damaged-behind-descriptors",
            "bytes behind the newer entry's last descriptor are changed",
            "the checksum covers what nobody reads, too",
            "ENT-2",
            damaged(4092),
        ),
        ignored(
            "entry-damaged-in-last-data-sector",
            "the newer entry has three data sectors; the last one is changed",
            "the checksum covers the last data sector",
            "ENT-2",
            write(2)
                .data(Target::Payload(3))
                .data(Target::Payload(4))
                .corrupt(overwrite(3 * 4096 + 4088, &[0x5A; 4]))
                .with_checksum(Checksum::BeforeCorruptions),
        ),
        vector("entry-right", "one entry, one data descriptor, everything right", "the least that can be replayed")
            .accepts("ENT-1 ENT-2 ENT-3 ENT-4 ENT-5 ENT-6 ENT-7 DSC-1 DSC-2 DSC-3 DAT-1 DAT-2 SEQ-7 RPL-1 UPD-3")
            .made_by(one())
            .replays([0]),
    ]
}
