//! How much a program may have.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The limits of one run. Sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// From start to end; `None` for a program that is there for many cases.
    pub wall: Option<Duration>,
    /// Processor time of each process, in whole seconds; `None`: as `wall` allows.
    pub cpu_seconds: Option<u64>,
    /// Memory in use, of all processes together.
    pub memory: u64,
    /// The length of each file, holes included.
    pub file_size: u64,
    /// What all files in the private folder take up on the disk, together.
    pub disk: u64,
    /// What is printed, on each of standard output and standard error.
    pub output: u64,
    pub open_files: u64,
    /// At the same time.
    pub processes: usize,
}

impl Limits {
    /// The time, unless a profile says more.
    pub const DEFAULT_WALL: Duration = Duration::from_secs(10);
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;
    /// The largest disk of the format, and its file.
    const LARGEST_FILE: u64 = (64 << 40) + (4 << 30);

    /// The same limits with this time.
    #[must_use]
    pub fn within(mut self, wall: Duration) -> Self {
        self.wall = Some(wall);
        self
    }
}

impl Default for Limits {
    /// What a program that reads disks of a few MiB can need, with room: 10 s, 4 GiB of memory, 1
    /// GiB of disk, 64 MiB of output, and files as long as the largest disk of the format, since
    /// most of such a file is a hole.
    fn default() -> Self {
        Self {
            wall: Some(Self::DEFAULT_WALL),
            cpu_seconds: None,
            memory: 4 * Self::GIB,
            file_size: Self::LARGEST_FILE,
            disk: Self::GIB,
            output: 64 * Self::MIB,
            open_files: 1024,
            processes: 256,
        }
    }
}
