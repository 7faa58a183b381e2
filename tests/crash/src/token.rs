//! A scenario in one word, as `vhdx-log crash --replay` takes it.
//!
//! ```text
//!   w0+4096,z8192+4096.c.d/17:W-07Wx2_/4:W,o/m16b3
//!   '------ origin ------'/'- crash -'/'---'/'-- media fault
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
//! ```

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::faults::{IoFault, IoFaultKind, MediaFault};
use crate::origin::Origin;
use crate::scenario::{Scenario, Stage};
use crate::setup::Setup;
use crate::states::{Arrived, Choice, NewSpace};
use crate::workload::{Span, Step, Update, Workload};

/// Why a text is not a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid replay token: {problem} `{part}`; copy the whole token that a failure prints")]
pub struct BadToken {
    pub problem: &'static str,
    /// The part that cannot be read.
    pub part: String,
}

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
        self.origin.fmt(f)?;
        for stage in &self.stages {
            write!(f, "/{stage}")?;
        }
        match self.media {
            None => Ok(()),
            Some(MediaFault::Flip { sector, bit }) => write!(f, "/m{sector}b{bit}"),
            Some(MediaFault::Stale { sector, versions }) => write!(f, "/m{sector}v{versions}"),
            Some(MediaFault::Misdirected { from, to }) => write!(f, "/m{from}t{to}"),
        }
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

/// Takes one part of a setup. `false` when this is not one.
fn setup_from_text(setup: &mut Setup, part: &str) -> Result<bool, BadToken> {
    let Some((letter, number)) = part.split_at_checked(1) else {
        return Ok(false);
    };
    let field = match letter {
        "r" => &mut setup.ring_sectors,
        "o" => &mut setup.first_sector,
        "g" => &mut setup.max_gathered,
        "b" => &mut setup.buffered_sectors,
        "s" => &mut setup.piece_sectors,
        "u" => &mut setup.replay_batch,
        _ => return Ok(false),
    };
    *field = Some(number.parse().map_err(|_| bad(part))?);
    // A ring has a sector, and a log at most 4 GiB.
    match setup.ring_sectors {
        Some(0 | 1_048_576..) => Err(bad(part)),
        _ => Ok(true),
    }
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

impl FromStr for Scenario {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let mut parts = text.trim().split('/');
        let origin = parts.next().unwrap_or_default().parse()?;
        let (mut stages, mut media) = (Vec::new(), None);
        for part in parts {
            match part.strip_prefix('m') {
                Some(fault) => media = Some(media_from_text(fault).ok_or_else(|| bad(part))?),
                None => stages.push(stage_from_text(part).ok_or_else(|| bad(part))?),
            }
            // The program of a trace file is not run again.
            let first: Option<&Stage> = stages.first();
            let injects = first.is_some_and(|first| first.io_error.is_some());
            if injects && matches!(origin, Origin::TraceFile(_)) {
                return Err(BadToken {
                    problem: "no I/O error can be injected into a trace file, as in",
                    part: part.to_owned(),
                });
            }
        }
        Ok(Self {
            origin,
            stages,
            media,
        })
    }
}

impl FromStr for Origin {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let Some(fingerprint) = text.strip_prefix('t') else {
            return text.parse().map(Self::Workload);
        };
        match u64::from_str_radix(fingerprint, 16) {
            Ok(number) if fingerprint.len() == 16 => Ok(Self::TraceFile(number)),
            _ => Err(bad(text)),
        }
    }
}

impl FromStr for Workload {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let mut workload = Self::default();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            if setup_from_text(&mut workload.setup, part)? {
                continue;
            }
            match part.strip_prefix('n') {
                Some(number) => {
                    workload.first_sequence_number = Some(number.parse().map_err(|_| bad(part))?)
                }
                None => workload
                    .steps
                    .push(step_from_text(part).ok_or_else(|| bad(part))?),
            }
        }
        Ok(workload)
    }
}

fn bad(part: &str) -> BadToken {
    BadToken {
        problem: "cannot parse",
        part: part.to_owned(),
    }
}

fn step_from_text(text: &str) -> Option<Step> {
    Some(match text {
        "c" => Step::Commit,
        "k" => Step::Checkpoint,
        "x" => Step::Close,
        "d" => Step::Drop,
        _ => match text.split_at_checked(1)? {
            ("q", number) => Step::PowerCut(number.parse().ok()?),
            ("l", length) => Step::SetLength(length.parse().ok()?),
            ("p", span) => Step::Payload(span_from_text(span)?),
            _ => Step::Submit(
                text.split(',')
                    .map(update_from_text)
                    .collect::<Option<_>>()?,
            ),
        },
    })
}

fn update_from_text(text: &str) -> Option<Update> {
    match text.split_at_checked(1)? {
        ("w", span) => Some(Update::Write(span_from_text(span)?)),
        ("z", span) => Some(Update::Zero(span_from_text(span)?)),
        _ => None,
    }
}

fn span_from_text(text: &str) -> Option<Span> {
    let (at, length) = text.split_once('+')?;
    Some(Span {
        at: at.parse().ok()?,
        length: length.parse().ok()?,
    })
}

fn stage_from_text(text: &str) -> Option<Stage> {
    let mut stage = Stage::default();
    let mut parts: Vec<&str> = text.split('@').collect();
    let crash = parts.pop()?;
    for part in parts {
        match part
            .strip_prefix('f')
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        {
            Some(flush) => stage.lying_flush = Some(flush.parse().ok()?),
            None => {
                let (name, nth) = part.split_at_checked(2)?;
                let (kind, _) = *IO_FAULTS.iter().find(|(_, of)| *of == name)?;
                stage.io_error = Some(IoFault {
                    kind,
                    nth: nth.parse().ok()?,
                });
            }
        }
    }
    let (cut, choice) = crash.split_once(':')?;
    stage.cut = cut.parse().ok()?;
    let (arrived, new_space) = match choice.split_once(',') {
        Some((arrived, "o")) => (arrived, NewSpace::Old),
        Some((arrived, "p")) => (arrived, NewSpace::Pattern),
        Some(_) => return None,
        None => (choice, NewSpace::Zeros),
    };
    stage.choice = Choice {
        arrived: arrived_from_text(arrived)?,
        new_space,
    };
    Some(stage)
}

fn arrived_from_text(mut text: &str) -> Option<Vec<Arrived>> {
    let mut all = Vec::new();
    while let Some(first) = text.chars().next() {
        let (one, rest) = match first {
            'W' => (Arrived::WHOLE, &text[1..]),
            '-' => (Arrived::ABSENT, &text[1..]),
            _ => {
                let (pieces, rest) = text.split_at_checked(2)?;
                (Arrived(u8::from_str_radix(pieces, 16).ok()?), rest)
            }
        };
        let (count, rest) = match rest.strip_prefix('x') {
            None => (1, rest),
            Some(rest) => {
                let (count, rest) = rest.split_once('_')?;
                (count.parse::<u16>().ok()?.into(), rest)
            }
        };
        all.extend(std::iter::repeat_n(one, count));
        text = rest;
    }
    Some(all)
}

fn media_from_text(text: &str) -> Option<MediaFault> {
    if let Some((sector, bit)) = text.split_once('b') {
        return Some(MediaFault::Flip {
            sector: sector.parse().ok()?,
            bit: bit.parse().ok()?,
        });
    }
    if let Some((sector, versions)) = text.split_once('v') {
        return Some(MediaFault::Stale {
            sector: sector.parse().ok()?,
            versions: versions.parse().ok()?,
        });
    }
    let (from, to) = text.split_once('t')?;
    Some(MediaFault::Misdirected {
        from: from.parse().ok()?,
        to: to.parse().ok()?,
    })
}
