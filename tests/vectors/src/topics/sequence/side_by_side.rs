//! Sequences that touch, in every order: the newer one first or second, the longer or the shorter
//! one, with either across the end of the log (SEQ-1, SEQ-3, SEQ-5).

use vhdx_log_image::{Entry, Tail};

use super::build::{at, log};
use crate::source::{VectorSource, vector};

/// Sectors of the log.
const RING: u32 = 256;

pub(super) fn vectors() -> Vec<VectorSource> {
    [pairs(), threes()].concat()
}

/// A sequence: the name of its age, its first number, and how many entries it has.
#[derive(Clone, Copy)]
struct Sequence {
    age: &'static str,
    first: u64,
    entries: u32,
}

/// The entries of these sequences one after another from a sector of the ring on, two sectors each,
/// and the items of the one that is to be replayed. The tail of each sequence is its first entry.
fn touching(start: u32, sequences: &[Sequence], newest: &str) -> (Vec<Entry>, Vec<usize>) {
    let (mut entries, mut replayed) = (Vec::new(), Vec::new());
    for sequence in sequences {
        let tail = entries.len();
        for index in 0..sequence.entries {
            let item = entries.len() as u32;
            let sector = (start + 2 * item) % RING;
            let number = sequence.first + u64::from(index);
            // Only six sectors of the block have contents: later ones show as well.
            let entry = at(sector, number, 1 + item);
            entries.push(entry.with_tail(Tail::Item(tail as u32)));
            if sequence.age == newest {
                replayed.push(item as usize);
            }
        }
    }
    (entries, replayed)
}

fn pairs() -> Vec<VectorSource> {
    let mut all = Vec::new();
    for (first, second) in [("newer", "older"), ("older", "newer")] {
        for longer in ["newer", "older"] {
            let sequences = [first, second].map(|age| Sequence {
                age,
                first: if age == "newer" { 100 } else { 50 },
                entries: if age == longer { 4 } else { 2 },
            });
            all.push(pair(10, &sequences, None));
            // With the end of the log in the middle of the first, or of the second sequence.
            let [in_first, in_second] = [
                sequences[0].entries,
                2 * sequences[0].entries + sequences[1].entries,
            ];
            all.push(pair(RING - in_first, &sequences, Some(sequences[0].age)));
            all.push(pair(RING - in_second, &sequences, Some(sequences[1].age)));
        }
    }
    all
}

fn pair(start: u32, sequences: &[Sequence; 2], wrapped: Option<&str>) -> VectorSource {
    let [first, second] = *sequences;
    let place = wrapped.map_or_else(String::new, |age| format!("-{age}-wrapped"));
    let id = format!(
        "touching-{}-of-{}-then-{}-of-{}{place}",
        first.age, first.entries, second.age, second.entries
    );
    let across = wrapped.map_or_else(String::new, |age| {
        format!("; the {age} one lies across the end of the log")
    });
    let title = format!(
        "A sequence of {} entries, directly followed by {} one of {}{across}",
        first.entries,
        if second.age == "older" {
            "an older"
        } else {
            "a newer"
        },
        second.entries
    );
    let (why, flaws) = if first.age == "newer" {
        (
            "A log that has gone round looks like this. A reader that does not expect entries of \
            the round before directly behind the head loses the newest changes.",
            "older-entry-behind-head-refused last-sequence-wins",
        )
    } else {
        (
            "What is left of the round before ends where the newest sequence begins. A reader that \
            does not search on from there, or does not accept it, loses the newest changes.",
            "older-entry-before-tail-refused sector-after-run-skipped",
        )
    };
    // Where the first one is wrapped, a part of it lies at the start of the log, before the second.
    let flaws = match wrapped {
        Some(age) if age == first.age => flaws.split(' ').next().unwrap_or(flaws),
        _ => flaws,
    };
    let (entries, replayed) = touching(start, sequences, "newer");
    vector(&id, &title, why)
        .accepts("SEQ-3 SEQ-5")
        .ignores("SEQ-1")
        .shows(flaws)
        .made_by(log(entries))
        .replays(replayed)
}

fn threes() -> Vec<VectorSource> {
    let oldest = Sequence {
        age: "oldest",
        first: 50,
        entries: 3,
    };
    let middle = Sequence {
        age: "middle",
        first: 70,
        entries: 1,
    };
    let newest = Sequence {
        age: "newest",
        first: 100,
        entries: 2,
    };
    let orders = [
        [oldest, middle, newest],
        [oldest, newest, middle],
        [middle, oldest, newest],
        [middle, newest, oldest],
        [newest, oldest, middle],
        [newest, middle, oldest],
    ];
    orders.iter().map(three).collect()
}

fn three(order: &[Sequence; 3]) -> VectorSource {
    let ages = order.map(|sequence| sequence.age);
    let (entries, replayed) = touching(20, order, "newest");
    let flaws = match ages {
        ["newest", ..] => "older-entry-behind-head-refused last-sequence-wins",
        [.., "newest"] => "older-entry-before-tail-refused scan-stops-at-first-sequence",
        _ => "older-entry-behind-head-refused older-entry-before-tail-refused",
    };
    vector(
        &format!("touching-{}", ages.join("-")),
        &format!(
            "Three sequences that touch: the {}, the {} and the {}",
            ages[0], ages[1], ages[2]
        ),
        "All three are valid, and only the newest counts. A reader that stops at the first, takes \
        the last, or rejects one because of its neighbours loses the newest changes.",
    )
    .accepts("SEQ-3 SEQ-5")
    .ignores("SEQ-3")
    .shows(flaws)
    .made_by(log(entries))
    .replays(replayed)
}
