//! The implementation as a subject: it opens a file in memory whose requests are recorded.
//!
//! A read-only open reports what the overlay shows, and a writable one the file afterwards. The
//! fast path of searches does not go through here: see [`crate::property`].

use std::collections::BTreeSet;
use std::io;

use vhdx_log::storage::SparseMemory;
use vhdx_log::{GuidSource, LogState, OpenError, OpenOptions, ReplayPlan, Source};
use vhdx_log_corpus::{Access, Sequence};
use vhdx_log_image::{SECTOR, SECTOR_BYTES};
use vhdx_log_model::Image;

use super::failed::{Crash, FailureKind};
use super::interface::{Accepted, Case, Outcome, Subject};
use crate::chain::chain;
use crate::convert::{to_model, to_storage};
use crate::observed::Observed;
use crate::write_order::Steps;

/// The implementation, run in this process.
pub struct Core;

type Recorded = Observed<SparseMemory, Steps>;

impl Subject for Core {
    fn name(&self) -> String {
        "core".to_owned()
    }

    fn version(&self) -> Option<String> {
        Some(env!("CARGO_PKG_VERSION").to_owned())
    }

    fn open(&self, case: &Case<'_>) -> Outcome {
        let mut recorded = Recorded::new(to_storage(case.image), Steps::default());
        let mut options = match case.access {
            Access::Replay => OpenOptions::writable(),
            Access::ReadOnly => OpenOptions::read_only(),
        }
        .guids(GuidSource::seeded(1));
        if let Some(limit) = case.max_file_size {
            options = options.max_file_size(limit);
        }
        let opened = options.open(&mut recorded).and_then(|opened| {
            let shown = shown(&opened, case.image).map_err(|source| OpenError::Io {
                doing: "read the replayed contents",
                offset: vhdx_log::units::FileOffset(0),
                source,
            })?;
            Ok((shown, opened.log().plan().map(sequence)))
        });
        let file = to_model(&recorded.storage);
        match opened {
            Ok((shown, sequence)) => Outcome::Accepted(Box::new(Accepted {
                log: Some(match sequence {
                    Some(_) => vhdx_log_corpus::LogState::Replayed,
                    None => vhdx_log_corpus::LogState::Empty,
                }),
                sequence,
                shown,
                file: Some(file),
                steps: Some(recorded.observer),
                ..Accepted::default()
            })),
            Err(OpenError::Refused(refusal)) => Outcome::Refused {
                clause: Some(refusal.clause().id().to_owned()),
                message: refusal.to_string(),
                file: Some(file),
            },
            Err(error) => FailureKind::Crash(Crash::Internal(chain(&error))).into(),
        }
    }
}

fn sequence(plan: &ReplayPlan) -> Sequence {
    Sequence {
        tail: plan.active.tail.0.into(),
        head: plan.active.head().offset.0.into(),
        tail_number: plan.active.tail_sequence_number().0,
        head_number: plan.active.head().sequence_number.0,
        entries: plan.active.entries.into(),
    }
}

/// The image as an overlay shows it, read in every sector that the file or the replay stores;
/// `None` without an overlay, when the file itself is shown.
fn shown(opened: &vhdx_log::Image<&mut Recorded>, before: &Image) -> io::Result<Option<Image>> {
    let LogState::Overlaid(overlay) = opened.log() else {
        return Ok(None);
    };
    let mut numbers: BTreeSet<u64> = before.sectors().map(|(number, _)| number).collect();
    let memory = to_storage(before);
    for update in overlay.plan().updates(&memory) {
        let update = update.map_err(io::Error::other)?;
        if matches!(update.source, Source::Data { .. }) {
            numbers.insert(update.target.0 / SECTOR);
        }
    }
    let length = opened.len()?;
    let mut image = Image::new(length);
    for number in numbers {
        let offset = number * SECTOR;
        let mut bytes = [0; SECTOR_BYTES];
        let within = length.saturating_sub(offset).min(SECTOR) as usize;
        opened.read_at(offset, &mut bytes[..within])?;
        image.write(number * SECTOR, &bytes);
    }
    Ok(Some(image))
}
