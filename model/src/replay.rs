//! Section 5: replay, and the header updates of section 2 around it.

use crate::entry::Descriptor;
use crate::headers::{HEADER_OFFSETS, Header};
use crate::image::{Bytes, Image, Ring, SECTOR};
use crate::rules::Rules;
use crate::search::{Active, Sequence};
use crate::{Access, Options, Refusal, require};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a replay does to a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replay {
    /// The sequence that was replayed.
    pub active: Active,
    /// The file as a reader must show it: headers untouched.
    pub image: Image,
    /// The numbers of the sectors of `image` whose bytes differ from the file's.
    pub changed: BTreeSet<u64>,
    /// The file after a write-back. Only with [`Access::Writable`].
    pub written_back: Option<Image>,
    /// The operations of the write-back, in order. Only with [`Access::Writable`].
    pub operations: Vec<Operation>,
}

/// One step of a write-back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Header 1 (slot 0) or header 2 (slot 1) is rewritten.
    WriteHeader {
        /// 0 or 1.
        slot: usize,
        /// What it holds afterwards.
        header: Header,
    },
    /// The file's length is set.
    SetLength(u64),
    /// 4 KiB are written.
    Write {
        /// Where.
        offset: u64,
        /// What.
        bytes: Arc<Bytes>,
    },
    /// A range is zeroed.
    Zero {
        /// Where.
        offset: u64,
        /// How many bytes.
        length: u64,
    },
    /// All operations before this one are stable before any after it begins.
    Flush,
}

impl Operation {
    /// Does this operation to an image.
    pub fn apply(&self, image: &mut Image) {
        match self {
            Self::WriteHeader { slot, header } => {
                image.write(HEADER_OFFSETS[slot % 2], &header.to_bytes());
            }
            Self::SetLength(length) => image.set_length(*length),
            Self::Write { offset, bytes } => image.write(*offset, &bytes[..]),
            Self::Zero { offset, length } => image.zero(*offset, *length),
            Self::Flush => {}
        }
    }
}

/// RPL-1 to RPL-3, RPL-9: the checked changes to the file, before the first of them is made (RPL-8).
pub(crate) fn plan(
    image: &Image,
    ring: &Ring<'_>,
    header: &Header,
    active: &Sequence,
    options: &Options,
    rules: &dyn Rules,
) -> Result<Vec<Operation>, Refusal> {
    let mut updates = Vec::new();
    let mut targets_end = 0;
    for entry in &active.entries[rules.replayed(active)] {
        let mut of_entry = Vec::new();
        for descriptor in &entry.descriptors {
            let (offset, length, update) = match *descriptor {
                Descriptor::Data { offset, leading, trailing, sector } => {
                    let bytes = rules.restored_sector(leading, trailing, ring.sector(sector));
                    (offset, SECTOR, Operation::Write { offset, bytes: Arc::new(bytes) })
                }
                Descriptor::Zero { offset, length } => {
                    let length = rules.zero_length(length).map_err(Refusal::of_fault)?;
                    (offset, length, Operation::Zero { offset, length })
                }
            };
            if rules.demand("DSC-9", "a target of length 0 touches nothing", length == 0) {
                continue;
            }
            match check_target(offset, length, header, rules) {
                Ok(()) => {
                    targets_end = targets_end.max(offset.saturating_add(length));
                    of_entry.push(update);
                }
                Err(_) if rules.passes_over_bad_target() => {}
                Err(refusal) => return Err(refusal),
            }
        }
        updates.push((entry.offset, of_entry));
    }

    let last_file_offset = rules.last_file_offset(active);
    let length = rules.result_length(image.length(), targets_end, last_file_offset);
    let allowed = length.is_some_and(|l| l <= options.max_file_size.max(image.length()));
    let statement = "the file does not grow beyond the limit";
    require(rules, "RPL-9", statement, allowed, None)?;

    rules.updates(header, &mut updates);
    let length = length.unwrap_or(image.length());
    let growth = (length != image.length()).then_some(Operation::SetLength(length));
    let updates = updates.into_iter().flat_map(|(_, of_entry)| of_entry);
    Ok(growth.into_iter().chain(updates).collect())
}

/// DSC-5 to DSC-7 (DSC-9: only what is to be replayed is held to them).
fn check_target(offset: u64, length: u64, header: &Header, rules: &dyn Rules) -> Result<(), Refusal> {
    let check = |clause, statement, holds| require(rules, clause, statement, holds, Some(offset));
    let end = offset.checked_add(length);
    let in_range = end.is_some_and(|end| end <= i64::MAX as u64);
    check("DSC-5", "the target ends within 2^63 - 1", in_range)?;
    let after_headers = offset >= rules.protected_bytes();
    check("DSC-6", "the target lies after the headers", after_headers)?;
    let (log, log_end) = (header.log_offset, header.log_offset.saturating_add(header.log_length.into()));
    let before = offset < log;
    check("DSC-7", "the target does not begin inside the log", before || offset >= log_end)?;
    let runs_in = before && end.is_none_or(|end| end > log);
    check("DSC-7", "the target does not run into the log", !runs_in)
}

/// The outcome of a planned replay; `current` is the current header and its slot.
pub(crate) fn replay(
    image: &Image,
    (slot, header): (usize, Header),
    active: &Sequence,
    plan: Vec<Operation>,
    options: &Options,
    rules: &dyn Rules,
) -> Replay {
    let apply_all = |operations: &[Operation]| {
        let mut after = image.clone();
        operations.iter().for_each(|operation| operation.apply(&mut after));
        after
    };
    let replayed = apply_all(&plan);
    let (mut operations, mut written_back) = (Vec::new(), None);
    if options.access == Access::Writable {
        // UPD-3, UPD-4: everything but the number and FileWriteGuid stays as it was.
        let update = |number: u64, log_guid| Operation::WriteHeader {
            slot: (slot + number as usize) % 2,
            header: Header {
                sequence: header.sequence.wrapping_add(number),
                file_write_guid: options.fresh_guid,
                log_guid,
                ..header
            },
        };
        // UPD-1, UPD-2: the header that is not current first, and each header stable before the other changes.
        for number in [1, 2] {
            operations.extend([update(number, header.log_guid), Operation::Flush]);
        }
        operations.extend(plan);
        operations.push(Operation::Flush);
        // RPL-6: only now is the log marked empty.
        for number in [3, 4] {
            operations.extend([update(number, [0; 16]), Operation::Flush]);
        }
        rules.write_back(&header, &mut operations);
        written_back = Some(apply_all(&operations));
    }
    Replay {
        active: Active::of(active, rules),
        changed: replayed.difference(image),
        image: replayed,
        written_back,
        operations,
    }
}
