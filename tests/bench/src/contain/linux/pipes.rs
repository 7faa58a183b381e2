//! Pipes that are read and written without waiting, in bounded memory.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags};
use rustix::io::{Errno, ioctl_fionbio, read, write};
use vhdx_log_oracle::subject::Tail;

use crate::contain::tail::Keeper;

/// How much is moved at once.
const PIECE: usize = 64 << 10;

/// A stream of the program, whose end is kept.
pub(super) struct Kept {
    pipe: Option<OwnedFd>,
    keeper: Keeper,
}

impl Kept {
    /// Nothing is kept of a stream that is not there.
    pub(super) fn new(pipe: Option<OwnedFd>) -> Self {
        Self {
            pipe: pipe.map(without_waiting),
            keeper: Keeper::default(),
        }
    }

    /// Takes what is there, up to one piece. Whether there was something.
    pub(super) fn pump(&mut self, buffer: &mut [u8]) -> bool {
        let taken = take(&mut self.pipe, buffer);
        self.keeper.push(&buffer[..taken]);
        taken > 0
    }

    pub(super) fn printed(&self) -> u64 {
        self.keeper.printed()
    }

    pub(super) fn finish(self) -> Tail {
        self.keeper.finish()
    }

    pub(super) fn interest(&self) -> Option<PollFd<'_>> {
        let pipe = self.pipe.as_ref()?;
        Some(PollFd::new(pipe, PollFlags::IN))
    }
}

/// Passes on what comes from one pipe to another, one piece at a time.
pub(super) struct Forward {
    from: Option<OwnedFd>,
    to: Option<OwnedFd>,
    waiting: Vec<u8>,
}

impl Forward {
    pub(super) fn new(from: Option<OwnedFd>, to: Option<OwnedFd>) -> Self {
        Self {
            from: from.map(without_waiting),
            to: to.map(without_waiting),
            waiting: Vec::new(),
        }
    }

    /// Moves what can be moved. Closes the second pipe after the last byte of the first one.
    pub(super) fn pump(&mut self, buffer: &mut [u8]) -> bool {
        let mut moved = false;
        if self.waiting.is_empty() {
            let taken = take(&mut self.from, buffer);
            self.waiting.extend_from_slice(&buffer[..taken]);
            moved = taken > 0;
        }
        let Some(to) = &self.to else {
            // Nobody listens any more.
            self.waiting.clear();
            return moved;
        };
        match write(to, &self.waiting) {
            Ok(written) => {
                self.waiting.drain(..written);
                moved |= written > 0;
            }
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(_) => self.to = None,
        }
        if self.waiting.is_empty() && self.from.is_none() {
            self.to = None;
        }
        moved
    }

    /// Whether the first pipe has come to its end.
    pub(super) fn is_at_end(&self) -> bool {
        self.from.is_none()
    }

    pub(super) fn interest(&self) -> Option<PollFd<'_>> {
        match (&self.from, &self.to) {
            (_, Some(to)) if !self.waiting.is_empty() => Some(PollFd::new(to, PollFlags::OUT)),
            (Some(from), _) => Some(PollFd::new(from, PollFlags::IN)),
            _ => None,
        }
    }
}

/// A buffer for one piece.
pub(super) fn buffer() -> Vec<u8> {
    vec![0; PIECE]
}

/// Reads what is there; at the end of the stream the pipe is closed.
fn take(pipe: &mut Option<OwnedFd>, buffer: &mut [u8]) -> usize {
    let Some(open) = pipe else {
        return 0;
    };
    match read(open, buffer) {
        Ok(0) => *pipe = None,
        Ok(taken) => return taken,
        Err(Errno::AGAIN | Errno::INTR) => {}
        Err(_) => *pipe = None,
    }
    0
}

/// Another handle on a stream of this process; `None` when it cannot be had.
pub(super) fn own(stream: BorrowedFd<'_>) -> Option<OwnedFd> {
    stream.as_fd().try_clone_to_owned().ok()
}

fn without_waiting(pipe: OwnedFd) -> OwnedFd {
    // A pipe that cannot be switched is read as it is: this does not happen on Linux.
    let _ = ioctl_fionbio(&pipe, true);
    pipe
}
