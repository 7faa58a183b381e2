//! What is done before and after a replay.

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (
        &[
            "no-header-update",
            "header-update-after-replay",
            "current-header-overwritten",
            "header-number-kept",
            "file-write-guid-kept",
            "data-write-guid-changed",
            "log-guid-cleared-before-replay",
            "log-place-cleared",
            "header-updates-not-flushed",
            "replay-not-flushed",
            "marked-empty-before-replay",
            "log-not-marked-empty",
            "one-header-marked-empty",
            "creator-overwritten",
            "region-tables-read-before-replay",
            "read-only-open-writes",
        ],
        |s| _ = s.first_entry(),
    ),
    (&["growth-not-written-back"], |s| {
        s.first_entry().lengths(0, LENGTH, LENGTH + MIB);
    }),
    (&["metadata-read-before-replay"], |s| {
        s.first_entry().image.write(192 << 10, b"regi");
        let metadata_region = 0x8B7C_A206_u32.to_le_bytes();
        s.image.write((192 << 10) + 16, &metadata_region);
    }),
    (&["refused-file-changed"], |_| {}),
];
