//! Section 5: the length of the file after replay.

use vhdx_log_model::SECTOR;

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (
        &["targets-beyond-end-dropped", "targets-beyond-end-refused"],
        |s| {
            s.entry(0, 5, 0, &[Data(LENGTH + SECTOR, 1)]);
        },
    ),
    (&["zeros-beyond-end-dropped"], |s| {
        s.entry(0, 5, 0, &[Zero(LENGTH + SECTOR, SECTOR)]);
    }),
    (
        &[
            "last-file-offset-ignored",
            "last-file-offset-only-when-unaligned",
            "extended-to-flushed-file-offset",
        ],
        |s| _ = s.first_entry().lengths(0, LENGTH, LENGTH + MIB),
    ),
    (&["last-file-offset-rounded-down"], |s| {
        s.first_entry().lengths(0, LENGTH, LENGTH + 512);
    }),
    (&["file-cut-to-last-file-offset"], |s| {
        s.first_entry().lengths(0, LENGTH, LENGTH - MIB);
    }),
    (&["last-file-offset-of-tail"], |s| {
        s.run_of_three(0).lengths(16384, LENGTH, LENGTH + MIB);
    }),
    (&["last-file-offset-of-any-entry"], |s| {
        s.run_of_three(0).lengths(0, LENGTH, LENGTH + MIB);
    }),
    (&["size-limit-unchecked"], |s| {
        s.first_entry().lengths(0, LENGTH, 1 << 62);
    }),
];
