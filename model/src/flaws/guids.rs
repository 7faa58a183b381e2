//! FileWriteGuid and DataWriteGuid of the headers, taken for what decides which header is current.
//! A writer changes them in one header before the other (UPD-1), so after a crash they differ.
//!
//! The headers of the searches' images have the same GUIDs, so no search is measured with these:
//! only vectors are.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use crate::image::{Bytes, Image, SECTOR};
use crate::layout::{HEADER_OFFSETS, Header};
use crate::rules::{Format, Rules};

/// Whether the headers differ in these bytes, and in nothing else but their checksums.
fn differ_only_in(image: &Image, field: std::ops::Range<usize>) -> bool {
    let whole = HEADER_OFFSETS.map(|offset| *image.bytes(offset / SECTOR));
    let [first, second] = whole.map(|mut bytes: Bytes| {
        bytes[4..8].fill(0);
        bytes[field.clone()].fill(0);
        bytes
    });
    whole[0] != whole[1] && first == second
}

catalogue! {
    "newer-header-of-other-file-write-guid-passed-over" ["HDR-2"]
        "takes header 2 only if it has the FileWriteGuid of header 1, and shows the file as it was \
        before the last writer opened it"
        "header 2 is newer and has another FileWriteGuid; header 1 has LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                first.file_write_guid == second.file_write_guid
                    && Format.second_header_wins(first, second)
            }
        }

    "newer-header-of-other-data-write-guid-passed-over" ["HDR-2"]
        "takes header 2 only if it has the DataWriteGuid of header 1, and shows the file as it was \
        before the last change of the disk"
        "header 2 is newer and has another DataWriteGuid; header 1 has LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                first.data_write_guid == second.data_write_guid
                    && Format.second_header_wins(first, second)
            }
        }

    "headers-compared-without-file-write-guid" ["HDR-4"]
        "takes two headers for identical that differ in FileWriteGuid, where neither is current"
        "two headers with the same sequence number and different FileWriteGuids"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                holds && !(slot == 1 && differ_only_in(image, 16..32))
            }
        }

    "headers-compared-without-data-write-guid" ["HDR-4"]
        "takes two headers for identical that differ in DataWriteGuid, where neither is current"
        "two headers with the same sequence number and different DataWriteGuids"
        {
            fn header_counts(&self, image: &Image, slot: usize, holds: bool) -> bool {
                holds && !(slot == 1 && differ_only_in(image, 32..48))
            }
        }
}
