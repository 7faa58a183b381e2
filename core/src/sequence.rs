//! From entries to the active sequence, in one pass and constant memory.
//!
//! Valid entries never overlap (see [`entry::layout`](crate::entry)), so each has at most one
//! successor and at most one predecessor: the entries of a ring fall into *runs* that share
//! nothing. The format's search, which tries a sequence from every sector of the ring (SEQ-5),
//! therefore finds exactly the ends of these runs, and a run is valid when its head's Tail is the
//! start of one of its own entries (SEQ-2). What has to be kept is the run being built, the best
//! valid one so far, the first run of the ring (the last one may wrap into it), and one bit a
//! sector: "an entry starts here".
//!
//! Serves SEQ-1 to SEQ-6. Never panics; memory is a bit for each sector of the ring.

use crate::entry::Entry;
use crate::ring::Ring;
use crate::units::{LogOffset, SECTOR_U32, SequenceNumber};

/// Entries of which each starts where the one before ends and has the next number (SEQ-1), as many
/// as there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where its first entry starts.
    pub start: LogOffset,
    /// Its first entry's number.
    pub first_sequence_number: SequenceNumber,
    /// How many entries it has.
    pub entries: u32,
    /// Its newest entry.
    pub head: Entry,
}

/// The sequence a replay applies: the entries from the one the head's Tail names to the head
/// (SEQ-3, SEQ-4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveSequence {
    /// The whole run it was found in; entries before the tail are applied already.
    pub run: Run,
    /// The oldest entry to replay.
    pub tail: LogOffset,
    /// How many entries to replay, tail and head included.
    pub entries: u32,
}

impl ActiveSequence {
    /// The newest entry: its fields speak for the whole sequence (SEQ-8, RPL-3).
    pub const fn head(&self) -> &Entry {
        &self.run.head
    }

    /// The number of the entry at the tail: one number an entry (SEQ-1), counted back from the
    /// head.
    pub fn tail_sequence_number(&self) -> SequenceNumber {
        SequenceNumber(
            self.run
                .head
                .sequence_number
                .0
                .saturating_sub(u64::from(self.entries).saturating_sub(1)),
        )
    }
}

/// Builds the runs of a ring from its valid entries.
///
/// ```
/// # use vhdx_log::{Ring, RunTracker, units::FileOffset};
/// let ring = Ring::new(FileOffset(1 << 20), 1 << 20).unwrap();
/// assert!(RunTracker::new(ring).finish().is_none(), "an empty log has no active sequence");
/// ```
#[derive(Debug)]
pub struct RunTracker {
    ring: Ring,
    /// One bit a sector: a valid entry starts here.
    starts: Vec<u64>,
    /// The first run of the ring, once it has ended.
    first: Option<Run>,
    /// The run that the next entry may continue.
    open: Option<Run>,
    best: Option<Candidate>,
}

/// A valid run that may turn out to be the active one.
#[derive(Debug)]
struct Candidate {
    active: ActiveSequence,
    /// Where the format's search would first come upon it.
    found_at: LogOffset,
}

impl RunTracker {
    /// A tracker for a ring that no entry has been seen of.
    pub fn new(ring: Ring) -> Self {
        let words = usize::try_from((ring.length() / SECTOR_U32).div_ceil(u64::BITS)).unwrap_or(0);
        Self {
            ring,
            starts: vec![0; words],
            first: None,
            open: None,
            best: None,
        }
    }

    /// Takes the next valid entry. Entries come in the order of the ring, an entry that wraps last,
    /// as [`scan`](crate::scan::scan) finds them. Gives back the run that this entry ended by not
    /// continuing it.
    pub fn entry(&mut self, entry: Entry) -> Option<Run> {
        self.mark_start(entry.offset);
        if let Some(open) = &mut self.open
            && open.head.end(self.ring) == entry.offset
            && open.head.sequence_number.next() == Some(entry.sequence_number)
        {
            open.entries = open.entries.saturating_add(1);
            open.head = entry;
            return None;
        }
        let begun = Run {
            start: entry.offset,
            first_sequence_number: entry.sequence_number,
            entries: 1,
            head: entry,
        };
        let ended = self.open.replace(begun)?;
        if self.first.is_none() {
            // The last run of the ring may yet turn out to wrap into this one.
            self.first = Some(ended.clone());
        } else {
            self.judge(ended.clone(), None);
        }
        Some(ended)
    }

    /// The active sequence, once all entries have been seen; `None` when there is no valid one
    /// (SEQ-7).
    pub fn finish(self) -> Option<ActiveSequence> {
        self.finish_runs().0
    }

    /// The active sequence, and the runs that [`entry`](Self::entry) has not given back: the ring's
    /// last, and when that one wraps into the ring's first, the two as one.
    pub fn finish_runs(mut self) -> (Option<ActiveSequence>, Vec<Run>) {
        let mut runs = Vec::new();
        match (self.first.take(), self.open.take()) {
            (Some(first), Some(last)) if self.continues(&last, &first) => {
                let joint = first.start;
                let whole = Run {
                    start: last.start,
                    first_sequence_number: last.first_sequence_number,
                    entries: last.entries.saturating_add(first.entries),
                    head: first.head,
                };
                self.judge(whole.clone(), Some(joint));
                runs.push(whole);
            }
            (first, last) => {
                if let Some(first) = first {
                    self.judge(first, None);
                }
                if let Some(last) = last {
                    self.judge(last.clone(), None);
                    runs.push(last);
                }
            }
        }
        (self.best.map(|best| best.active), runs)
    }

    /// Whether `first` goes on where `last` ends (SEQ-1, round the end of the ring).
    fn continues(&self, last: &Run, first: &Run) -> bool {
        last.head.end(self.ring) == first.start
            && last.head.sequence_number.next() == Some(first.first_sequence_number)
    }

    /// Keeps the run if it is valid and better than the best so far (SEQ-2, SEQ-3). `joint` is
    /// where a run made of two begins anew at the ring's start.
    fn judge(&mut self, run: Run, joint: Option<LogOffset>) {
        let tail = run.head.tail;
        if !self.is_start_within(&run, tail) {
            return;
        }
        // The search goes round from offset 0, so it meets the part of a wrapped run behind the
        // joint first, and takes it if the tail lies in it.
        let from_start = |at| self.ring.distance(run.start, at);
        let found_at = joint
            .filter(|&joint| from_start(joint) <= from_start(tail))
            .unwrap_or(run.start);
        let better = self.best.as_ref().is_none_or(|best| {
            let (new, old) = (
                run.head.sequence_number,
                best.active.run.head.sequence_number,
            );
            new > old || (new == old && found_at < best.found_at)
        });
        if better {
            let entries = self.count_starts(tail, run.head.offset);
            self.best = Some(Candidate {
                active: ActiveSequence { run, tail, entries },
                found_at,
            });
        }
    }

    /// Whether an entry of the run starts at `at`. Entries do not overlap, so any entry between the
    /// run's ends is one of its own.
    fn is_start_within(&self, run: &Run, at: LogOffset) -> bool {
        let reach = self.ring.distance(run.start, run.head.offset);
        self.ring.distance(run.start, at) <= reach && self.is_start(at)
    }

    fn mark_start(&mut self, at: LogOffset) {
        let (word, bit) = word_and_bit(at);
        if let Some(word) = self.starts.get_mut(word) {
            *word |= bit;
        }
    }

    fn is_start(&self, at: LogOffset) -> bool {
        let (word, bit) = word_and_bit(at);
        self.starts.get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many entries start between two places, both included, going round the end if need be.
    fn count_starts(&self, from: LogOffset, to: LogOffset) -> u32 {
        let sectors = (self.ring.distance(from, to) / SECTOR_U32).saturating_add(1);
        let places =
            (0..sectors).map(|sector| self.ring.after(from, sector.saturating_mul(SECTOR_U32)));
        let count = places.filter(|&at| self.is_start(at)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

fn word_and_bit(at: LogOffset) -> (usize, u64) {
    let sector = at.0 / SECTOR_U32;
    let word = usize::try_from(sector / u64::BITS).unwrap_or(usize::MAX);
    (word, 1_u64.wrapping_shl(sector % u64::BITS))
}
