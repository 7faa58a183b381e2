//! FileWriteGuid and DataWriteGuid do not decide which header is current (HDR-2), and two headers
//! that differ in one of them differ (HDR-4).
//!
//! A writer changes a GUID in one header before the other (UPD-1), so after a crash the two have
//! different ones.

use crc32c::crc32c;
use vhdx_log_image::{Bytes, HEADER_SECTORS, Patch, Recipe, SECTOR};

use super::edit::{clean, headed, numbered, same};
use crate::recipes::with;
use crate::source::{VectorSource, vector};

/// Where in a header the two GUIDs are.
const FILE_WRITE: usize = 16;
const DATA_WRITE: usize = 32;

/// Gives header 2 another GUID, and the checksum that goes with it.
fn other_in_second(recipe: Recipe, field: usize) -> Recipe {
    let number = HEADER_SECTORS[1];
    let mut header = **recipe.build().sector(number).expect("it has a header 2");
    header[field..field + 16].fill(0x5A);
    header[4..8].fill(0);
    let checksum = crc32c(&header);
    let patch = |at: usize, bytes: &[u8]| Patch {
        at: number * SECTOR + at as u64,
        bytes: Bytes(bytes.to_vec()),
    };
    with(recipe, |recipe| {
        recipe.patches.push(patch(4, &checksum.to_le_bytes()));
        recipe.patches.push(patch(field, &[0x5A; 16]));
    })
}

pub(super) fn vectors() -> Vec<VectorSource> {
    let newer = |field| other_in_second(headed(clean, same), field);
    let equal = |field| other_in_second(headed(numbered(9), same), field);
    vec![
        vector(
            "header-newer-other-file-write-guid",
            "Header 2 is newer, dirty and has another FileWriteGuid; header 1 is clean",
            "A writer changes the GUID in one header before the other, so a crash leaves them \
            different. A reader that takes such headers for those of two files keeps the first, \
            and shows the disk without its last changes.",
        )
        .accepts("HDR-2")
        .shows("newer-header-of-other-file-write-guid-passed-over")
        .made_by(newer(FILE_WRITE))
        .replays([0]),
        vector(
            "header-newer-other-data-write-guid",
            "Header 2 is newer, dirty and has another DataWriteGuid; header 1 is clean",
            "A writer changes the GUID in one header before the other, so a crash leaves them \
            different. A reader that takes such headers for those of two disks keeps the first, \
            and shows the disk without its last changes.",
        )
        .accepts("HDR-2")
        .shows("newer-header-of-other-data-write-guid-passed-over")
        .made_by(newer(DATA_WRITE))
        .replays([0]),
        vector(
            "headers-equal-but-for-file-write-guid",
            "Both headers have SequenceNumber 9 and differ in FileWriteGuid only",
            "They are not identical, so neither is current. A reader that compares only what it \
            uses replays a file of which nobody knows which header was written last.",
        )
        .ignores("HDR-4")
        .shows("headers-compared-without-file-write-guid")
        .made_by(equal(FILE_WRITE))
        .is_refused("HDR-4"),
        vector(
            "headers-equal-but-for-data-write-guid",
            "Both headers have SequenceNumber 9 and differ in DataWriteGuid only",
            "They are not identical, so neither is current. A reader that compares only what it \
            uses replays a file of which nobody knows which header was written last.",
        )
        .ignores("HDR-4")
        .shows("headers-compared-without-data-write-guid")
        .made_by(equal(DATA_WRITE))
        .is_refused("HDR-4"),
    ]
}
