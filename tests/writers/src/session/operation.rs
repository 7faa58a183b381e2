//! Operations on the guest's disk.

/// What a program is told to do. Offsets and lengths are in bytes of the guest's disk, and whole
/// pieces of 512 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Write one byte over and over.
    Write {
        offset: u64,
        length: u64,
        pattern: u8,
    },
    /// The same, without waiting for it: until the next [`Wait`](Self::Wait) others may overtake
    /// it.
    WriteAhead {
        offset: u64,
        length: u64,
        pattern: u8,
    },
    /// Wait for every write that was not waited for.
    Wait,
    Zero {
        offset: u64,
        length: u64,
    },
    Discard {
        offset: u64,
        length: u64,
    },
    Flush,
}

/// A part of the guest's disk, and the byte that it is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub offset: u64,
    pub length: u64,
    pub pattern: u8,
}

impl Operation {
    /// What it changes; a discarded part may read as zeros.
    pub fn change(&self) -> Option<Change> {
        let (offset, length, pattern) = match *self {
            Self::Write {
                offset,
                length,
                pattern,
            }
            | Self::WriteAhead {
                offset,
                length,
                pattern,
            } => (offset, length, pattern),
            Self::Zero { offset, length } | Self::Discard { offset, length } => (offset, length, 0),
            Self::Wait | Self::Flush => return None,
        };
        Some(Change {
            offset,
            length,
            pattern,
        })
    }
}

/// A disk, and the runs of a program on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The size of the guest's disk.
    pub disk_bytes: u64,
    /// Each ends with a flush.
    pub runs: Vec<Vec<Operation>>,
}

impl Session {
    /// How many operations there are.
    pub fn operations(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    /// Sessions that are one step shorter: without a run, or without an operation that is not the
    /// last flush of a run. The largest steps come first.
    pub fn shorter(&self) -> Vec<Self> {
        let mut shorter = Vec::new();
        if self.runs.len() > 1 {
            for run in 0..self.runs.len() {
                let mut one = self.clone();
                one.runs.remove(run);
                shorter.push(one);
            }
        }
        for (run, operations) in self.runs.iter().enumerate() {
            for index in 0..operations.len().saturating_sub(1) {
                let mut one = self.clone();
                one.runs[run].remove(index);
                shorter.push(one);
            }
        }
        shorter
    }
}
