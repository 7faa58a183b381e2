//! Section 5: the length of the file after replay, RPL-2, RPL-3 and RPL-9.

use super::flaw::{Flaw, catalogue, lets_pass, own_steps, seen_in};
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
        "drops writes past the end of the file"
        "a target past the end of the file and past LastFileOffset"
        {
            fn result_length(&self, file: u64, _: u64, active: &Sequence) -> Option<u64> {
                length_with(file, 0, active.head().last_file_offset)
            }
        }

    "zeros-beyond-end-dropped" ["RPL-2" "RPL-10"]
        "does not extend the file for zeros past its end"
        "a zero descriptor past the end of the file and past LastFileOffset"
        {
            fn extends(&self, update: &Update) -> bool {
                !matches!(update, Update::Zero { .. })
            }
        }

    "targets-beyond-end-refused" ["RPL-2"]
        "refuses a target past the end of the file"
        "a target past the end of the file, but not past LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let length = length_with(file, 0, active.head().last_file_offset);
                length.filter(|_| targets_end <= file)
            }
        }

    "last-file-offset-ignored" ["RPL-3"]
        "does not extend the file to LastFileOffset, and leaves blocks past its end"
        "a file shorter than its head's LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, _: &Sequence) -> Option<u64> {
                Some(file.max(targets_end))
            }
        }

    "last-file-offset-only-when-unaligned" ["RPL-3"] ("Q9 QEMU 10.0")
        "extends the file to LastFileOffset only when that is not a multiple of 1 MiB, so never"
        "a file shorter than its head's LastFileOffset, which is a multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let last_file_offset = active.head().last_file_offset;
                let is_aligned = last_file_offset.is_multiple_of(MIB);
                length_with(file, targets_end, if is_aligned { 0 } else { last_file_offset })
            }
        }

    "last-file-offset-rounded-down" ["RPL-3"]
        "rounds LastFileOffset down to 1 MiB, and can cut off the last block"
        "a file shorter than its head's LastFileOffset, which is not a multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.head().last_file_offset / MIB * MIB)
            }
        }

    "file-cut-to-last-file-offset" ["RPL-3"]
        "sets the file's length to LastFileOffset, and can cut off data"
        "a file longer than its head's LastFileOffset"
        {
            fn result_length(&self, _: u64, _: u64, active: &Sequence) -> Option<u64> {
                length_with(0, 0, active.head().last_file_offset)
            }
        }

    "last-file-offset-of-tail" ["RPL-3"]
        "extends the file to the tail's LastFileOffset instead of the head's"
        "a tail with a smaller LastFileOffset than its head, and the head's past the end of the \
        file"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.entries[active.tail].last_file_offset)
            }
        }

    "last-file-offset-of-any-entry" ["RPL-3"]
        "extends the file to the greatest LastFileOffset of the run, and grows a file that was \
        shrunk"
        "an entry before the tail with a LastFileOffset past the end of the file, unlike the head's"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let greatest = active.entries.iter().map(|entry| entry.last_file_offset).max();
                length_with(file, targets_end, greatest.unwrap_or(0))
            }
        }

    "extended-to-flushed-file-offset" ["RPL-3"]
        "extends the file to FlushedFileOffset instead of LastFileOffset"
        "a file shorter than its head's LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.head().flushed_file_offset)
            }
        }

    "size-limit-unchecked" ["RPL-9"]
        "lets a replay extend the file to any length"
        "a LastFileOffset of 2^62"
        { lets_pass!("RPL-9"); }
}
