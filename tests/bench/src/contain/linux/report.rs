//! What the supervisor tells the bench at the end: a line of JSON, then the two tails as they are.

use std::io::{self, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vhdx_log_oracle::subject::{Resource, Tail};

use crate::contain::ended::{Ended, How};

#[derive(Serialize, Deserialize)]
struct Line {
    how: How,
    runaway: Option<Resource>,
    elapsed: Duration,
    processor: Duration,
    stragglers: usize,
    survivors: usize,
    stdout: Stream,
    stderr: Stream,
}

#[derive(Serialize, Deserialize)]
struct Stream {
    kept: usize,
    dropped: u64,
}

impl From<&Tail> for Stream {
    fn from(tail: &Tail) -> Self {
        Self {
            kept: tail.bytes.len(),
            dropped: tail.dropped,
        }
    }
}

/// Writes a report.
pub(super) fn write(out: &mut impl Write, ended: &Ended) -> io::Result<()> {
    let line = Line {
        how: ended.how.clone(),
        runaway: ended.runaway,
        elapsed: ended.elapsed,
        processor: ended.processor,
        stragglers: ended.stragglers,
        survivors: ended.survivors,
        stdout: Stream::from(&ended.stdout),
        stderr: Stream::from(&ended.stderr),
    };
    let mut bytes = serde_json::to_vec(&line)?;
    bytes.push(b'\n');
    bytes.extend_from_slice(&ended.stdout.bytes);
    bytes.extend_from_slice(&ended.stderr.bytes);
    out.write_all(&bytes)
}

/// Reads a report; `None` when it is not one, because the supervisor did not come to its end.
pub(super) fn read(bytes: &[u8]) -> Option<Ended> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let line: Line = serde_json::from_slice(&bytes[..end]).ok()?;
    let (stdout, stderr) = bytes[end + 1..].split_at_checked(line.stdout.kept)?;
    if stderr.len() != line.stderr.kept {
        return None;
    }
    let tail = |stream: &Stream, bytes: &[u8]| Tail {
        bytes: bytes.to_vec(),
        dropped: stream.dropped,
    };
    Some(Ended {
        stdout: tail(&line.stdout, stdout),
        stderr: tail(&line.stderr, stderr),
        how: line.how,
        runaway: line.runaway,
        elapsed: line.elapsed,
        processor: line.processor,
        stragglers: line.stragglers,
        survivors: line.survivors,
    })
}
