//! Tail, SequenceNumber, and the fields that the text leaves open (ENT-4, ENT-5, ENT-8, ENT-9).

use vhdx_log_image::{Corruption, Entry, SECTOR, Tail, Target};

use super::newer::ignored;
use crate::recipes::{one, one_and, small, with, write};
use crate::source::{VectorSource, items, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [tail(), number(), open_fields()].concat()
}

fn tail() -> Vec<VectorSource> {
    let middle = |tail| {
        let run = one().then(write(2).with_tail(Tail::Explicit(tail)));
        run.then(write(3).with_tail(Tail::Item(0)))
    };
    vec![
        vector(
            "entry-tail-unaligned-in-middle",
            "Of three entries the middle one has Tail 100",
            "Such an entry is not valid and ends the run before it. A reader that looks only at \
            the head's Tail applies all three entries, two of which it must not.",
        )
        .ignores("ENT-4")
        .made_by(middle(100))
        .replays([0]),
        vector(
            "entry-tail-outside-log-in-middle",
            "Of three entries the middle one has a Tail past the end of the log",
            "Only the head's Tail is used, so a reader may treat the entry as valid or not. A \
            reader that follows this Tail reads outside the log.",
        )
        .open("ENT-4")
        .ignores("ENT-4")
        .made_by(middle(1 << 20))
        .reading("no entry", items([0]))
        .reading("entry", items([0, 1, 2])),
        ignored(
            "entry-tail-outside-log",
            "The newer entry's Tail equals the log's length",
            "The log's last sector starts 4 KiB before this. A reader whose check is off by one \
            looks for the tail outside the log, and drops the valid entry or crashes.",
            "ENT-4",
            write(2).with_tail(Tail::Explicit(1 << 20)),
        ),
        vector(
            "entry-tail-last-sector",
            "One entry of one sector lies in the log's last sector",
            "This is the largest Tail there can be. A reader whose check is off by one refuses a \
            good disk.",
        )
        .accepts("ENT-4 SEQ-5")
        .made_by(small().then(Entry::empty().at(255).zero(Target::Payload(1), SECTOR)))
        .replays([0]),
    ]
}

fn number() -> Vec<VectorSource> {
    let two = |number: u64| {
        small()
            .then(write(1).numbered(number))
            .then(write(2).with_tail(Tail::Item(0)))
    };
    vec![
        vector(
            "entry-number-zero-alone",
            "The only entry has SequenceNumber 0",
            "0 is not a valid number. A reader that accepts it applies an invalid entry instead of \
            reporting a corrupt file.",
        )
        .ignores("ENT-5 SEQ-7")
        .made_by(small().then(write(1).numbered(0)))
        .is_refused("SEQ-7"),
        vector(
            "entry-number-zero-first",
            "Entries 0 and 1; the newer one is its own tail",
            "Entry 0 is not valid, but entry 1 is. A reader that gives up at the first one refuses \
            a good disk.",
        )
        .ignores("ENT-5")
        .made_by(with(two(0), |recipe| {
            recipe.log[1].entry_mut().expect("an entry").tail = Tail::Own
        }))
        .replays([1]),
        vector(
            "entry-number-zero-as-tail",
            "Entries 0 and 1; the tail of the newer one is the older one",
            "The tail is not a valid entry. A reader that accepts number 0 applies both entries \
            instead of reporting a corrupt file.",
        )
        .ignores("ENT-5 SEQ-2")
        .made_by(two(0))
        .is_refused("SEQ-7"),
        vector(
            "entry-number-one",
            "Entries 1 and 2",
            "These are the smallest numbers there are. A reader that demands larger ones refuses a \
            good disk, or loses entry 1.",
        )
        .accepts("ENT-5")
        .made_by(two(1))
        .replays([0, 1]),
        vector(
            "entry-numbers-up-to-last",
            "Entries 2^64 - 2 and 2^64 - 1",
            "These are the largest numbers there are. A reader that computes one more than the \
            last overflows, and crashes or loses the newest entry.",
        )
        .accepts("ENT-5 SEQ-1")
        .made_by(two(u64::MAX - 1))
        .replays([0, 1]),
        vector(
            "entry-number-after-last",
            "Entries 2^64 - 1 and 0; the newer one is its own tail",
            "2^64 - 1 has no successor, and 0 is not a valid number. A reader that lets the number \
            wrap applies an invalid entry, and drops the valid one.",
        )
        .ignores("ENT-5 SEQ-1")
        .made_by(with(two(u64::MAX), |recipe| {
            recipe.log[1].entry_mut().expect("an entry").tail = Tail::Own
        }))
        .replays([0]),
        vector(
            "entry-numbers-above-2-63",
            "Entries 2^63 + 5 and 2^63 + 6",
            "A reader that treats the numbers as signed sees negative ones, and refuses a good \
            disk.",
        )
        .accepts("ENT-5 DAT-2")
        .made_by(two((1 << 63) + 5))
        .replays([0, 1]),
        vector(
            "entry-numbers-across-2-32",
            "Entries 2^32 - 1 and 2^32",
            "The successor carries into the upper half. A reader that increments only the lower \
            half ends the run too early and loses the newest entry.",
        )
        .accepts("SEQ-1 DAT-2")
        .made_by(two((1 << 32) - 1))
        .replays([0, 1]),
        vector(
            "entry-numbers-across-2-63",
            "Entries 2^63 - 1 and 2^63",
            "A reader that treats the numbers as signed finds no successor, ends the run too early \
            and loses the newest entry.",
        )
        .accepts("SEQ-1")
        .made_by(two((1 << 63) - 1))
        .replays([0, 1]),
    ]
}

fn open_fields() -> Vec<VectorSource> {
    let either = |id, title, why, clause: &str, newer: Entry| {
        vector(id, title, why)
            .open(clause)
            .accepts(clause)
            .ignores(clause)
            .made_by(one_and(newer))
            .reading("not checked", items([1]))
            .reading("no entry", items([0]))
    };
    let mut flushed = write(2);
    flushed.flushed_file_offset = Some((5 << 20) - 512);
    vec![
        either(
            "entry-reserved-not-zero",
            "The newer entry's Reserved is 1",
            "Writers leave the field zero; a reader may ignore it or skip the entry. A reader that \
            refuses the whole file makes a good disk unreadable.",
            "ENT-8",
            write(2).corrupt(Corruption::Reserved(1)),
        ),
        either(
            "entry-flushed-offset-unaligned",
            "The newer entry's FlushedFileOffset is not a multiple of 1 MiB",
            "A reader may accept such a value or skip the entry. A reader that refuses the whole \
            file makes a good disk unreadable.",
            "ENT-9",
            flushed,
        ),
        vector(
            "entry-garbage-behind-descriptors",
            "The bytes between the newer entry's last descriptor and the end of its sector are not \
            zero",
            "Old versions of QEMU leave garbage there. A reader that insists on zeros drops the \
            newest entry.",
        )
        .accepts("ENT-6")
        .made_by(one_and(write(2).corrupt(Corruption::Garbage(0xEE))))
        .replays([1]),
    ]
}
