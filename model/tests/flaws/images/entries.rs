//! Section 3: entries.

use vhdx_log_model::SECTOR;

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["entry-signature-unchecked"], |s| {
        newer(s).change(8192, 0, b"LOGE");
    }),
    (&["entry-checksum-unchecked"], |s| {
        newer(s).log_write(12288 + 100, b"torn");
    }),
    (
        &[
            "checksum-over-first-sector",
            "checksum-over-header",
            "checksum-field-not-zeroed",
            "entry-guid-in-text-order",
        ],
        |s| _ = s.first_entry(),
    ),
    (&["checksum-over-descriptors"], |s| {
        newer(s).seal_over(8192, 4096);
    }),
    (&["entry-length-alignment-unchecked"], |s| {
        newer(s).change(8192, 8, &(8192u32 - 100).to_le_bytes());
    }),
    (&["zero-entry-length-hangs"], |s| {
        old(s, &[]).log_write(65536 + 8, &[0; 4]);
    }),
    (&["entry-as-long-as-log-refused"], |s| {
        s.entry(0, 5, 0, &many(254));
    }),
    (&["tail-alignment-unchecked"], |s| {
        s.run_of_three(0).change(8192, 12, &100u32.to_le_bytes());
    }),
    (&["tail-outside-log-unchecked"], |s| {
        s.run_of_three(0)
            .change(16384, 12, &(1u32 << 20).to_le_bytes());
    }),
    (&["entry-number-zero-accepted"], |s| {
        s.entry(0, 0, 0, &[Data(TARGET, 1)]);
    }),
    (&["last-entry-number-refused"], |s| {
        s.entry(0, u64::MAX - 1, 0, &[Data(TARGET, 1)]).entry(
            8192,
            u64::MAX,
            0,
            &[Data(TARGET, 2)],
        );
    }),
    (&["entry-length-too-short-accepted"], |s| {
        s.first_entry().change(0, 8, &4096u32.to_le_bytes());
    }),
    (&["entry-guid-unchecked"], |s| {
        s.guid = [9; 16];
        s.entry(65536, 50, 65536, &[Data(TARGET, 2)]);
        s.guid = GUID;
        s.first_entry();
    }),
    (&["entry-guid-by-first-field"], |s| {
        s.guid[15] ^= 1;
        s.entry(65536, 50, 65536, &[Data(TARGET, 2)]);
        s.guid = GUID;
        s.first_entry();
    }),
    (&["entry-guid-by-last-half"], |s| {
        s.first_entry().guid[0] ^= 1;
        s.entry(65536, 50, 65536, &[Data(TARGET, 2)]);
    }),
    (&["entry-guid-in-either-order"], |s| {
        s.first_entry().guid[..4].reverse();
        s.guid[4..6].reverse();
        s.guid[6..8].reverse();
        s.entry(65536, 50, 65536, &[Data(TARGET, 2)]);
    }),
    (&["empty-entry-refused"], |s| {
        s.first_entry()
            .entry(8192, 6, 0, &[])
            .entry(12288, 7, 0, &[Data(TARGET + SECTOR, 2)]);
    }),
    (&["descriptor-signature-unchecked"], |s| {
        s.first_entry()
            .entry(8192, 6, 8192, &[Zero(TARGET, SECTOR)])
            .change(8192, 64, b"junk");
    }),
    (&["descriptor-number-unchecked"], |s| {
        newer(s).change(8192, 64 + 24, &[5]);
    }),
    (&["file-offset-alignment-unchecked"], |s| {
        s.first_entry()
            .entry(8192, 6, 8192, &[Data(TARGET + 512, 2)]);
    }),
    (&["zero-length-alignment-unchecked"], |s| {
        s.first_entry().entry(8192, 6, 8192, &[Zero(TARGET, 512)]);
    }),
    (&["zero-length-zero-refused"], |s| {
        s.first_entry()
            .entry(8192, 6, 0, &[Zero(TARGET, 0), Data(TARGET, 2)]);
    }),
    (&["data-signature-unchecked"], |s| {
        newer(s).change(8192, 4096, b"DATA");
    }),
    (&["sequence-high-unchecked"], |s| {
        newer(s).change(8192, 4100, &[1]);
    }),
    (
        &["sequence-low-unchecked", "mixed-data-sector-fails-open"],
        |s| {
            newer(s).change(8192, 8188, &[1]);
        },
    ),
    (
        &[
            "descriptor-sectors-counted-without-header",
            "first-sector-holds-128-descriptors",
            "every-sector-holds-126-descriptors",
        ],
        |s| _ = s.entry(0, 5, 0, &many(127)),
    ),
    (&["zero-descriptor-takes-data-sector"], |s| {
        s.old(TARGET, 9)
            .entry(0, 5, 0, &[Zero(TARGET, SECTOR), Data(TARGET + SECTOR, 1)]);
    }),
    (&["descriptor-sectors-do-not-wrap"], |s| {
        s.entry(LAST, 5, LAST, &many(127));
    }),
    (
        &[
            "data-sectors-do-not-wrap",
            "checksum-does-not-wrap",
            "wrapped-entry-ignored",
        ],
        |s| _ = s.entry(LAST, 5, LAST, &[Data(TARGET, 1)]),
    ),
    (&["entry-at-log-end-refused"], |s| {
        s.entry(LAST - SECTOR, 5, LAST - SECTOR, &[Data(TARGET, 1)]);
    }),
    (&["junk-descriptor-fails-open"], |s| {
        old(s, &[Data(TARGET, 2)]).change(65536, 64, b"junk");
    }),
    (&["torn-entry-fails-open"], |s| {
        s.first_entry()
            .entry(8192, 6, 0, &[Data(TARGET, 2)])
            .log_write(12288 + 100, b"torn");
    }),
    (&["second-descriptor-sector-fails-open"], |s| {
        old(s, &many_zeros(127));
    }),
    (&["invalid-entry-skipped-by-its-length"], |s| {
        s.entry(0, 4, 0, &many(20))
            .entry(4096, 5, 4096, &[Data(TARGET, 1)]);
    }),
    (&["log-long-invalid-entry-hangs"], |s| {
        old(s, &[]).log_write(65536 + 8, &(1u32 << 20).to_le_bytes());
    }),
];

/// A valid sequence, and after it a newer one of one entry, at 8192.
fn newer(s: &mut Small) -> &mut Small {
    s.first_entry().entry(8192, 6, 8192, &[Data(TARGET, 2)])
}

/// A valid sequence, and an older entry with these updates, at 65536.
fn old<'s>(s: &'s mut Small, updates: &[Update]) -> &'s mut Small {
    s.first_entry().entry(65536, 4, 65536, updates)
}
