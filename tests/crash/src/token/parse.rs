//! From text to a scenario or a workload.

use std::str::FromStr;

use super::IO_FAULTS;
use super::check::checked;
use super::error::{BYTES_AT_MOST, BadToken, STEPS_AT_MOST};
use crate::faults::{IoFault, MediaFault};
use crate::origin::Origin;
use crate::scenario::{Scenario, Stage};
use crate::setup::Setup;
use crate::states::{Arrived, Choice, NewSpace};
use crate::workload::{Span, Step, Update, Workload};

/// The most pending changes that a crash may choose from.
const ARRIVED_AT_MOST: usize = 1 << 20;

impl FromStr for Scenario {
    type Err = BadToken;

    fn from_str(token: &str) -> Result<Self, BadToken> {
        let mut parts = checked(token)?.split('/');
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
                return Err(BadToken::Injected(part.to_owned()));
            }
        }
        let scenario = Self {
            origin,
            stages,
            media,
        };
        match scenario.to_string() == token {
            true => Ok(scenario),
            false => Err(BadToken::OtherForm),
        }
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
        for part in text.split('.') {
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
        if bytes(&workload) > BYTES_AT_MOST || workload.steps.len() > STEPS_AT_MOST {
            return Err(BadToken::TooMuch);
        }
        Ok(workload)
    }
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

/// How many bytes of the file a workload covers, counted from where updates begin, and again for
/// each update.
fn bytes(workload: &Workload) -> u64 {
    let end = |span: Span| span.at.saturating_add(span.length);
    let of_step = |step: &Step| match step {
        Step::Submit(updates) => updates
            .iter()
            .map(|update| end(update.span()))
            .fold(0, u64::saturating_add),
        Step::Payload(span) => end(*span),
        Step::SetLength(length) => *length,
        Step::Commit | Step::Checkpoint | Step::Close | Step::Drop | Step::PowerCut(_) => 0,
    };
    workload
        .steps
        .iter()
        .map(of_step)
        .fold(0, u64::saturating_add)
}

fn bad(part: &str) -> BadToken {
    BadToken::Part(part.to_owned())
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
        if all.len() + count > ARRIVED_AT_MOST {
            return None;
        }
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
