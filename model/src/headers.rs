//! Section 2 of `corpus/SPEC.md`: the headers, HDR-1 to HDR-12.
//!
//! [`current_header`] finds the header that counts, [`log_region`] the log that it names. The
//! header updates (UPD) are in `replay.rs`, HDR-9 and HDR-13 in `read.rs`.
//!
//! HDR-11 is not checked: the regions and blocks that the log must not overlap are known only from
//! structures that may not be read before the replay (RPL-4).

use crate::image::{Image, Ring, SECTOR, u32_at};
use crate::layout::{HEADER_OFFSETS, Header, MIB};
use crate::outcome::Refusal;
use crate::rules::Rules;

/// HDR-1 to HDR-5: the current header, and whether it is header 1 (0) or header 2 (1).
pub fn current_header(image: &Image, rules: &dyn Rules) -> Result<(usize, Header), Refusal> {
    let bytes = HEADER_OFFSETS.map(|offset| image.bytes(offset / SECTOR));
    let headers = bytes.map(|bytes| as_read(Header::parse(bytes), rules));
    let counts = |slot| rules.header_counts(image, slot, is_valid(image, slot, rules));
    let slot = match (counts(0), counts(1)) {
        (true, true) => {
            // HDR-4b: of two identical headers the first is current.
            let one_is_current =
                headers[0].sequence_number != headers[1].sequence_number || bytes[0] == bytes[1];
            rules.require(
                "HDR-4",
                "two different headers have different sequence numbers",
                one_is_current,
            )?;
            usize::from(rules.second_header_wins(&headers[0], &headers[1]))
        }
        (first, second) => {
            rules.require("HDR-3", "a header is valid", first || second)?;
            usize::from(second)
        }
    };
    rules.require("HDR-5", "Version is 1", headers[slot].version == 1)?;
    rules.excess_header_demand(image)?;
    Ok((slot, headers[slot]))
}

/// HDR-1: whether the header in a slot is valid.
pub(crate) fn is_valid(image: &Image, slot: usize, rules: &dyn Rules) -> bool {
    let bytes = image.bytes(HEADER_OFFSETS[slot] / SECTOR);
    let checksum =
        || rules.checksum_matches("header", u32_at(bytes, 4), rules.header_checksum(*bytes));
    let is_head = rules.signature(bytes, b"head");
    image.length() >= HEADER_OFFSETS[slot] + SECTOR
        && rules.demand("HDR-1", "the header's signature is `head`", is_head)
        && rules.demand("HDR-1", "the header's checksum is right", checksum())
}

/// The fields as the reader takes them.
fn as_read(header: Header, rules: &dyn Rules) -> Header {
    Header {
        version: rules.field("Version", header.version.into()) as u16,
        log_version: rules.field("LogVersion", header.log_version.into()) as u16,
        log_length: rules.field("LogLength", header.log_length.into()) as u32,
        log_offset: rules.field("LogOffset", header.log_offset),
        ..header
    }
}

/// HDR-6, HDR-7, HDR-10, HDR-8: the log that a header with a LogGuid names.
pub(crate) fn log_region<'a>(
    image: &'a Image,
    header: &Header,
    rules: &dyn Rules,
) -> Result<Ring<'a>, Refusal> {
    let (offset, length) = (rules.log_offset(header), u64::from(header.log_length));
    rules.require("HDR-6", "LogVersion is 0", header.log_version == 0)?;
    rules.require(
        "HDR-7",
        "LogLength is a multiple of 1 MiB",
        length.is_multiple_of(MIB),
    )?;
    rules.require(
        "HDR-7",
        "LogOffset is a multiple of 1 MiB",
        offset.is_multiple_of(MIB),
    )?;
    rules.require("HDR-10", "LogLength is not 0", length > 0)?;
    rules.require(
        "HDR-8",
        "the log lies after the header section",
        offset >= MIB,
    )?;
    let inside = offset
        .checked_add(length)
        .is_some_and(|end| rules.log_is_inside(end, image.length()));
    rules.require("HDR-8", "the log lies wholly inside the file", inside)?;
    Ok(Ring::of_log(image, offset, length))
}
