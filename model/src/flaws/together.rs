//! Several mistakes in one reader: a real program has more than one, and one can hide another.
//!
//! A step is done as the first of the flaws does it that does it differently from the format.
//! Demands that any of them drops are dropped. So the order matters as it does in a program: what
//! it stumbles over first comes first.

use std::ops::Range;

use super::flaw::Flaw;
use crate::image::{Bytes, Image, Ring, Update};
use crate::layout::{Descriptor, Entry, Header, Sequence};
use crate::outcome::{Access, Checked, ClauseId, WriteOp};
use crate::rules::{Format, Rules, Updates};

/// A reader with all of these flaws.
#[derive(Clone, Debug)]
pub struct Together(Vec<&'static Flaw>);

impl Together {
    /// A reader with these flaws, the one it meets first in front.
    pub fn new(flaws: impl IntoIterator<Item = &'static Flaw>) -> Self {
        Self(flaws.into_iter().collect())
    }

    /// What the first flaw does that does not do what the format does.
    fn first<T: PartialEq>(&self, step: impl Fn(&dyn Rules) -> T) -> T {
        let right = step(&Format);
        let mut done = self.0.iter().map(|flaw| step(flaw.rules));
        done.find(|done| *done != right).unwrap_or(right)
    }

    /// The file before the replay where any flaw reads that one, and else the file after it.
    fn first_source<'a>(
        &self,
        before: &'a Image,
        after: &'a Image,
        source: impl Fn(&dyn Rules) -> &'a Image,
    ) -> &'a Image {
        let mut sources = self.0.iter().map(|flaw| source(flaw.rules));
        let is_before = sources.any(|source| std::ptr::eq(source, before));
        if is_before { before } else { after }
    }

    /// Every flaw makes its change.
    fn each(&self, change: impl FnMut(&'static dyn Rules)) {
        self.0.iter().map(|flaw| flaw.rules).for_each(change);
    }
}

impl Rules for Together {
    fn demand(&self, clause: ClauseId, statement: &'static str, holds: bool) -> bool {
        self.first(|rules| rules.demand(clause, statement, holds))
    }

    fn before_refusal(&self, image: &Image) -> Vec<WriteOp> {
        self.first(|rules| rules.before_refusal(image))
    }

    fn signature(&self, found: &[u8], signature: &[u8]) -> bool {
        self.first(|rules| rules.signature(found, signature))
    }

    fn field(&self, name: &'static str, value: u64) -> u64 {
        self.first(|rules| rules.field(name, value))
    }

    fn checksum_matches(&self, of: &'static str, stored: u32, computed: u32) -> bool {
        self.first(|rules| rules.checksum_matches(of, stored, computed))
    }

    fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
        self.first(|rules| rules.header_counts(image, slot, holds))
    }

    fn excess_header_demand(&self, image: &Image) -> Checked<()> {
        self.first(|rules| rules.excess_header_demand(image))
    }

    fn log_offset(&self, header: &Header) -> u64 {
        self.first(|rules| rules.log_offset(header))
    }

    fn log_is_inside(&self, end: u64, file: u64) -> bool {
        self.first(|rules| rules.log_is_inside(end, file))
    }

    fn header_checksum(&self, bytes: Bytes) -> u32 {
        self.first(|rules| rules.header_checksum(bytes))
    }

    fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
        self.first(|rules| rules.second_header_wins(first, second))
    }

    fn log_is_empty(&self, header: &Header) -> bool {
        self.first(|rules| rules.log_is_empty(header))
    }

    fn header_updates(&self, access: Access) -> u64 {
        self.first(|rules| rules.header_updates(access))
    }

    fn ring_sector(&self, part: &str, index: u64, ring_sectors: u64) -> u64 {
        self.first(|rules| rules.ring_sector(part, index, ring_sectors))
    }

    fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
        self.first(|rules| rules.guid_matches(entry, header))
    }

    fn descriptor_sectors(&self, count: u64) -> u64 {
        self.first(|rules| rules.descriptor_sectors(count))
    }

    fn descriptor_place(&self, index: u64) -> (u64, usize) {
        self.first(|rules| rules.descriptor_place(index))
    }

    fn has_data_sector(&self, is_data: bool) -> bool {
        self.first(|rules| rules.has_data_sector(is_data))
    }

    fn checksum_input(&self, stored: [u8; 4], length: u64, sectors: u64) -> ([u8; 4], u64) {
        self.first(|rules| rules.checksum_input(stored, length, sectors))
    }

    fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Checked<()> {
        self.first(|rules| rules.excess_demand(entry, ring))
    }

    fn after_invalid_entry(&self, clause: ClauseId, claimed: u64, ring: u64) -> Checked<u64> {
        self.first(|rules| rules.after_invalid_entry(clause, claimed, ring))
    }

    fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
        self.first(|rules| rules.continues(run, entry))
    }

    fn judged_entries(&self, run: &[&Entry], ring: &Ring<'_>) -> usize {
        self.first(|rules| rules.judged_entries(run, ring))
    }

    fn tail_entry(&self, run: &[&Entry], all: &[Entry]) -> Option<usize> {
        self.first(|rules| rules.tail_entry(run, all))
    }

    fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
        self.first(|rules| rules.is_better(candidate, best))
    }

    fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Checked<u64> {
        self.first(|rules| rules.next_position(start, run, valid, ring))
    }

    fn flushed_file_offset(&self, active: &Sequence) -> u64 {
        self.first(|rules| rules.flushed_file_offset(active))
    }

    fn replayed(&self, active: &Sequence) -> Range<usize> {
        self.first(|rules| rules.replayed(active))
    }

    fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
        self.first(|rules| rules.update(descriptor, ring))
    }

    fn before_replay(&self, image: &Image) -> Checked<()> {
        self.first(|rules| rules.before_replay(image))
    }

    fn passes_over(&self, is_empty: bool, is_bad: bool) -> bool {
        self.first(|rules| rules.passes_over(is_empty, is_bad))
    }

    fn updates(&self, header: &Header, updates: &mut Updates) {
        self.each(|rules| rules.updates(header, updates));
    }

    fn extends(&self, update: &Update) -> bool {
        self.first(|rules| rules.extends(update))
    }

    fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
        self.first(|rules| rules.result_length(file, targets_end, active))
    }

    fn writes_back(&self, access: Access) -> bool {
        self.first(|rules| rules.writes_back(access))
    }

    fn write_back(&self, header: &Header, operations: &mut Vec<WriteOp>) {
        self.each(|rules| rules.write_back(header, operations));
    }

    fn changes_disk(&self) -> bool {
        self.0.iter().any(|flaw| flaw.rules.changes_disk())
    }

    fn bat_source<'a>(&self, before: &'a Image, after: &'a Image) -> &'a Image {
        self.first_source(before, after, |rules| rules.bat_source(before, after))
    }

    fn metadata_source<'a>(&self, before: &'a Image, after: &'a Image) -> &'a Image {
        self.first_source(before, after, |rules| rules.metadata_source(before, after))
    }

    fn block_bytes(&self, stored: u64) -> Option<u64> {
        self.first(|rules| rules.block_bytes(stored))
    }

    fn disk_bytes(&self, stored: u64, block: u64) -> u64 {
        self.first(|rules| rules.disk_bytes(stored, block))
    }

    fn chunk_ratio(&self, logical_sector: u64, physical_sector: u64, block: u64) -> u64 {
        self.first(|rules| rules.chunk_ratio(logical_sector, physical_sector, block))
    }

    fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
        self.first(|rules| rules.bat_index(block, chunk_ratio))
    }

    fn block_state(&self, entry: u64) -> u64 {
        self.first(|rules| rules.block_state(entry))
    }

    fn block_offset(&self, entry: u64) -> u64 {
        self.first(|rules| rules.block_offset(entry))
    }

    fn shows_block(&self, state: u64, place: u64) -> Option<bool> {
        self.first(|rules| rules.shows_block(state, place))
    }

    fn block_on_disk(&self, number: u64, block: u64) -> u64 {
        self.first(|rules| rules.block_on_disk(number, block))
    }
}
