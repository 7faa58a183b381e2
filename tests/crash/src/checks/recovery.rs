//! The properties of every recovery, whatever the file: clean, crashed, damaged or generated.
//!
//! Contract: a recovery is a writable open by core, on a copy of the file; the file given is not
//! changed. Properties about *which* state is recovered need a history and are in
//! [`crash_state`](super::crash_state).

use std::panic::{AssertUnwindSafe, catch_unwind};

use vhdx_log::header::{Current, Header, Headers};
use vhdx_log::{GuidSource, LogState, OpenError, OpenOptions};

use vhdx_log_image::{SECTOR, SECTOR_BYTES};
use vhdx_log_oracle::property::Violation;

use crate::disk::DiskImage;
use crate::setup::options_for;

/// The result of a recovery.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The file afterwards.
    pub image: DiskImage,
    /// Whether there was anything to replay.
    pub was_dirty: bool,
}

/// A recovered file, or why it was refused.
pub type Recovery = Result<Recovered, OpenError>;

/// Recovers a file and checks every property that holds of any file. New GUIDs come from `seed`.
///
/// # Errors
/// The first violation.
pub fn recovery(file: &DiskImage, seed: u64) -> Result<Recovery, Violation> {
    let property = "opening a file never panics, whatever it holds";
    catch_unwind(AssertUnwindSafe(|| recovery_unguarded(file, seed))).unwrap_or_else(|panic| {
        Err(Violation {
            property,
            detail: panic_message(&*panic),
        })
    })
}

fn recovery_unguarded(file: &DiskImage, seed: u64) -> Result<Recovery, Violation> {
    let mut image = file.clone();
    let options = OpenOptions::writable().guids(GuidSource::seeded(seed));
    let opened = options_for(file, options).open(&mut image).map(|opened| {
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

/// A refused file is unchanged (RPL-8).
fn leaves_refused_files_alone(before: &DiskImage, after: &DiskImage) -> Result<(), Violation> {
    let property = "a refused file is unchanged, byte for byte (RPL-8)";
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
    match options_for(recovered, options).open(&mut again) {
        Err(refusal) => {
            return Err(Violation {
                property,
                detail: format!("the second open refuses it: {refusal}"),
            });
        }
        Ok(image) if !matches!(image.log(), LogState::Empty) => {
            return Err(Violation {
                property,
                detail: "the second open replays it again".to_owned(),
            });
        }
        Ok(image) => both_headers_say_that_the_log_is_empty(image.headers())?,
    }
    same_file(property, recovered, &again)
}

/// A read-only open shows what a replay writes back, and every byte of it (RPL-5).
fn shows_the_same_read_only(before: &DiskImage, recovered: &DiskImage) -> Result<(), Violation> {
    let property = "a read-only open shows what a replay writes back (RPL-5)";
    let fail = |detail| Err(Violation { property, detail });
    let view = match options_for(before, OpenOptions::read_only()).open(before.clone()) {
        Ok(view) => view,
        Err(refusal) => return fail(format!("the read-only open is refused: {refusal}")),
    };
    let length = view.len().unwrap_or_default();
    if length != recovered.length() {
        return fail(format!(
            "expected the length written back, {:#x}; the view has {length:#x}",
            recovered.length()
        ));
    }
    let mut shown = [0; SECTOR_BYTES];
    let changed = recovered
        .own_numbers()
        .filter(|&number| recovered.is_visible(number) && number * SECTOR < length);
    for number in changed {
        let offset = number * SECTOR;
        let within = (length - offset).min(SECTOR) as usize;
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
fn both_headers_say_that_the_log_is_empty(headers: &Headers) -> Result<(), Violation> {
    let property = "after a replay both headers are valid and say that the log is empty (RPL-6)";
    let is_empty = |header: &Header| header.log_guid.is_nil();
    if headers.first.as_ref().is_ok_and(is_empty) && headers.second.as_ref().is_ok_and(is_empty) {
        return Ok(());
    }
    let describe = |header: &Result<Header, _>| match header {
        Ok(header) if header.log_guid.is_nil() => "valid, with an empty log".to_owned(),
        Ok(header) => format!("valid, with the log {}", header.log_guid),
        Err(_) => "not valid".to_owned(),
    };
    Err(Violation {
        property,
        detail: format!(
            "header 1 is {}; header 2 is {}",
            describe(&headers.first),
            describe(&headers.second)
        ),
    })
}

/// A replay does not change DataWriteGuid (UPD-4).
fn keeps_data_write_guid(before: &Headers, after: &Current) -> Result<(), Violation> {
    let property = "a replay does not change DataWriteGuid (UPD-4)";
    let guid = before
        .current()
        .ok()
        .map(|current| current.header.data_write_guid);
    if guid == Some(after.header.data_write_guid) {
        return Ok(());
    }
    let before = guid.map_or_else(|| "not known".to_owned(), |guid| guid.to_string());
    Err(Violation {
        property,
        detail: format!(
            "before the replay it was {before}, after it {}",
            after.header.data_write_guid
        ),
    })
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
        .map(|number| format!("{:#x}", number * SECTOR))
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
