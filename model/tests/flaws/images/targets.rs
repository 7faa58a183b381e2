//! Section 3: what may be a target.

use vhdx_log_model::{HEADER_OFFSETS, SECTOR};

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["target-range-unchecked"], |s| {
        s.entry(0, 5, 0, &[Data(1 << 63, 1)]);
    }),
    (
        &["header-targets-accepted", "bad-target-passed-over"],
        |s| {
            s.entry(0, 5, 0, &[Data(HEADER_OFFSETS[0], 1)]);
        },
    ),
    (&["log-targets-accepted"], |s| {
        s.entry(0, 5, 0, &[Data(LOG, 1)]);
    }),
    (&["target-running-into-log-accepted"], |s| {
        s.entry(0, 5, 0, &[Zero(LOG - SECTOR, 2 * SECTOR)]);
    }),
    (&["target-around-log-accepted"], |s| {
        s.entry(0, 5, 0, &[Zero(LOG - SECTOR, MIB + 2 * SECTOR)]);
    }),
    (
        &[
            "only-file-identifier-protected",
            "header-2-targets-accepted",
        ],
        |s| {
            s.entry(0, 5, 0, &[Data(HEADER_OFFSETS[1], 1)]);
        },
    ),
    (&["region-table-targets-refused"], |s| {
        s.entry(0, 5, 0, &[Data(192 << 10, 1)]);
    }),
    (&["empty-target-refused"], |s| {
        s.entry(0, 5, 0, &[Zero(0, 0), Data(TARGET, 1)]);
    }),
    (&["old-bad-target-fails-open"], |s| {
        s.entry(0, 5, 0, &[Data(HEADER_OFFSETS[0], 1)])
            .entry(8192, 6, 8192, &[Data(TARGET, 2)]);
    }),
];
