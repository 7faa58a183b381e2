//! What an open may cost, whatever the file says (SEQ-9, RPL-9). A property of core only: no other
//! subject lets its reads be counted.

use vhdx_log::Refusal;
use vhdx_log::header::Headers;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::SECTOR;

use super::violation::{Violation, ensure};
use crate::observed::Reads;

const READS: &str = "an open reads the log at most four times; where it finds no sequence, at most \
                     eight times, and the rest of the file at most once (SEQ-9, RPL-9)";

/// What may be read of any file, in bytes: the identifier and two headers.
const LIMIT_WITHOUT_LOG: u64 = 16 << 10;

/// How often the log may be read: the search reads the ring once, and at most once more where an
/// entry wraps; the plan and the overlay each read the descriptor sectors of the entries to replay.
const LIMIT_LOGS: u64 = 4;

/// How often where there is no valid sequence (SEQ-7): the search is done once more for the
/// sequences of other generations, and the one found is planned and compared with the file, each of
/// its data sectors with the target. What zero ranges cover is read once.
const LIMIT_LOGS_WITHOUT_SEQUENCE: u64 = 8;

/// Calls may be as many as sectors, and a few for the identifier and the headers. A storage that
/// lends one sector at a time makes this bound the tightest.
const CALLS_WITHOUT_LOG: u64 = 4;

/// What an open has read is within the bounds, in bytes and in calls.
pub(super) fn reads_are_bounded(
    image: &SparseMemory,
    Reads { calls, bytes }: Reads,
    refusal: Option<&Refusal>,
) -> Result<(), Violation> {
    if bytes <= LIMIT_WITHOUT_LOG {
        return Ok(());
    }
    let headers = Headers::read(image, image.len().expect("memory")).ok();
    let current = headers.and_then(|headers| headers.current().ok());
    let log_length = current.map_or(0, |current| u64::from(current.header.log_length));
    let limit_of_log = match refusal {
        Some(Refusal::NoActiveSequence { .. }) => {
            let stored = SECTOR * image.sectors().count() as u64;
            LIMIT_LOGS_WITHOUT_SEQUENCE * log_length + stored
        }
        _ => LIMIT_LOGS * log_length,
    };
    let limit_bytes = limit_of_log + LIMIT_WITHOUT_LOG;
    let limit_calls = limit_bytes / SECTOR + CALLS_WITHOUT_LOG;
    ensure(READS, bytes <= limit_bytes && calls <= limit_calls, || {
        format!(
            "log length {log_length:#x}: {bytes:#x} bytes read in {calls} calls, \
             limits {limit_bytes:#x} bytes and {limit_calls} calls"
        )
    })
}
