//! The file type identifier (FID-1) and the two headers (HDR-1 to HDR-4).

use vhdx_log::OpenError;
use vhdx_log::header::{Header, Headers, Slot};
use vhdx_log::storage::Storage;
use vhdx_log::units::FileOffset;

use crate::document::escape::printable;
use crate::document::{HeaderFields, HeaderSlot, Identifier};
use vhdx_log_image::Guid;

const IDENTIFIER: &[u8] = b"vhdxfile";

/// The creator field.
const CREATOR: std::ops::Range<usize> = 8..8 + 512;

/// Wraps an I/O error with the operation and the offset.
pub(super) fn failed(doing: &'static str, offset: u64) -> impl FnOnce(std::io::Error) -> OpenError {
    move |source| OpenError::Io {
        doing,
        offset: FileOffset(offset),
        source,
    }
}

pub(super) fn length<S: Storage>(storage: &S) -> Result<u64, OpenError> {
    storage
        .len()
        .map_err(failed("find the length of the file", 0))
}

/// The file type identifier, as far as the file holds it.
pub(super) fn identifier<S: Storage>(
    storage: &S,
    file_length: u64,
) -> Result<Identifier, OpenError> {
    let mut bytes = [0; CREATOR.end];
    let available = usize::try_from(file_length)
        .unwrap_or(usize::MAX)
        .min(bytes.len());
    let bytes = &mut bytes[..available];
    storage
        .read_at(0, bytes)
        .map_err(failed("read the file identifier", 0))?;
    let found = &bytes[..available.min(IDENTIFIER.len())];
    Ok(Identifier {
        valid: found == IDENTIFIER,
        found: found.escape_ascii().to_string(),
        creator: bytes.get(CREATOR).map(creator),
    })
}

/// The creator's name: UTF-16, little-endian, up to the first zero.
fn creator(field: &[u8]) -> String {
    let units = field
        .chunks_exact(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let name = char::decode_utf16(units.take_while(|&unit| unit != 0))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER));
    printable(&name.collect::<String>())
}

/// Both headers, and the one that gives the log: the current one (HDR-2), or either of them when
/// neither is current and both give the same log (HDR-4).
pub(super) fn slots<S: Storage>(
    storage: &S,
    file_length: u64,
) -> Result<([HeaderSlot; 2], Option<Header>), OpenError> {
    let headers = Headers::read(storage, file_length)?;
    let current = headers.current().ok();
    let slot = |slot: Slot| {
        let found = headers.slot(slot);
        HeaderSlot {
            offset: slot.offset().0,
            current: current.as_ref().is_some_and(|current| current.slot == slot),
            fault: found.as_ref().err().map(ToString::to_string),
            fields: found.as_ref().ok().map(fields),
        }
    };
    let slots = [slot(Slot::First), slot(Slot::Second)];
    let with_log = match (current, &headers.first, &headers.second) {
        (Some(current), ..) => Some(current.header),
        (None, Ok(first), Ok(second)) if log_of(first) == log_of(second) => Some(first.clone()),
        (None, ..) => None,
    };
    Ok((slots, with_log))
}

fn log_of(header: &Header) -> impl PartialEq + use<> {
    (header.log_guid, header.log_offset, header.log_length)
}

fn fields(header: &Header) -> HeaderFields {
    HeaderFields {
        sequence_number: header.sequence_number.0,
        file_write_guid: Guid(header.file_write_guid),
        data_write_guid: Guid(header.data_write_guid),
        log_guid: Guid(header.log_guid),
        log_version: header.log_version,
        version: header.version,
        log_length: header.log_length,
        log_offset: header.log_offset.0,
    }
}
