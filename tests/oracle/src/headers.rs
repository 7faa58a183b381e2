//! Headers before and after a replay, by the harness's own reading of HDR-1 and HDR-2.
//!
//! This is a third implementation of the header, besides core's and the model's: the judge must
//! not depend on either.

use vhdx_log_corpus::{Headers, Strength};
use vhdx_log_image::{Guid, HEADER_SECTORS, SECTOR, SECTOR_BYTES};
use vhdx_log_model::Image;

/// The clause of a difference that leaves a replay unfinished, not wrong: a SHOULD.
pub(crate) const UNFINISHED: &str = "UPD-2";

/// A field that is wrong after a replay.
pub(crate) struct WrongField {
    pub(crate) clause: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
}

/// The current header of an image: its slot, and what both headers must hold after a replay.
pub fn headers_of(image: &Image) -> Option<(usize, Headers)> {
    let valid = [0, 1].into_iter().filter(|&slot| {
        let sector: u64 = HEADER_SECTORS[slot];
        (sector + 1) * SECTOR <= image.length() && is_valid(image.bytes(sector))
    });
    let number = |slot: usize| u64_at(image.bytes(HEADER_SECTORS[slot]), 8);
    // HDR-4b: of two that are the same the first is current.
    let slot = valid.reduce(|first, second| {
        if number(second) > number(first) {
            second
        } else {
            first
        }
    })?;
    let bytes = image.bytes(HEADER_SECTORS[slot]);
    let headers = Headers {
        log_guid: Guid::default().0.to_string(),
        data_write_guid: guid(bytes, 32),
        file_write_guid_was: guid(bytes, 16),
        sequence_number_was: number(slot),
        log_offset: u64_at(bytes, 72),
        log_length: u64_at(bytes, 64) >> 32,
        other_header: Strength::Should,
    };
    Some((slot, headers))
}

/// Compares the current header of a file after a replay with what it must hold, and checks that it
/// is the current one without doubt (HDR-4).
pub(crate) fn compare_current(expected: &Headers, file: &Image) -> Result<(), WrongField> {
    let Some((slot, _)) = headers_of(file) else {
        return Err(WrongField {
            clause: "HDR-1",
            expected: "a valid header".to_owned(),
            found: "a wrong signature or checksum in both".to_owned(),
        });
    };
    let [current, other] = [slot, 1 - slot].map(|slot| file.bytes(HEADER_SECTORS[slot]));
    compare_header(expected, slot + 1, current)?;
    let [number, other_number] = [current, other].map(|bytes| u64_at(bytes, 8));
    if !is_valid(other) || number != other_number {
        return Ok(());
    }
    Err(WrongField {
        clause: "HDR-4",
        expected: "headers with different SequenceNumbers".to_owned(),
        found: format!("SequenceNumber {number} in both"),
    })
}

/// UPD-2: compares the header that is not current with what it should hold.
pub(crate) fn compare_other(expected: &Headers, file: &Image) -> Result<(), WrongField> {
    let slot = headers_of(file).map_or(0, |(slot, _)| 1 - slot);
    let compared = compare_header(expected, slot + 1, file.bytes(HEADER_SECTORS[slot]));
    compared.map_err(|wrong| WrongField {
        clause: UNFINISHED,
        ..wrong
    })
}

fn compare_header(
    expected: &Headers,
    header: usize,
    bytes: &[u8; SECTOR_BYTES],
) -> Result<(), WrongField> {
    let check = |clause, field: &str, holds: bool, expected: String, found: String| {
        if holds {
            return Ok(());
        }
        Err(WrongField {
            clause,
            expected: format!("{field} {expected} in header {header}"),
            found: format!("{field} {found}"),
        })
    };
    let same = |clause, field, expected: &String, found: String| {
        check(clause, field, *expected == found, expected.clone(), found)
    };
    let same_number = |clause, field, expected: u64, found: u64| {
        let words = (format!("{expected:#x}"), format!("{found:#x}"));
        check(clause, field, expected == found, words.0, words.1)
    };
    if !is_valid(bytes) {
        return Err(WrongField {
            clause: "HDR-1",
            expected: format!("a valid header {header}"),
            found: "a wrong signature or checksum".to_owned(),
        });
    }
    same("RPL-6", "LogGuid", &expected.log_guid, guid(bytes, 48))?;
    let data_write_guid = guid(bytes, 32);
    same(
        "UPD-4",
        "DataWriteGuid",
        &expected.data_write_guid,
        data_write_guid,
    )?;
    let (old_guid, new_guid) = (&expected.file_write_guid_was, guid(bytes, 16));
    let other_than = format!("other than {old_guid}");
    check(
        "UPD-1",
        "FileWriteGuid",
        new_guid != *old_guid,
        other_than,
        "unchanged".to_owned(),
    )?;
    let (old, new) = (expected.sequence_number_was, u64_at(bytes, 8));
    let greater = format!("greater than {old}");
    check(
        "UPD-1",
        "SequenceNumber",
        new > old,
        greater,
        new.to_string(),
    )?;
    same_number("UPD-3", "LogOffset", expected.log_offset, u64_at(bytes, 72))?;
    same_number(
        "UPD-3",
        "LogLength",
        expected.log_length,
        u64_at(bytes, 64) >> 32,
    )?;
    let versions = u64_at(bytes, 64) as u32;
    let (version, log_version) = (versions >> 16, versions & 0xFFFF);
    same_number("HDR-5", "Version", 1, version.into())?;
    same_number("HDR-6", "LogVersion", 0, log_version.into())
}

/// HDR-1: whether signature and checksum are right.
pub fn is_valid(header: &[u8; SECTOR_BYTES]) -> bool {
    let checksum = crc32c::crc32c(&header[..4]);
    let checksum = crc32c::crc32c_append(crc32c::crc32c_append(checksum, &[0; 4]), &header[8..]);
    header.starts_with(b"head") && header[4..8] == checksum.to_le_bytes()
}

fn guid(bytes: &[u8; SECTOR_BYTES], at: usize) -> String {
    let bytes = bytes[at..at + 16].try_into().expect("sixteen bytes");
    uuid::Uuid::from_bytes_le(bytes).to_string()
}

fn u64_at(bytes: &[u8; SECTOR_BYTES], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}
