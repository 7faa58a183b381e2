//! From entries to the active sequence, in one pass.
//!
//! Valid entries never overlap (see `entry::layout`), so each has at most one successor and at most
//! one predecessor: the entries of a ring form *runs* that share nothing. The format's search,
//! which tries a sequence from every sector of the ring (SEQ-5), therefore finds exactly the ends
//! of these runs, and a run is valid when its head's Tail is the start of one of its own entries
//! (SEQ-2). What must be kept is the run being built, the best valid one so far, the first run of
//! the ring (the last one may wrap into it), and one bit per sector: "an entry starts here".
//!
//! Serves SEQ-1 to SEQ-6. SEQ-6 needs no check of its own: entries that do not overlap cannot be
//! longer together than the ring. Pure; memory is one bit for each sector of the ring.
//!
//! Not done here: what a missing active sequence means (SEQ-7, in `open`), and SEQ-8 (the plan).

use crate::entry::Entry;
use crate::ring::Ring;
use crate::units::{LogOffset, Sectors, SequenceNumber, exact};

/// A maximal series of entries of one generation in which each starts where the one before ends and
/// has the next sequence number (SEQ-1, ENT-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where its first entry starts.
    pub start: LogOffset,
    /// SequenceNumber of its first entry.
    pub first_sequence_number: SequenceNumber,
    /// How many entries it has.
    pub entries: u32,
    /// Its newest entry.
    pub head: Entry,
}

/// The sequence that a replay applies: the entries from the one that the head's Tail names up to
/// the head (SEQ-3, SEQ-4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActiveSequence {
    /// The whole run it was found in. Entries before the tail have been applied already.
    pub run: Run,
    /// The oldest entry to replay.
    pub tail: LogOffset,
    /// How many entries to replay, tail and head included.
    pub entries: u32,
}

impl ActiveSequence {
    /// The newest entry: its FlushedFileOffset and LastFileOffset count for the whole sequence
    /// (SEQ-8, RPL-3).
    pub const fn head(&self) -> &Entry {
        &self.run.head
    }

    /// SequenceNumber of the entry at the tail.
    pub const fn tail_sequence_number(&self) -> SequenceNumber {
        self.run.head.sequence_number.first_of(self.entries)
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
    /// One bit per sector: a valid entry starts here.
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
    /// Where the format's search would first find it.
    found_at: LogOffset,
}

impl RunTracker {
    /// An empty tracker.
    pub fn new(ring: Ring) -> Self {
        let words = ring.sectors().count().div_ceil(u64::BITS);
        Self {
            ring,
            starts: vec![0; Sectors::new(words).index()],
            first: None,
            open: None,
            best: None,
        }
    }

    /// Takes the next valid entry. Entries come in ring order, one that wraps last, as
    /// [`scan`](crate::scan()) reports them. Returns the previous run if this entry does not
    /// continue it.
    pub fn entry(&mut self, entry: Entry) -> Option<Run> {
        self.mark_start(entry.offset);
        if let Some(open) = &mut self.open
            && continues(self.ring, &open.head, &entry)
        {
            exact::increment(&mut open.entries);
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
            // The last run of the ring may still turn out to wrap into this one.
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

    /// The active sequence, and the runs that [`entry`](Self::entry) has not returned: the ring's
    /// last one, joined with the ring's first where the last wraps into it.
    pub fn finish_runs(mut self) -> (Option<ActiveSequence>, Vec<Run>) {
        let mut runs = Vec::new();
        match (self.first.take(), self.open.take()) {
            (Some(first), Some(last)) if self.wraps_into(&last, &first) => {
                let joint = first.start;
                let whole = Run {
                    start: last.start,
                    first_sequence_number: last.first_sequence_number,
                    entries: Sectors::new(last.entries)
                        .plus(Sectors::new(first.entries))
                        .count(),
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

    /// Whether `first` continues `last` (SEQ-1, round the end of the ring).
    fn wraps_into(&self, last: &Run, first: &Run) -> bool {
        last.head.end(self.ring) == first.start
            && last.head.sequence_number.next() == Some(first.first_sequence_number)
            && last.head.log_guid == first.head.log_guid
    }

    /// Keeps the run if it is valid (SEQ-2) and better than the best so far (SEQ-3). `joint` is
    /// where a run made of two has the start of its second part: the start of the ring.
    fn judge(&mut self, run: Run, joint: Option<LogOffset>) {
        let tail = run.head.tail;
        // SEQ-2
        if !self.is_start_within(&run, tail) {
            return;
        }
        // SEQ-5: the search starts at offset 0, so it meets the part of a wrapped run after the
        // joint first, and takes it if the tail is in it.
        let from_start = |at| self.ring.distance(run.start, at);
        let found_at = joint
            .filter(|&joint| from_start(joint) <= from_start(tail))
            .unwrap_or(run.start);
        // SEQ-3: the greatest head wins; on a tie the first found.
        let better = self.best.as_ref().is_none_or(|best| {
            let new = run.head.sequence_number;
            let old = best.active.run.head.sequence_number;
            new > old || (new == old && found_at < best.found_at)
        });
        if better {
            // SEQ-4: only the entries from the tail on.
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

    /// How many entries start between two places, both included, round the end if necessary.
    fn count_starts(&self, from: LogOffset, to: LogOffset) -> u32 {
        let last = Sectors::in_bytes(self.ring.distance(from, to)).count();
        let places = (0..=last).map(|nth| self.ring.advance(from, Sectors::new(nth)));
        let count = places.filter(|&at| self.is_start(at)).count();
        Sectors::of_slice(count).count()
    }
}

/// Whether an entry continues the run that has this head (SEQ-1, ENT-7).
fn continues(ring: Ring, head: &Entry, entry: &Entry) -> bool {
    head.end(ring) == entry.offset
        && head.sequence_number.next() == Some(entry.sequence_number)
        && head.log_guid == entry.log_guid
}

fn word_and_bit(at: LogOffset) -> (usize, u64) {
    let sector = Sectors::in_bytes(at.0).count();
    let word = Sectors::new(sector / u64::BITS).index();
    (word, 1_u64.wrapping_shl(sector % u64::BITS))
}
