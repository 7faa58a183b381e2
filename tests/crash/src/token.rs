//! A scenario in one word, to be pasted behind `vhdx-log crash --replay`.
//!
//! ```text
//!   w0+4096,z8192+4096.c.d/17:W-07Wx2_/4:W,o/m16b3
//!   '------- steps -------'/'- crash -'/'---'/'-- what the device spoilt
//!                                        '- crash in the recovery
//!
//!   steps    w AT + LENGTH, z AT + LENGTH   updates of one transaction, by ","
//!   by "."   p AT + LENGTH                  payload
//!            c, k, x, d                     commit, checkpoint, close, die; the last two open again
//!            q NUMBER                       power cut that a number decides, and open again
//!            l LENGTH                       set the length
//!            n NUMBER                       at the start: the number of the first entry
//!   crash    CUT : ARRIVED                  requests made; pending changes, W whole, - absent, two hex digits: the
//!                                           pieces that arrived; x COUNT _ behind one that is there several times
//!            ,o or ,p behind it             old bytes or a pattern in new space
//!            KIND NTH @ before it           a request that fails: re, rs, we, ws, ns, fe
//!            f INDEX @ before it            a flush that lies
//!   media    m SECTOR b BIT                 a bit flips
//!            m SECTOR v VERSIONS            an older version
//!            m FROM t TO                    a write goes astray
//! ```

use std::fmt::{self, Write as _};
use std::str::FromStr;

use super::media::MediaFault;
use super::scenario::{Scenario, Stage};
use super::workload::{Span, Step, Update, Workload};
use crate::disk::{Arrived, Choice, IoFault, IoFaultKind, NewSpace};

/// Why a word is no scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is no part of a scenario that `vhdx-log crash` prints")]
pub struct NotAToken {
    /// The part that cannot be read.
    pub part: String,
}

const REQUESTS: [(IoFaultKind, &str); 6] = [
    (IoFaultKind::ReadError, "re"),
    (IoFaultKind::ShortRead, "rs"),
    (IoFaultKind::WriteError, "we"),
    (IoFaultKind::ShortWrite, "ws"),
    (IoFaultKind::NoSpace, "ns"),
    (IoFaultKind::FlushError, "fe"),
];

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.workload.fmt(f)?;
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

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first_number.map(|number| format!("n{number}"));
        let steps: Vec<String> = first
            .into_iter()
            .chain(self.steps.iter().map(step_to_text))
            .collect();
        f.write_str(&steps.join("."))
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
        if let Some(IoFault { kind, nth }) = self.io {
            let name = REQUESTS
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
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let mut parts = text.trim().split('/');
        let workload = parts.next().unwrap_or_default().parse()?;
        let (mut stages, mut media) = (Vec::new(), None);
        for part in parts {
            match part.strip_prefix('m') {
                Some(fault) => {
                    media = Some(media_from_text(fault).ok_or_else(|| not_a_token(part))?)
                }
                None => stages.push(stage_from_text(part).ok_or_else(|| not_a_token(part))?),
            }
        }
        Ok(Self {
            workload,
            stages,
            media,
        })
    }
}

impl FromStr for Workload {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let mut workload = Self::default();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            match part.strip_prefix('n') {
                Some(number) => {
                    workload.first_number = Some(number.parse().map_err(|_| not_a_token(part))?)
                }
                None => workload
                    .steps
                    .push(step_from_text(part).ok_or_else(|| not_a_token(part))?),
            }
        }
        Ok(workload)
    }
}

fn not_a_token(part: &str) -> NotAToken {
    NotAToken {
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
                let (kind, _) = *REQUESTS.iter().find(|(_, of)| *of == name)?;
                stage.io = Some(IoFault {
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
