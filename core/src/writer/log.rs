//! The writer's interface: each call is one step of the protocol, and the first failure of the
//! device is the last step (fail-stop).

use std::io;

use super::error::WriteError;
use super::options::WriteOptions;
use super::state::State;
use super::transaction::Transaction;
use crate::canary::Canary;
use crate::error::OpenError;
use crate::storage::Storage;
use crate::units::{cast, exact};

/// An image that is changed through its log.
///
/// Dropping it without [`close`](Log::close) equals a crash: the next open finds what was committed
/// (WRT-9).
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use vhdx_log::{storage::SparseMemory, writer::{Log, Transaction, WriteOptions}};
/// # fn change(image: SparseMemory) -> Result<(), Box<dyn std::error::Error>> {
/// let mut log = Log::open(image, &WriteOptions::new())?;
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
    state: State<S>,
    failed: bool,
}

impl<S: Storage> Log<S> {
    /// Opens an image for writing. A dirty log is replayed first; nothing else is changed before
    /// the first change asked for.
    ///
    /// # Errors
    /// Those of [`OpenOptions::open`](crate::OpenOptions::open) for a writable open that replays;
    /// HDR-6, HDR-7, HDR-10 and HDR-8 also for an empty log, as it is going to be written.
    pub fn open(storage: S, options: &WriteOptions) -> Result<Self, OpenError> {
        Ok(Self {
            state: State::open(storage, options)?,
            failed: false,
        })
    }

    /// Adds a transaction, in flight until the next [`commit`](Self::commit). A transaction without
    /// changes does nothing.
    ///
    /// Small transactions submitted one after another share an entry
    /// ([`WriteOptions::max_gathered_changes`]): one flush makes them durable, and a change that a
    /// later one replaces is never written. A crash still leaves all of a transaction or nothing of
    /// it, and never one without those before it (WRT-8, WRT-9).
    ///
    /// Partial sectors are completed with the bytes at those very offsets, pending changes included
    /// (WRT-6). A full log is drained first, which commits what is in flight (WRT-7).
    ///
    /// # Errors
    /// Checked before anything is written, in this order: [`WriteError::Failed`]; DSC-5, DSC-6,
    /// DSC-7 for each change; WRT-7 when the log can never hold it; RPL-9; HDR-13. Then the
    /// device's errors.
    pub fn submit(&mut self, transaction: &Transaction) -> Result<(), WriteError> {
        self.guarded(|state| {
            if state.canaries.has(Canary::SplitTransaction) {
                return transaction.changes().try_for_each(|change| {
                    state.submit_changes(&[change])?;
                    state.make_entry()
                });
            }
            state.submit_changes(&transaction.changes().collect::<Vec<_>>())
        })
    }

    /// Writes payload, which does not go through the log (WRT-10): directly to its place, durable
    /// with the next commit.
    ///
    /// Entries submitted later wait for it, so that none ever refers to payload that a crash could
    /// still lose (WRT-1).
    ///
    /// # Errors
    /// [`WriteError::Failed`], DSC-5, DSC-6, DSC-7, RPL-9, HDR-13; the device's errors.
    pub fn write_payload(&mut self, offset: u64, bytes: &[u8]) -> Result<(), WriteError> {
        self.guarded(|state| state.put_payload(offset, bytes))
    }

    /// Makes everything submitted so far durable, with one flush; with one before it where entries
    /// follow payload (WRT-1).
    ///
    /// # Errors
    /// [`WriteError::Failed`]; the device's errors.
    pub fn commit(&mut self) -> Result<(), WriteError> {
        self.guarded(State::make_durable)
    }

    /// Commits, writes every change to its place in the file and flushes, so that the log has room
    /// again (WRT-1).
    ///
    /// # Errors
    /// [`WriteError::Failed`]; the device's errors.
    pub fn checkpoint(&mut self) -> Result<(), WriteError> {
        self.guarded(State::apply_pending)
    }

    /// Sets the file's length in bytes. Growth is durable with the next commit; a cut is durable
    /// when this returns, and drops what is past the new end, pending changes included (WRT-5).
    ///
    /// # Errors
    /// [`WriteError::Failed`], RPL-9, HDR-8 (a cut into the log), HDR-13; the device's errors.
    pub fn set_len(&mut self, length: u64) -> Result<(), WriteError> {
        self.guarded(|state| match length.cmp(&state.length) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => state.grow(length),
            std::cmp::Ordering::Less => state.shrink(length),
        })
    }

    /// Ends the use of the log and returns the storage: everything is at its place and the file is
    /// clean (RPL-6).
    ///
    /// # Errors
    /// [`WriteError::Failed`]; the device's errors.
    pub fn close(mut self) -> Result<S, WriteError> {
        self.guarded(State::end_generation)?;
        Ok(self.state.storage)
    }

    /// Fills `buffer` with the contents from `offset` on, pending changes included.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] past [`len`](Self::len); the device's errors.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let length = buffer.len();
        let end = offset.checked_add(cast::len_u64(length));
        if end.is_none_or(|end| end > self.len()) {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("the file ends within the {length} bytes at offset {offset:#x}"),
            ));
        }
        let (mut offset, mut rest) = (offset, buffer);
        while !rest.is_empty() {
            let here = exact::left_in_sector(offset).min(rest.len());
            let (part, after) = rest.split_at_mut(here);
            let sector = self.state.sector(exact::sector_start(offset))?;
            exact::copy_part(&sector, exact::within_sector(offset), part);
            offset = exact::after(offset, here);
            rest = after;
        }
        Ok(())
    }

    /// The file's length in bytes, pending changes included.
    pub const fn len(&self) -> u64 {
        self.state.length
    }

    /// Always false for an image that could be opened; here for clippy's `len_without_is_empty`.
    pub const fn is_empty(&self) -> bool {
        self.state.length == 0
    }

    /// The storage, on which a crash simulator can look at the requests so far.
    pub const fn storage(&self) -> &S {
        &self.state.storage
    }

    /// Runs one step of the protocol. After a failure of the device there is no other step.
    fn guarded(
        &mut self,
        step: impl FnOnce(&mut State<S>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        if self.failed {
            return Err(WriteError::Failed);
        }
        let outcome = step(&mut self.state);
        self.failed = matches!(outcome, Err(WriteError::Io { .. } | WriteError::Failed));
        outcome
    }
}
