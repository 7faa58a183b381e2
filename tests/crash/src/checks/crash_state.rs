//! The properties of a recovered crash state, given the states that were allowed.

use vhdx_log_image::SECTOR;
use vhdx_log_oracle::property::Violation;

use super::recovery::Recovery;
use crate::disk::DiskImage;
use crate::history::{Allowed, Mismatch, Position};

/// After any crash the file opens, in the state after some prefix of what was submitted, and that
/// prefix includes everything acknowledged (WRT-9). Space that was new at `durable_length` and that
/// no change wrote may hold anything.
///
/// # Errors
/// A violation of this property.
pub fn is_an_allowed_state(
    recovery: &Recovery,
    allowed: &Allowed<'_>,
    durable_length: u64,
) -> Result<Position, Violation> {
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
    allowed
        .find(&recovered.image, durable_length)
        .map_err(|mismatch| describe(mismatch, &allowed.describe()))
}

fn describe(mismatch: Mismatch, expected: &str) -> Violation {
    match mismatch {
        Mismatch::Lost { changes } => Violation {
            property: "after a crash every acknowledged change is there (WRT-9)",
            detail: format!("expected {expected}; {changes} acknowledged changes are lost"),
        },
        Mismatch::Length { found } => Violation {
            property: "after a crash the file has the length of an allowed state (WRT-9, RPL-3)",
            detail: format!("expected {expected}; the file is {found:#x} bytes long"),
        },
        Mismatch::Mixture {
            sector,
            written: true,
        } => Violation {
            property: "after a crash the file is in the state after some prefix of the submitted \
                       transactions (WRT-9)",
            detail: format!(
                "expected {expected}; the sector at {:#x} holds other bytes",
                sector * SECTOR
            ),
        },
        Mismatch::Mixture {
            sector,
            written: false,
        } => Violation {
            property: "bytes that no change wrote are unchanged (WRT-9)",
            detail: format!(
                "no change wrote to the sector at {:#x}, and it differs",
                sector * SECTOR
            ),
        },
    }
}

/// A crash during a replay leaves a file whose next replay gives the same result (RPL-7). Space
/// that was new at `durable_length` and that the replay added but did not write may hold anything.
///
/// # Errors
/// A violation of this property.
pub fn gives_the_same_again(
    first: &DiskImage,
    again: &Recovery,
    durable_length: u64,
) -> Result<(), Violation> {
    let property =
        "a crash during a replay leaves a file whose next replay gives the same result (RPL-7)";
    let again = match again {
        Ok(again) => &again.image,
        Err(refusal) => {
            return Err(Violation {
                property,
                detail: format!("the next open refuses it: {refusal}"),
            });
        }
    };
    if first.visible_hash() == again.visible_hash() {
        return Ok(());
    }
    if first.length() != again.length() {
        let detail = format!(
            "expected a file of {:#x} bytes; it is {:#x} bytes long",
            first.length(),
            again.length()
        );
        return Err(Violation { property, detail });
    }
    let is_unwritten_new_space =
        |number: u64| number >= durable_length / SECTOR && first.sector(number).is_none();
    let different = first.difference(again).into_iter();
    match different
        .filter(|&number| first.is_visible(number))
        .find(|&number| !is_unwritten_new_space(number))
    {
        None => Ok(()),
        Some(number) => Err(Violation {
            property,
            detail: format!("the sector at {:#x} differs", number * SECTOR),
        }),
    }
}

/// A damaged log or header is refused, or leaves each sector as it was in some submitted state:
/// damage is never applied.
///
/// # Errors
/// A violation of this property.
pub fn applies_no_damage(
    recovery: &Recovery,
    allowed: &Allowed<'_>,
    durable_length: u64,
) -> Result<(), Violation> {
    let property = "damage of the log or the headers is detected and never applied";
    let Ok(recovered) = recovery else {
        return Ok(());
    };
    allowed
        .holds_no_foreign_bytes(&recovered.image, durable_length)
        .map_err(|sector| Violation {
            property,
            detail: format!(
                "the sector at {:#x} holds bytes that no transaction wrote",
                sector * SECTOR
            ),
        })
}
