//! Core and model see the same file: read-only.

use std::io::ErrorKind;

use vhdx_log::header::Header;
use vhdx_log::storage::SparseMemory;
use vhdx_log::{ActiveSequence, Image, LogState, OpenError, OpenOptions};
use vhdx_log_model::{self as model, Verdict};

use super::bounds::{Metered, reads_are_bounded};
use super::compare::{ZEROS, side_by_side};
use super::guarded::Guarded;
use super::{Agreed, Violation, ensure};
use vhdx_log_image::SECTOR;

const VERDICT: &str = "core and model come to the same verdict, by the same clause";
const TOLD: &str = "a refusal ends with the clause it goes by";
const SEQUENCE: &str = "core and model find the same active sequence";
const LENGTH: &str = "the overlay is as long as the model's replayed file";
const BYTES: &str = "the overlay shows every byte of the model's replayed file";
const END: &str = "the overlay ends where the model's replayed file does";
const CURRENT: &str = "the current header is one of the two found, and neither is newer (HDR-2)";
pub(super) const UNTOUCHED: &str = "a read-only open writes nothing";

/// Core's overlay and the model's replay agree on verdict, clause, sequence, length and every byte;
/// nothing is written, and reads are bounded.
pub(super) fn read_only(image: &SparseMemory, verdict: &Verdict) -> Result<Agreed, Violation> {
    let metered = Metered::new(image);
    let mut storage = Guarded::new(&metered, UNTOUCHED);
    let opened = OpenOptions::read_only().open(&mut storage);
    reads_are_bounded(image, metered.meter())?;
    match (verdict, &opened) {
        (Verdict::Refused(refusal), Err(OpenError::Refused(found)))
            if refusal.clause == found.clause().id() =>
        {
            let message = found.to_string();
            let told = message
                .strip_suffix(']')
                .and_then(|message| message.strip_suffix(refusal.clause));
            ensure(
                TOLD,
                told.is_some_and(|message| message.ends_with('[')),
                || message.clone(),
            )?;
            Ok(Agreed::Refused(refusal.clause))
        }
        (Verdict::Clean, Ok(opened)) if matches!(opened.log(), LogState::Empty) => {
            current_is_newest(opened)?;
            Ok(Agreed::Clean)
        }
        (Verdict::Replayed(replay), Ok(opened)) => {
            let LogState::Overlaid(overlay) = opened.log() else {
                return Err(different_verdicts(verdict, &opened.log()));
            };
            current_is_newest(opened)?;
            same_sequence(&overlay.plan().active, &replay.active)?;
            same_bytes(opened, image, &replay.image)?;
            Ok(Agreed::Replayed(replay.active))
        }
        (verdict, opened) => Err(match opened {
            Ok(opened) => different_verdicts(verdict, &opened.log()),
            Err(error) => different_verdicts(verdict, &error),
        }),
    }
}

/// The verdicts of a writable open agree too; used by the claims about writing back.
pub(super) fn different_verdicts(verdict: &Verdict, core: &dyn std::fmt::Debug) -> Violation {
    let model = match verdict {
        Verdict::Refused(refusal) => format!("refuses by {}: {}", refusal.clause, refusal.what),
        Verdict::Clean => "says clean".to_owned(),
        Verdict::Replayed(replay) => format!("replays {:?}", replay.active),
    };
    Violation {
        property: VERDICT,
        detail: format!("the model {model}; core: {core:?}"),
    }
}

fn current_is_newest(opened: &Image<&mut Guarded<'_>>) -> Result<(), Violation> {
    let (headers, current) = (opened.headers(), opened.current());
    let found = headers.slot(current.slot).as_ref() == Ok(&current.header);
    let is_newer = |header: &Header| header.sequence_number > current.header.sequence_number;
    let newer = [&headers.first, &headers.second]
        .into_iter()
        .flatten()
        .any(is_newer);
    ensure(CURRENT, found && !newer, || {
        format!("{current:?} of {headers:?}")
    })
}

pub(super) fn same_sequence(core: &ActiveSequence, model: &model::Active) -> Result<(), Violation> {
    let found = (
        u64::from(core.tail.0),
        u64::from(core.head().offset.0),
        core.tail_sequence_number().0,
        core.head().sequence_number.0,
        u64::from(core.entries),
    );
    let expected = (
        model.tail,
        model.head,
        model.tail_sequence_number,
        model.head_sequence_number,
        model.replayed_entries,
    );
    ensure(SEQUENCE, found == expected, || {
        format!(
            "(tail, head, their numbers, entries): the model has {expected:x?}, core {found:x?}"
        )
    })
}

/// Every sector that either file or result holds is read through the overlay, and the byte behind
/// the last.
fn same_bytes(
    opened: &Image<&mut Guarded<'_>>,
    before: &SparseMemory,
    after: &model::Image,
) -> Result<(), Violation> {
    let length = opened.len().expect("memory knows its length");
    ensure(LENGTH, length == after.length(), || {
        format!("the model's is {:#x}, core's {length:#x}", after.length())
    })?;
    let mut shown = *ZEROS;
    for (number, (_, expected)) in side_by_side(before.sectors(), after.sectors()) {
        let offset = number * SECTOR;
        let here = usize::try_from((length - offset).min(SECTOR)).expect("at most a sector");
        opened
            .read_at(offset, &mut shown[..here])
            .map_err(|error| Violation {
                property: BYTES,
                detail: error.to_string(),
            })?;
        let expected = expected.map_or(ZEROS, |sector| sector);
        ensure(BYTES, shown[..here] == expected[..here], || {
            format!("they differ in the sector at {offset:#x}")
        })?;
    }
    let behind = opened
        .read_at(length, &mut [0])
        .map_err(|error| error.kind());
    ensure(END, behind == Err(ErrorKind::UnexpectedEof), || {
        format!("a read at {length:#x} gives {behind:?}")
    })
}
