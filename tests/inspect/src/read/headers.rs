//! The file type identifier (FID-1) and the two headers (HDR-1 to HDR-4).

use vhdx_log::header::{Header, Headers, Slot};
use vhdx_log::storage::Storage;
use vhdx_log::units::SECTOR_BYTES;
use vhdx_log::{HeaderFault, OpenError};

use super::format;
use super::io::failed;
use crate::document::escape::{bounded, printable};
use crate::document::{HeaderFields, HeaderSlot, Identifier};
use vhdx_log_image::Guid;

const IDENTIFIER: &[u8] = b"vhdxfile";

/// The creator field.
const CREATOR: std::ops::Range<usize> = 8..8 + 512;

/// The most characters of the creator's name that are reported.
const MAX_CREATOR: usize = 128;

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
    let valid = found == IDENTIFIER;
    Ok(Identifier {
        valid,
        found: found.escape_ascii().to_string(),
        other_format: match valid {
            true => None,
            false => format::of_other_file(storage, file_length)?,
        },
        creator: bytes.get(CREATOR).filter(|_| valid).map(creator),
    })
}

/// The creator's name: UTF-16, little-endian, up to the first zero.
fn creator(field: &[u8]) -> String {
    let units = field
        .chunks_exact(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let name = char::decode_utf16(units.take_while(|&unit| unit != 0))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER));
    bounded(&printable(&name.collect::<String>()), MAX_CREATOR)
}

/// The header that gives the log.
pub(super) struct LogHeader {
    pub(super) header: Header,
    /// Whether it is valid.
    pub(super) trusted: bool,
}

/// Both headers, and the one that gives the log: the current one (HDR-2), or either of them when
/// neither is current and all that can be read of them gives the same log (HDR-3, HDR-4).
pub(super) fn slots<S: Storage>(
    storage: &S,
    file_length: u64,
) -> Result<([HeaderSlot; 2], Option<LogHeader>), OpenError> {
    let headers = Headers::read(storage, file_length)?;
    let current = headers.current().ok();
    let [first, second] = [Slot::First, Slot::Second].map(|slot| readable(storage, &headers, slot));
    let readable = [first?, second?];
    let slot = |slot: Slot, header: &Option<Header>| {
        let found = headers.slot(slot);
        HeaderSlot {
            offset: slot.offset().0,
            current: current.as_ref().is_some_and(|current| current.slot == slot),
            fault: found.as_ref().err().map(ToString::to_string),
            fields: header.as_ref().map(fields),
        }
    };
    let slots = [
        slot(Slot::First, &readable[0]),
        slot(Slot::Second, &readable[1]),
    ];
    let trusted = headers.first.is_ok() || headers.second.is_ok();
    let with_log = match (current, readable) {
        (Some(current), _) => Some(current.header),
        (None, [Some(first), Some(second)]) if log_of(&first) == log_of(&second) => Some(first),
        (None, [Some(only), None] | [None, Some(only)]) => Some(only),
        (None, _) => None,
    };
    Ok((slots, with_log.map(|header| LogHeader { header, trusted })))
}

/// What a slot says, also when its checksum is wrong; `None` when there is not even a signature.
fn readable<S: Storage>(
    storage: &S,
    headers: &Headers,
    slot: Slot,
) -> Result<Option<Header>, OpenError> {
    match headers.slot(slot) {
        Ok(header) => Ok(Some(header.clone())),
        Err(HeaderFault::Checksum { .. }) => {
            let mut bytes = [0; SECTOR_BYTES];
            storage
                .read_at(slot.offset().0, &mut bytes)
                .map_err(failed("read the header", slot.offset().0))?;
            Ok(Some(Header::without_checks(&bytes)))
        }
        Err(_) => Ok(None),
    }
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
