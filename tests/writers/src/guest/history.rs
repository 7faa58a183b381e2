//! What each piece of the guest's disk may hold after a crash.
//!
//! ```text
//!  values of a piece    v0 (base)   v1          v2          v3
//!  from request         0           12          31          40
//!  sure from            0           14          35          not yet
//!                                               ^ a crash between 35 and 40: v2; after 40: v2, v3
//! ```
//!
//! A piece is 512 bytes, the smallest sector of a guest. A value is *sure* from the moment from
//! which it, or a later one, must be there: everything it needs was stable once, or the program
//! said so. No order between pieces is demanded: a disk promises none.

use std::collections::HashMap;
use std::ops::Range;

use vhdx_log_crash::disk::{DiskImage, Sector, mix};
use vhdx_log_crash::trace::{Request, SectorWrite};
use vhdx_log_image::SECTOR_BYTES;

use super::compare::for_each_changed;
use super::view::View;
use crate::outside::Outside;

/// The smallest sector of a guest.
pub const PIECE_BYTES: usize = 512;

/// The values of every piece that ever had more than one.
#[derive(Clone, Debug, Default)]
pub struct History {
    pieces: HashMap<u64, Vec<Value>>,
    /// What a program was told to write, where that is known: values become certain when it says
    /// that they are.
    told: HashMap<u64, Vec<Value>>,
    /// The last view before each epoch that begins in a state that is refused, by the epoch's
    /// first request.
    pub(crate) before_refused: HashMap<usize, Option<View>>,
}

/// One value of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Value {
    hash: u64,
    /// The request with which it may first be seen.
    from: usize,
    /// How many requests there were when it, or a later one, became certain.
    sure: Option<usize>,
}

/// What is wrong with the value of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is an older value than a certain one.
    Lost,
    /// It never held this.
    Foreign,
    /// Nobody wrote to it, and it is not what it was.
    Unwritten,
}

/// A hash of a piece.
pub fn hash_of(piece: &[u8]) -> u64 {
    let words = piece
        .as_chunks::<8>()
        .0
        .iter()
        .map(|word| u64::from_le_bytes(*word));
    mix(words.fold(0x9E37_79B9_7F4A_7C15, |sum: u64, word| {
        (sum ^ word)
            .wrapping_mul(0xD6E8_FEB8_6659_FD93)
            .rotate_left(31)
    }))
}

impl History {
    /// The history that a trace itself shows: a value is certain once a state that shows it was
    /// stable as a whole.
    pub fn of_trace(outside: &Outside) -> Self {
        let mut history = Self::default();
        let mut live = outside.base.frozen();
        let mut view = View::of(&live);
        let base = view.clone();
        let sure_from = sure_from(&outside.trace);
        for (number, request) in outside.trace.iter().enumerate() {
            if let Some((_, to)) = request.length {
                live.set_length(to);
            }
            for sectors in steps(request, &live.log()) {
                for write in sectors {
                    live.set(write.number, write.after.clone());
                }
                // A state that is refused shows nothing.
                let Some(new) = View::of(&live) else {
                    continue;
                };
                if let Some(old) = &view {
                    history.add_changes(base.as_ref(), old, &new, number, sure_from[number]);
                }
                view = Some(new);
            }
            if request.is_barrier() {
                live = live.frozen();
                if !refresh(&mut view, &live) {
                    history.before_refused.insert(number + 1, view.clone());
                }
            }
        }
        history
    }

    /// Adds what differs between two views, of which the later one is seen from a request on.
    fn add_changes(
        &mut self,
        base: Option<&View>,
        old: &View,
        new: &View,
        from: usize,
        sure: Option<usize>,
    ) {
        let zeros = [0; SECTOR_BYTES];
        for_each_changed(new, old, |sector, found, before| {
            let of_base = base.map_or(&zeros, |base| base.sector(sector));
            for (index, place) in (0..).zip((0..SECTOR_BYTES).step_by(PIECE_BYTES)) {
                let within = place..place + PIECE_BYTES;
                if found[within.clone()] != before[within.clone()] {
                    let value = Value {
                        hash: hash_of(&found[within.clone()]),
                        from,
                        sure,
                    };
                    let base = hash_of(&of_base[within]);
                    append(&mut self.pieces, sector * PIECES + index, base, value);
                }
            }
        });
    }

    /// Adds a value that the program was told to write, newer than all that the piece had; `base`
    /// is what it held at first. `sure` is when the program said that it is stable.
    pub fn acknowledge(
        &mut self,
        piece: u64,
        base: u64,
        hash: u64,
        from: usize,
        sure: Option<usize>,
    ) {
        append(&mut self.told, piece, base, Value { hash, from, sure });
    }

    /// Whether a crash among these requests, all before them being stable, may leave this value.
    ///
    /// # Errors
    /// How it is wrong.
    pub fn check(&self, piece: u64, found: u64, requests: &Range<usize>) -> Result<(), Wrong> {
        let Some(values) = self.pieces.get(&piece) else {
            return Err(Wrong::Unwritten);
        };
        check(values, found, requests)?;
        self.check_told(piece, found, requests)
    }

    /// The same, by what the program was told to write alone.
    ///
    /// # Errors
    /// How it is wrong.
    pub fn check_told(&self, piece: u64, found: u64, requests: &Range<usize>) -> Result<(), Wrong> {
        let told = self.told.get(&piece);
        told.map_or(Ok(()), |values| check(values, found, requests))
    }

    /// The pieces that the program was told to write.
    pub fn told(&self) -> impl Iterator<Item = u64> {
        self.told.keys().copied()
    }
}

/// Takes the view of a stable state, so that the next ones share its base. `false`: it is refused.
fn refresh(view: &mut Option<View>, live: &DiskImage) -> bool {
    let new = View::of(live);
    let is_accepted = new.is_some();
    *view = new.or(view.take());
    is_accepted
}

/// The sectors of a request in parts, of which each can be seen: a request that writes several
/// entries may arrive with the first ones only.
fn steps<'a>(request: &'a Request, log: &Range<u64>) -> Vec<&'a [SectorWrite]> {
    let begins_entry = |write: &SectorWrite| {
        let bytes = Sector::contents(write.after.as_ref());
        log.contains(&write.number) && bytes.starts_with(b"loge")
    };
    let sectors = &request.sectors;
    let mut cuts: Vec<usize> = (1..sectors.len())
        .filter(|&index| begins_entry(&sectors[index]))
        .collect();
    cuts.push(sectors.len());
    let mut from = 0;
    let parts = cuts.into_iter().map(|to| {
        let part = &sectors[from..to];
        from = to;
        part
    });
    // A flush shows nothing new.
    parts
        .filter(|_| !sectors.is_empty() || request.length.is_some())
        .collect()
}

fn append(values: &mut HashMap<u64, Vec<Value>>, piece: u64, base: u64, value: Value) {
    let first = Value {
        hash: base,
        from: 0,
        sure: Some(0),
    };
    values
        .entry(piece)
        .or_insert_with(|| vec![first])
        .push(value);
}

fn check(values: &[Value], found: u64, requests: &Range<usize>) -> Result<(), Wrong> {
    let is_sure = |value: &Value| value.sure.is_some_and(|sure| sure <= requests.end);
    let oldest = values.iter().rposition(is_sure).unwrap_or(0);
    let is_allowed = |value: &Value| value.from < requests.end.max(1) && value.hash == found;
    if values[oldest..].iter().any(is_allowed) {
        return Ok(());
    }
    match values[..oldest].iter().any(|value| value.hash == found) {
        true => Err(Wrong::Lost),
        false => Err(Wrong::Foreign),
    }
}

/// For each request, how many requests there were when it was stable.
fn sure_from(trace: &[Request]) -> Vec<Option<usize>> {
    let mut next = None;
    let mut sure: Vec<_> = (0..trace.len())
        .rev()
        .map(|number| {
            if trace[number].is_barrier() {
                next = Some(number + 1);
            }
            next
        })
        .collect();
    sure.reverse();
    sure
}

/// Pieces in a sector of the file.
pub(crate) const PIECES: u64 = 8;
