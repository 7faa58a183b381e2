//! The other policies for a dirty file: refuse it, or show it unreplayed (RPL-5); and the limit on
//! the length that a replay may give it (RPL-9). Properties of core only: they are about its
//! options.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{Clause, DirtyLog, Image, LogState, OpenError, OpenOptions};
use vhdx_log_image::{SECTOR, SECTOR_BYTES};

use super::violation::{Violation, ensure};
use crate::chain::chain;
use crate::observed::{NoWrites, Observed, ReadMeter};

const REFUSED: &str = "`DirtyLog::Refuse` refuses a dirty file by RPL-5, and writes nothing";
const REPORTED: &str = "`DirtyLog::Report` shows the unreplayed bytes of a dirty file, and writes \
    nothing (RPL-5)";
const LIMITED: &str =
    "a replay may make the file as long as the limit and not a byte longer (RPL-9)";

/// The largest image, in stored sectors, for which these are checked: refusing and reporting do not
/// depend on how much there is to replay, and large images are spared four opens.
const SMALL_SECTORS: usize = 32;

/// Checks these policies for a dirty file that a replay makes `length` bytes long, if it is small.
pub(super) fn check_policies(image: &SparseMemory, length: u64) -> Result<(), Violation> {
    if image.shared().len() > SMALL_SECTORS {
        return Ok(());
    }
    check_unreplayed(image)?;
    check_limit(image, length)
}

/// `DirtyLog::Refuse` fails with RPL-5; `DirtyLog::Report` shows the unreplayed bytes. Neither
/// writes.
///
/// # Errors
/// The violation, when this does not hold.
pub fn check_unreplayed(image: &SparseMemory) -> Result<(), Violation> {
    let meter = ReadMeter::default();
    let open = |property, dirty_log| {
        let observer = NoWrites {
            property,
            meter: &meter,
        };
        OpenOptions::read_only()
            .dirty_log(dirty_log)
            .open(Observed::new(image.clone(), observer))
    };
    let refused = open(REFUSED, DirtyLog::Refuse);
    let by_clause = matches!(&refused, Err(error) if error.clause() == Some(Clause::Rpl5));
    ensure(REFUSED, by_clause, || outcome_of(&refused))?;

    let shown = open(REPORTED, DirtyLog::Report);
    match &shown {
        Ok(opened) if matches!(opened.log(), LogState::Dirty(_)) => same_bytes(opened, image),
        _ => Err(Violation {
            property: REPORTED,
            detail: outcome_of(&shown),
        }),
    }
}

fn outcome_of<S>(opened: &Result<Image<S>, OpenError>) -> String {
    match opened {
        Ok(_) => "the file is opened, and its log is not reported as dirty".to_owned(),
        Err(error) => format!("found: {}", chain(&error)),
    }
}

fn same_bytes<S: Storage>(shown: &Image<S>, image: &SparseMemory) -> Result<(), Violation> {
    let length = shown.len().expect("memory knows its length");
    let stored = image.len().expect("memory knows its length");
    ensure(REPORTED, length == stored, || {
        format!("length: file {stored:#x}, shown {length:#x}")
    })?;
    let mut found = [0; SECTOR_BYTES];
    for (number, sector) in image.sectors() {
        let offset = number * SECTOR;
        let here = (length - offset).min(SECTOR) as usize;
        let read = shown.read_at(offset, &mut found[..here]);
        read.map_err(|error| Violation {
            property: REPORTED,
            detail: chain(&error),
        })?;
        ensure(REPORTED, found[..here] == sector[..here], || {
            format!("first different sector: {offset:#x}")
        })?;
    }
    Ok(())
}

/// Opens with `max_file_size = length`; fails with RPL-9 at `length - 1`, unless the file was
/// already that long.
fn check_limit(image: &SparseMemory, length: u64) -> Result<(), Violation> {
    let meter = ReadMeter::default();
    let open = |limit| {
        let observer = NoWrites {
            property: LIMITED,
            meter: &meter,
        };
        OpenOptions::read_only()
            .max_file_size(limit)
            .open(Observed::new(image.clone(), observer))
    };
    if let Err(error) = open(length) {
        return ensure(LIMITED, false, || {
            format!(
                "limit {length:#x}: expected an open, found: {}",
                chain(&error)
            )
        });
    }
    if length > image.len().expect("memory knows its length") {
        let limit = length - 1;
        let found = match open(limit) {
            Err(error) if error.clause() == Some(Clause::Rpl9) => return Ok(()),
            Err(error) => chain(&error),
            Ok(_) => "an open".to_owned(),
        };
        return ensure(LIMITED, false, || {
            format!("limit {limit:#x}: expected a refusal by RPL-9, found: {found}")
        });
    }
    Ok(())
}
