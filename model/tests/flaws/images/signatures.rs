//! Signatures of which only a part is compared.

use vhdx_log_model::{HEADER_OFFSETS, SECTOR};

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["signatures-ignore-case"], |s| clean_header_2(s, b"HEAD")),
    (&["file-identifier-by-first-half"], |s| {
        s.first_entry().image.write(0, b"vhdxjunk");
    }),
    (&["header-signature-by-first-half"], |s| {
        clean_header_2(s, b"herd")
    }),
    (&["entry-signature-by-first-half"], |s| newer(s, 0, b"loga")),
    (&["data-descriptor-by-first-half"], |s| {
        newer(s, 64, b"dead")
    }),
    (&["zero-descriptor-by-first-half"], |s| {
        s.old(TARGET, 9)
            .entry(8192, 6, 8192, &[Zero(TARGET, SECTOR)])
            .entry(0, 5, 0, &[Data(TARGET + SECTOR, 1)])
            .change(8192, 64, b"zest");
    }),
    (&["data-signature-by-first-half"], |s| {
        newer(s, SECTOR, b"date")
    }),
];

/// A newer header that is clean, has this signature and a right checksum.
fn clean_header_2(s: &mut Small, signature: &[u8; 4]) {
    s.first_entry()
        .header(1, |header| header.log_guid = [0; 16]);
    let mut bytes = s.headers[1].to_bytes();
    bytes[..4].copy_from_slice(signature);
    bytes[4..8].fill(0);
    let checksum = crc32c::crc32c(&bytes);
    bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
    s.image.write(HEADER_OFFSETS[1], &bytes);
}

/// A newer entry with other bytes, and a right checksum.
fn newer(s: &mut Small, at: u64, bytes: &[u8]) {
    s.first_entry()
        .entry(8192, 6, 8192, &[Data(TARGET, 2)])
        .change(8192, at, bytes);
}
