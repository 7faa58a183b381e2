//! A read-only open: core's overlay shows what the model's replay makes. A property of core only,
//! because the overlay is read sector by sector and past its end.

use std::io::ErrorKind;

use vhdx_log::header::Header;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{Image, LogState, OpenError, OpenOptions};
use vhdx_log_image::SECTOR;
use vhdx_log_model::{self as model, Verdict};

use super::compare::{ZEROS, side_by_side};
use super::read_bounds::reads_are_bounded;
use super::same_as_model::{Agreed, CoreDid, different_verdicts, same_sequence};
use super::violation::{Violation, ensure};
use crate::chain::chain;
use crate::observed::{NoWrites, Observed, ReadMeter};

const MESSAGE: &str = "the message of a refusal ends with the clause it cites";
const LENGTH: &str = "the overlay is as long as the model's replayed file (RPL-2, RPL-3)";
const BYTES: &str = "the overlay shows every byte of the model's replayed file (RPL-1, RPL-5)";
const END: &str = "a read past the overlay's end fails, as in the model's replayed file (RPL-3)";
const CURRENT: &str = "the current header is one of the two found, and neither is newer (HDR-2)";
pub(super) const NOTHING_WRITTEN: &str = "a read-only open writes nothing (RPL-5)";

/// Core's overlay and the model's replay agree on verdict, clause, sequence, length and every byte;
/// nothing is written, and reads are bounded.
pub(super) fn check_read_only(
    image: &SparseMemory,
    verdict: &Verdict,
) -> Result<Agreed, Violation> {
    let meter = ReadMeter::default();
    let observer = NoWrites {
        property: NOTHING_WRITTEN,
        meter: &meter,
    };
    let opened = OpenOptions::read_only().open(Observed::new(image.clone(), observer));
    let refusal = opened.as_ref().err().and_then(OpenError::refusal);
    reads_are_bounded(image, meter.reads(), refusal)?;
    match (verdict, &opened) {
        (Verdict::Refused(refusal), Err(OpenError::Refused(found)))
            if refusal.clause == found.clause().id() =>
        {
            let message = found.to_string();
            let cites_clause = message
                .strip_suffix(']')
                .and_then(|message| message.strip_suffix(refusal.clause))
                .is_some_and(|message| message.ends_with('['));
            ensure(MESSAGE, cites_clause, || message.clone())?;
            Ok(Agreed::Refused(refusal.clause))
        }
        (Verdict::Clean, Ok(opened)) if matches!(opened.log(), LogState::Empty) => {
            current_is_newest(opened)?;
            Ok(Agreed::Clean)
        }
        (Verdict::Replayed(replay), Ok(opened)) => {
            let LogState::Overlaid(overlay) = opened.log() else {
                return Err(different_verdicts(verdict, &CoreDid::Opened(opened.log())));
            };
            current_is_newest(opened)?;
            same_sequence(&overlay.plan().active, &replay.active)?;
            same_bytes(opened, image, &replay.image)?;
            Ok(Agreed::Replayed(replay.active))
        }
        (verdict, Ok(opened)) => Err(different_verdicts(verdict, &CoreDid::Opened(opened.log()))),
        (verdict, Err(error)) => Err(different_verdicts(verdict, &CoreDid::Failed(error))),
    }
}

/// HDR-2.
fn current_is_newest<S: Storage>(opened: &Image<S>) -> Result<(), Violation> {
    let (headers, current) = (opened.headers(), opened.current());
    let found = headers.slot(current.slot).as_ref() == Ok(&current.header);
    let is_newer = |header: &Header| header.sequence_number > current.header.sequence_number;
    let newer = [&headers.first, &headers.second]
        .into_iter()
        .flatten()
        .find(|header| is_newer(header));
    ensure(CURRENT, found && newer.is_none(), || {
        let number = current.header.sequence_number.0;
        match newer {
            Some(newer) => {
                format!(
                    "SequenceNumber: current {number}, other {}",
                    newer.sequence_number.0
                )
            }
            None => format!("the header with SequenceNumber {number} is not the one in its slot"),
        }
    })
}

/// Every sector that the file or the model's result holds is read through the overlay, and the byte
/// past the last.
fn same_bytes<S: Storage>(
    opened: &Image<S>,
    before: &SparseMemory,
    after: &model::Image,
) -> Result<(), Violation> {
    let length = opened.len().expect("memory knows its length");
    ensure(LENGTH, length == after.length(), || {
        format!("length: model {:#x}, core {length:#x}", after.length())
    })?;
    let mut shown = *ZEROS;
    for (number, (_, expected)) in side_by_side(before.sectors(), after.sectors()) {
        let offset = number * SECTOR;
        let here = usize::try_from((length - offset).min(SECTOR)).expect("at most a sector");
        opened
            .read_at(offset, &mut shown[..here])
            .map_err(|error| Violation {
                property: BYTES,
                detail: chain(&error),
            })?;
        let expected = expected.map_or(ZEROS, |sector| sector);
        ensure(BYTES, shown[..here] == expected[..here], || {
            format!("first different sector: {offset:#x}")
        })?;
    }
    let past_end = opened
        .read_at(length, &mut [0])
        .map_err(|error| error.kind());
    ensure(END, past_end == Err(ErrorKind::UnexpectedEof), || {
        let found = match past_end {
            Ok(()) => "a byte".to_owned(),
            Err(kind) => kind.to_string(),
        };
        format!("a read at {length:#x}: expected the end of the file, found {found}")
    })
}
