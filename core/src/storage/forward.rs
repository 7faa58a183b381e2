//! Storages behind pointers: `&mut S` and `Box<S>` of any storage, and the handles that share a
//! file.
//!
//! Every method is forwarded, those with a default too: a pointer that forgot
//! [`next_data`](Storage::next_data) would read holes, one that forgot
//! [`try_lock`](Storage::try_lock) would not lock. The methods are listed once, in the macro.

use std::io;

use super::Storage;
use super::handle::HandleFault;
use super::lock::{Intent, LockOutcome};

/// The methods of [`Storage`], called on what `$shared` and `$exclusive` make of `$this`: all but
/// `lend`, whose result borrows from the storage and not from a handle made for the call.
macro_rules! forwarded {
    ($this:ident => $shared:expr, $exclusive:expr) => {
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
            let $this = self;
            Storage::read_at($shared, offset, buffer)
        }
        fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
            let $this = self;
            Storage::write_at($exclusive, offset, bytes)
        }
        fn write_pieces_at(&mut self, offset: u64, pieces: &[&[u8]]) -> io::Result<()> {
            let $this = self;
            Storage::write_pieces_at($exclusive, offset, pieces)
        }
        fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
            let $this = self;
            Storage::zero($exclusive, offset, length)
        }
        fn set_len(&mut self, length: u64) -> io::Result<()> {
            let $this = self;
            Storage::set_len($exclusive, length)
        }
        fn len(&self) -> io::Result<u64> {
            let $this = self;
            Storage::len($shared)
        }
        fn is_empty(&self) -> io::Result<bool> {
            let $this = self;
            Storage::is_empty($shared)
        }
        fn flush(&mut self) -> io::Result<()> {
            let $this = self;
            Storage::flush($exclusive)
        }
        fn check_handle(&self, intent: Intent) -> Result<(), HandleFault> {
            let $this = self;
            Storage::check_handle($shared, intent)
        }
        fn try_lock(&self, intent: Intent) -> io::Result<LockOutcome> {
            let $this = self;
            Storage::try_lock($shared, intent)
        }
        fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
            let $this = self;
            Storage::next_data($shared, offset)
        }
    };
}

/// The caller keeps the storage, also when an open fails.
impl<S: Storage + ?Sized> Storage for &mut S {
    forwarded!(this => &**this, &mut **this);

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        (**self).lend(offset, limit)
    }
}

/// For storages whose type is known at run time only: `Box<dyn Storage>`.
impl<S: Storage + ?Sized> Storage for Box<S> {
    forwarded!(this => &**this, &mut **this);

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        (**self).lend(offset, limit)
    }
}

/// The file itself; see `&File`, which a file needs no more than.
#[cfg(any(unix, windows))]
impl Storage for std::fs::File {
    forwarded!(this => &this, &mut &*this);
}

/// A file that other parts of a program read, too. Whoever writes to it beside this crate breaks
/// the contract of [`Storage`].
#[cfg(any(unix, windows))]
impl Storage for std::sync::Arc<std::fs::File> {
    forwarded!(this => &&**this, &mut &**this);
}
