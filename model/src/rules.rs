//! The one gate that every demand passes, and the steps that have a name.
//!
//! [`Format`] leaves everything as the format says: its demands hold when they hold, its steps are
//! the default methods below. A flaw is another implementation of [`Rules`], which lets one demand
//! pass or replaces one step.

use crate::replay::Updates;
use crate::{
    Access, Bytes, Descriptor, Entry, Header, Image, MIB, Refusal, Ring, SECTOR, Sequence, Update,
    WriteOp,
};
use std::ops::Range;

/// The format as it is written: no demand dropped, no step replaced.
#[derive(Clone, Copy, Debug)]
pub struct Format;

impl Rules for Format {}

/// The clause that something breaks; from a flawed step also `HANG`.
pub type ClauseId = &'static str;

/// The gate and the named steps, in the order in which a reader meets them.
pub trait Rules: Sync {
    /// The gate. Whether the demand of `clause`, in words `statement`, is taken to hold when in
    /// truth it `holds`.
    fn demand(&self, _clause: &'static str, _statement: &'static str, holds: bool) -> bool {
        holds
    }

    /// Refuses what breaks the demand.
    fn require(
        &self,
        clause: &'static str,
        what: &'static str,
        holds: bool,
    ) -> Result<(), Refusal> {
        self.demand(clause, what, holds)
            .then_some(())
            .ok_or(Refusal {
                clause,
                what,
                operations: Vec::new(),
            })
    }

    /// RPL-8: what has been done to a file by the time it is refused.
    fn before_refusal(&self, _image: &Image) -> Vec<WriteOp> {
        Vec::new()
    }

    // Section 2: headers.

    /// HDR-1: the checksum of a header.
    fn header_checksum(&self, mut bytes: Bytes) -> u32 {
        bytes[4..8].fill(0);
        crc32c::crc32c(&bytes)
    }

    /// HDR-2: of two valid headers, whether the second is the current one.
    fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
        second.sequence_number > first.sequence_number
    }

    /// HDR-9: whether there is no log to replay.
    fn log_is_empty(&self, header: &Header) -> bool {
        header.log_guid == [0; 16]
    }

    /// UPD-1, UPD-2, RPL-6: how many numbers the header updates of a replay take.
    fn header_updates(&self, access: Access) -> u64 {
        if access == Access::Writable { 4 } else { 0 }
    }

    // Section 3: entries.

    /// Which sector of the ring is sector `number`, counted on from the ring's start without an end
    /// (section 1, SEQ-1). It is read for the "descriptors", the "data" or the "checksum" of an
    /// entry, or as the "next entry" of a run.
    fn ring_sector(&self, _part: &str, number: u64, ring_sectors: u64) -> u64 {
        number % ring_sectors
    }

    /// ENT-7: whether an entry's LogGuid is the header's.
    fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
        entry == header
    }

    /// How many descriptor sectors hold `count` descriptors (section 1).
    fn descriptor_sectors(&self, count: u64) -> u64 {
        (64 + 32 * count).div_ceil(SECTOR)
    }

    /// In which sector of the entry, and where in it, descriptor `index` lies: 126 in the first
    /// sector, then 128.
    fn descriptor_place(&self, index: u64) -> (u64, usize) {
        (
            (64 + 32 * index) / SECTOR,
            ((64 + 32 * index) % SECTOR) as usize,
        )
    }

    /// Whether a descriptor has a data sector (section 1).
    fn has_data_sector(&self, is_data: bool) -> bool {
        is_data
    }

    /// ENT-2: what stands for the Checksum field, and how many bytes of the entry the checksum
    /// covers.
    fn checksum_input(
        &self,
        _stored: [u8; 4],
        entry_length: u64,
        _descriptor_sectors: u64,
    ) -> ([u8; 4], u64) {
        ([0; 4], entry_length)
    }

    /// A demand on entries that the format does not make.
    fn excess_demand(&self, _entry: &Entry, _ring_length: u64) -> Result<(), ClauseId> {
        Ok(())
    }

    /// Section 3: an invalid entry is not an error. How many bytes the scan moves on from it.
    fn after_invalid_entry(
        &self,
        _clause: ClauseId,
        _claimed: u64,
        _ring: u64,
    ) -> Result<u64, ClauseId> {
        Ok(SECTOR)
    }

    // Section 4: sequences.

    /// SEQ-1: whether `entry`, which starts where the run ends, continues the run.
    fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
        run.last()
            .is_none_or(|last| last.sequence_number.checked_add(1) == Some(entry.sequence_number))
    }

    /// SEQ-2: which entry of a run its head's Tail names.
    fn tail_entry(&self, run: &[&Entry], _all: &[Entry]) -> Option<usize> {
        let head = run.last()?;
        run.iter().position(|entry| entry.offset == head.tail)
    }

    /// SEQ-3: whether a valid sequence is preferred to the best one found before it.
    fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
        candidate.head().sequence_number > best.head().sequence_number
    }

    /// SEQ-5: where the scan goes on after a run that started at `start`; it ends at the ring's
    /// length.
    fn next_position(
        &self,
        start: u64,
        run: u64,
        valid: bool,
        _ring: u64,
    ) -> Result<u64, ClauseId> {
        Ok(if valid { start + run } else { start + SECTOR })
    }

    /// SEQ-8: the FlushedFileOffset that the file's length is held against.
    fn flushed_file_offset(&self, active: &Sequence) -> u64 {
        active.head().flushed_file_offset
    }

    // Section 5: replay.

    /// SEQ-4: which entries of the active sequence are replayed.
    fn replayed(&self, active: &Sequence) -> Range<usize> {
        active.tail..active.entries.len()
    }

    /// RPL-1: the update that a descriptor stands for.
    fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
        Ok(match *descriptor {
            Descriptor::Data {
                offset,
                leading,
                trailing,
                sector,
            } => {
                let bytes = [&leading[..], &ring.sector(sector)[8..4092], &trailing].concat();
                Update::Write { offset, bytes }
            }
            Descriptor::Zero { offset, length } => Update::Zero { offset, length },
        })
    }

    /// RPL-4: a look at other structures before the replay.
    fn before_replay(&self, _image: &Image) -> Result<(), ClauseId> {
        Ok(())
    }

    /// DSC-9: whether an update is passed over in silence: if it touches nothing, but not if its
    /// target is bad.
    fn passes_over(&self, is_empty: bool, _is_bad: bool) -> bool {
        is_empty
    }

    /// RPL-1: the updates in the order in which they are applied, by entry; given tail to head,
    /// with ring offsets.
    fn updates(&self, _header: &Header, _updates: &mut Updates) {}

    /// RPL-2, RPL-10: whether an update extends the file where it goes beyond its end.
    fn extends(&self, _update: &Update) -> bool {
        true
    }

    /// RPL-2, RPL-3, ENT-9: the length of the file after replay, if it can be expressed.
    fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
        let last_file_offset = active
            .head()
            .last_file_offset
            .checked_next_multiple_of(MIB)?;
        Some(file.max(targets_end).max(last_file_offset))
    }

    /// RPL-5: whether the replay goes back to the file.
    fn writes_back(&self, access: Access) -> bool {
        access == Access::Writable
    }

    /// UPD, RPL-6: the operations of a write-back, in order.
    fn write_back(&self, _header: &Header, _operations: &mut Vec<WriteOp>) {}
}
