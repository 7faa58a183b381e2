//! The runs of a ring (SEQ-1), of every generation.
//!
//! The library's [`RunTracker`](vhdx_log::RunTracker) sees only the current generation and finds
//! the active sequence. Here every run is listed, including stale ones, each with the reason why it
//! is not the active one (SEQ-2, SEQ-3, ENT-7).

use vhdx_log::{ActiveSequence, Entry, Ring, Run};

use crate::document;
use crate::document::RunState;
use crate::document::list::{Filling, List};
use vhdx_log_image::Guid;

/// Collects runs from entries in the order of a scan.
pub(super) struct Runs {
    ring: Ring,
    /// The ring's first run: the last one may wrap into it.
    first: Option<Run>,
    open: Option<Run>,
    list: Filling<Run>,
}

impl Runs {
    pub(super) fn new(ring: Ring, all: bool) -> Self {
        Self {
            ring,
            first: None,
            open: None,
            list: Filling::new(all),
        }
    }

    pub(super) fn entry(&mut self, entry: Entry) {
        if let Some(open) = &mut self.open
            && continues(self.ring, &open.head, &entry)
        {
            open.entries += 1;
            open.head = entry;
            return;
        }
        let begun = Run {
            start: entry.offset,
            first_sequence_number: entry.sequence_number,
            entries: 1,
            head: entry,
        };
        if let Some(ended) = self.open.replace(begun) {
            self.keep(ended);
        }
    }

    fn keep(&mut self, ended: Run) {
        self.first.get_or_insert_with(|| ended.clone());
        self.list.push(ended);
    }

    /// All runs; the last one is joined with the first if it wraps into it.
    pub(super) fn finish(mut self) -> List<Run> {
        if let Some(mut last) = self.open.take() {
            if let Some(first) = self
                .first
                .take()
                .filter(|first| wraps_into(self.ring, &last, first))
            {
                self.list.remove_first();
                last.entries += first.entries;
                last.head = first.head;
            }
            self.list.push(last);
        }
        self.list.finish()
    }
}

/// SEQ-1, and the same generation.
fn continues(ring: Ring, entry: &Entry, next: &Entry) -> bool {
    entry.end(ring) == next.offset
        && entry.sequence_number.next() == Some(next.sequence_number)
        && entry.log_guid == next.log_guid
}

fn wraps_into(ring: Ring, last: &Run, first: &Run) -> bool {
    last.head.end(ring) == first.start
        && last.head.sequence_number.next() == Some(first.first_sequence_number)
        && last.head.log_guid == first.head.log_guid
}

/// The state of a run. `tail_is_start`: whether an entry starts at the head's Tail.
pub(super) fn judge(
    ring: Ring,
    run: Run,
    active: Option<&ActiveSequence>,
    current_generation: bool,
    tail_is_start: bool,
) -> document::Run {
    let tail = run.head.tail;
    let reach = ring.distance(run.start, run.head.offset);
    let state = if !current_generation {
        RunState::Stale
    } else if active.is_some_and(|active| active.run.start == run.start) {
        RunState::Active
    } else if tail_is_start && ring.distance(run.start, tail) <= reach {
        RunState::Older
    } else {
        RunState::Broken
    };
    document::Run {
        start: run.start.0,
        head: run.head.offset.0,
        entries: run.entries,
        first_sequence_number: run.first_sequence_number.0,
        last_sequence_number: run.head.sequence_number.0,
        tail: tail.0,
        log_guid: Guid(run.head.log_guid),
        state,
    }
}
