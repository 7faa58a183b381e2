//! Section 2: identification and headers.

use vhdx_log_model::{HEADER_OFFSETS, SECTOR};

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["file-identifier-unchecked"], |s| {
        s.first_entry().image.write(0, b"vhdxfil_");
    }),
    (&["header-signature-unchecked"], |s| {
        s.first_entry()
            .header(0, |header| header.log_guid = [0; 16]);
        header_2_with(s, 0, b"HEAD");
    }),
    (&["header-checksum-unchecked"], |s| {
        s.first_entry()
            .image
            .write(HEADER_OFFSETS[1] + 48, &[9; 16]);
    }),
    (&["header-reserved-bytes-not-checksummed"], |s| {
        s.first_entry()
            .header(0, |header| header.log_guid = [0; 16]);
        header_2_with(s, 4000, &[1]);
    }),
    (
        &["smaller-header-number-wins", "first-valid-header-wins"],
        |s| {
            s.first_entry()
                .header(0, |header| header.log_guid = [0; 16]);
        },
    ),
    (&["second-valid-header-wins"], |s| {
        s.first_entry()
            .header(0, |header| header.sequence_number = 9)
            .header(1, |header| header.log_guid = [0; 16]);
    }),
    (&["header-numbers-signed"], |s| clean_before(s, 1 << 63)),
    (&["header-numbers-32-bit"], |s| clean_before(s, 1 << 32)),
    (&["equal-header-numbers-accepted"], |s| {
        s.first_entry().header(0, |header| {
            (header.sequence_number, header.data_write_guid) = (8, [9; 16]);
        });
    }),
    (&["no-header-is-clean"], |s| {
        s.image.write(HEADER_OFFSETS[0], &[0; 4096]);
        s.image.write(HEADER_OFFSETS[1], &[0; 4096]);
    }),
    (&["version-unchecked"], |s| {
        s.first_entry().header(1, |header| header.version = 2);
    }),
    (&["log-version-unchecked"], |s| {
        s.first_entry().header(1, |header| header.log_version = 1);
    }),
    (&["log-length-alignment-unchecked"], |s| {
        s.first_entry()
            .header(1, |header| header.log_length += 4096);
    }),
    (&["log-offset-alignment-unchecked"], |s| {
        s.log.0 += SECTOR;
        s.first_entry()
            .header(1, |header| header.log_offset += SECTOR);
    }),
    (&["log-in-header-section-accepted"], |s| {
        s.log.0 = 0;
        s.entry(512 << 10, 5, 512 << 10, &[Data(TARGET, 1)])
            .header(1, |header| header.log_offset = 0);
    }),
    (&["log-beyond-file-end-accepted"], |s| {
        s.log.0 = LENGTH - MIB;
        s.entry(0, 5, 0, &[Data(2 * MIB, 1)]).header(1, |header| {
            (header.log_offset, header.log_length) = (LENGTH - MIB, 2 << 20);
        });
    }),
    (&["zero-log-guid-not-noticed", "clean-log-replayed"], |s| {
        *s = Small::clean();
    }),
    (&["clean-log-of-any-version-replayed"], |s| {
        *s = Small::clean();
        s.both_headers(|header| header.log_version = 1);
    }),
    (&["log-guid-zero-by-first-field"], |s| {
        s.guid[..4].fill(0);
        let guid = s.guid;
        s.first_entry()
            .both_headers(|header| header.log_guid = guid);
    }),
    (&["log-length-zero-is-clean"], |s| {
        s.first_entry().header(1, |header| header.log_length = 0);
    }),
    (&["dirty-log-ignored"], |s| _ = s.first_entry()),
    (&["last-header-number-unnoticed"], |s| {
        *s = Small::clean();
        s.header(1, |header| header.sequence_number = u64::MAX);
    }),
    (&["last-header-number-not-readable"], |s| {
        s.first_entry()
            .header(1, |header| header.sequence_number = u64::MAX);
    }),
];

/// Header 2 with other bytes, and a valid checksum over all of it.
fn header_2_with(s: &mut Small, at: usize, changed: &[u8]) {
    let mut bytes = s.headers[1].to_bytes();
    bytes[at..at + changed.len()].copy_from_slice(changed);
    bytes[4..8].fill(0);
    let checksum = crc32c::crc32c(&bytes);
    bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
    s.image.write(HEADER_OFFSETS[1], &bytes);
}

/// A dirty header with this sequence number, after a clean one with the number before it.
fn clean_before(s: &mut Small, sequence_number: u64) {
    s.first_entry()
        .header(1, |header| header.sequence_number = sequence_number)
        .header(0, |header| {
            (header.sequence_number, header.log_guid) = (sequence_number - 1, [0; 16]);
        });
}
