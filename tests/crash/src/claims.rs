//! What is claimed of every state a disk may be left in, each property one function with one sentence.
//!
//! Everything that makes such states (crashes, failing requests, rotting media, broken promises)
//! calls these functions and has no claims of its own. The order is that of a reader: it opens the
//! file, sees what is in it, goes away.

use std::panic::{AssertUnwindSafe, catch_unwind};

use vhdx_log::header::{Current, Header, Headers};
use vhdx_log::storage::Storage;
use vhdx_log::{GuidSource, LogState, OpenError, OpenOptions};

use super::lineage::{Allowed, Mismatch};
use crate::disk::{DiskImage, SECTOR_BYTES};
use vhdx_log_oracle::property::Violation;

/// What a recovery made of a file.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The file afterwards.
    pub image: DiskImage,
    /// Whether there was anything to replay.
    pub was_dirty: bool,
}

/// A file that could be recovered, or why it was refused.
pub type Recovery = Result<Recovered, OpenError>;

/// Recovers a file and holds the recovery against every property that is true of any file: clean,
/// crashed, rotten or made up. Fresh GUIDs are made of `seed`.
///
/// # Errors
/// The first property that does not hold.
pub fn recovery(file: &DiskImage, seed: u64) -> Result<Recovery, Violation> {
    let property = "whatever a disk holds, opening it does not panic";
    catch_unwind(AssertUnwindSafe(|| recovery_unguarded(file, seed))).unwrap_or_else(|panic| {
        Err(Violation {
            property,
            detail: panic_message(&*panic),
        })
    })
}

fn recovery_unguarded(file: &DiskImage, seed: u64) -> Result<Recovery, Violation> {
    let mut image = file.clone();
    let opened = OpenOptions::writable()
        .guids(GuidSource::seeded(seed))
        .open(&mut image)
        .map(|opened| {
            keeps_data_write_guid(opened.headers(), opened.current())?;
            Ok(matches!(opened.log(), LogState::Replayed(..)))
        });
    match opened {
        Err(refusal) => {
            leaves_refused_files_alone(file, &image)?;
            Ok(Err(refusal))
        }
        Ok(was_dirty) => {
            let was_dirty = was_dirty?;
            if was_dirty {
                shows_the_same_read_only(file, &image)?;
                is_done_once(&image, seed)?;
            } else {
                leaves_clean_files_alone(file, &image)?;
            }
            Ok(Ok(Recovered { image, was_dirty }))
        }
    }
}

/// A refused file is left byte for byte as it was (RPL-8).
fn leaves_refused_files_alone(before: &DiskImage, after: &DiskImage) -> Result<(), Violation> {
    let property = "a refused file is left byte for byte as it was (RPL-8)";
    same_file(property, before, after)
}

/// Opening a file whose log is empty changes nothing.
fn leaves_clean_files_alone(before: &DiskImage, after: &DiskImage) -> Result<(), Violation> {
    let property = "opening a file whose log is empty changes nothing (HDR-9)";
    same_file(property, before, after)
}

/// A second replay changes nothing (RPL-7).
fn is_done_once(recovered: &DiskImage, seed: u64) -> Result<(), Violation> {
    let property = "recovering a recovered file changes nothing (RPL-7)";
    let mut again = recovered.clone();
    let options = OpenOptions::writable().guids(GuidSource::seeded(!seed));
    match options.open(&mut again) {
        Err(refusal) => {
            return Err(Violation {
                property,
                detail: format!("it is refused the second time: {refusal}"),
            });
        }
        Ok(image) if !matches!(image.log(), LogState::Empty) => {
            return Err(Violation {
                property,
                detail: "it is replayed a second time".to_owned(),
            });
        }
        Ok(image) => both_say_that_the_log_is_empty(image.headers())?,
    }
    same_file(property, recovered, &again)
}

/// A read-only open shows what a replay writes back, and every byte of it (RPL-5).
fn shows_the_same_read_only(before: &DiskImage, recovered: &DiskImage) -> Result<(), Violation> {
    let property = "a read-only open shows what a replay writes back (RPL-5)";
    let fail = |detail| Err(Violation { property, detail });
    let view = match OpenOptions::read_only().open(before.clone()) {
        Ok(view) => view,
        Err(refusal) => return fail(format!("the read-only open is refused: {refusal}")),
    };
    let length = view.len().unwrap_or_default();
    if length != recovered.length() {
        return fail(format!(
            "{length:#x} bytes read-only, {:#x} bytes written back",
            recovered.length()
        ));
    }
    let mut shown = [0; SECTOR_BYTES];
    let changed = recovered
        .own_numbers()
        .filter(|&number| recovered.is_visible(number));
    for offset in changed
        .map(|number| number * SECTOR_BYTES as u64)
        .filter(|&offset| offset < length)
    {
        let number = offset / SECTOR_BYTES as u64;
        let within = (length - offset).min(SECTOR_BYTES as u64) as usize;
        if let Err(error) = view.read_at(offset, &mut shown[..within]) {
            return fail(format!("reading the view at {offset:#x} failed: {error}"));
        }
        if shown[..within] != recovered.contents(number)[..within] {
            return fail(format!("the sector at {offset:#x} differs"));
        }
    }
    Ok(())
}

/// After a replay both headers are valid and say that the log is empty (RPL-6, UPD-2).
fn both_say_that_the_log_is_empty(headers: &Headers) -> Result<(), Violation> {
    let property = "after a replay both headers are valid and say that the log is empty (RPL-6)";
    let is_empty = |header: &Header| header.log_guid.is_nil();
    if headers.first.as_ref().is_ok_and(is_empty) && headers.second.as_ref().is_ok_and(is_empty) {
        return Ok(());
    }
    Err(Violation {
        property,
        detail: format!("they are {:?} and {:?}", headers.first, headers.second),
    })
}

/// A mere replay does not change DataWriteGuid (UPD-4).
fn keeps_data_write_guid(before: &Headers, after: &Current) -> Result<(), Violation> {
    let property = "a replay does not change DataWriteGuid (UPD-4)";
    let guid = before
        .current()
        .ok()
        .map(|current| current.header.data_write_guid);
    if guid == Some(after.header.data_write_guid) {
        return Ok(());
    }
    Err(Violation {
        property,
        detail: format!("it was {guid:?} and is {}", after.header.data_write_guid),
    })
}

/// After any crash the file opens, in the state after some prefix of what was submitted, and that
/// prefix includes everything acknowledged (WRT-9). Space that was new at `stable_length` and that
/// nobody wrote may hold anything.
///
/// # Errors
/// This property, when it does not hold.
pub fn is_an_allowed_state(
    recovery: &Recovery,
    allowed: &Allowed<'_>,
    stable_length: u64,
) -> Result<usize, Violation> {
    let recovered = match recovery {
        Ok(recovered) => recovered,
        Err(refusal) => {
            let property = "after a crash the file opens (WRT-9)";
            return Err(Violation {
                property,
                detail: refusal.to_string(),
            });
        }
    };
    let expected = allowed.describe();
    allowed.find(&recovered.image, stable_length).map_err(|mismatch| match mismatch {
        Mismatch::Lost { changes } => Violation {
            property: "after a crash every acknowledged change is there (WRT-9)",
            detail: format!("expected {expected}, but {changes} acknowledged changes are lost"),
        },
        Mismatch::Length { found } => Violation {
            property: "after a crash the file has the length of an allowed state (WRT-9, RPL-3)",
            detail: format!("expected {expected}, but the file is {found:#x} bytes long"),
        },
        Mismatch::Mixture { sector, written: true } => Violation {
            property: "after a crash the file is in the state after some prefix of the submitted transactions (WRT-9)",
            detail: format!("expected {expected}, but the sector at {:#x} is of another one", sector * 4096),
        },
        Mismatch::Mixture { sector, written: false } => Violation {
            property: "bytes that nobody wrote are unchanged (WRT-9)",
            detail: format!("nobody wrote to the sector at {:#x}, and it changed", sector * 4096),
        },
    })
}

/// A crash during a replay leaves a file whose next replay gives the same result (RPL-7). Space
/// that was new at `stable_length` and that the replay only made, not wrote, may hold anything.
///
/// # Errors
/// This property, when it does not hold.
pub fn gives_the_same_again(
    first: &DiskImage,
    again: &Recovery,
    stable_length: u64,
) -> Result<(), Violation> {
    let property =
        "a crash during a replay leaves a file whose next replay gives the same result (RPL-7)";
    let again = match again {
        Ok(again) => &again.image,
        Err(refusal) => {
            return Err(Violation {
                property,
                detail: format!("it is refused: {refusal}"),
            });
        }
    };
    if first.visible_hash() == again.visible_hash() {
        return Ok(());
    }
    if first.length() != again.length() {
        let detail = format!(
            "the file is {:#x} bytes long, not {:#x}",
            again.length(),
            first.length()
        );
        return Err(Violation { property, detail });
    }
    let only_made = |number: u64| {
        number >= stable_length / SECTOR_BYTES as u64 && first.sector(number).is_none()
    };
    let different = first.difference(again).into_iter();
    match different
        .filter(|&number| first.is_visible(number))
        .find(|&number| !only_made(number))
    {
        None => Ok(()),
        Some(number) => Err(Violation {
            property,
            detail: format!("the sector at {:#x} differs", number * 4096),
        }),
    }
}

/// A damaged log or header is refused, or leaves each sector as it was in some state that was
/// submitted: damage is never applied.
///
/// # Errors
/// This property, when it does not hold.
pub fn applies_no_damage(
    recovery: &Recovery,
    allowed: &Allowed<'_>,
    stable_length: u64,
) -> Result<(), Violation> {
    let property = "damage of the log or the headers is detected and never applied";
    let Ok(recovered) = recovery else {
        return Ok(());
    };
    allowed
        .holds_no_foreign_bytes(&recovered.image, stable_length)
        .map_err(|sector| Violation {
            property,
            detail: format!(
                "the sector at {:#x} holds what no transaction gave it",
                sector * 4096
            ),
        })
}

/// What an open log shows is what was submitted (WRT-6).
///
/// # Errors
/// This property, when it does not hold.
pub fn reads_see_what_was_submitted<S: Storage>(
    log: &vhdx_log::writer::Log<S>,
    expected: &DiskImage,
    sectors: impl Iterator<Item = u64>,
) -> Result<(), Violation> {
    let property = "reads through an open log see what was submitted (WRT-6)";
    let fail = |detail| Err(Violation { property, detail });
    // A write behind the end takes whole sectors.
    let sector = SECTOR_BYTES as u64;
    if !(expected.length()..=expected.length().next_multiple_of(sector)).contains(&log.len()) {
        return fail(format!(
            "the file is {:#x} bytes long, not {:#x}",
            log.len(),
            expected.length()
        ));
    }
    let mut bytes = [0; SECTOR_BYTES];
    for number in sectors {
        let offset = number * SECTOR_BYTES as u64;
        let within = expected
            .length()
            .saturating_sub(offset)
            .min(SECTOR_BYTES as u64) as usize;
        if let Err(error) = log.read_at(offset, &mut bytes[..within]) {
            return fail(format!("reading at {offset:#x} failed: {error}"));
        }
        if bytes[..within] != expected.contents(number)[..within] {
            return fail(format!("the sector at {offset:#x} differs"));
        }
    }
    Ok(())
}

fn same_file(
    property: &'static str,
    before: &DiskImage,
    after: &DiskImage,
) -> Result<(), Violation> {
    if before.content_hash() == after.content_hash() {
        return Ok(());
    }
    let different: Vec<String> = before
        .difference(after)
        .iter()
        .map(|number| format!("{:#x}", number * 4096))
        .collect();
    Err(Violation {
        property,
        detail: format!("sectors changed: {}", different.join(", ")),
    })
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}
