//! Headers that are not valid, and headers with equal numbers (HDR-1, HDR-3, HDR-4).

use vhdx_log_image::{Checksum, Header, Presence, Signature};

use super::edit::{both, clean, headed, numbered, same};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [validity(), equal_numbers()].concat()
}

fn validity() -> Vec<VectorSource> {
    let unchecked = |header: &mut Header| header.checksum = Checksum::Wrong;
    let unsigned = |header: &mut Header| header.signature = Some(Signature(*b"HEAD"));
    vec![
        vector(
            "header-only-first",
            "Header 2 is all zeros",
            "One valid header is enough. A reader that needs both refuses a good disk.",
        )
        .accepts("HDR-3")
        .ignores("HDR-1")
        .made_by(headed(same, |header| header.presence = Presence::Absent))
        .replays([0]),
        vector(
            "header-only-second",
            "Header 1 is all zeros",
            "One valid header is enough. A reader that stops at header 1 refuses a good disk.",
        )
        .accepts("HDR-3")
        .made_by(headed(|header| header.presence = Presence::Absent, same))
        .replays([0]),
        vector(
            "header-none",
            "Both headers are all zeros",
            "A reader that continues with default values presents a corrupt file as a good disk, \
            and a header update then hides the damage.",
        )
        .ignores("HDR-3 UPD-1")
        .made_by(both(|header| header.presence = Presence::Absent))
        .is_refused("HDR-3"),
        vector(
            "header-checksum-wrong-in-newer",
            "The newer header, clean, has a wrong checksum; the older one is dirty",
            "This is a torn header update. A reader that does not verify the checksum takes the \
            torn header, sees an empty log, and shows the disk without its last changes.",
        )
        .ignores("HDR-1")
        .accepts("HDR-2")
        .made_by(headed(same, |header| {
            clean(header);
            unchecked(header);
        }))
        .replays([0]),
        vector(
            "header-checksum-wrong-in-older",
            "The older header has a wrong checksum",
            "This is a torn update of the header that is not current. A reader that needs both \
            headers refuses a good disk.",
        )
        .accepts("HDR-1")
        .made_by(headed(unchecked, same))
        .replays([0]),
        vector(
            "header-checksum-wrong-in-both",
            "Both headers have wrong checksums",
            "A reader that does not verify the checksum trusts a torn or damaged header, and may \
            replay from the wrong place.",
        )
        .ignores("HDR-1")
        .made_by(both(unchecked))
        .is_refused("HDR-3"),
        vector(
            "header-signature-wrong-in-newer",
            "The newer header, clean, has a wrong signature and a right checksum",
            "A reader that relies on the checksum alone takes this header, sees an empty log, and \
            shows the disk without its last changes.",
        )
        .ignores("HDR-1")
        .made_by(headed(same, |header| {
            clean(header);
            unsigned(header);
        }))
        .replays([0]),
        vector(
            "header-signature-wrong-in-both",
            "Both headers begin with `HEAD`",
            "A reader that ignores the signature or its case opens a file that has no valid \
            header.",
        )
        .ignores("HDR-1")
        .made_by(both(unsigned))
        .is_refused("HDR-3"),
        vector(
            "header-reserved-not-zero",
            "The newer header has reserved bytes that are not zero; the older one is clean",
            "Readers ignore reserved bytes. A reader that insists on zeros falls back to the older \
            header and shows the disk without its last changes.",
        )
        .accepts("HDR-12")
        .made_by(headed(clean, |header| header.reserved = 0xA5))
        .replays([0]),
        vector(
            "header-reserved-not-in-checksum",
            "The newer header, clean, has reserved bytes that its checksum leaves out",
            "The checksum covers all 4096 bytes. A reader that sums only the 80 bytes of fields \
            takes this damaged header, sees an empty log, and shows the disk without its last \
            changes.",
        )
        .ignores("HDR-12 HDR-1")
        .made_by(headed(same, |header| {
            clean(header);
            header.reserved = 0xA5;
            header.checksum = Checksum::BeforeCorruptions;
        }))
        .replays([0]),
    ]
}

fn equal_numbers() -> Vec<VectorSource> {
    vec![
        vector(
            "header-equal-numbers",
            "Both headers are valid and have number 9; one is dirty, one is clean",
            "The headers contradict each other. A reader that picks one of them either drops the \
            log or replays one that is applied already.",
        )
        .ignores("HDR-4")
        .made_by(headed(
            |header| {
                clean(header);
                numbered(9)(header);
            },
            same,
        ))
        .is_refused("HDR-4"),
        vector(
            "header-equal-numbers-reserved-differs",
            "Both headers have number 9 and differ only in reserved bytes",
            "A reader that compares only the fields treats the headers as identical, and opens a \
            file whose headers contradict each other.",
        )
        .ignores("HDR-4")
        .made_by(headed(
            |header| {
                header.reserved = 1;
                numbered(9)(header);
            },
            same,
        ))
        .is_refused("HDR-4"),
        vector(
            "header-equal-numbers-one-invalid",
            "Both headers have number 9; one has a wrong checksum",
            "A header that is not valid cannot contradict one that is. A reader that compares the \
            numbers before the checksums refuses a good disk.",
        )
        .accepts("HDR-4")
        .made_by(headed(
            |header| {
                clean(header);
                numbered(9)(header);
                header.checksum = Checksum::Wrong;
            },
            same,
        ))
        .replays([0]),
        vector(
            "header-identical-dirty",
            "Both headers are identical byte for byte, and there is a log to replay",
            "By the text neither header is current, but taking either gives the same result. A \
            reader that opens the file without a replay shows the disk without its last changes.",
        )
        .open("HDR-4b")
        .accepts("HDR-4b")
        .ignores("HDR-4b")
        .made_by(headed(|header| header.presence = Presence::Twin, same))
        .reading("accept", items([0]))
        .reading("refuse", refuses("HDR-4b HDR-4 HDR-3")),
    ]
}
