//! A storage that remembers what it was asked, and fails when it is told to.

use std::cell::RefCell;
use std::io;

use vhdx_log::storage::{HandleFault, Holder, Intent, LockOutcome, SparseMemory, Storage};

/// A storage that remembers its calls by name, and can fail at one of them.
pub struct Recorder {
    pub image: SparseMemory,
    pub calls: RefCell<Vec<&'static str>>,
    /// The call with this number fails, counted from 0 among those that change the file or flush.
    pub fails_at: Option<usize>,
    /// Whether another program has the lock.
    pub is_locked: bool,
}

/// The calls that change the file, or make changes stable.
pub const CHANGES: [&str; 4] = ["write", "zero", "set_len", "flush"];

impl Recorder {
    pub fn new(image: &SparseMemory) -> Self {
        Self {
            image: image.clone(),
            calls: RefCell::default(),
            fails_at: None,
            is_locked: false,
        }
    }

    /// How many calls there were that change the file or flush.
    pub fn changes(&self) -> usize {
        let calls = self.calls.borrow();
        calls.iter().filter(|call| CHANGES.contains(call)).count()
    }

    fn change(&self, name: &'static str) -> io::Result<()> {
        let number = self.changes();
        self.calls.borrow_mut().push(name);
        if self.fails_at == Some(number) {
            return Err(io::Error::other("the device reported an error"));
        }
        Ok(())
    }

    fn look(&self, name: &'static str) {
        self.calls.borrow_mut().push(name);
    }
}

impl Storage for Recorder {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.look("read");
        self.image.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.change("write")?;
        self.image.write_at(offset, bytes)
    }
    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.change("zero")?;
        self.image.zero(offset, length)
    }
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.change("set_len")?;
        self.image.set_len(length)
    }
    fn len(&self) -> io::Result<u64> {
        self.look("len");
        self.image.len()
    }
    fn flush(&mut self) -> io::Result<()> {
        self.change("flush")?;
        self.image.flush()
    }
    fn check_handle(&self, _: Intent) -> Result<(), HandleFault> {
        self.look("check_handle");
        Ok(())
    }
    fn try_lock(&self, intent: Intent) -> io::Result<LockOutcome> {
        self.look(match intent {
            Intent::Read => "lock to read",
            Intent::Write => "lock to write",
        });
        Ok(if self.is_locked {
            LockOutcome::InUse(Holder::unknown(intent))
        } else {
            LockOutcome::Taken
        })
    }
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.look("next_data");
        self.image.next_data(offset)
    }
    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        self.look("lend");
        self.image.lend(offset, limit)
    }
}
