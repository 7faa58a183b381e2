//! The order of a replay that is written back, such that a crash at any point loses nothing (UPD-1,
//! RPL-6, RPL-7).
//!
//! ```text
//!  header, flush   (at least once)     a new FileWriteGuid is stable before anything else changes
//!  data ...        flush               the replayed writes are stable
//!  header, flush   (LogGuid zero)      and only then the log is given up
//! ```
//!
//! A header is only ever rewritten in the slot that is not current, and only when the other one is
//! stable.

use vhdx_log_image::SECTOR_BYTES;

/// One thing done to a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Header 1 (slot 0) or header 2 (slot 1) is written.
    Header {
        /// 0 or 1.
        slot: usize,
        /// What is written.
        bytes: Box<[u8; SECTOR_BYTES]>,
    },
    /// Anything else is written, zeroed, made longer or shorter.
    Data,
    /// All before is stable when it returns.
    Flush,
}

impl Step {
    /// The step that writes these bytes at this offset.
    pub fn of_write(offset: u64, bytes: &[u8]) -> Self {
        let slot = [64 << 10, 128 << 10]
            .iter()
            .position(|&slot| slot == offset);
        match (slot, <[u8; SECTOR_BYTES]>::try_from(bytes)) {
            (Some(slot), Ok(bytes)) => Self::Header {
                slot,
                bytes: Box::new(bytes),
            },
            _ => Self::Data,
        }
    }
}

/// What is stable, and what is on its way.
struct Progress {
    current: usize,
    pending_header: Option<usize>,
    pending_data: bool,
    updated: bool,
    marked_empty: bool,
}

/// The first thing that is out of order, with its clause; `current` is the slot of the current
/// header before.
pub(super) fn out_of_order(steps: &[Step], current: usize) -> Option<(&'static str, String)> {
    let mut at = Progress {
        current,
        pending_header: None,
        pending_data: false,
        updated: false,
        marked_empty: false,
    };
    let broken = steps.iter().find_map(|step| at.take(step));
    let broken = broken.or_else(|| {
        let unstable = at.pending_data || at.pending_header.is_some();
        unstable.then_some(("RPL-6", "it ends with writes that are not flushed"))
    });
    broken.map(|(clause, what)| (clause, what.to_owned()))
}

impl Progress {
    fn take(&mut self, step: &Step) -> Option<(&'static str, &'static str)> {
        match step {
            Step::Header { .. } if self.pending_header.is_some() => {
                return Some((
                    "RPL-7",
                    "a header is written before the other one is stable",
                ));
            }
            Step::Header { slot, .. } if *slot == self.current => {
                return Some(("UPD-1", "the current header is written, not the other one"));
            }
            Step::Header { slot, bytes } => {
                if bytes[48..64] == [0; 16] {
                    if self.pending_data {
                        return Some((
                            "RPL-6",
                            "the log is marked empty before the replayed writes are stable",
                        ));
                    }
                    self.marked_empty = true;
                }
                self.pending_header = Some(*slot);
            }
            Step::Data if !self.updated => {
                return Some(("UPD-1", "the file is changed before a header is"));
            }
            Step::Data if self.marked_empty => {
                return Some(("RPL-6", "the file is changed after its log is marked empty"));
            }
            Step::Data => self.pending_data = true,
            Step::Flush => {
                if let Some(slot) = self.pending_header.take() {
                    self.current = slot;
                    self.updated = true;
                }
                self.pending_data = false;
            }
        }
        None
    }
}
