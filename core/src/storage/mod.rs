//! Where an image's bytes are: the only I/O of this crate.
//!
//! Parsing, choosing and resolving are pure; only thin drivers call [`Storage`], so a crash
//! simulator or a fault injector is just another implementation. Three come with the crate:
//! [`std::fs::File`] (by value, as `&File` or as `Arc<File>`), [`DenseMemory`] and
//! [`SparseMemory`]; a `&mut` or a `Box` of a storage is one, too.
//!
//! What a file can do (locks, holes, punching) differs between systems: the [table in the crate's
//! documentation](crate#platforms) says how.
//!
//! A storage promises no order between writes except across [`flush`](Storage::flush), and a write
//! that a crash interrupts may be on the medium whole, in part or not at all (WRT-9).

use std::io;

use crate::units::{cast, exact};

mod dense;
#[cfg(any(unix, windows))]
mod file;
mod forward;
mod handle;
mod lock;
mod sparse;

pub use dense::DenseMemory;
pub use handle::HandleFault;
#[cfg(any(unix, windows))]
pub use lock::in_use;
pub use lock::{Holder, Intent, LockOutcome};
pub use sparse::{Sector, Sectors, SparseMemory};

/// Positioned access to the bytes of one image. All offsets and lengths are in bytes.
///
/// # What a storage that breaks this contract can do
///
/// A device can lie, and another program can change the file below. Whatever a storage answers,
/// this crate does not panic, ends, takes bounded memory, writes nothing for a read-only open or
/// before a refusal, and writes only to the headers, to what a log may write (DSC-5 to DSC-7), and
/// as a writer to the log. But what it shows and writes there can be wrong:
///
/// - It reads other bytes the second time, or fills a part of the buffer and reports success. The
///   structure of the log is checked again, as far as sequence numbers, counts and the reach of the
///   updates tell ([`ChangedWhileRead`](crate::OpenError::ChangedWhileRead)). The checksum of an
///   entry is not: other bytes within a data sector are applied or shown.
/// - Its [`next_data`](Storage::next_data) names an offset behind the first data. What is in
///   between is not searched for entries, and updates are lost without an error. An offset that is
///   too early costs time only.
/// - It lends other bytes than [`read_at`](Storage::read_at) reads. Entries are not found, or found
///   where they are not. A loan that is too long is cut; one that is empty is not used.
/// - It gives a wrong length. A sound file is refused (HDR-8, SEQ-8), a view ends elsewhere, or the
///   file is not extended (RPL-2, RPL-3).
/// - Its [`flush`](Storage::flush) returns before everything is stable, or writes are moved across
///   one. A crash can lose what was acknowledged (WRT-9), or leave a file that nothing can open.
/// - Its [`write_at`](Storage::write_at) returns without an error, and has not written. That data
///   is lost.
///
/// An error of any call is returned as it is, and leaves a file that can be opened again (RPL-7,
/// WRT-9).
pub trait Storage {
    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] when the file ends before the buffer is full; any error of
    /// the device.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// Writes all of `bytes` at `offset`; a write past the end extends the file, with zeros in
    /// between.
    ///
    /// # Errors
    /// Any error of the device; part of `bytes` may have been written then.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Writes all of `pieces` at `offset`, one after another: the same as
    /// [`write_at`](Storage::write_at) with their bytes concatenated, which is also the default. A
    /// storage that can take them as they are saves that copy.
    ///
    /// # Errors
    /// As [`write_at`](Storage::write_at).
    fn write_pieces_at(&mut self, offset: u64, pieces: &[&[u8]]) -> io::Result<()> {
        self.write_at(offset, &pieces.concat())
    }

    /// Makes `length` bytes from `offset` on read as zero, in bounded memory and at a cost bounded
    /// by what the range really holds (RPL-9). The range is inside the file; the file's length does
    /// not change (RPL-10).
    ///
    /// The default writes zeros, 64 KiB at a time, over what is not a [hole](Storage::next_data)
    /// already. A storage that can make holes does better.
    ///
    /// # Errors
    /// Any error of the device; part of the range may be zero then.
    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        write_zeros(self, offset, length)
    }

    /// Sets the file's length. New space reads as zero, and is a hole where the file system has
    /// holes.
    ///
    /// # Errors
    /// Any error of the device.
    fn set_len(&mut self, length: u64) -> io::Result<()>;

    /// The file's length in bytes.
    ///
    /// # Errors
    /// Any error of the device.
    fn len(&self) -> io::Result<u64>;

    /// Whether the file has no bytes at all.
    ///
    /// # Errors
    /// As [`len`](Storage::len).
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Returns once everything written so far, lengths included, is stable.
    ///
    /// # Errors
    /// Any error of the device; it is then unknown which of the earlier writes are stable.
    fn flush(&mut self) -> io::Result<()>;

    /// Checks that this handle of the file can do what is meant, before anything is tried.
    ///
    /// The default finds no fault: a storage in memory can always be read and written.
    ///
    /// # Errors
    /// What the handle does not allow.
    fn check_handle(&self, intent: Intent) -> Result<(), HandleFault> {
        let _ = intent;
        Ok(())
    }

    /// Keeps others from using the file in a way that does not go with `intent`, until it is
    /// closed.
    ///
    /// Advisory: it keeps two programs apart if both ask. For a [`File`](std::fs::File) the lock
    /// belongs to the open file description, which `try_clone` shares; on Linux the locks of
    /// virtual machines (QEMU, cloud-hypervisor) are respected as well. The default always
    /// succeeds: nobody else has this storage.
    ///
    /// # Errors
    /// Any error of the device. That somebody uses the file, or that it has no locks, is an
    /// outcome.
    fn try_lock(&self, intent: Intent) -> io::Result<LockOutcome> {
        let _ = intent;
        Ok(LockOutcome::Taken)
    }

    /// The first offset at or after `offset` that may hold anything but zeros, or `None` when only
    /// zeros follow.
    ///
    /// Lets a scan skip the holes of a sparse file. The default knows of no holes. Any offset up to
    /// the first byte that is not zero is right, `offset` itself too; a later one loses data.
    ///
    /// # Errors
    /// Any error of the device.
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        Ok(Some(offset))
    }

    /// Lends up to `limit` of the bytes from `offset` on without copying them, for storages in
    /// memory.
    ///
    /// May lend fewer bytes than asked for, but never an empty slice. `None`, the default, means
    /// "use [`read_at`](Storage::read_at)".
    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let _ = (offset, limit);
        None
    }
}

/// What one call writes at most when zeros have to be written out.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Writes zeros over what is not a hole in a range; see [`Storage::zero`].
fn write_zeros<S: Storage + ?Sized>(
    storage: &mut S,
    mut offset: u64,
    length: u64,
) -> io::Result<()> {
    let end = offset
        .checked_add(length)
        .ok_or_else(|| out_of_range(offset))?;
    while offset < end
        && let Some(data) = storage.next_data(offset)?
    {
        // An offset before the range means that the storage does not know its holes.
        let data = data.max(offset);
        if data >= end {
            break;
        }
        let left = exact::distance(data, end).min(cast::len_u64(ZEROS.len()));
        let (piece, _) = ZEROS.split_at(cast::to_usize(left));
        storage.write_at(data, piece)?;
        offset = exact::after(data, piece.len());
    }
    Ok(())
}

/// The error of a range that ends past the end of the file.
fn past_the_end(offset: u64, length: u64) -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        format!("the file ends within the {length} bytes at offset {offset:#x}"),
    )
}

/// The error of a range that no file can hold.
fn out_of_range(offset: u64) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("a range at offset {offset:#x} ends past the largest possible offset"),
    )
}
