//! What may be done with a dirty file other than to replay it: it is refused, or shown as it stands
//! (RPL-5); and a replay is kept from making it larger than allowed (RPL-9).

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{Clause, DirtyLog, LogState, OpenOptions};

use super::bounds::Metered;
use super::guarded::Guarded;
use super::{Violation, ensure};
use vhdx_log_image::{SECTOR, SECTOR_BYTES};

const REFUSED: &str = "a dirty file that is not to be replayed is refused by RPL-5";
const LEFT: &str = "a dirty file that is to be left so is shown as it stands";
const LIMITED: &str =
    "a replay may make the file as long as the limit and not a byte longer (RPL-9)";

/// An image is small that stores no more sectors. What is done with a dirty file other than to
/// replay it does not hang on how much there is to replay: small images tell as much of it as large
/// ones, and the others are spared the opens.
const SMALL_SECTORS: usize = 32;

/// All of that for a dirty file that a replay makes `length` bytes long, if it is small.
pub(super) fn claims(image: &SparseMemory, length: u64) -> Result<(), Violation> {
    if image.shared().len() > SMALL_SECTORS {
        return Ok(());
    }
    left_dirty(image)?;
    limited(image, length)
}

/// Who does not want a dirty file replayed is refused, or sees it as it stands; nothing is written.
pub fn left_dirty(image: &SparseMemory) -> Result<(), Violation> {
    let metered = Metered::new(image);
    let open = |property, dirty_log| {
        OpenOptions::read_only()
            .dirty_log(dirty_log)
            .open(Guarded::new(&metered, property))
    };
    let refused = matches!(&open(REFUSED, DirtyLog::Refuse), Err(error) if error.clause() == Some(Clause::Rpl5));
    ensure(REFUSED, refused, || {
        "it is not refused, or by another clause".to_owned()
    })?;

    let shown = open(LEFT, DirtyLog::Report).map_err(|error| Violation {
        property: LEFT,
        detail: error.to_string(),
    })?;
    let length = shown.len().expect("memory knows its length");
    ensure(LEFT, matches!(shown.log(), LogState::Dirty(_)), || {
        format!("it is {:?}", shown.log())
    })?;
    ensure(
        LEFT,
        length == image.len().expect("memory knows its length"),
        || format!("it is {length:#x} bytes long"),
    )?;
    let mut found = [0; SECTOR_BYTES];
    for (number, sector) in image.sectors() {
        let offset = number * SECTOR;
        let here = (length - offset).min(SECTOR) as usize;
        shown
            .read_at(offset, &mut found[..here])
            .map_err(|error| Violation {
                property: LEFT,
                detail: error.to_string(),
            })?;
        ensure(LEFT, found[..here] == sector[..here], || {
            format!("the sector at {offset:#x} differs")
        })?;
    }
    Ok(())
}

/// A file that a replay makes `length` bytes long is opened by who allows that length, and refused
/// by who allows one byte less, unless it was so long before.
fn limited(image: &SparseMemory, length: u64) -> Result<(), Violation> {
    let metered = Metered::new(image);
    let open = |limit| {
        OpenOptions::read_only()
            .max_file_size(limit)
            .open(Guarded::new(&metered, LIMITED))
    };
    let allowed = open(length);
    ensure(LIMITED, allowed.is_ok(), || {
        format!(
            "{length:#x} bytes are allowed, and it says {:?}",
            allowed.err()
        )
    })?;
    if length > image.len().expect("memory knows its length") {
        let refused = open(length - 1);
        let clause = refused.as_ref().err().and_then(vhdx_log::OpenError::clause);
        ensure(LIMITED, clause == Some(Clause::Rpl9), || {
            format!("of {length:#x} bytes one less is allowed, and the clause is {clause:?}")
        })?;
    }
    Ok(())
}
