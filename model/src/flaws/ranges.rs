//! Section 5: ranges that touch, or lie one sector apart (RPL-1).

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use crate::image::{Ring, SECTOR, Update};
use crate::layout::{Descriptor, Header};
use crate::outcome::Checked;
use crate::rules::{Format, Rules, Updates};

/// Whether between two ranges, the lower one first, there is exactly one sector.
fn one_apart(lower: &Update, upper: &Update) -> bool {
    lower.target().end.checked_add(SECTOR) == Some(upper.target().start)
}

fn is_zero(update: &Update) -> bool {
    matches!(update, Update::Zero { length, .. } if *length > 0)
}

fn is_data(update: &Update) -> bool {
    matches!(update, Update::Write { .. })
}

/// Adds a zero range over each sector between two updates of one entry that satisfy `kind`.
fn zero_between(of_entry: &mut Vec<Update>, kind: impl Fn(&Update, &Update) -> bool) {
    let mut gaps = Vec::new();
    for lower in of_entry.iter() {
        for upper in of_entry.iter().filter(|upper| one_apart(lower, upper)) {
            if kind(lower, upper) {
                gaps.push(Update::Zero {
                    offset: lower.target().end,
                    length: SECTOR,
                });
            }
        }
    }
    of_entry.splice(0..0, gaps);
}

/// What a zero descriptor does, with its length changed.
fn zero_of(
    descriptor: &Descriptor,
    ring: &Ring<'_>,
    change: impl Fn(u64) -> u64,
) -> Checked<Update> {
    let mut update = Format.update(descriptor, ring)?;
    if let Update::Zero { length, .. } = &mut update
        && *length > 0
    {
        *length = change(*length);
    }
    Ok(update)
}

catalogue! {
    "zero-ranges-one-sector-apart-merged" ["RPL-1"]
        "merges zero ranges that are one sector apart, and erases the sector between them"
        "an entry with two zero descriptors and a nonzero sector between them"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                for (_, of_entry) in updates {
                    zero_between(of_entry, |lower, upper| is_zero(lower) && is_zero(upper));
                }
            }
        }

    "data-one-sector-apart-joined" ["RPL-1"]
        "writes two sectors that are one sector apart in one piece, and erases the one between them"
        "an entry that writes two sectors with a nonzero one between them"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                for (_, of_entry) in updates {
                    zero_between(of_entry, |lower, upper| is_data(lower) && is_data(upper));
                }
            }
        }

    "data-next-but-one-to-zeros-joined" ["RPL-1"]
        "joins a zero range and a sector one sector from it, and erases the one between them"
        "an entry that zeroes a sector and writes the next but one"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                for (_, of_entry) in updates {
                    zero_between(of_entry, |lower, upper| {
                        (is_zero(lower) && is_data(upper)) || (is_data(lower) && is_zero(upper))
                    });
                }
            }
        }

    "zero-ranges-of-entries-merged" ["RPL-1"]
        "merges zero ranges of different entries that are one sector apart, and erases the sector \
        between them"
        "two entries with a zero descriptor each and a nonzero sector between the ranges"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                let mut zeros: Vec<Update> = Vec::new();
                for (_, of_entry) in updates {
                    let own = of_entry.iter().filter(|update| is_zero(update));
                    let own: Vec<_> = own.cloned().collect();
                    for one in &own {
                        for other in &zeros {
                            let (lower, upper) = match one.target().start < other.target().start {
                                true => (one, other),
                                false => (other, one),
                            };
                            if one_apart(lower, upper) {
                                let offset = lower.target().end;
                                of_entry.insert(0, Update::Zero { offset, length: SECTOR });
                            }
                        }
                    }
                    zeros.extend(own);
                }
            }
        }

    "touching-zero-range-lost" ["RPL-1"]
        "drops a zero range that begins where another one of the entry ends"
        "an entry with two zero descriptors, one directly behind the other"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                for (_, of_entry) in updates {
                    let ends: Vec<u64> = of_entry.iter().filter(|update| is_zero(update))
                        .map(|update| update.target().end).collect();
                    of_entry.retain(|update| {
                        !is_zero(update) || !ends.contains(&update.target().start)
                    });
                }
            }
        }

    "zero-range-one-sector-too-long" ["RPL-1"]
        "erases one sector more than ZeroLength says"
        "a zero descriptor before a nonzero sector"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                zero_of(descriptor, ring, |length| length.saturating_add(SECTOR))
            }
        }

    "zero-range-one-sector-too-short" ["RPL-1"]
        "erases one sector less than ZeroLength says, unless that is one sector"
        "a zero descriptor of two sectors"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                zero_of(descriptor, ring, |length| length.saturating_sub(SECTOR).max(SECTOR))
            }
        }
}
