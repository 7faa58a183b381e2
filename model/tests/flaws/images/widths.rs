//! How wide a number or a LogGuid is taken to be, and how it is rounded.

use vhdx_log_model::{HEADER_OFFSETS, SECTOR};

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["header-number-zero-refused"], |s| {
        s.first_entry()
            .header(0, |header| header.sequence_number = 0);
        s.image.write(HEADER_OFFSETS[1], &[0; 4096]);
    }),
    (&["log-guid-zero-by-first-half"], |s| {
        s.guid[..8].fill(0);
        let guid = s.guid;
        s.first_entry()
            .both_headers(|header| header.log_guid = guid);
    }),
    (&["zero-entry-guid-fits-all"], |s| {
        s.first_entry().guid = [0; 16];
        s.entry(65536, 50, 65536, &[Data(TARGET, 2)]);
    }),
    (&["entry-number-signed"], |s| {
        s.entry(0, 1 << 63, 0, &[Data(TARGET, 1)]);
    }),
    (&["checksum-zero-unchecked"], |s| {
        s.first_entry()
            .entry(8192, 6, 8192, &[Data(TARGET, 2)])
            .log_write(8192 + 4, &[0; 4]);
    }),
    (&["full-descriptor-sector-counted-twice"], |s| {
        s.entry(0, 5, 0, &many_zeros(126));
    }),
    (&["two-descriptor-sectors-at-most"], |s| {
        s.entry(0, 5, 0, &many_zeros(255));
    }),
    (&["last-sector-not-searched"], |s| {
        s.old(TARGET, 9)
            .entry(LAST, 5, LAST, &[Zero(TARGET, SECTOR)]);
    }),
    (&["log-of-one-mib-assumed"], |s| wrapped_in_log_of(s, 2)),
    (&["ring-length-as-mask"], |s| wrapped_in_log_of(s, 3)),
    (&["flushed-file-offset-32-bit"], |s| {
        s.first_entry().lengths(0, (4 << 30) + MIB, LENGTH);
    }),
    (&["flushed-file-offset-signed"], |s| {
        s.first_entry().lengths(0, (1 << 63) + MIB, LENGTH);
    }),
    (&["file-length-in-whole-mib"], |s| {
        s.first_entry().image.set_length(LENGTH - SECTOR);
    }),
    (&["file-length-in-whole-sectors"], |s| {
        s.first_entry().image.set_length(LENGTH - 1);
    }),
    (&["file-offset-32-bit"], |s| {
        s.entry(0, 5, 0, &[Data((4 << 30) + TARGET, 1)]);
    }),
    (&["zero-length-32-bit"], |s| {
        s.old(TARGET, 9).entry(0, 5, 0, &[Zero(TARGET, 4 << 30)]);
    }),
    (&["last-file-offset-32-bit"], |s| {
        s.first_entry().lengths(0, LENGTH, (4 << 30) + 8 * MIB);
    }),
    (&["last-file-offset-signed"], |s| {
        s.first_entry().lengths(0, LENGTH, 1 << 63);
    }),
    (&["last-file-offset-overflows"], |s| {
        s.first_entry().lengths(0, LENGTH, u64::MAX);
    }),
    (&["file-extended-to-whole-mib"], |s| {
        s.image.set_length(LENGTH + SECTOR);
        s.first_entry();
    }),
    (&["file-extended-to-whole-sector"], |s| {
        s.image.set_length(LENGTH + 512);
        s.first_entry();
    }),
];
