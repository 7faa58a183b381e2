//! The property of a recovery that the model shares: core and the model read a crash state alike.
//!
//! The oracle asks this of images with a log of whole MiB. Here the log may have any number of
//! sectors, so the model is asked with HDR-7 left out when the image was made so.

use std::sync::Arc;

use vhdx_log_image::{MIB, SECTOR};
use vhdx_log_model::{Access, ClauseId, Format, Image, Options, Replay, Rules, Verdict, read_with};
use vhdx_log_oracle::chain;
use vhdx_log_oracle::property::Violation;

use super::recovery::Recovery;
use crate::disk::DiskImage;

/// The format with logs of any number of sectors.
struct SmallLogs;

impl Rules for SmallLogs {
    fn demand(&self, clause: ClauseId, statement: &'static str, holds: bool) -> bool {
        holds || (clause, statement) == ("HDR-7", "LogLength is a multiple of 1 MiB")
    }
}

/// The property, as a violation names it.
pub const READ_ALIKE: &str = "core and the model read a crash state alike (RPL-1, SEQ-3)";

/// The model refuses the file for the same clause, or shows the same bytes (RPL-1).
///
/// # Errors
/// A violation of this property.
pub fn is_read_by_the_model_alike(file: &DiskImage, recovery: &Recovery) -> Result<(), Violation> {
    let fail = |detail| {
        Err(Violation {
            property: READ_ALIKE,
            detail,
        })
    };
    let options = Options {
        access: Access::Writable,
        ..Options::default()
    };
    let log = file.log();
    let rules: &dyn Rules = if (log.end - log.start).is_multiple_of(MIB / SECTOR) {
        &Format
    } else {
        &SmallLogs
    };
    match (read_with(&whole_image(file), &options, rules), recovery) {
        (Verdict::Refused(refusal), Err(error)) => {
            let clause = error.clause().map(|clause| clause.id());
            if clause == Some(refusal.clause) {
                return Ok(());
            }
            let core = chain(&error);
            fail(format!("core: {core}; the model: {}", refusal.clause))
        }
        (Verdict::Clean, Ok(recovered)) if !recovered.was_dirty => Ok(()),
        (Verdict::Replayed(Replay { image, .. }), Ok(recovered)) if recovered.was_dirty => {
            let found = &recovered.image;
            if image.length() != found.length() {
                let (core, model) = (found.length(), image.length());
                return fail(format!(
                    "core: {core:#x} bytes; the model: {model:#x} bytes"
                ));
            }
            let mut numbers = found.present(0..u64::MAX);
            numbers.extend(image.sectors().map(|(number, _)| number));
            let different = numbers
                .into_iter()
                .filter(|&number| found.is_visible(number))
                .find(|&number| found.contents(number) != image.bytes(number));
            different.map_or(Ok(()), |number| {
                fail(format!("the sector at {:#x} differs", number * SECTOR))
            })
        }
        (Verdict::Refused(refusal), Ok(_)) => fail(format!("only the model: {}", refusal.clause)),
        (_, Err(error)) => fail(format!("only core: {}", chain(&error))),
        (Verdict::Clean | Verdict::Replayed(_), Ok(recovered)) => {
            let what = if recovered.was_dirty {
                "dirty"
            } else {
                "clean"
            };
            fail(format!("only core finds the file {what}"))
        }
    }
}

/// Every sector in the model's form, headers and log included.
fn whole_image(file: &DiskImage) -> Image {
    let numbers = file.present(0..u64::MAX).into_iter();
    let sectors = numbers.map(|number| (number, Arc::new(*file.contents(number))));
    Image::from_sectors(file.length(), Arc::new(sectors.collect()))
}
