//! Section 5 of `corpus/SPEC.md`: replay, RPL-1 to RPL-3 and RPL-8 to RPL-10, with DSC-5 to DSC-7
//! and DSC-9 of section 3 (what may be a target), and UPD-1 to UPD-4 of section 2 (the header
//! updates around a write-back, RPL-6).
//!
//! Contract: everything is checked before the first change, so a refusal comes without operations
//! (RPL-8). Cost follows the sectors present, never a length that a descriptor claims (RPL-9): a
//! [zero range](Image::zero) only touches sectors that exist (RPL-10).
//!
//! RPL-7 is not a check of its own: it follows from the order of the operations, and the crash
//! search checks it for every replay by core.

use std::ops::Range;

use crate::image::{Image, Ring, Update};
use crate::layout::{HEADER_OFFSETS, HEADERS_END, Header, Sequence};
use crate::outcome::{Options, Refusal, Replay, WriteOp};
use crate::rules::{Rules, Updates};
use crate::search::summary;

/// RPL-1: the updates from tail to head, each checked against DSC-5 to DSC-7. DSC-9: only
/// those of entries that are replayed are checked.
fn updates(
    ring: &Ring<'_>,
    header: &Header,
    active: &Sequence,
    rules: &dyn Rules,
) -> Result<Updates, Refusal> {
    let mut updates = Vec::new();
    for entry in &active.entries[rules.replayed(active)] {
        let mut of_entry = Vec::new();
        for descriptor in &entry.descriptors {
            let update = rules.update(descriptor, ring)?;
            let target = update.target();
            let checked = check_target(&target, header, rules);
            if !rules.passes_over(target.is_empty(), checked.is_err()) {
                checked?;
                of_entry.push(update);
            }
        }
        updates.push((entry.offset, of_entry));
    }
    Ok(updates)
}

/// DSC-5 to DSC-7. FID-2 follows: no update can touch the first 64 KiB.
///
/// The three ways in which a target `[===]` can overlap the log (DSC-7), each a
/// statement of its own:
///
/// ```text
///                    log.start      log.end
///                        |-------------|
/// begins inside          |      [======|=====]     it may end inside or past the log
/// ends inside     [======|=====]       |
/// goes around     [======|=============|=====]
/// ```
fn check_target(target: &Range<u64>, header: &Header, rules: &dyn Rules) -> Result<(), Refusal> {
    let log = header.log_offset..header.log_offset.saturating_add(header.log_length.into());
    rules.require(
        "DSC-5",
        "the target ends within 2^63 - 1",
        target.end <= i64::MAX as u64,
    )?;
    rules.require(
        "DSC-6",
        "the target lies after the file identifier",
        target.start >= HEADER_OFFSETS[0],
    )?;
    rules.require(
        "DSC-6",
        "the target lies after header 1",
        target.start >= HEADER_OFFSETS[1],
    )?;
    rules.require(
        "DSC-6",
        "the target lies after header 2",
        target.start >= HEADERS_END,
    )?;
    rules.require(
        "DSC-7",
        "the target does not begin inside the log",
        !log.contains(&target.start),
    )?;
    let reaches_it = target.start < log.start && target.end > log.start;
    rules.require(
        "DSC-7",
        "the target does not end inside the log",
        !reaches_it || target.end > log.end,
    )?;
    rules.require(
        "DSC-7",
        "the target does not go around the log",
        !reaches_it || target.end <= log.end,
    )
}

/// The replayed file, and for a writable open how it is written back.
pub(crate) fn replay(
    image: &Image,
    ring: &Ring<'_>,
    (slot, header): (usize, &Header),
    active: &Sequence,
    options: &Options,
    rules: &dyn Rules,
) -> Result<Replay, Refusal> {
    let mut by_entry = updates(ring, header, active, rules)?;
    let extending = by_entry
        .iter()
        .flat_map(|(_, updates)| updates)
        .filter(|update| rules.extends(update));
    let targets_end = extending.map(|update| update.target().end).max();
    let length = rules.result_length(image.length(), targets_end.unwrap_or(0), active);
    let allowed = length.is_some_and(|length| length <= options.max_file_size.max(image.length()));
    rules.require("RPL-9", "the file does not grow beyond the limit", allowed)?;
    rules.updates(header, &mut by_entry);

    let growth = length
        .filter(|&length| length != image.length())
        .map(Update::SetLength);
    let updates: Vec<_> = growth
        .into_iter()
        .chain(by_entry.into_iter().flat_map(|(_, updates)| updates))
        .collect();
    let mut replayed = image.clone();
    updates
        .iter()
        .for_each(|update| update.apply(&mut replayed));
    let active = summary(active, rules);
    let mut replay = Replay {
        active,
        image: replayed,
        written_back: None,
        operations: Vec::new(),
    };
    if rules.writes_back(options.access) {
        replay.operations = write_back(updates, slot, header, options.fresh_guid);
        rules.write_back(header, &mut replay.operations);
        let written_back = replay.written_back.insert(image.clone());
        replay
            .operations
            .iter()
            .for_each(|operation| operation.apply(written_back));
    }
    Ok(replay)
}

/// UPD-1 to UPD-4, RPL-6: the updates, with the header updates around them.
fn write_back(
    updates: Vec<Update>,
    slot: usize,
    header: &Header,
    file_write_guid: [u8; 16],
) -> Vec<WriteOp> {
    // UPD-1: the header that is not current first, and each header stable before anything else
    // changes. UPD-3, UPD-4: only SequenceNumber and FileWriteGuid change.
    let update = |increment: u64, log_guid| {
        let sequence_number = header.sequence_number.wrapping_add(increment);
        let header = Header {
            sequence_number,
            file_write_guid,
            log_guid,
            ..*header
        };
        [
            WriteOp::WriteHeader {
                slot: (slot + increment as usize) % 2,
                header,
            },
            WriteOp::Flush,
        ]
    };
    let mut operations = [1, 2]
        .map(|increment| update(increment, header.log_guid))
        .concat(); // UPD-2
    operations.extend(updates.into_iter().map(WriteOp::Update));
    operations.push(WriteOp::Flush);
    operations.extend([3, 4].map(|increment| update(increment, [0; 16])).concat()); // RPL-6
    operations
}
