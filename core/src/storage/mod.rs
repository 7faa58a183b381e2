//! Where an image's bytes live: the only door between this crate and the outside.
//!
//! Parsing, scanning and planning are pure; only thin drivers call [`Storage`], so a crash
//! simulator or a fault injector is just another implementation. Three come with the crate:
//! [`std::fs::File`], [`DenseMemory`] and [`SparseMemory`].
//!
//! A storage promises no order between writes except across [`flush`](Storage::flush).

use std::io;

mod dense;
mod file;
mod sparse;

pub use dense::DenseMemory;
pub use sparse::{Sector, Sectors, SparseMemory};

/// Positioned access to the bytes of one image. All offsets and lengths are in bytes.
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

    /// Writes all of `pieces` at `offset`, one behind the other: the same as
    /// [`write_at`](Storage::write_at) with their bytes in a row, which is also the default; a
    /// storage that can take them as they are saves that copy.
    ///
    /// # Errors
    /// As [`write_at`](Storage::write_at).
    fn write_pieces_at(&mut self, offset: u64, pieces: &[&[u8]]) -> io::Result<()> {
        self.write_at(offset, &pieces.concat())
    }

    /// Makes `length` bytes from `offset` on read as zero, in bounded memory and at a cost bounded
    /// by what the range really holds. The range lies inside the file; the file's length stays
    /// (RPL-10).
    ///
    /// # Errors
    /// Any error of the device; part of the range may be zero then.
    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()>;

    /// Sets the file's length; new space reads as zero and takes no room where the file system can
    /// do that.
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
    /// Any error of the device; what of the earlier writes is stable is then unknown.
    fn flush(&mut self) -> io::Result<()>;

    /// Claims the file for this program alone, until it is closed; `false` when another program has
    /// it.
    ///
    /// Advisory: it keeps two programs that ask apart, not one that does not. The default always
    /// succeeds.
    ///
    /// # Errors
    /// Any error of the device.
    fn try_lock(&self) -> io::Result<bool> {
        Ok(true)
    }

    /// The first offset at or after `offset` that may hold anything but zeros, or `None` when only
    /// zeros follow.
    ///
    /// Lets a scan step over the holes of a sparse file. The default knows of no holes.
    ///
    /// # Errors
    /// Any error of the device.
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        Ok(Some(offset))
    }

    /// Lends up to `limit` bytes that stand at `offset` without copying them, for storages that
    /// live in memory.
    ///
    /// May lend fewer bytes than asked for, but never an empty slice; `None` means "use
    /// [`read_at`](Storage::read_at)", which is also the default.
    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let _ = (offset, limit);
        None
    }
}

impl<S: Storage + ?Sized> Storage for &mut S {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        (**self).write_at(offset, bytes)
    }
    fn write_pieces_at(&mut self, offset: u64, pieces: &[&[u8]]) -> io::Result<()> {
        (**self).write_pieces_at(offset, pieces)
    }
    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        (**self).zero(offset, length)
    }
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        (**self).set_len(length)
    }
    fn len(&self) -> io::Result<u64> {
        (**self).len()
    }
    fn flush(&mut self) -> io::Result<()> {
        (**self).flush()
    }
    fn try_lock(&self) -> io::Result<bool> {
        (**self).try_lock()
    }
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        (**self).next_data(offset)
    }
    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        (**self).lend(offset, limit)
    }
}

/// The error of a read that meets the end of the file.
fn past_the_end(offset: u64, length: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        format!("the file ends within the {length} bytes at offset {offset}"),
    )
}

/// The error of a range that no file can hold.
fn out_of_range(offset: u64) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("a range at offset {offset} ends past the largest offset there is"),
    )
}
