//! The one place where an outcome is compared with what a vector says.
//!
//! An outcome passes when it agrees with one of the readings its subject may follow, in everything
//! it tells: verdict, clause, sequence, every byte and the length of the file, the headers, the
//! order of the writes, the disk.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};
use vhdx_log_corpus::{Access, Expect, Headers, Reading, Vector};

use super::order::out_of_order;
use super::{Accepted, Case, Image, Outcome, Profile};
use vhdx_log_image::{Guid, HEADER_SECTORS, SECTOR, SECTOR_BYTES};

/// One thing that is not as a reading says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the expectation.
    pub expectation: String,
    /// The clause it touches, where that is plain.
    pub clause: Option<&'static str>,
    /// What was to be.
    pub expected: String,
    /// What was.
    pub found: String,
}

/// An outcome that no reading allows.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The first difference from each expectation.
    pub differences: Vec<Difference>,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, difference) in self.differences.iter().enumerate() {
            let Difference {
                expectation,
                clause,
                expected,
                found,
            } = difference;
            let clause = clause
                .map(|clause| format!(" [{clause}]"))
                .unwrap_or_default();
            let separator = if index > 0 { "; " } else { "" };
            write!(
                formatter,
                "{separator}{expectation}: expected {expected}, found {found}{clause}"
            )?;
        }
        Ok(())
    }
}

/// Holds an outcome against a vector: the reading it agrees with.
///
/// # Errors
/// What is different, when it agrees with none.
pub fn judge<'v>(
    vector: &'v Vector,
    case: &Case<'_>,
    outcome: &Outcome,
    profile: &Profile,
) -> Result<&'v Reading, Failure> {
    let chosen = vector
        .open
        .as_ref()
        .and_then(|clause| profile.readings.get(clause));
    let allowed = vector
        .readings
        .iter()
        .filter(|reading| chosen.is_none_or(|name| *name == reading.name));
    let mut differences = Vec::new();
    for reading in allowed {
        match compare(reading, case, outcome) {
            Ok(()) => return Ok(reading),
            Err(difference) => differences.push(Difference {
                expectation: reading.name.clone(),
                ..difference
            }),
        }
    }
    Err(Failure { differences })
}

fn compare(reading: &Reading, case: &Case<'_>, outcome: &Outcome) -> Result<(), Difference> {
    match (reading.expect, outcome) {
        (_, Outcome::Failed(message)) => Err(Difference {
            expectation: String::new(),
            clause: None,
            expected: verdict(reading),
            found: format!("a failure: {message}"),
        }),
        (Expect::Refuse, Outcome::Refused { clause, file, .. }) => {
            let by_reason = clause
                .as_ref()
                .is_none_or(|clause| reading.reasons.contains(clause));
            differ(None, by_reason, || {
                (
                    verdict(reading),
                    format!("a refusal by {}", clause.as_deref().unwrap_or_default()),
                )
            })?;
            let untouched = file.as_ref().is_none_or(|file| file == case.image);
            differ(Some("RPL-8"), untouched, || {
                ("the refused file as it was".into(), "a changed file".into())
            })
        }
        (Expect::Accept, Outcome::Accepted(accepted)) => compare_accepted(reading, case, accepted),
        (Expect::Refuse, Outcome::Accepted(accepted)) => {
            let what = match &accepted.sequence {
                Some(sequence) => format!("an open that replays {}", replays(sequence)),
                None => "an open".to_owned(),
            };
            Err(Difference {
                expectation: String::new(),
                clause: None,
                expected: verdict(reading),
                found: what,
            })
        }
        (
            Expect::Accept,
            Outcome::Refused {
                clause, message, ..
            },
        ) => {
            let clause = clause
                .as_ref()
                .map(|clause| format!(" by {clause}"))
                .unwrap_or_default();
            Err(Difference {
                expectation: String::new(),
                clause: None,
                expected: verdict(reading),
                found: format!("a refusal{clause}: {message}"),
            })
        }
    }
}

fn compare_accepted(
    reading: &Reading,
    case: &Case<'_>,
    accepted: &Accepted,
) -> Result<(), Difference> {
    let same_log = accepted.log.is_none() || accepted.log == reading.log;
    differ(None, same_log, || {
        (
            verdict(reading),
            format!("a log that is {:?}", accepted.log),
        )
    })?;
    let same_sequence = accepted.sequence.is_none() || accepted.sequence == reading.sequence;
    differ(None, same_sequence, || {
        let found = accepted.sequence.as_ref().map(replays).unwrap_or_default();
        (verdict(reading), format!("one that replays {found}"))
    })?;
    let same_guest =
        accepted.guest.is_none() || reading.guest.is_none() || accepted.guest == reading.guest;
    differ(Some("RPL-1"), same_guest, || {
        let say = |guest: &Option<vhdx_log_corpus::Guest>| {
            guest.as_ref().map(|guest| format!("{guest:?}"))
        };
        (
            say(&reading.guest).unwrap_or_default(),
            say(&accepted.guest).unwrap_or_default(),
        )
    })?;
    let written_back = case.access == Access::Replay;
    for contents in [
        accepted.shown.as_ref().filter(|_| !written_back),
        accepted.file.as_ref().filter(|_| written_back),
    ] {
        contents.map_or(Ok(()), |contents| {
            compare_contents(reading, case.image, contents)
        })?;
    }
    if let Some(file) = &accepted.file {
        match &reading.headers {
            Some(headers) if written_back => compare_headers(headers, file)?,
            _ => differ(Some("RPL-5"), !touched(case, file, written_back), || {
                ("a file that is not written".into(), "a changed file".into())
            })?,
        }
    }
    let current = headers_of(case.image).map(|(slot, _)| slot).unwrap_or(0);
    let steps = accepted
        .steps
        .as_ref()
        .filter(|_| written_back && reading.headers.is_some());
    let broken = steps.and_then(|steps| out_of_order(steps, current));
    match broken {
        None => Ok(()),
        Some((clause, found)) => {
            let expected = "header, flush, data, flush, header with LogGuid zero, flush".to_owned();
            Err(Difference {
                expectation: String::new(),
                clause: Some(clause),
                expected,
                found,
            })
        }
    }
}

/// Whether a file that was not to be written was; where it was opened for writing, the headers may
/// have been.
fn touched(case: &Case<'_>, file: &Image, written_back: bool) -> bool {
    let mut difference = file.difference(case.image);
    if written_back {
        HEADER_SECTORS
            .iter()
            .for_each(|sector| _ = difference.remove(sector));
    }
    file.length() != case.image.length() || !difference.is_empty()
}

/// The length, and every sector but the headers.
fn compare_contents(reading: &Reading, before: &Image, after: &Image) -> Result<(), Difference> {
    let Some(file) = &reading.file else {
        return Ok(());
    };
    differ(Some("RPL-3"), after.length() == file.length, || {
        (
            format!("a file of {} bytes", file.length),
            format!("one of {} bytes", after.length()),
        )
    })?;
    let mut expected: BTreeMap<u64, &str> = file
        .changed
        .iter()
        .map(|changed| (changed.offset / SECTOR, changed.sha256.as_str()))
        .collect();
    for number in after
        .difference(before)
        .into_iter()
        .filter(|number| !HEADER_SECTORS.contains(number))
    {
        let offset = number * SECTOR;
        let right = expected
            .remove(&number)
            .map(|right| right == sha256(after.bytes(number)));
        differ(Some("RPL-1"), right == Some(true), || match right {
            Some(_) => (
                format!("other bytes at offset {offset:#x}"),
                "bytes no replay puts there".into(),
            ),
            None => (
                format!("the sector at offset {offset:#x} as it was"),
                "a changed one".into(),
            ),
        })?;
    }
    differ(Some("RPL-1"), expected.is_empty(), || {
        let offsets = expected
            .keys()
            .map(|number| format!("{:#x}", number * SECTOR));
        let offsets: Vec<_> = offsets.take(4).collect();
        (
            format!(
                "{} changed sectors more (at {})",
                expected.len(),
                offsets.join(", ")
            ),
            "them as they were".into(),
        )
    })
}

fn compare_headers(expected: &Headers, file: &Image) -> Result<(), Difference> {
    for (slot, sector) in HEADER_SECTORS.into_iter().enumerate() {
        let bytes = file.bytes(sector);
        let what = |field: &str| format!("{field} of header {}", slot + 1);
        let check = |clause, field: &str, right: bool| {
            differ(Some(clause), right, || {
                (what(field), "another value".to_owned())
            })
        };
        differ(Some("HDR-1"), is_valid(bytes), || {
            (
                format!("a valid header {}", slot + 1),
                "an invalid one".into(),
            )
        })?;
        check(
            "RPL-6",
            &format!("LogGuid {}", expected.log_guid),
            guid(bytes, 48) == expected.log_guid,
        )?;
        check(
            "UPD-4",
            "the same DataWriteGuid",
            guid(bytes, 32) == expected.data_write_guid,
        )?;
        check(
            "UPD-1",
            "another FileWriteGuid",
            guid(bytes, 16) != expected.file_write_guid_was,
        )?;
        check(
            "UPD-1",
            "a greater SequenceNumber",
            u64_at(bytes, 8) > expected.sequence_number_was,
        )?;
        check(
            "UPD-3",
            "the same LogOffset",
            u64_at(bytes, 72) == expected.log_offset,
        )?;
        check(
            "UPD-3",
            "the same LogLength",
            u64_at(bytes, 64) >> 32 == expected.log_length,
        )?;
        check(
            "HDR-5",
            "Version 1, LogVersion 0",
            u64_at(bytes, 64) as u32 == 1 << 16,
        )?;
    }
    let numbers = HEADER_SECTORS.map(|sector| u64_at(file.bytes(sector), 8));
    differ(Some("HDR-4"), numbers[0] != numbers[1], || {
        (
            "headers with different numbers".into(),
            "two with the same one".into(),
        )
    })
}

/// The current header of an image, by the harness's own reading of HDR-1 and HDR-2: its slot, and
/// what both must be after a replay.
pub fn headers_of(image: &Image) -> Option<(usize, Headers)> {
    let valid = [0, 1].into_iter().filter(|&slot| {
        let sector: u64 = HEADER_SECTORS[slot];
        (sector + 1) * SECTOR <= image.length() && is_valid(image.bytes(sector))
    });
    let number = |slot: usize| u64_at(image.bytes(HEADER_SECTORS[slot]), 8);
    // Of two that are the same the first is current.
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
    };
    Some((slot, headers))
}

fn is_valid(header: &[u8; SECTOR_BYTES]) -> bool {
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

/// SHA-256 in hexadecimal digits, as vectors have it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits =
        |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]));
    bytes.iter().flat_map(digits).collect()
}

/// What a reading says, in words.
fn verdict(reading: &Reading) -> String {
    match (reading.expect, &reading.sequence) {
        (Expect::Refuse, _) => format!("a refusal ({})", reading.reasons.join(" or ")),
        (Expect::Accept, None) => "an open with an empty log".to_owned(),
        (Expect::Accept, Some(sequence)) => format!("an open that replays {}", replays(sequence)),
    }
}

fn replays(sequence: &vhdx_log_corpus::Sequence) -> String {
    let vhdx_log_corpus::Sequence {
        tail,
        head,
        tail_number,
        head_number,
        entries,
    } = sequence;
    match entries {
        1 => format!("entry {head_number} at log offset {head:#x}"),
        _ => format!(
            "{entries} entries, from {tail_number} at log offset {tail:#x} to {head_number} at {head:#x}"
        ),
    }
}

fn differ(
    clause: Option<&'static str>,
    right: bool,
    words: impl FnOnce() -> (String, String),
) -> Result<(), Difference> {
    if right {
        return Ok(());
    }
    let (expected, found) = words();
    Err(Difference {
        expectation: String::new(),
        clause,
        expected,
        found,
    })
}
