//! A disk that is not a file of its own: an image that lies inside a larger file, such as an
//! archive that does not compress. `cargo run --example own_storage -- FILE OFFSET LENGTH`.
//!
//! Any device that can read and write at an offset is a `Storage`: five methods, and the rest have
//! defaults. What the methods must do, and what a device that does not can cause, is said at the
//! trait.

use std::error::Error;
use std::fs::File;
use std::io;

use vhdx_log::storage::{Intent, LockOutcome, Storage};
use vhdx_log::{LogState, OpenOptions};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("usage: own_storage FILE OFFSET LENGTH")
    };
    let file = File::options().read(true).write(true).open(next()?)?;
    let (start, length) = (next()?.parse()?, next()?.parse()?);
    let entries = replay(Inside::new(file, start, length))?;
    println!("{entries} entries replayed");
    Ok(())
}

/// Replays whatever storage it is given; returns how many entries there were.
pub fn replay(disk: impl Storage) -> Result<u32, vhdx_log::OpenError> {
    let image = OpenOptions::writable().open(disk)?;
    Ok(match image.log() {
        LogState::Replayed(plan, _) => plan.active.entries,
        _ => 0,
    })
}

/// `length` bytes from `start` on of another storage. It can be cut, and grow up to its first
/// length.
pub struct Inside<S> {
    whole: S,
    start: u64,
    room: u64,
    length: u64,
}

impl<S> Inside<S> {
    /// The part of `whole` from `start` on.
    pub const fn new(whole: S, start: u64, length: u64) -> Self {
        Self {
            whole,
            start,
            room: length,
            length,
        }
    }

    /// The place of a range in the whole; an error of this kind when it ends after `limit`.
    fn place(&self, offset: u64, length: u64, limit: u64, kind: io::ErrorKind) -> io::Result<u64> {
        match offset.checked_add(length) {
            Some(end) if end <= limit => Ok(self.start + offset),
            _ => Err(io::Error::new(
                kind,
                "past the end of this part of the file",
            )),
        }
    }
}

impl<S: Storage> Storage for Inside<S> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        // The contract: UnexpectedEof past the end.
        let kind = io::ErrorKind::UnexpectedEof;
        let at = self.place(offset, buffer.len() as u64, self.length, kind)?;
        self.whole.read_at(at, buffer)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let (length, kind) = (bytes.len() as u64, io::ErrorKind::StorageFull);
        let at = self.place(offset, length, self.room, kind)?;
        self.whole.write_at(at, bytes)?;
        // A write past the end extends the file.
        self.length = self.length.max(offset + length);
        Ok(())
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        let kind = io::ErrorKind::InvalidInput;
        let at = self.place(offset, length, self.length, kind)?;
        self.whole.zero(at, length)
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        let at = self.place(self.length, 0, self.room, io::ErrorKind::StorageFull)?;
        if length > self.room {
            return Err(io::ErrorKind::StorageFull.into());
        }
        // New space reads as zero, also where the part held something before it was cut.
        let growth = length.saturating_sub(self.length);
        self.whole.zero(at, growth)?;
        self.length = length;
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.whole.flush()
    }

    // The defaults would lock nothing and know no holes.

    fn try_lock(&self, intent: Intent) -> io::Result<LockOutcome> {
        self.whole.try_lock(intent)
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        let data = self.whole.next_data(self.start + offset)?;
        Ok(data
            .map(|data| data - self.start)
            .filter(|&data| data < self.length))
    }
}
