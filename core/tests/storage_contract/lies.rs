//! What a storage can do besides the plain thing: the ways that the contract leaves open, and the
//! ways that break it. A [`Liar`] does any of them together.

use std::cell::{Cell, RefCell};
use std::io;
use std::ops::Range;

use vhdx_log::storage::{Holder, Intent, LockOutcome, SparseMemory, Storage};

use crate::image::MIB;

/// Where all images of this suite have their log.
pub const RING: Range<u64> = MIB..2 * MIB;

/// The most bytes that one read may ask for: memory is bounded, whatever a length says.
const MAX_READ_BYTES: usize = 1 << 20;

/// One way in which a storage is different from a plain one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lie {
    /// Lends the log in some way.
    Lends(Loan),
    /// Says in some way where data is.
    Finds(Data),
    /// The call of this kind with this number, from 0 on, fails.
    Fails(Call, u32),
    /// The write with this number, from 0 on, arrives half and fails.
    Tears(u32),
    /// From this read on, counted from 0, reads are of another image.
    Changes(u32),
    /// This read, counted from 0, has one bit flipped, so many bytes into it (or at its end).
    Flips(u32, usize),
    /// This read fills half of the buffer and says that it has filled all of it.
    Halves(u32),
    /// Says in some way how long the file is.
    Measures(Length),
    /// Another program has the lock.
    IsLocked,
}

/// How the log is lent. The first four are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loan {
    Nothing,
    /// At most this many bytes.
    UpTo(usize),
    Whole,
    /// Something at every other offset, nothing at the others.
    Sometimes,
    /// More than was asked for, past the end of the log.
    TooMuch,
    Empty,
    /// The bytes of the sector after.
    Elsewhere,
}

/// What `next_data` says. The first three are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Data {
    Here,
    /// Half way to the right answer, in the middle of a sector.
    HalfWay,
    /// The first byte that is not zero, wherever in its sector it is.
    FirstByte,
    /// An offset before the one asked for.
    Before,
    /// So many bytes after the right one.
    After(u64),
    Nowhere,
    AtTheLastOffset,
}

/// The calls that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Read,
    Write,
    Zero,
    SetLen,
    Len,
    Flush,
    Lock,
    NextData,
}

impl Call {
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Write,
        Self::Zero,
        Self::SetLen,
        Self::Len,
        Self::Flush,
        Self::Lock,
        Self::NextData,
    ];
}

/// What `len` says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    Zero,
    Max,
    /// So many bytes more with each call.
    Grows(u64),
    /// So many bytes less with each call.
    Shrinks(u64),
    /// Right at first, and this from the second call on.
    Later(u64),
}

/// What a lie must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// The contract is kept, or what breaks it does not matter: the result of a plain storage.
    Same,
    /// That result, or an error.
    SameOrError,
    /// No more than: no panic, an end, and nothing written that must not be.
    Bounded,
}

impl Lie {
    pub fn promise(self) -> Promise {
        match self {
            Self::Lends(Loan::Elsewhere) => Promise::Bounded,
            // A loan that is too long is cut, one that is empty is not used.
            Self::Lends(_) => Promise::Same,
            Self::Finds(Data::Here | Data::HalfWay | Data::FirstByte | Data::Before) => {
                Promise::Same
            }
            Self::Finds(Data::After(_) | Data::Nowhere | Data::AtTheLastOffset) => Promise::Bounded,
            Self::Fails(..) | Self::Tears(_) | Self::IsLocked => Promise::SameOrError,
            Self::Changes(_) | Self::Flips(..) | Self::Halves(_) | Self::Measures(_) => {
                Promise::Bounded
            }
        }
    }
}

/// A storage that lies, and counts what is asked of it.
pub struct Liar<'a> {
    pub image: SparseMemory,
    /// What reads show once the image [`Changes`](Lie::Changes).
    other: &'a SparseMemory,
    lies: &'a [Lie],
    /// The bytes of the log and of what follows it, until something is written.
    lendable: Option<Vec<u8>>,
    calls: RefCell<[u32; Call::ALL.len()]>,
    calls_left: Cell<u32>,
    /// The ranges that were written or zeroed.
    pub written: Vec<Range<u64>>,
    /// Whether the program knows of an error.
    pub failed: Cell<bool>,
}

impl<'a> Liar<'a> {
    /// A storage that ends the test when it is asked for more than `most_calls`.
    pub fn new(
        image: &SparseMemory,
        other: &'a SparseMemory,
        lies: &'a [Lie],
        most_calls: u32,
    ) -> Self {
        let lends = lies.iter().any(|lie| matches!(lie, Lie::Lends(_)));
        let lendable = lends.then(|| {
            let mut bytes = vec![0; (RING.end + MIB - RING.start) as usize];
            image.read_at(RING.start, &mut bytes).ok().map(|()| bytes)
        });
        Self {
            image: image.clone(),
            other,
            lies,
            lendable: lendable.flatten(),
            calls: RefCell::default(),
            calls_left: Cell::new(most_calls),
            written: Vec::new(),
            failed: Cell::new(false),
        }
    }

    /// How many calls there were of each kind.
    pub fn calls(&self) -> [u32; Call::ALL.len()] {
        *self.calls.borrow()
    }

    /// Counts a call and returns its number among those of its kind.
    fn call(&self, call: Call) -> io::Result<u32> {
        self.spend();
        let count = &mut self.calls.borrow_mut()[call as usize];
        let number = *count;
        *count += 1;
        if self.lies.contains(&Lie::Fails(call, number)) {
            self.failed.set(true);
            return Err(io::Error::other("the device reported an error"));
        }
        Ok(number)
    }

    fn spend(&self) {
        let left = self.calls_left.get().checked_sub(1);
        self.calls_left.set(left.expect("a walk without an end"));
    }

    fn writes(&mut self, range: Range<u64>) {
        self.lendable = None;
        self.written.push(range);
    }
}

impl Storage for Liar<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        assert!(buffer.len() <= MAX_READ_BYTES, "{} bytes", buffer.len());
        let number = self.call(Call::Read)?;
        let changed = |lie: &Lie| matches!(*lie, Lie::Changes(from) if number >= from);
        let image = if self.lies.iter().any(changed) {
            self.other
        } else {
            &self.image
        };
        let before = self
            .lies
            .contains(&Lie::Halves(number))
            .then(|| buffer.to_vec());
        image.read_at(offset, buffer)?;
        if let Some(before) = before {
            let half = buffer.len() / 2;
            buffer[half..].copy_from_slice(&before[half..]);
        }
        for lie in self.lies {
            match *lie {
                Lie::Flips(nth, at) if nth == number && !buffer.is_empty() => {
                    let at = at.min(buffer.len() - 1);
                    buffer[at] ^= 1 << (at % 8);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let number = self.call(Call::Write)?;
        self.writes(offset..offset + bytes.len() as u64);
        if self.lies.contains(&Lie::Tears(number)) {
            self.failed.set(true);
            self.image.write_at(offset, &bytes[..bytes.len() / 2])?;
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.image.write_at(offset, bytes)
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.call(Call::Zero)?;
        self.writes(offset..offset + length);
        self.image.zero(offset, length)
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.call(Call::SetLen)?;
        self.image.set_len(length)
    }

    fn len(&self) -> io::Result<u64> {
        let number = self.call(Call::Len)?;
        let mut length = self.image.len()?;
        for lie in self.lies {
            if let Lie::Measures(lie) = *lie {
                length = match lie {
                    Length::Zero => 0,
                    Length::Max => u64::MAX,
                    Length::Grows(bytes) => length.saturating_add(bytes * u64::from(number)),
                    Length::Shrinks(bytes) => length.saturating_sub(bytes * u64::from(number)),
                    Length::Later(other) if number > 0 => other,
                    Length::Later(_) => length,
                };
            }
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.call(Call::Flush)?;
        self.image.flush()
    }

    fn try_lock(&self, intent: Intent) -> io::Result<LockOutcome> {
        self.call(Call::Lock)?;
        Ok(match self.lies.contains(&Lie::IsLocked) {
            true => LockOutcome::InUse(Holder::unknown(intent)),
            false => LockOutcome::Taken,
        })
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.call(Call::NextData)?;
        let mut answer = self.image.next_data(offset)?;
        for lie in self.lies {
            if let Lie::Finds(data) = *lie {
                answer = match data {
                    Data::Here => Some(offset),
                    Data::HalfWay => answer.map(|at| at.midpoint(offset)),
                    Data::FirstByte => answer.map(|at| first_byte(&self.image, at)),
                    Data::Before => Some(offset.saturating_sub(4096)),
                    Data::After(bytes) => answer.map(|at| at.saturating_add(bytes)),
                    Data::Nowhere => None,
                    Data::AtTheLastOffset => Some(u64::MAX),
                };
            }
        }
        Ok(answer)
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        self.spend();
        let lendable = self.lendable.as_deref()?;
        let from = usize::try_from(offset.checked_sub(RING.start)?).ok()?;
        let rest = lendable.get(from..)?;
        let most = &rest[..limit.min(rest.len())];
        let loan = self.lies.iter().find_map(|lie| match lie {
            Lie::Lends(loan) => Some(*loan),
            _ => None,
        })?;
        match loan {
            Loan::Nothing => None,
            Loan::UpTo(bytes) => most.get(..bytes.min(most.len())),
            Loan::Whole => Some(most),
            Loan::Sometimes => ((offset / 4096).is_multiple_of(2)).then_some(most),
            Loan::TooMuch => Some(rest),
            Loan::Empty => Some(&[]),
            Loan::Elsewhere => most.get(4096..),
        }
    }
}

/// The first byte from `at` on that is not zero; `at` is in a sector that holds one or is stored.
fn first_byte(image: &SparseMemory, at: u64) -> u64 {
    let mut sector = vec![0; 4096 - (at % 4096) as usize];
    if image.read_at(at, &mut sector).is_err() {
        return at;
    }
    let zeros = sector.iter().take_while(|&&byte| byte == 0).count();
    at + zeros as u64
}
