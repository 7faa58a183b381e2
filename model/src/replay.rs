//! Section 5: replay, and the header updates of section 2 around it.

use crate::{
    Active, HEADER_OFFSETS, Header, Image, Options, Refusal, Ring, Rules, Sequence, Update,
};
use std::ops::Range;

/// What a replay does to a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replay {
    /// The sequence that was replayed.
    pub active: Active,
    /// The file as a reader must show it: headers untouched.
    pub image: Image,
    /// The file after a write-back. Only with [`Access::Writable`](crate::Access::Writable).
    pub written_back: Option<Image>,
    /// The operations of the write-back, in order. Only with
    /// [`Access::Writable`](crate::Access::Writable).
    pub operations: Vec<WriteOp>,
}

/// One step of a write-back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WriteOp {
    /// Header 1 (slot 0) or header 2 (slot 1) is rewritten.
    WriteHeader {
        /// 0 or 1.
        slot: usize,
        /// What it holds afterwards.
        header: Header,
    },
    /// Anything else is changed.
    Update(Update),
    /// All operations before this one are stable before any after it begins.
    Flush,
}

impl WriteOp {
    /// Does this operation to an image.
    pub fn apply(&self, image: &mut Image) {
        match self {
            Self::WriteHeader { slot, header } => {
                image.write(HEADER_OFFSETS[slot % 2], &header.to_bytes())
            }
            Self::Update(update) => update.apply(image),
            Self::Flush => {}
        }
    }
}

/// The updates of a replay: of each entry its ring offset, and what it does.
pub(crate) type Updates = Vec<(u64, Vec<Update>)>;

/// RPL-1: the updates from tail to head, each held to DSC-5 to DSC-7.
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
        target.start >= 64 << 10,
    )?;
    rules.require(
        "DSC-6",
        "the target lies after header 1",
        target.start >= 128 << 10,
    )?;
    rules.require(
        "DSC-6",
        "the target lies after header 2",
        target.start >= 192 << 10,
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

/// The outcome of a replay. All is checked before the first change (RPL-8).
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
    let active = active.in_short(rules);
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

/// UPD, RPL-6: the updates, with the header updates around them.
fn write_back(
    updates: Vec<Update>,
    slot: usize,
    header: &Header,
    file_write_guid: [u8; 16],
) -> Vec<WriteOp> {
    // UPD-1: the header that is not current first, and each header stable before anything else
    // changes. UPD-3, UPD-4: all but the number and FileWriteGuid stays as it was.
    let update = |number: u64, log_guid| {
        let sequence_number = header.sequence_number.wrapping_add(number);
        let header = Header {
            sequence_number,
            file_write_guid,
            log_guid,
            ..*header
        };
        [
            WriteOp::WriteHeader {
                slot: (slot + number as usize) % 2,
                header,
            },
            WriteOp::Flush,
        ]
    };
    let mut operations = [1, 2]
        .map(|number| update(number, header.log_guid))
        .concat(); // UPD-2
    operations.extend(updates.into_iter().map(WriteOp::Update));
    operations.push(WriteOp::Flush);
    operations.extend([3, 4].map(|number| update(number, [0; 16])).concat()); // RPL-6
    operations
}
