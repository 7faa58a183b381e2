//! Which flaws can show on an image, found by reading it once.
//!
//! A reader's work depends on its rules only through the answers of their steps. So a flaw that
//! gives the format's answer at each step that the format's reader takes does what the format does,
//! and need not be tried. [`Suspects`] reads an image by the format, and asks at each step the
//! flaws that have one of their own.
//!
//! Not promised: that a suspect shows. Its step may differ where nothing depends on it.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::flaw::Flaw;
use crate::image::{Bytes, Image, Ring, Update};
use crate::layout::{Descriptor, Entry, Header, Sequence};
use crate::outcome::{Access, Checked, ClauseId, WriteOp};
use crate::rules::{Format, Rules, Updates};

/// Flaws, to be told apart from the format on one image after another.
#[derive(Debug)]
pub struct Suspects {
    flaws: Vec<&'static Flaw>,
    by_step: ByStep,
}

impl Suspects {
    /// These flaws, and no others.
    pub fn new(flaws: impl IntoIterator<Item = &'static Flaw>) -> Self {
        let flaws: Vec<_> = flaws.into_iter().collect();
        let mut by_step = ByStep::default();
        for (number, flaw) in flaws.iter().enumerate() {
            debug_assert!(flaw.has_only_steps_of(ByStep::ALL), "{flaw:?}");
            by_step.add(number, flaw);
        }
        Self { flaws, by_step }
    }

    /// The flaws, in the order in which they were given.
    pub fn flaws(&self) -> impl Iterator<Item = &'static Flaw> {
        self.flaws.iter().copied()
    }

    /// Whether there are no flaws.
    pub fn is_empty(&self) -> bool {
        self.flaws.is_empty()
    }

    /// Keeps only some of the flaws.
    pub fn retain(&mut self, keep: impl Fn(&Flaw) -> bool) {
        *self = Self::new(self.flaws.iter().copied().filter(|flaw| keep(flaw)));
    }

    /// What `work` gives by the format's rules, and the flaws with which it may give something
    /// else. With the rules of any other flaw it gives the same.
    pub fn of<T>(&self, work: impl FnOnce(&dyn Rules) -> T) -> (T, Vec<&'static Flaw>) {
        let attempt = Watch {
            by_step: &self.by_step,
            differs: self.flaws.iter().map(|_| AtomicBool::new(false)).collect(),
        };
        let result = work(&attempt);
        let flaws = self.flaws.iter().zip(attempt.differs);
        let suspects = flaws.filter(|(_, differs)| differs.load(Ordering::Relaxed));
        (result, suspects.map(|(flaw, _)| *flaw).collect())
    }
}

/// The flaws that have a step of their own, each with its number.
type Asked = Vec<(usize, &'static Flaw)>;

/// The format's rules, which note the flaws whose step differs.
struct Watch<'a> {
    by_step: &'a ByStep,
    /// By the number of the flaw.
    differs: Vec<AtomicBool>,
}

impl Watch<'_> {
    fn ask<T: PartialEq>(&self, asked: &Asked, step: impl Fn(&dyn Rules) -> T) -> T {
        let right = step(&Format);
        for (number, flaw) in asked {
            let differs = &self.differs[*number];
            if !differs.load(Ordering::Relaxed) && step(flaw.rules) != right {
                differs.store(true, Ordering::Relaxed);
            }
        }
        right
    }
}

/// The steps of [`Rules`]: who is asked at each, and the question.
macro_rules! steps {
    (
        answers {
            $(fn $step:ident$(<$life:lifetime>)?($($name:ident: $type:ty),*) -> $answer:ty;)*
        }
        changes {
            $(fn $change:ident($header:ident: &Header, $changed:ident: &mut $in_place:ty);)*
        }
    ) => {
        #[derive(Debug, Default)]
        struct ByStep {
            $($step: Asked,)*
            $($change: Asked,)*
        }

        impl ByStep {
            const ALL: &[&str] = &[$(stringify!($step),)* $(stringify!($change),)*];

            fn add(&mut self, number: usize, flaw: &'static Flaw) {
                $(if flaw.has_step(stringify!($step)) {
                    self.$step.push((number, flaw));
                })*
                $(if flaw.has_step(stringify!($change)) {
                    self.$change.push((number, flaw));
                })*
            }
        }

        impl Rules for Watch<'_> {
            $(fn $step$(<$life>)?(&self, $($name: $type),*) -> $answer {
                self.ask(&self.by_step.$step, |rules| rules.$step($($name),*))
            })*
            $(fn $change(&self, $header: &Header, $changed: &mut $in_place) {
                *$changed = self.ask(&self.by_step.$change, |rules| {
                    let mut changed = $changed.clone();
                    rules.$change($header, &mut changed);
                    changed
                });
            })*
        }
    };
}

steps! {
    answers {
        fn demand(clause: ClauseId, statement: &'static str, holds: bool) -> bool;
        fn before_refusal(image: &Image) -> Vec<WriteOp>;
        fn signature(found: &[u8], signature: &[u8]) -> bool;
        fn field(name: &'static str, value: u64) -> u64;
        fn checksum_matches(of: &'static str, stored: u32, computed: u32) -> bool;
        fn header_counts(image: &Image, slot: usize, holds: bool) -> bool;
        fn excess_header_demand(image: &Image) -> Checked<()>;
        fn header_checksum(bytes: Bytes) -> u32;
        fn second_header_wins(first: &Header, second: &Header) -> bool;
        fn log_is_empty(header: &Header) -> bool;
        fn log_offset(header: &Header) -> u64;
        fn log_is_inside(end: u64, file: u64) -> bool;
        fn header_updates(access: Access) -> u64;
        fn ring_sector(part: &str, index: u64, ring_sectors: u64) -> u64;
        fn guid_matches(entry: &[u8; 16], header: &[u8; 16]) -> bool;
        fn descriptor_sectors(count: u64) -> u64;
        fn descriptor_place(index: u64) -> (u64, usize);
        fn has_data_sector(is_data: bool) -> bool;
        fn checksum_input(stored: [u8; 4], length: u64, sectors: u64) -> ([u8; 4], u64);
        fn excess_demand(entry: &Entry, ring: &Ring<'_>) -> Checked<()>;
        fn after_invalid_entry(clause: ClauseId, claimed: u64, ring: u64) -> Checked<u64>;
        fn continues(run: &[&Entry], entry: &Entry) -> bool;
        fn judged_entries(run: &[&Entry], ring: &Ring<'_>) -> usize;
        fn tail_entry(run: &[&Entry], all: &[Entry]) -> Option<usize>;
        fn is_better(candidate: &Sequence, best: &Sequence) -> bool;
        fn next_position(start: u64, run: u64, valid: bool, ring: u64) -> Checked<u64>;
        fn flushed_file_offset(active: &Sequence) -> u64;
        fn replayed(active: &Sequence) -> Range<usize>;
        fn update(descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update>;
        fn before_replay(image: &Image) -> Checked<()>;
        fn passes_over(is_empty: bool, is_bad: bool) -> bool;
        fn extends(update: &Update) -> bool;
        fn result_length(file: u64, targets_end: u64, active: &Sequence) -> Option<u64>;
        fn writes_back(access: Access) -> bool;
        fn bat_source<'i>(before: &'i Image, after: &'i Image) -> &'i Image;
        fn metadata_source<'i>(before: &'i Image, after: &'i Image) -> &'i Image;
        fn block_bytes(stored: u64) -> Option<u64>;
        fn disk_bytes(stored: u64, block: u64) -> u64;
        fn chunk_ratio(logical_sector: u64, physical_sector: u64, block: u64) -> u64;
        fn bat_index(block: u64, chunk_ratio: u64) -> u64;
        fn block_state(entry: u64) -> u64;
        fn block_offset(entry: u64) -> u64;
        fn shows_block(state: u64, place: u64) -> Option<bool>;
        fn block_on_disk(number: u64, block: u64) -> u64;
    }
    changes {
        fn updates(header: &Header, updates: &mut Updates);
        fn write_back(header: &Header, operations: &mut Vec<WriteOp>);
    }
}
