//! Keeps the end of what a program prints, and counts the rest.

use vhdx_log_oracle::subject::Tail;

/// How much is kept, in bytes.
const KEPT: usize = 64 << 10;

/// A stream that is read to its end in bounded memory.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    bytes: Vec<u8>,
    dropped: u64,
}

impl Keeper {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        // Cut only when there is twice as much, so that a byte is moved once.
        if self.bytes.len() > 2 * KEPT {
            self.cut();
        }
    }

    /// How much came so far.
    #[cfg(target_os = "linux")]
    pub(super) fn printed(&self) -> u64 {
        self.dropped + self.bytes.len() as u64
    }

    /// What is kept.
    pub(super) fn finish(mut self) -> Tail {
        self.cut();
        Tail {
            bytes: self.bytes,
            dropped: self.dropped,
        }
    }

    fn cut(&mut self) {
        let surplus = self.bytes.len().saturating_sub(KEPT);
        self.bytes.drain(..surplus);
        self.dropped += surplus as u64;
    }
}
