//! Section 5: the length of the file after replay, RPL-2, RPL-3 and RPL-9.

use super::flaw::{Flaw, catalogue, lets_pass, seen_in};
use crate::image::Update;
use crate::layout::{MIB, Sequence};
use crate::rules::Rules;

/// The file's length after replay with another LastFileOffset.
pub(super) fn length_with(file: u64, targets_end: u64, last_file_offset: u64) -> Option<u64> {
    let last_file_offset = last_file_offset.checked_next_multiple_of(MIB)?;
    Some(file.max(targets_end).max(last_file_offset))
}

catalogue! {
    "targets-beyond-end-dropped" ["RPL-2"]
        "what is written beyond the end of the file is lost"
        "a target beyond the end of the file and LastFileOffset"
        {
            fn result_length(&self, file: u64, _: u64, active: &Sequence) -> Option<u64> {
                length_with(file, 0, active.head().last_file_offset)
            }
        }

    "zeros-beyond-end-dropped" ["RPL-2" "RPL-10"]
        "zeros beyond the end of the file do not extend it"
        "a zero descriptor beyond the end of the file and LastFileOffset"
        {
            fn extends(&self, update: &Update) -> bool {
                !matches!(update, Update::Zero { .. })
            }
        }

    "targets-beyond-end-refused" ["RPL-2"]
        "a target beyond the end of the file is an error"
        "a target beyond the end of the file, but not LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                if targets_end > file { None } else { length_with(file, 0, active.head().last_file_offset) }
            }
        }

    "last-file-offset-ignored" ["RPL-3"]
        "the file is not extended to LastFileOffset"
        "a file shorter than its head's LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, _: &Sequence) -> Option<u64> {
                Some(file.max(targets_end))
            }
        }

    "last-file-offset-only-when-unaligned" ["RPL-3"] ("Q9 QEMU 10.0")
        "the file is extended to LastFileOffset only when that is no multiple of 1 MiB"
        "a file shorter than its head's LastFileOffset, which is a multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let last_file_offset = active.head().last_file_offset;
                let is_aligned = last_file_offset.is_multiple_of(MIB);
                length_with(file, targets_end, if is_aligned { 0 } else { last_file_offset })
            }
        }

    "last-file-offset-rounded-down" ["RPL-3"]
        "LastFileOffset is rounded down to 1 MiB"
        "a file shorter than its head's LastFileOffset, which is no multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.head().last_file_offset / MIB * MIB)
            }
        }

    "file-cut-to-last-file-offset" ["RPL-3"]
        "the file's length is set to LastFileOffset"
        "a file longer than its head's LastFileOffset"
        {
            fn result_length(&self, _: u64, _: u64, active: &Sequence) -> Option<u64> {
                length_with(0, 0, active.head().last_file_offset)
            }
        }

    "last-file-offset-of-tail" ["RPL-3"]
        "the file is extended to the tail's LastFileOffset"
        "a tail with a smaller LastFileOffset than its head, which is beyond the end of the file"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.entries[active.tail].last_file_offset)
            }
        }

    "last-file-offset-of-any-entry" ["RPL-3"]
        "the file is extended to the greatest LastFileOffset of the run"
        "an entry before the tail with a LastFileOffset beyond the end of the file, and the head's not"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let greatest = active.entries.iter().map(|entry| entry.last_file_offset).max();
                length_with(file, targets_end, greatest.unwrap_or(0))
            }
        }

    "extended-to-flushed-file-offset" ["RPL-3"]
        "the file is extended to FlushedFileOffset"
        "a file shorter than its head's LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.head().flushed_file_offset)
            }
        }

    "size-limit-unchecked" ["RPL-9"]
        "the file may grow to any length"
        "a LastFileOffset of 2^62"
        { lets_pass!("RPL-9"); }
}
