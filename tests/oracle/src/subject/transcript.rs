//! What was run for one image, and what it printed: evidence for reports, never judged.

use std::time::Duration;

/// The commands, or the exchange with an adapter, of one open. Empty for a subject in this process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    pub runs: Vec<Ran>,
}

/// One command, or one question to an adapter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// What was run, with the paths filled in.
    pub command: Vec<String>,
    /// How it ended, in words: `exit code 1`, `signal 11`, `killed after 2 s`.
    pub ended: String,
    pub elapsed: Duration,
    pub stdout: Tail,
    pub stderr: Tail,
}

/// The end of what was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tail {
    /// The last bytes.
    pub bytes: Vec<u8>,
    /// How many bytes came before them and were not kept.
    pub dropped: u64,
}

impl Tail {
    /// How much was printed, in bytes.
    pub fn printed(&self) -> u64 {
        self.dropped + self.bytes.len() as u64
    }

    /// The last line that is not empty, as text: what a program usually says is wrong.
    pub fn last_line(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let mut lines = text.lines().rev().map(str::trim);
        lines.find(|line| !line.is_empty()).map(str::to_owned)
    }
}
