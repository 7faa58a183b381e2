//! What a program printed, as a record keeps it.

use std::time::Duration;

use vhdx_log_oracle::subject::{Ran, Tail, Transcript};

use crate::record::{PRINTED, Printed, RunOfProgram};

pub(crate) fn runs(transcript: &Transcript) -> Vec<RunOfProgram> {
    transcript.runs.iter().map(run).collect()
}

fn run(ran: &Ran) -> RunOfProgram {
    RunOfProgram {
        command: ran.command.clone(),
        ended: ran.ended.clone(),
        elapsed_us: microseconds(ran.elapsed),
        stdout: printed(&ran.stdout),
        stderr: printed(&ran.stderr),
    }
}

fn printed(tail: &Tail) -> Printed {
    let kept = tail.bytes.len().min(PRINTED);
    let (before, kept) = tail.bytes.split_at(tail.bytes.len() - kept);
    Printed {
        text: String::from_utf8_lossy(kept).into_owned(),
        dropped: tail.dropped + before.len() as u64,
    }
}

pub(crate) fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
