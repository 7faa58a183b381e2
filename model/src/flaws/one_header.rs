//! Section 2 where the two headers do not agree: which one counts, and what is asked of the other.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use crate::headers::{is_valid, log_region};
use crate::image::{Image, SECTOR};
use crate::layout::{HEADER_OFFSETS, Header};
use crate::outcome::{Checked, ClauseId};
use crate::rules::{Format, Rules};
use crate::search::find_active;

/// The space of one header: its 4 KiB, and reserved bytes up to the next structure.
const HEADER_SPACE: u64 = 64 << 10;

fn header(image: &Image, slot: usize) -> Header {
    Header::parse(image.bytes(HEADER_OFFSETS[slot] / SECTOR))
}

fn is_dirty(image: &Image, slot: usize) -> bool {
    header(image, slot).log_guid != [0; 16]
}

/// Whether a header counts that does only when `is_good`: a bad one is passed over where the other
/// one is valid and good.
fn unless_bad(image: &Image, slot: usize, holds: bool, is_good: impl Fn(usize) -> bool) -> bool {
    let other = 1 - slot;
    holds && (is_good(slot) || !is_valid(image, other, &Format) || !is_good(other))
}

/// A demand that every valid header has to meet.
fn of_both(image: &Image, clause: ClauseId, is_good: impl Fn(&Header) -> bool) -> Checked<()> {
    let mut slots = [0, 1].into_iter();
    let bad = slots.any(|slot| is_valid(image, slot, &Format) && !is_good(&header(image, slot)));
    if bad { Err(clause) } else { Ok(()) }
}

/// Whether the log that a header names holds a valid sequence of its generation.
fn has_sequence(image: &Image, header: &Header) -> bool {
    log_region(image, header, &Format).is_ok_and(|ring| {
        find_active(&ring, &header.log_guid, &Format).is_ok_and(|active| active.is_some())
    })
}

fn both_valid(image: &Image) -> bool {
    [0, 1]
        .into_iter()
        .all(|slot| is_valid(image, slot, &Format))
}

catalogue! {
    "header-of-other-version-passed-over" ["HDR-2" "HDR-5"] ("Q15 QEMU 10.0")
        "takes a header of another Version as not valid, and opens a file of a later version by \
        its older header"
        "the header with the greater sequence number has Version 2"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                unless_bad(image, slot, holds, |slot| header(image, slot).version == 1)
            }
        }

    "header-of-other-log-version-passed-over" ["HDR-2" "HDR-6"]
        "takes a header of another LogVersion as not valid, and uses the older header's log"
        "the header with the greater sequence number has LogVersion 1"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                unless_bad(image, slot, holds, |slot| header(image, slot).log_version == 0)
            }
        }

    "header-with-bad-log-place-passed-over" ["HDR-2" "HDR-7" "HDR-8" "HDR-10"]
        "takes a header whose log has no place as not valid, and uses the older header's log"
        "the header with the greater sequence number has another LogOffset"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                let is_good = |slot| match log_region(image, &header(image, slot), &Format) {
                    Ok(_) => true,
                    Err(refusal) => refusal.clause == "HDR-6",
                };
                unless_bad(image, slot, holds, is_good)
            }
        }

    "older-header-tried-when-nothing-valid" ["HDR-2" "SEQ-7"]
        "goes back to the older header when the newer one's log holds no sequence, and replays an \
        earlier generation"
        "the newer header names a generation without entries, the older one the generation before"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                let is_good = |slot| {
                    let header = header(image, slot);
                    header.log_guid == [0; 16] || has_sequence(image, &header)
                };
                unless_bad(image, slot, holds, is_good)
            }
        }

    "dirty-header-wins" ["HDR-2" "HDR-9"]
        "takes a dirty header before a clean one, and replays a log that is applied already"
        "two valid headers: the newer with LogGuid zero, the older dirty"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                unless_bad(image, slot, holds, |slot| is_dirty(image, slot))
            }
        }

    "clean-header-wins" ["HDR-2" "HDR-9"]
        "takes a clean header before a dirty one, and loses the log"
        "two valid headers: the newer dirty, the older with LogGuid zero"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                unless_bad(image, slot, holds, |slot| !is_dirty(image, slot))
            }
        }

    "two-valid-headers-demanded" ["HDR-3"]
        "refuses a file with one valid header, as after every torn header update"
        "the older header has a wrong checksum"
        {
            fn excess_header_demand(&self, image: &Image) -> Checked<()> {
                if both_valid(image) { Ok(()) } else { Err("HDR-3") }
            }
        }

    "version-of-both-headers-checked" ["HDR-2" "HDR-5"]
        "refuses a file whose older header has another Version"
        "the header with the smaller sequence number has Version 2"
        {
            fn excess_header_demand(&self, image: &Image) -> Checked<()> {
                of_both(image, "HDR-5", |header| header.version == 1)
            }
        }

    "log-version-of-both-headers-checked" ["HDR-2" "HDR-6"]
        "refuses a file whose older header has another LogVersion"
        "the header with the smaller sequence number has LogVersion 1"
        {
            fn excess_header_demand(&self, image: &Image) -> Checked<()> {
                of_both(image, "HDR-6", |header| header.log_version == 0)
            }
        }

    "log-place-of-both-headers-checked" ["HDR-2" "HDR-7" "HDR-8"]
        "refuses a file whose older header has a LogOffset or LogLength that no log can have"
        "the header with the smaller sequence number has another LogOffset"
        {
            fn excess_header_demand(&self, image: &Image) -> Checked<()> {
                of_both(image, "HDR-7", |header| {
                    let placed = Header { log_version: 0, ..*header };
                    log_region(image, &placed, &Format).is_ok()
                })
            }
        }

    "one-generation-demanded" ["HDR-2"]
        "refuses a file whose headers name two generations of the log, as after every open of a \
        writer that updates one header first"
        "two valid dirty headers with different LogGuids"
        {
            fn excess_header_demand(&self, image: &Image) -> Checked<()> {
                let [first, second] = [0, 1].map(|slot| header(image, slot).log_guid);
                let differ = both_valid(image) && first != second;
                if differ && first != [0; 16] && second != [0; 16] { Err("HDR-2") } else { Ok(()) }
            }
        }

    "consecutive-header-numbers-demanded" ["HDR-2"]
        "refuses a file whose headers have numbers that are not consecutive"
        "two valid headers with the sequence numbers 3 and 8"
        {
            fn excess_header_demand(&self, image: &Image) -> Checked<()> {
                let [first, second] = [0, 1].map(|slot| header(image, slot).sequence_number);
                let apart = both_valid(image) && first.abs_diff(second) > 1;
                if apart { Err("HDR-2") } else { Ok(()) }
            }
        }

    "header-with-junk-behind-it-passed-over" ["HDR-12"]
        "takes a header as not valid when the reserved rest of its 64 KiB is not zero, and uses \
        the older one"
        "the header with the greater sequence number has other bytes 8 KiB behind its start"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                let space = HEADER_OFFSETS[slot]..HEADER_OFFSETS[slot] + HEADER_SPACE;
                let mut rest = space.step_by(SECTOR as usize).skip(1);
                holds && rest.all(|at| image.bytes(at / SECTOR).iter().all(|&byte| byte == 0))
            }
        }
}
