//! The order of a replay that is written back, such that a crash at any point loses nothing.
//!
//! ```text
//!  header, flush   (at least once)     UPD-1: a new FileWriteGuid is stable before other changes
//!  data ...        flush               the replayed writes are stable
//!  header, flush   (LogGuid zero)      RPL-6: and only then the log is marked empty
//! ```
//!
//! A header is only rewritten in the slot that is not current, and only while the other one is
//! stable (RPL-7): so one valid header is stable at any point.
//!
//! [`check`] takes the steps of any subject. It does not say which bytes are written where; the
//! judge compares the file for that. Which data is written in which order does not matter between
//! two flushes.

use vhdx_log_image::{HEADER_SECTORS, SECTOR};
use vhdx_log_model::{Update, WriteOp};

use crate::observed::Observer;

/// The bytes of a header that are not reserved.
const HEADER_FIELDS: usize = 80;

/// The most that one write of a header may cover: the header and the space reserved for it.
const HEADER_SPACE: usize = 64 << 10;

/// Where the LogGuid is among the fields.
const LOG_GUID: std::ops::Range<usize> = 48..64;

/// One thing done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A header is rewritten.
    Header {
        /// 0 for header 1, 1 for header 2.
        slot: usize,
        /// Its bytes up to the reserved ones.
        fields: [u8; HEADER_FIELDS],
    },
    /// Anything else is written, zeroed, made longer or shorter.
    Data,
    /// Everything before it is stable when it returns.
    Flush,
}

/// The steps done to a file, in order. Data after data, and a flush after a flush, is one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps(Vec<Step>);

impl Steps {
    /// No step yet, with room for those of a replay.
    pub fn for_replay() -> Self {
        Self(Vec::with_capacity(12))
    }

    pub fn of_model(operations: &[WriteOp]) -> Self {
        let mut steps = Self::for_replay();
        for operation in operations {
            match operation {
                WriteOp::WriteHeader { slot, header } => {
                    let offset = HEADER_SECTORS[slot % 2] * SECTOR;
                    steps.on_write(offset, &header.to_bytes());
                }
                WriteOp::Update(Update::Zero { length: 0, .. }) => {}
                WriteOp::Update(_) => steps.push(Step::Data),
                WriteOp::Flush => steps.push(Step::Flush),
            }
        }
        steps
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps in words: "header 2, flush, data, flush".
    pub fn describe(&self) -> String {
        let words = self.0.iter().map(|step| match step {
            Step::Header { slot, fields } if fields[LOG_GUID] == [0; 16] => {
                format!("header {} with LogGuid zero", slot + 1)
            }
            Step::Header { slot, .. } => format!("header {}", slot + 1),
            Step::Data => "data".to_owned(),
            Step::Flush => "flush".to_owned(),
        });
        let words: Vec<_> = words.collect();
        if words.is_empty() {
            "nothing".to_owned()
        } else {
            words.join(", ")
        }
    }

    fn push(&mut self, step: Step) {
        let is_header = matches!(step, Step::Header { .. });
        if is_header || self.0.last() != Some(&step) {
            self.0.push(step);
        }
    }
}

impl FromIterator<Step> for Steps {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        let mut all = Self::default();
        steps.into_iter().for_each(|step| all.push(step));
        all
    }
}

/// Steps are recorded by observing a storage.
impl Observer for Steps {
    fn on_write(&mut self, offset: u64, bytes: &[u8]) {
        let slot = HEADER_SECTORS
            .iter()
            .position(|sector| sector * SECTOR == offset);
        let fields = bytes
            .first_chunk()
            .filter(|_| bytes.len() <= HEADER_SPACE)
            .copied();
        self.push(match (slot, fields) {
            (Some(slot), Some(fields)) => Step::Header { slot, fields },
            _ => Step::Data,
        });
    }

    fn on_zero(&mut self, _: u64, _: u64) {
        self.push(Step::Data);
    }

    fn on_set_len(&mut self, _: u64) {
        self.push(Step::Data);
    }

    fn on_flush(&mut self) {
        self.push(Step::Flush);
    }
}

/// A rule that an order of steps breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfOrder {
    pub clause: &'static str,
    pub what: &'static str,
}

/// Checks UPD-1, RPL-6 and RPL-7; `current` is the slot of the header that is current before.
///
/// # Errors
/// The first step that is out of order.
pub fn check(steps: &Steps, current: usize) -> Result<(), OutOfOrder> {
    let mut progress = Progress {
        current,
        pending_header: None,
        pending_data: false,
        updated: false,
        marked_empty: false,
    };
    steps.0.iter().try_for_each(|step| progress.take(step))?;
    let unstable = progress.pending_data || progress.pending_header.is_some();
    allow(!unstable, "RPL-6", "the last writes are not flushed")
}

/// What is stable, and what is not yet.
struct Progress {
    current: usize,
    pending_header: Option<usize>,
    pending_data: bool,
    updated: bool,
    marked_empty: bool,
}

impl Progress {
    fn take(&mut self, step: &Step) -> Result<(), OutOfOrder> {
        match step {
            Step::Header { slot, fields } => self.take_header(*slot, fields),
            Step::Data => {
                allow(
                    self.updated,
                    "UPD-1",
                    "the file is changed before a header is",
                )?;
                let what = "the file is changed after its log is marked empty";
                allow(!self.marked_empty, "RPL-6", what)?;
                self.pending_data = true;
                Ok(())
            }
            Step::Flush => {
                if let Some(slot) = self.pending_header.take() {
                    self.current = slot;
                    self.updated = true;
                }
                self.pending_data = false;
                Ok(())
            }
        }
    }

    fn take_header(&mut self, slot: usize, fields: &[u8; HEADER_FIELDS]) -> Result<(), OutOfOrder> {
        let what = "a header is written before the other one is stable";
        allow(self.pending_header.is_none(), "RPL-7", what)?;
        let what = "the current header is written, not the other one";
        allow(slot != self.current, "UPD-1", what)?;
        if fields[LOG_GUID] == [0; 16] {
            let what = "the log is marked empty before the replayed writes are stable";
            allow(!self.pending_data, "RPL-6", what)?;
            self.marked_empty = true;
        }
        self.pending_header = Some(slot);
        Ok(())
    }
}

fn allow(allowed: bool, clause: &'static str, what: &'static str) -> Result<(), OutOfOrder> {
    if allowed {
        Ok(())
    } else {
        Err(OutOfOrder { clause, what })
    }
}
