//! Writing metadata through the log, so that a crash at any moment loses nothing that was
//! acknowledged (WRT-9).
//!
//! ```text
//!  submit      changes -> the next entry, kept back     reads see them, a crash may lose them
//!  commit      entries -> log, flush                    durable: a crash replays them
//!  checkpoint  pending -> their place in the file, flush          the log's space may be used again (WRT-1)
//!  close       checkpoint, LogGuid zero in both headers           a clean file
//! ```
//!
//! A *generation* of the log begins before the first change after an open, not with the open:
//! headers get a new FileWriteGuid and DataWriteGuid (UPD-1, UPD-4); an entry with a new LogGuid is
//! written and flushed *while the headers still say that the log is empty*, so that nobody reads
//! it; then the headers name that LogGuid (UPD-5). Naming it first would leave, for a moment, a
//! dirty file without a valid sequence, which every reader must refuse (SEQ-7).
//!
//! A log that runs out of room is drained: checkpointed, then an empty entry whose Tail is itself
//! frees the rest of the ring (WRT-7). Where even that entry has no room, or a transaction wants
//! the whole ring, the generation ends (LogGuid zero) and the next one begins. So does one whose
//! sequence numbers run out.
//!
//! Memory: the pending changes and a MiB. Not promised: more than one writer at a time
//! ([`Storage::try_lock`] keeps them apart), and order among payload writes (WRT-10).

mod canary;
mod encode;
mod error;
mod generation;
mod layers;
mod log;
mod options;
mod protocol;
mod resolve;
mod settle;
mod state;
mod transaction;

#[cfg(feature = "canary")]
pub use canary::Canary;
pub use error::WriteError;
pub use log::Log;
pub use options::WriteOptions;
pub use transaction::Transaction;
