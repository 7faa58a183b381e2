//! What lies around the newest sequence.

use vhdx_log_model::SECTOR;

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["invalid-shorter-entry-skipped-by-its-length"], |s| {
        bad_before(s, 8, &(16 * 4096u32).to_le_bytes(), false)
    }),
    (&["scan-stops-at-invalid-entry"], |s| {
        bad_before(s, 100, b"torn", false)
    }),
    (
        &[
            "scan-stops-at-other-generation",
            "other-generation-fails-open",
        ],
        |s| bad_before(s, 32, b"junk", true),
    ),
    (&["entry-length-fails-open"], |s| {
        bad_before(s, 8, &100u32.to_le_bytes(), true)
    }),
    (&["entry-tail-fails-open"], |s| {
        bad_before(s, 12, &(MIB as u32).to_le_bytes(), true)
    }),
    (&["entry-number-zero-fails-open"], |s| {
        bad_before(s, 16, &[0; 8], true)
    }),
    (&["entry-shape-fails-open"], |s| {
        bad_before(s, 8, &8192u32.to_le_bytes(), false)
    }),
    (&["data-signature-fails-open"], |s| {
        s.entry(0, 5, 0, &[Data(TARGET, 1)])
            .entry(65536, 9, 65536, &[Data(TARGET, 2)])
            .change(65536, SECTOR, b"junk");
    }),
    (&["sector-after-run-skipped"], |s| {
        s.first_entry()
            .entry(8192, 9, 8192, &[Data(TARGET + SECTOR, 2)]);
    }),
    (&["older-entry-behind-head-refused"], |s| {
        s.entry(0, 9, 0, &[Data(TARGET, 1)])
            .entry(8192, 5, 8192, &[Data(TARGET + SECTOR, 2)]);
    }),
    (&["older-entry-before-tail-refused"], |s| {
        s.first_entry()
            .entry(8192, 9, 8192, &[Data(TARGET + SECTOR, 2)]);
    }),
    (&["tail-checked-for-bounds-only"], |s| {
        s.first_entry()
            .entry(8192, 6, 8192 + SECTOR + 512, &[Data(TARGET, 2)]);
    }),
    (&["empty-tail-entry-hangs"], |s| {
        s.first_entry()
            .entry(8192, 6, 8192 + SECTOR + 512, &[Data(TARGET, 2)])
            .change(8192, SECTOR + 512, b"loge\0\0\0\0\0\0\0\0");
    }),
];

/// An empty entry with other bytes at the start of the log, with or without a right checksum, and
/// directly behind it the only valid one.
fn bad_before(s: &mut Small, at: u64, bytes: &[u8], sealed: bool) {
    s.entry(0, 4, 0, &[]);
    s.log_write(at, bytes);
    if sealed {
        s.seal_over(0, SECTOR);
    }
    s.entry(SECTOR, 5, SECTOR, &[Data(TARGET, 1)]);
}
