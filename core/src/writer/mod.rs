//! Writing metadata through the log, so that a crash at any moment loses nothing that was
//! acknowledged (WRT-9).
//!
//! ```text
//!  submit      changes -> the next entry, buffered      reads see them, a crash may lose them
//!  commit      entries -> log, flush                    durable: a crash replays them
//!  checkpoint  changes -> their place in the file, flush   the log's space may be reused (WRT-1)
//!  close       checkpoint, LogGuid zero in both headers    a clean file (RPL-6)
//! ```
//!
//! A *generation* of the log begins before the first change after an open, not with the open. The
//! headers get a new FileWriteGuid and DataWriteGuid (UPD-1, UPD-4). An entry with a new LogGuid is
//! written and flushed *while the headers still say that the log is empty*, so that no program
//! reads it. Then the headers name that LogGuid (UPD-5). Naming it first would leave, for a moment,
//! a dirty file without a valid sequence, which every reader must refuse (SEQ-7).
//!
//! A log that runs out of room is drained: checkpointed, then an empty entry whose Tail is itself
//! frees the rest of the ring (WRT-7). Where even that entry has no room, or a transaction needs
//! the whole ring, the generation ends (LogGuid zero) and the next one begins. A generation whose
//! sequence numbers are exhausted ends in the same way.
//!
//! Serves WRT-1 to WRT-10, UPD-1 to UPD-5, HDR-13. Memory: the pending changes and a MiB. Not
//! promised: more than one writer at a time ([`try_lock`](crate::storage::Storage::try_lock) keeps
//! programs apart that ask), and order among payload writes (WRT-10).

mod encode;
mod error;
mod generation;
mod layers;
mod limits;
mod log;
mod options;
mod protocol;
mod resolve;
mod seeded;
mod settle;
mod state;
mod transaction;

#[cfg(feature = "canary")]
pub use crate::canary::Canary;
pub use error::WriteError;
#[doc(hidden)]
pub use limits::Limits;
pub use log::Log;
pub use options::WriteOptions;
pub use transaction::Transaction;
