//! One valid header, and another that is not because of its checksum or its signature: which of
//! them is newer, and which is dirty (HDR-1, HDR-2, HDR-3).

use vhdx_log_image::{Bytes, Checksum, Header, Recipe, Signature};

use super::edit::{clean, headed, same};
use crate::recipes::{one, stored, with};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [checksum(), signature()].concat()
}

fn unchecked(header: &mut Header) {
    header.checksum = Checksum::Wrong;
}

fn signed(signature: &'static [u8; 4]) -> impl Fn(&mut Header) {
    move |header| header.signature = Some(Signature(*signature))
}

/// The newer header is clean, and the upper half of its checksum is wrong.
fn upper_half_wrong() -> Recipe {
    const CHECKSUM: u64 = (128 << 10) + 4;
    let recipe = headed(same, clean);
    let right = stored(&recipe, CHECKSUM);
    with(recipe, |recipe| {
        recipe.header_2.checksum = Checksum::Explicit(right ^ 0xFFFF_0000);
    })
}

fn checksum() -> Vec<VectorSource> {
    vec![
        vector(
            "header-checksum-wrong-in-newer-dirty",
            "The newer header, dirty, has a wrong checksum; the older one is clean",
            "A torn update of a header that was to name a log: the file is still clean. A reader \
            that does not verify the checksum replays a log that is not in use.",
        )
        .accepts("HDR-3")
        .ignores("HDR-1")
        .shows("header-checksum-unchecked two-valid-headers-demanded")
        .made_by(headed(clean, unchecked))
        .is_clean(),
        vector(
            "header-checksum-wrong-in-older-dirty",
            "The older header, dirty, has a wrong checksum; the newer one is clean",
            "One valid header is enough. A reader that needs both refuses a good disk.",
        )
        .accepts("HDR-1 HDR-3")
        .shows("two-valid-headers-demanded")
        .made_by(headed(unchecked, clean))
        .is_clean(),
        vector(
            "header-checksum-upper-half-wrong",
            "The newer header, clean, has a checksum that is wrong in its upper 16 bits",
            "A reader that compares only half of the checksum takes this torn header, sees an \
            empty log, and shows the disk without its last changes.",
        )
        .ignores("HDR-1")
        .shows("header-checksum-by-lower-half")
        .made_by(upper_half_wrong())
        .replays([0]),
    ]
}

fn signature() -> Vec<VectorSource> {
    vec![
        vector(
            "header-signature-wrong-in-newer-dirty",
            "The newer header, dirty, has a wrong signature and a right checksum; the older one is \
            clean",
            "A reader that relies on the checksum alone takes this header, and replays a log that \
            is not in use.",
        )
        .ignores("HDR-1")
        .shows("header-signature-unchecked")
        .made_by(headed(clean, signed(b"HDAE")))
        .is_clean(),
        vector(
            "header-signature-wrong-in-older",
            "The older header has a wrong signature",
            "One valid header is enough. A reader that needs both refuses a good disk.",
        )
        .accepts("HDR-1 HDR-3")
        .shows("two-valid-headers-demanded")
        .made_by(headed(signed(b"HDAE"), same))
        .replays([0]),
        vector(
            "header-signature-wrong-in-older-dirty",
            "The older header, dirty, has a wrong signature; the newer one is clean",
            "One valid header is enough. A reader that needs both refuses a good disk.",
        )
        .accepts("HDR-1 HDR-3")
        .shows("two-valid-headers-demanded")
        .made_by(headed(signed(b"HDAE"), clean))
        .is_clean(),
        vector(
            "header-signature-half",
            "The newer header, clean, begins with `herd` and has a right checksum",
            "A reader that compares only part of the signature takes this header, sees an empty \
            log, and shows the disk without its last changes.",
        )
        .ignores("HDR-1")
        .shows("header-signature-by-first-half")
        .made_by(headed(same, |header| {
            clean(header);
            signed(b"herd")(header);
        }))
        .replays([0]),
        vector(
            "identifier-half",
            "The file begins with `vhdxjunk`",
            "A reader that compares only part of the signature opens a file that is not VHDX, and \
            a replay writes into it.",
        )
        .ignores("FID-1")
        .shows("file-identifier-by-first-half")
        .made_by(with(one(), |recipe| {
            recipe.identifier.signature = Some(Bytes(b"vhdxjunk".to_vec()))
        }))
        .is_refused("FID-1"),
    ]
}
