//! What a replay and a refusal leave: headers, DataWriteGuid, an empty log (UPD-1 to UPD-4, RPL-8).

use vhdx_log_image::{Checksum, Entry, Tail, Target};

use crate::recipes::{one, one_and, small, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [after_replay()].concat()
}

fn after_replay() -> Vec<VectorSource> {
    vec![
        vector(
            "replay-keeps-data-write-guid",
            "A dirty file with one entry",
            "A replay restores what the last owner already showed. A program that changes \
            DataWriteGuid here cuts differencing children off from their parent.",
        )
        .accepts("UPD-4 UPD-1 UPD-3 RPL-6")
        .by_file()
        .made_by(small().then(write(1).data(Target::Payload(4))))
        .replays([0]),
        vector(
            "replay-marks-empty",
            "A dirty file whose only entry is empty",
            "Nothing is to be applied, but both headers must say that the log is empty. A program \
            that skips this leaves the file dirty.",
        )
        .accepts("RPL-6 UPD-1")
        .by_file()
        .made_by(small().then(Entry::empty().numbered(3)))
        .replays([0]),
        vector(
            "replay-updates-header-that-is-not-current",
            "Header 1 is current, header 2 is not valid",
            "The first update goes to the slot of the invalid header. A program that overwrites \
            the only valid header loses the whole file in a crash.",
        )
        .accepts("UPD-1 RPL-7")
        .by_file()
        .made_by(with(one(), |recipe| {
            recipe.header_2.checksum = Checksum::Wrong
        }))
        .replays([0]),
        vector(
            "replay-updates-second-slot-first",
            "Header 1 is current with number 20, header 2 has number 9",
            "The new number is one more than the current header's. A program that increments the \
            number it overwrites writes 10, and the old header stays current.",
        )
        .accepts("UPD-1")
        .by_file()
        .made_by(with(one(), |recipe| {
            recipe.header_1.sequence_number = Some(20)
        }))
        .replays([0]),
        vector(
            "refused-file-untouched",
            "All of two entries is valid but their last target, which lies in the log",
            "Everything wrong must be found before the first header update. A program that finds \
            it later leaves a file that is half replayed.",
        )
        .open("DSC-9")
        .ignores("RPL-8 UPD-1 RPL-6")
        .made_by(one_and(
            write(2).data(Target::Log(3)).with_tail(Tail::Item(0)),
        ))
        .reading("refuse", refuses("DSC-7 SEQ-7"))
        .reading("no entry", items([0])),
    ]
}
