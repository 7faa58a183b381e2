//! What a replay and a refusal leave: headers, DataWriteGuid, an empty log (UPD-1 to UPD-4, RPL-8).

use vhdx_log_image::{Checksum, Entry, Tail, Target};

use crate::recipes::{one, one_and, small, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [left_behind()].concat()
}

fn left_behind() -> Vec<VectorSource> {
    vec![
        vector(
            "replay-keeps-data-write-guid",
            "a dirty file with one entry",
            "a mere replay changes nothing that a guest was shown; a new DataWriteGuid would cut off its children",
        )
        .accepts("UPD-4 UPD-1 UPD-3 RPL-6")
        .by_file()
        .made_by(small().then(write(1).data(Target::Payload(4))))
        .replays([0]),
        vector(
            "replay-marks-empty",
            "a dirty file whose only entry is empty",
            "there is nothing to apply, and the log is marked empty all the same, in both headers",
        )
        .accepts("RPL-6 UPD-1")
        .by_file()
        .made_by(small().then(Entry::empty().numbered(3)))
        .replays([0]),
        vector(
            "replay-updates-header-that-is-not-current",
            "header 1 is current, header 2 is not valid",
            "the first update goes to the slot that holds nothing of worth",
        )
        .accepts("UPD-1 RPL-7")
        .by_file()
        .made_by(with(one(), |recipe| recipe.header_2.checksum = Checksum::Wrong))
        .replays([0]),
        vector(
            "replay-updates-second-slot-first",
            "header 1 is current (number 20), header 2 has number 9",
            "the number is one more than the current one's, not than the one overwritten",
        )
        .accepts("UPD-1")
        .by_file()
        .made_by(with(one(), |recipe| recipe.header_1.sequence_number = Some(20)))
        .replays([0]),
        vector(
            "refused-file-untouched",
            "everything is right but a target in the log, found last",
            "whatever is wrong must be found before the first header is updated",
        )
        .safe()
        .ignores("RPL-8 UPD-1 RPL-6")
        .made_by(one_and(write(2).data(Target::Log(3)).with_tail(Tail::Item(0))))
        .is_refused("DSC-7 SEQ-7"),
    ]
}
