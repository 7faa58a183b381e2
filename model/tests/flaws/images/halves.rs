//! Fields of which a part is lost.

use vhdx_log_model::{Header, SECTOR};

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["version-by-low-byte"], |s| {
        dirty_with(s, |header| header.version = 257)
    }),
    (&["later-version-accepted"], |s| {
        dirty_with(s, |header| header.version = 2)
    }),
    (&["earlier-version-accepted"], |s| {
        dirty_with(s, |header| header.version = 0)
    }),
    (&["log-version-by-low-byte"], |s| {
        dirty_with(s, |header| header.log_version = 256)
    }),
    (&["log-offset-63-bit"], |s| {
        dirty_with(s, |header| header.log_offset = (1 << 63) + LOG)
    }),
    (&["log-length-31-bit"], |s| {
        dirty_with(s, |header| header.log_length = (1 << 31) + (1 << 20))
    }),
    (&["header-numbers-of-32-bit-signed"], |s| {
        numbered_around(s, 1 << 31)
    }),
    (&["header-number-without-carry"], |s| {
        s.first_entry()
            .header(1, |header| header.sequence_number = u64::from(u32::MAX));
    }),
    (&["header-checksum-by-lower-half"], |s| {
        s.first_entry()
            .header(1, |header| header.log_guid = [0; 16]);
        let stored = s.image.bytes(HEADER_2 / SECTOR)[6];
        s.image.write(HEADER_2 + 6, &[!stored]);
    }),
    (&["entry-checksum-by-lower-half"], |s| {
        newer(s);
        flip(s, NEWER + 6);
    }),
    (&["entry-checksum-by-upper-half"], |s| {
        newer(s);
        flip(s, NEWER + 4);
    }),
    (&["entry-length-31-bit"], |s| {
        newer(s);
        s.log_write(NEWER + 8, &((1u32 << 31) + 8192).to_le_bytes())
            .seal_over(NEWER, 8192);
    }),
    (&["entry-length-16-bit"], |s| {
        newer(s);
        s.log_write(NEWER + 8, &(65536u32 + 8192).to_le_bytes())
            .seal_over(NEWER, 8192);
    }),
    (&["tail-31-bit"], |s| {
        newer(s);
        s.change(NEWER, 12, &((1u32 << 31) + NEWER as u32).to_le_bytes());
    }),
    (&["tail-16-bit"], |s| {
        newer(s);
        s.change(NEWER, 12, &(65536u32 + NEWER as u32).to_le_bytes());
    }),
    (&["descriptor-count-31-bit"], |s| {
        newer(s);
        s.change(NEWER, 24, &((1u32 << 31) + 1).to_le_bytes());
    }),
    (&["descriptor-count-16-bit"], |s| {
        newer(s);
        s.change(NEWER, 24, &65537u32.to_le_bytes());
    }),
    (&["entry-number-zero-by-low-half"], |s| {
        s.entry(0, 1 << 32, 0, &[Data(TARGET, 1)]);
    }),
    (&["entry-numbers-of-32-bit-signed"], |s| {
        s.entry(0, (1 << 31) - 1, 0, &[Data(TARGET, 1)]).entry(
            8192,
            1 << 31,
            0,
            &[Data(TARGET, 2)],
        );
    }),
    (&["sequences-compared-as-32-bit-signed"], |s| {
        s.entry(0, (1 << 31) - 1, 0, &[Data(TARGET, 1)]).entry(
            65536,
            1 << 31,
            65536,
            &[Data(TARGET, 2)],
        );
    }),
    (&["descriptor-number-32-bit"], |s| {
        newer(s);
        s.change(NEWER, 64 + 28, &1u32.to_le_bytes());
    }),
    (&["sequence-high-16-bit"], |s| {
        newer(s);
        s.change(NEWER, SECTOR + 4, &65536u32.to_le_bytes());
    }),
    (&["sequence-low-16-bit"], |s| {
        newer(s);
        s.change(NEWER, SECTOR + 4092, &(65536u32 + 6).to_le_bytes());
    }),
    (&["flushed-file-offset-31-bit"], |s| {
        s.first_entry().lengths(0, (1 << 31) + MIB, LENGTH);
    }),
    (&["last-file-offset-31-bit"], |s| {
        s.first_entry().lengths(0, LENGTH, (1 << 31) + 8 * MIB);
    }),
    (&["file-offset-31-bit"], |s| {
        s.entry(0, 5, 0, &[Data((1 << 31) + TARGET, 1)]);
    }),
    (&["file-offset-63-bit"], |s| {
        s.entry(0, 5, 0, &[Data((1 << 63) + TARGET, 1)]);
    }),
    (&["zero-length-31-bit"], |s| {
        s.old(TARGET, 9)
            .entry(0, 5, 0, &[Zero(TARGET, (1 << 31) + SECTOR)]);
    }),
    (&["zero-length-63-bit"], |s| {
        s.old(TARGET, 9)
            .entry(0, 5, 0, &[Zero(TARGET, (1 << 63) + SECTOR)]);
    }),
];

const HEADER_2: u64 = 128 << 10;
/// Where the entry of [`newer`] is.
const NEWER: u64 = 8192;

/// Entry 5, and behind it entry 6, which is its own tail.
fn newer(s: &mut Small) {
    s.first_entry().entry(NEWER, 6, NEWER, &[Data(TARGET, 2)]);
}

/// Inverts a byte of the ring's first sectors, without a new checksum.
fn flip(s: &mut Small, at: u64) {
    let stored = s.image.bytes((LOG + at) / SECTOR)[(at % SECTOR) as usize];
    s.log_write(at, &[!stored]);
}

/// One entry, and both headers changed.
fn dirty_with(s: &mut Small, change: impl Fn(&mut Header)) {
    s.first_entry().both_headers(change);
}

/// A clean header with the number before, and a dirty one with this number.
fn numbered_around(s: &mut Small, number: u64) {
    s.first_entry()
        .header(1, |header| header.sequence_number = number)
        .header(0, |header| {
            (header.sequence_number, header.log_guid) = (number - 1, [0; 16]);
        });
}
