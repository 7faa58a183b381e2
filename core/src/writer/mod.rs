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
mod options;
mod protocol;
mod resolve;
mod transaction;

use std::io;

#[cfg(feature = "canary")]
pub use canary::Canary;
pub use error::WriteError;
pub(crate) use options::DEFAULT_MAX_GATHERED;
pub use transaction::Transaction;

use canary::Canaries;
use generation::Generation;
use layers::{Layers, file_sector};

use crate::error::OpenError;
use crate::header::{Current, GuidSource};
use crate::open::{OpenOptions, log_region};
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR, SECTOR_BYTES, SequenceNumber};

/// An image that is changed through its log.
///
/// Dropping it without [`close`](Log::close) equals a crash: what was committed is found by the
/// next open.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use vhdx_log::{OpenOptions, storage::SparseMemory, writer::{Log, Transaction}};
/// # fn change(image: SparseMemory) -> Result<(), Box<dyn std::error::Error>> {
/// let mut log = Log::open(image, &OpenOptions::writable())?;
/// log.submit(&Transaction::new().write(3 << 20, b"one").write(5 << 20, b"two"))?;
/// log.submit(&Transaction::new().zero(4 << 20, 4096))?;
/// log.commit()?; // both are durable, with one flush
/// let image = log.close()?;
/// # Ok(())
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Log<S> {
    storage: S,
    ring: Ring,
    current: Current,
    guids: GuidSource,
    max_file_size_bytes: u64,
    first_number: Option<SequenceNumber>,
    /// The file's length in bytes once everything pending is applied.
    length: u64,
    /// The length that is known to be stable (WRT-5).
    stable_length: u64,
    /// Changes submitted since the last entry was made; they become the next one.
    gathered: Layers,
    /// How many changes of several transactions one entry may gather.
    max_gathered: usize,
    /// Changes that entries were made of and that are not stable at their place yet.
    pending: Layers,
    generation: Option<Generation>,
    /// Ranges that a crash would replay although their changes are at their place already; only its
    /// zero ranges are used. Payload must not be written there before an entry with a later Tail is
    /// stable (SEQ-4).
    replayable: Layers,
    /// Whether the newest entry has such a Tail.
    retires: bool,
    /// Whether the headers say that this open changes the file (UPD-1).
    announced: bool,
    /// Whether anything was written since the last flush, by this program or perhaps by one that
    /// died.
    unflushed: bool,
    /// Whether payload may have been written since the last flush: entries that may speak of it
    /// wait for one (WRT-1).
    payload_unflushed: bool,
    failed: bool,
    canaries: Canaries,
}

impl<S: Storage> Log<S> {
    /// Opens an image for writing; a dirty log is replayed first. Nothing else is changed before
    /// the first change asked for.
    ///
    /// # Errors
    /// Those of [`OpenOptions::open`] for a writable open that replays, whatever the options say on
    /// these two; and HDR-6, HDR-7, HDR-8 and HDR-10 also for a log that is empty, as it is going
    /// to be written.
    pub fn open(storage: S, options: &OpenOptions) -> Result<Self, OpenError> {
        let image = options.clone().for_writing().open(storage)?;
        let length = image
            .storage
            .len()
            .map_err(OpenError::io("find the length of the file", FileOffset(0)))?;
        let ring = log_region(&image.current, length)?;
        Ok(Self {
            storage: image.storage,
            ring,
            current: image.current,
            guids: image.guids,
            max_file_size_bytes: image.max_file_size_bytes,
            first_number: options.first_log_number(),
            length,
            stable_length: length,
            gathered: Layers::default(),
            max_gathered: options.max_gathered(ring),
            pending: Layers::default(),
            generation: None,
            replayable: Layers::default(),
            retires: false,
            announced: false,
            // A program that died may have left payload or a length that were never flushed, and
            // they are seen from now on: no entry may speak of them, and no commit confirm them,
            // before they are stable.
            unflushed: true,
            payload_unflushed: true,
            failed: false,
            canaries: Canaries::default(),
        })
    }

    /// Adds a transaction, in flight until the next [`commit`](Self::commit). A transaction without
    /// changes does nothing.
    ///
    /// Transactions submitted one after another share an entry while they are small
    /// ([`OpenOptions::max_gathered_changes`]): what makes them durable is one flush, and a change
    /// that a later one replaces is never written. A crash still leaves all of a transaction or
    /// nothing, and none without those before it.
    ///
    /// Partial sectors are completed with what stands at those very offsets, pending changes
    /// included (WRT-6). A full log is drained first, which commits what is in flight (WRT-7).
    ///
    /// # Errors
    /// Checked before anything is written, in this order: [`WriteError::Failed`]; DSC-5, DSC-6,
    /// DSC-7 for each change; WRT-7 when the log can never hold it; RPL-9; HDR-13. Then the
    /// device's.
    pub fn submit(&mut self, transaction: &Transaction) -> Result<(), WriteError> {
        self.guarded(|log| {
            #[cfg(feature = "canary")]
            if canary::breaks!(log, SplitTransaction) {
                return transaction.changes().try_for_each(|change| {
                    log.submit_changes(&[change])?;
                    log.make_entry()
                });
            }
            log.submit_changes(&transaction.changes().collect::<Vec<_>>())
        })
    }

    /// Writes payload, which does not go through the log (WRT-10): straight to its place, durable
    /// with the next commit.
    ///
    /// Entries submitted later wait for it, so that none ever speaks of payload that a crash could
    /// still lose (WRT-1).
    ///
    /// # Errors
    /// [`WriteError::Failed`], DSC-5, DSC-6, DSC-7, RPL-9, HDR-13, the device's.
    pub fn write_payload(&mut self, offset: u64, bytes: &[u8]) -> Result<(), WriteError> {
        self.guarded(|log| log.put_payload(offset, bytes))
    }

    /// Makes everything submitted so far durable, with one flush; with one before it where entries
    /// follow payload (WRT-1).
    ///
    /// # Errors
    /// [`WriteError::Failed`] and the device's.
    pub fn commit(&mut self) -> Result<(), WriteError> {
        self.guarded(Self::make_durable)
    }

    /// Commits, brings every change to its place in the file and makes that stable, so that the log
    /// has room again.
    ///
    /// # Errors
    /// [`WriteError::Failed`] and the device's.
    pub fn checkpoint(&mut self) -> Result<(), WriteError> {
        self.guarded(Self::apply_pending)
    }

    /// Sets the file's length in bytes. Growth is durable with the next commit; a cut is when this
    /// returns, and takes what lies behind the new end with it, pending changes included (WRT-5).
    ///
    /// # Errors
    /// [`WriteError::Failed`], RPL-9, HDR-8 (a cut into the log), HDR-13, the device's.
    pub fn set_len(&mut self, length: u64) -> Result<(), WriteError> {
        self.guarded(|log| match length.cmp(&log.length) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => log.grow(length),
            std::cmp::Ordering::Less => log.shrink(length),
        })
    }

    /// Ends the use of the log and gives the storage back: everything is at its place and the file
    /// is clean (RPL-6).
    ///
    /// # Errors
    /// [`WriteError::Failed`] and the device's.
    pub fn close(mut self) -> Result<S, WriteError> {
        self.guarded(Self::end_generation)?;
        Ok(self.storage)
    }

    /// Fills `buffer` with the contents from `offset` on, pending changes included.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] past [`len`](Self::len), and the device's.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let wanted = u64::try_from(buffer.len()).unwrap_or(u64::MAX);
        if offset
            .checked_add(wanted)
            .is_none_or(|end| end > self.length)
        {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("the file ends within the {wanted} bytes at offset {offset}"),
            ));
        }
        let (mut offset, mut rest) = (offset, buffer);
        while !rest.is_empty() {
            let within = usize::try_from(offset % SECTOR).unwrap_or(0);
            let sector = self.sector(offset.saturating_sub(offset % SECTOR))?;
            let source = sector.get(within..).unwrap_or_default();
            let (piece, behind) = rest.split_at_mut(source.len().min(rest.len()));
            piece.copy_from_slice(source.get(..piece.len()).unwrap_or_default());
            offset = offset.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            rest = behind;
        }
        Ok(())
    }

    /// The file's length in bytes, pending changes included.
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Whether the file has no bytes; never so for an image that could be opened.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Where the image lives: a crash simulator looks at what was asked of it so far.
    pub const fn storage(&self) -> &S {
        &self.storage
    }

    /// Breaks the writer on purpose.
    #[cfg(feature = "canary")]
    pub fn set_canary(&mut self, canary: Canary) {
        self.canaries.broken = Some(canary);
    }

    /// One sector as it will be when everything pending is applied.
    fn sector(&self, offset: u64) -> io::Result<[u8; SECTOR_BYTES]> {
        match self
            .gathered
            .sector(offset)
            .or_else(|| self.pending.sector(offset))
        {
            Some(sector) => Ok(sector),
            None => file_sector(&self.storage, offset),
        }
    }

    /// Runs one step of the protocol, fail-stop: after a failure of the device there is no other
    /// step.
    fn guarded(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        if self.failed {
            return Err(WriteError::Failed);
        }
        let outcome = step(self);
        self.failed = matches!(outcome, Err(WriteError::Io { .. } | WriteError::Failed));
        outcome
    }
}
