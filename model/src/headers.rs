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
    let headers = bytes.map(Header::parse);
    let is_valid = |slot: usize| {
        let checksum = || u32_at(bytes[slot], 4) == rules.header_checksum(*bytes[slot]);
        image.length() >= HEADER_OFFSETS[slot] + SECTOR
            && rules.demand(
                "HDR-1",
                "the header's signature is `head`",
                bytes[slot].starts_with(b"head"),
            )
            && rules.demand("HDR-1", "the header's checksum is right", checksum())
    };
    let slot = match (is_valid(0), is_valid(1)) {
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
    Ok((slot, headers[slot]))
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
