//! Tail, SequenceNumber, and the fields that the text leaves open (ENT-4, ENT-5, ENT-8, ENT-9).

use vhdx_log_image::{Corruption, Entry, Tail, Target};

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
            "of three entries the middle one has Tail 100",
            "not valid, so it ends the run before it, and the entry behind it cannot reach the tail it names",
        )
        .ignores("ENT-4")
        .made_by(middle(100))
        .replays([0]),
        vector(
            "entry-tail-outside-log-in-middle",
            "of three entries the middle one has a Tail behind the log",
            "the text asks for a multiple of 4 KiB; where a Tail that nobody uses points is left open",
        )
        .open("ENT-4")
        .ignores("ENT-4")
        .made_by(middle(1 << 20))
        .reading("no entry", items([0]))
        .reading("entry", items([0, 1, 2])),
        ignored(
            "entry-tail-outside-log",
            "the newer entry has a Tail of the log's length",
            "off by one: the last sector of the log starts 4 KiB before",
            "ENT-4",
            write(2).with_tail(Tail::Explicit(1 << 20)),
        ),
        vector("entry-tail-last-sector", "one entry of one sector in the log's last sector", "the largest Tail there is")
            .accepts("ENT-4 SEQ-5")
            .made_by(small().then(Entry::empty().at(255).zero(Target::Payload(1), 4096)))
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
            "the only entry has SequenceNumber 0",
            "0 is no number: nothing is valid here",
        )
        .ignores("ENT-5 SEQ-7")
        .made_by(small().then(write(1).numbered(0)))
        .is_refused("SEQ-7"),
        vector(
            "entry-number-zero-first",
            "entries 0 and 1, the newer with its own tail",
            "the entry with number 0 does not count, the one behind it does",
        )
        .ignores("ENT-5")
        .made_by(with(two(0), |recipe| {
            recipe.log[1].entry_mut().expect("an entry").tail = Tail::Own
        }))
        .replays([1]),
        vector(
            "entry-number-zero-as-tail",
            "entries 0 and 1, the newer with the older for tail",
            "its tail is no entry",
        )
        .ignores("ENT-5 SEQ-2")
        .made_by(two(0))
        .is_refused("SEQ-7"),
        vector(
            "entry-number-one",
            "entries 1 and 2",
            "the smallest numbers there are",
        )
        .accepts("ENT-5")
        .made_by(two(1))
        .replays([0, 1]),
        vector(
            "entry-numbers-up-to-last",
            "entries 2^64 - 2 and 2^64 - 1",
            "the greatest numbers there are",
        )
        .accepts("ENT-5 SEQ-1")
        .made_by(two(u64::MAX - 1))
        .replays([0, 1]),
        vector(
            "entry-number-after-last",
            "entries 2^64 - 1 and 0, the newer with its own tail",
            "2^64 - 1 has no successor, and 0 is no number",
        )
        .ignores("ENT-5 SEQ-1")
        .made_by(with(two(u64::MAX), |recipe| {
            recipe.log[1].entry_mut().expect("an entry").tail = Tail::Own
        }))
        .replays([0]),
        vector(
            "entry-numbers-above-2-63",
            "entries 2^63 + 5 and 2^63 + 6",
            "finds numbers read as signed",
        )
        .accepts("ENT-5 DAT-2")
        .made_by(two((1 << 63) + 5))
        .replays([0, 1]),
        vector(
            "entry-numbers-across-2-32",
            "entries 2^32 - 1 and 2^32",
            "a successor that carries into the upper half",
        )
        .accepts("SEQ-1 DAT-2")
        .made_by(two((1 << 32) - 1))
        .replays([0, 1]),
        vector(
            "entry-numbers-across-2-63",
            "entries 2^63 - 1 and 2^63",
            "a successor that a signed reader lacks",
        )
        .accepts("SEQ-1")
        .made_by(two((1 << 63) - 1))
        .replays([0, 1]),
    ]
}

fn open_fields() -> Vec<VectorSource> {
    let either = |id, title, clause: &str, newer: Entry| {
        let why = "writers leave it zero; whether a reader looks is left open";
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
            "the newer entry's Reserved is 1",
            "ENT-8",
            write(2).corrupt(Corruption::Reserved(1)),
        ),
        either(
            "entry-flushed-offset-unaligned",
            "the newer entry's FlushedFileOffset is no multiple of 1 MiB",
            "ENT-9",
            flushed,
        ),
        vector(
            "entry-garbage-behind-descriptors",
            "the bytes between the last descriptor and the end of its sector are not zero",
            "old versions of QEMU leave garbage there; nobody may insist on zeros",
        )
        .accepts("ENT-6")
        .made_by(one_and(write(2).corrupt(Corruption::Garbage(0xEE))))
        .replays([1]),
    ]
}
