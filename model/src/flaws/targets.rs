//! Section 3: what may be a target, DSC-5 to DSC-7 and DSC-9.

use super::flaw::{Flaw, catalogue, lets_pass, own_steps, seen_in};
use crate::image::{Ring, SECTOR, Update};
use crate::layout::{Descriptor, Entry, HEADERS_END, MIB};
use crate::outcome::{Checked, ClauseId};
use crate::rules::{Format, Rules};

catalogue! {
    "target-range-unchecked" ["DSC-5"]
        "accepts a target that ends beyond 2^63 - 1"
        "a FileOffset of 2^63 and no limit on the file's size"
        { lets_pass!("DSC-5"); }

    "header-targets-accepted" ["DSC-6"] ("Q12 QEMU 10.0")
        "lets updates overwrite the file identifier and the headers"
        "an entry that writes header 1"
        { lets_pass!("DSC-6"); }

    "log-targets-accepted" ["DSC-7"] ("Q12 QEMU 10.0")
        "lets updates overwrite the log that is being replayed"
        "an entry that writes the first sector of the log"
        { lets_pass!("DSC-7"); }

    "target-running-into-log-accepted" ["DSC-7"]
        "checks only the start of a target, and lets a zero descriptor erase the log"
        "a zero descriptor that begins before the log and ends in it"
        {
            lets_pass!(
                "DSC-7": "the target does not end inside the log"
                    | "the target does not go around the log"
            );
        }

    "target-around-log-accepted" ["DSC-7"]
        "checks only the start and the end of a target, and lets a zero descriptor around the log \
        erase it"
        "a zero descriptor that begins before the log and ends after it"
        { lets_pass!("DSC-7": "the target does not go around the log"); }

    "only-file-identifier-protected" ["DSC-6"]
        "lets updates overwrite the headers"
        "an entry that writes header 2"
        {
            lets_pass!(
                "DSC-6": "the target lies after header 1" | "the target lies after header 2"
            );
        }

    "header-2-targets-accepted" ["DSC-6"]
        "lets updates overwrite header 2"
        "an entry that writes header 2"
        { lets_pass!("DSC-6": "the target lies after header 2"); }

    "region-table-targets-refused" ["DSC-6"]
        "refuses updates of the region tables, which are legal targets"
        "an entry that writes region table 1"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let update = Format.update(descriptor, ring)?;
                let target = update.target();
                if target.start < MIB && !target.is_empty() { Err("DSC-6") } else { Ok(update) }
            }
        }

    "empty-target-refused" ["DSC-9"]
        "refuses a zero-length target where a target may not be, although it touches nothing"
        "a zero descriptor of length 0 at file offset 0"
        {
            fn passes_over(&self, _: bool, _: bool) -> bool {
                false
            }
        }

    "bad-target-passed-over" ["DSC-9"]
        "silently skips an update with a forbidden target, and applies the rest of its entry"
        "an entry that writes header 1"
        {
            fn passes_over(&self, is_empty: bool, is_bad: bool) -> bool {
                is_empty || is_bad
            }
        }

    "old-bad-target-fails-open" ["DSC-9"]
        "refuses the file for a forbidden target in an entry before the tail, which is not replayed"
        "a run whose first entry writes header 1 and is not replayed"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                let bad = |d: &Descriptor| match *d {
                    Descriptor::Data { offset, .. } => offset < HEADERS_END,
                    Descriptor::Zero { offset, length } => length > 0 && offset < HEADERS_END,
                };
                if entry.descriptors.iter().any(bad) { Err("DSC-6") } else { Ok(()) }
            }

            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Checked<u64> {
                if clause == "DSC-6" { Err(clause) } else { Ok(SECTOR) }
            }
        }
}
