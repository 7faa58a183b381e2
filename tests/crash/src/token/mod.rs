//! A scenario in one word, as `vhdx-log crash --replay` takes it.
//!
//! ```text
//!   w0+4096,z8192+4096.c.d/17:W-07Wx2_/4:W,o/m16b3/h1a2b3c4d
//!   '------ origin ------'/'- crash -'/'---'/'---'/'- check
//!                                        '     '- media fault
//!                                        '- crash in the recovery
//!
//!   origin   steps, by "."                  what our writer did:
//!            w AT + LENGTH, z AT + LENGTH   updates of one transaction, by ","
//!            p AT + LENGTH                  payload
//!            c, k, x, d                     commit, checkpoint, close, die; the last two reopen
//!            q NUMBER                       power cut that a number selects, and reopen
//!            l LENGTH                       set the length
//!            n NUMBER                       at the start: the sequence number of the first entry
//!            r, o, g, b, s, u NUMBER        at the start: the ring's sectors, the sector that
//!                                           generations begin in, changes gathered, sectors kept
//!                                           back, sectors written at once, updates replayed at
//!                                           once
//!            t FINGERPRINT                  instead of steps: a trace file, 16 hex digits
//!   crash    CUT : ARRIVED                  requests made; for each pending change W whole,
//!                                           - absent, or two hex digits: the pieces that
//!                                           arrived; x COUNT _ after one that repeats
//!            ,o or ,p after it              old bytes or a pattern in new space
//!            KIND NTH @ before it           an I/O error: re, rs, we, ws, ns, fe
//!            f INDEX @ before it            a lying flush
//!   media    m SECTOR b BIT                 a bit flips
//!            m SECTOR v VERSIONS            an older version of a sector
//!            m FROM t TO                    a misdirected write
//!   check    h HASH                         CRC-32C of all before its `/`, 8 hex digits
//! ```
//!
//! Contract: a text is either the token of a scenario, character by character, or refused with what
//! is wrong with it ([`BadToken`]). So a token that was cut off or mistyped never reproduces
//! something else. A scenario that a token names is bounded in time and memory.

mod check;
mod error;
mod parse;

use std::fmt::{self, Write as _};

pub use error::BadToken;

use crate::faults::{IoFault, IoFaultKind, MediaFault};
use crate::origin::Origin;
use crate::scenario::{Scenario, Stage};
use crate::setup::Setup;
use crate::states::{Arrived, NewSpace};
use crate::workload::{Span, Step, Update, Workload};

const IO_FAULTS: [(IoFaultKind, &str); 6] = [
    (IoFaultKind::ReadError, "re"),
    (IoFaultKind::ShortRead, "rs"),
    (IoFaultKind::WriteError, "we"),
    (IoFaultKind::ShortWrite, "ws"),
    (IoFaultKind::NoSpace, "ns"),
    (IoFaultKind::FlushError, "fe"),
];

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.origin.to_string();
        for stage in &self.stages {
            write!(text, "/{stage}")?;
        }
        match self.media {
            None => {}
            Some(MediaFault::Flip { sector, bit }) => write!(text, "/m{sector}b{bit}")?,
            Some(MediaFault::Stale { sector, versions }) => write!(text, "/m{sector}v{versions}")?,
            Some(MediaFault::Misdirected { from, to }) => write!(text, "/m{from}t{to}")?,
        }
        f.write_str(&check::with_check(&text))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workload(workload) => workload.fmt(f),
            Self::TraceFile(fingerprint) => write!(f, "t{fingerprint:016x}"),
        }
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first_sequence_number.map(|first| format!("n{first}"));
        let steps: Vec<String> = first
            .into_iter()
            .chain(setup_to_text(&self.setup))
            .chain(self.steps.iter().map(step_to_text))
            .collect();
        f.write_str(&steps.join("."))
    }
}

fn setup_to_text(setup: &Setup) -> impl Iterator<Item = String> {
    let Setup {
        ring_sectors,
        first_sector,
        max_gathered,
        buffered_sectors,
        piece_sectors,
        replay_batch,
    } = *setup;
    let all = [
        ("r", ring_sectors),
        ("o", first_sector),
        ("g", max_gathered),
        ("b", buffered_sectors),
        ("s", piece_sectors),
        ("u", replay_batch),
    ];
    all.into_iter()
        .filter_map(|(letter, value)| Some(format!("{letter}{}", value?)))
}

fn step_to_text(step: &Step) -> String {
    let span = |Span { at, length }: Span| format!("{at}+{length}");
    match step {
        Step::Submit(updates) => {
            let updates = updates.iter().map(|update| match *update {
                Update::Write(range) => format!("w{}", span(range)),
                Update::Zero(range) => format!("z{}", span(range)),
            });
            updates.collect::<Vec<_>>().join(",")
        }
        Step::Payload(range) => format!("p{}", span(*range)),
        Step::Commit => "c".to_owned(),
        Step::Checkpoint => "k".to_owned(),
        Step::Close => "x".to_owned(),
        Step::Drop => "d".to_owned(),
        Step::PowerCut(number) => format!("q{number}"),
        Step::SetLength(length) => format!("l{length}"),
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(IoFault { kind, nth }) = self.io_error {
            let name = IO_FAULTS
                .iter()
                .find(|(of, _)| *of == kind)
                .map_or("", |(_, name)| name);
            write!(f, "{name}{nth}@")?;
        }
        if let Some(flush) = self.lying_flush {
            write!(f, "f{flush}@")?;
        }
        write!(f, "{}:", self.cut)?;
        for run in self.choice.arrived.chunk_by(|one, next| one == next) {
            match run[0] {
                Arrived::WHOLE => f.write_char('W')?,
                Arrived::ABSENT => f.write_char('-')?,
                Arrived(pieces) => write!(f, "{pieces:02x}")?,
            }
            if run.len() > 1 {
                write!(f, "x{}_", run.len())?;
            }
        }
        f.write_str(match self.choice.new_space {
            NewSpace::Zeros => "",
            NewSpace::Old => ",o",
            NewSpace::Pattern => ",p",
        })
    }
}
