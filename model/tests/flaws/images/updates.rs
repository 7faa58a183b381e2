//! Section 5: what each update writes, and in which order.

use vhdx_log_model::SECTOR;

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (
        &[
            "leading-bytes-lost",
            "trailing-bytes-lost",
            "leading-and-trailing-bytes-lost",
            "leading-and-trailing-bytes-swapped",
            "file-offset-from-wrong-field",
            "file-offset-from-log-start",
        ],
        |s| _ = s.first_entry(),
    ),
    (&["buffer-reused"], |s| _ = s.run_of_three(0)),
    (&["newest-entry-first"], |s| {
        s.first_entry().entry(8192, 6, 0, &[Data(TARGET, 2)]);
    }),
    (&["entries-in-log-order"], |s| {
        s.entry(LAST, 5, LAST, &[Data(TARGET, 1)])
            .entry(4096, 6, LAST, &[Data(TARGET, 2)]);
    }),
    (&["descriptors-reversed"], |s| {
        s.entry(0, 5, 0, &[Data(TARGET, 1), Data(TARGET, 2)]);
    }),
    (&["zeros-after-data"], |s| {
        s.entry(0, 5, 0, &[Zero(TARGET, SECTOR), Data(TARGET, 1)]);
    }),
    (&["zeros-before-data"], |s| {
        s.entry(0, 5, 0, &[Data(TARGET, 1), Zero(TARGET, SECTOR)]);
    }),
    (&["descriptors-after-first-sector-ignored"], |s| {
        s.entry(0, 5, 0, &many(127));
    }),
    (&["zero-descriptors-ignored"], |s| {
        s.old(TARGET, 9)
            .entry(0, 5, 0, &[Zero(TARGET, SECTOR), Data(TARGET + SECTOR, 1)]);
    }),
    (&["zero-ranges-merged-across-gap"], |s| {
        let updates = [Zero(TARGET, SECTOR), Zero(TARGET + 2 * SECTOR, SECTOR)];
        s.old(TARGET + SECTOR, 9).entry(0, 5, 0, &updates);
    }),
    (&["zero-length-in-sectors"], |s| {
        two_old(s).entry(0, 5, 0, &[Zero(TARGET, SECTOR)]);
    }),
    (&["one-sector-zeroed"], |s| {
        two_old(s).entry(0, 5, 0, &[Zero(TARGET, 2 * SECTOR)]);
    }),
    (&["huge-zero-range-hangs"], |s| {
        s.entry(0, 5, 0, &[Zero(TARGET, 1 << 40)]);
    }),
];

/// Two sectors at the target that are not zero.
fn two_old(s: &mut Small) -> &mut Small {
    s.old(TARGET, 8).old(TARGET + SECTOR, 9)
}
