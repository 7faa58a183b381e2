//! The one gate that every demand passes, and the steps that have a name.
//!
//! [`Format`] is the format as written: each statement holds when it holds, and the steps are the
//! default methods below. A flaw is another implementation of [`Rules`] that lets one demand pass
//! or replaces one step; a reading is one that an OPEN clause allows. Each method cites its clause.

use std::ops::Range;

use crate::image::{Bytes, Image, Ring, SECTOR, Update};
use crate::layout::{Descriptor, Entry, Header, MIB, Sequence};
use crate::outcome::{Access, Checked, ClauseId, Refusal, WriteOp};

/// The updates of a replay, by entry: its ring offset, and its updates in order.
pub type Updates = Vec<(u64, Vec<Update>)>;

/// The format as it is written: no demand dropped, no step replaced.
#[derive(Clone, Copy, Debug)]
pub struct Format;

impl Rules for Format {}

/// The gate and the named steps, in the order in which a reader meets them.
pub trait Rules: Sync {
    /// The gate: whether the reader takes `statement`, a demand of `clause`, to hold. `holds` is
    /// the truth.
    fn demand(&self, _clause: ClauseId, _statement: &'static str, holds: bool) -> bool {
        holds
    }

    /// A refusal with this clause, unless the demand holds.
    fn require(&self, clause: ClauseId, what: &'static str, holds: bool) -> Result<(), Refusal> {
        self.demand(clause, what, holds)
            .then_some(())
            .ok_or(Refusal {
                clause,
                what,
                operations: Vec::new(),
            })
    }

    /// RPL-8: what has been done to a file by the time it is refused. Nothing.
    fn before_refusal(&self, _image: &Image) -> Vec<WriteOp> {
        Vec::new()
    }

    /// FID-1, HDR-1, ENT-1, DSC-1, DAT-1: whether a structure begins with a signature.
    fn signature(&self, found: &[u8], signature: &[u8]) -> bool {
        found.starts_with(signature)
    }

    /// Section 1: the value of the field of that name, as the reader takes it.
    fn field(&self, _name: &'static str, value: u64) -> u64 {
        value
    }

    /// HDR-1, ENT-2: whether the stored checksum is the computed one.
    fn checksum_matches(&self, _of: &'static str, stored: u32, computed: u32) -> bool {
        stored == computed
    }

    // Section 2: headers.

    /// HDR-1: whether the header in a slot counts. `holds` says whether it is valid.
    fn header_counts(&self, _image: &Image, _slot: usize, holds: bool) -> bool {
        holds
    }

    /// A demand on both headers that the format does not make. Only flaws have some.
    fn excess_header_demand(&self, _image: &Image) -> Checked<()> {
        Ok(())
    }

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

    /// HDR-8: where the log starts.
    fn log_offset(&self, header: &Header) -> u64 {
        header.log_offset
    }

    /// HDR-8: whether a log that ends here is inside a file of this length.
    fn log_is_inside(&self, end: u64, file: u64) -> bool {
        end <= file
    }

    /// HDR-13: how many sequence numbers the header updates of a replay use: two before it (UPD-1,
    /// UPD-2), two after it (RPL-6).
    fn header_updates(&self, access: Access) -> u64 {
        if access == Access::Writable { 4 } else { 0 }
    }

    // Section 3: entries.

    /// SEQ-5: the log is a ring, so the sector after its last one is its first. `index` may be
    /// past the end. `_part` says what is read: the "descriptors", the "data" or the "checksum" of
    /// an entry, or the "next entry" of a run.
    fn ring_sector(&self, _part: &str, index: u64, ring_sectors: u64) -> u64 {
        index % ring_sectors
    }

    /// ENT-7: whether an entry's LogGuid is the header's.
    fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
        entry == header
    }

    /// ENT-6: how many descriptor sectors hold `count` descriptors (section 1).
    fn descriptor_sectors(&self, count: u64) -> u64 {
        (64 + 32 * count).div_ceil(SECTOR)
    }

    /// The sector of the entry that holds descriptor `index`, and the offset in that sector: 126
    /// descriptors in the first sector, then 128 in each (section 1).
    fn descriptor_place(&self, index: u64) -> (u64, usize) {
        (
            (64 + 32 * index) / SECTOR,
            ((64 + 32 * index) % SECTOR) as usize,
        )
    }

    /// ENT-6: whether a descriptor has a data sector (section 1).
    fn has_data_sector(&self, is_data: bool) -> bool {
        is_data
    }

    /// ENT-2: what the Checksum field is taken to be while the checksum is computed, and how many
    /// bytes of the entry the checksum covers.
    fn checksum_input(
        &self,
        _stored: [u8; 4],
        entry_length: u64,
        _descriptor_sectors: u64,
    ) -> ([u8; 4], u64) {
        ([0; 4], entry_length)
    }

    /// A demand on entries that the format does not make. Flaws and readings have some.
    fn excess_demand(&self, _entry: &Entry, _ring: &Ring<'_>) -> Checked<()> {
        Ok(())
    }

    /// Section 3, SEQ-5: an invalid entry is not an error, and moves the scan by one sector.
    fn after_invalid_entry(&self, _clause: ClauseId, _claimed: u64, _ring: u64) -> Checked<u64> {
        Ok(SECTOR)
    }

    // Section 4: sequences.

    /// SEQ-1: whether `entry`, which starts where the run ends, continues the run. The last number,
    /// 2^64 - 1, has no successor.
    fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
        run.last()
            .is_none_or(|last| last.sequence_number.checked_add(1) == Some(entry.sequence_number))
    }

    /// SEQ-1: how many of a maximal run's entries are judged as a sequence, from its start: all.
    fn judged_entries(&self, run: &[&Entry], _ring: &Ring<'_>) -> usize {
        run.len()
    }

    /// SEQ-2: the index of the entry of a run that its head's Tail points to.
    fn tail_entry(&self, run: &[&Entry], _all: &[Entry]) -> Option<usize> {
        let head = run.last()?;
        run.iter().position(|entry| entry.offset == head.tail)
    }

    /// SEQ-3: whether a valid sequence is better than the best one found before it. On a tie the
    /// first stays.
    fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
        candidate.head().sequence_number > best.head().sequence_number
    }

    /// SEQ-5: where the scan continues after a run of `run` bytes that starts at `start`. The scan
    /// ends when the position reaches the ring's length.
    fn next_position(&self, start: u64, run: u64, valid: bool, _ring: u64) -> Checked<u64> {
        Ok(if valid { start + run } else { start + SECTOR })
    }

    /// SEQ-8: the FlushedFileOffset that the file's length is compared with.
    fn flushed_file_offset(&self, active: &Sequence) -> u64 {
        active.head().flushed_file_offset
    }

    // Section 5: replay.

    /// SEQ-4: the entries of the active sequence that are replayed, by index.
    fn replayed(&self, active: &Sequence) -> Range<usize> {
        active.tail..active.entries.len()
    }

    /// RPL-1: what a descriptor writes. LeadingBytes and TrailingBytes are put back.
    fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
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

    /// RPL-4: other structures are not read before the replay. Only flaws do it.
    fn before_replay(&self, _image: &Image) -> Checked<()> {
        Ok(())
    }

    /// DSC-9: whether an update is left out without an error. An empty target is, a bad one is
    /// not.
    fn passes_over(&self, is_empty: bool, _is_bad: bool) -> bool {
        is_empty
    }

    /// RPL-1: the order in which updates are applied: as given, from tail to head.
    fn updates(&self, _header: &Header, _updates: &mut Updates) {}

    /// RPL-2, RPL-10: whether an update past the end of the file extends it.
    fn extends(&self, _update: &Update) -> bool {
        true
    }

    /// RPL-2, RPL-3: the length of the file after replay, never shorter than before. ENT-9:
    /// LastFileOffset is rounded up to 1 MiB; `None` when that overflows.
    fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
        let last_file_offset = active
            .head()
            .last_file_offset
            .checked_next_multiple_of(MIB)?;
        Some(file.max(targets_end).max(last_file_offset))
    }

    /// RPL-5: whether the replay is written to the file.
    fn writes_back(&self, access: Access) -> bool {
        access == Access::Writable
    }

    /// UPD-1, RPL-6: changes to the operations of a write-back. Only flaws make any.
    fn write_back(&self, _header: &Header, _operations: &mut Vec<WriteOp>) {}

    // Section 7: the disk that a guest sees.

    /// Whether one of the steps of section 7 is replaced. Only flaws say so.
    fn changes_disk(&self) -> bool {
        false
    }

    /// RPL-4: where the BAT is read from, the file before or after the replay.
    fn bat_source<'a>(&self, _before: &'a Image, after: &'a Image) -> &'a Image {
        after
    }

    /// RPL-4: where the metadata is read from.
    fn metadata_source<'a>(&self, _before: &'a Image, after: &'a Image) -> &'a Image {
        after
    }

    /// The size of a block, as the metadata has it; `None` when the disk is refused.
    fn block_bytes(&self, stored: u64) -> Option<u64> {
        (stored.is_power_of_two() && (MIB..=256 * MIB).contains(&stored)).then_some(stored)
    }

    /// The size of the disk, as the metadata has it.
    fn disk_bytes(&self, stored: u64, _block: u64) -> u64 {
        stored
    }

    /// DSK-1: the number of payload blocks in a chunk.
    fn chunk_ratio(&self, logical_sector: u64, _physical_sector: u64, block: u64) -> u64 {
        (logical_sector << 23) / block
    }

    /// DSK-1: the index in the BAT of a payload block's entry.
    fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
        block + block / chunk_ratio
    }

    /// DSK-2: the state of a BAT entry.
    fn block_state(&self, entry: u64) -> u64 {
        entry & 7
    }

    /// DSK-2: where the block of a BAT entry is in the file, from its FileOffsetMB.
    fn block_offset(&self, entry: u64) -> u64 {
        (entry >> 20) * MIB
    }

    /// DSK-2, DSK-3: whether the guest sees a block with this state and place, or zeros; `None`
    /// when the disk is refused.
    fn shows_block(&self, state: u64, _place: u64) -> Option<bool> {
        match state {
            0..=3 => Some(false),
            6 => Some(true),
            _ => None,
        }
    }

    /// Where a block is on the disk.
    fn block_on_disk(&self, number: u64, block: u64) -> u64 {
        number * block
    }
}
