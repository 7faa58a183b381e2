//! Which states a crash may leave, at each moment of a run (WRT-9).
//!
//! ```text
//!  states   s0 --T1--> s1 --T2--> s2 --T3--> s3          contents as the model's writer has them
//!                      ^low                  ^newest     at this moment: s1, s2 or s3
//! ```
//!
//! Contents come from [`vhdx_log_model::Writer`]; kept here is only which of them are allowed when.
//! The line is cut back when a program that died without a commit finds, at its next open, that
//! less of its work is there.

use std::ops::Range;
use std::rc::Rc;

use crate::disk::{DiskImage, SECTOR_BYTES, Sector};

const SECTOR: u64 = SECTOR_BYTES as u64;
use vhdx_log_image::MIB;

/// The contents after some prefix of what was submitted.
#[derive(Clone, Debug)]
pub struct State {
    /// Every byte outside the headers and the log.
    pub image: DiskImage,
    /// The sectors that the last change wrote, by number.
    pub touched: Vec<Range<u64>>,
    /// Whether the last change was payload, of which a crash may leave any part until it is durable
    /// (WRT-10).
    pub payload: bool,
}

/// All states of a run, and which of them were allowed when.
#[derive(Clone, Debug)]
pub struct Lineage {
    states: Vec<State>,
    marks: Vec<Mark>,
}

/// From a moment on, a crash may leave one of these states.
#[derive(Clone, Debug)]
struct Mark {
    /// The number of requests made before.
    at: usize,
    /// From the first change of this line to the last, by index into the states.
    line: Rc<[usize]>,
    /// The first state of the line that a crash may leave.
    low: usize,
}

/// The states that a crash may leave at one moment.
#[derive(Clone, Debug)]
pub struct Allowed<'a> {
    states: &'a [State],
    line: &'a [usize],
    low: usize,
    longest: u64,
}

/// Why found contents are no allowed state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They are a state before one that was acknowledged: this many changes are lost.
    Lost {
        /// Changes that were acknowledged and are not there.
        changes: usize,
    },
    /// The contents are right, the length is not.
    Length {
        /// The length found.
        found: u64,
    },
    /// They are no state at all; named is the first sector that differs from the nearest one.
    Mixture {
        /// The sector, by number.
        sector: u64,
        /// Whether any change ever wrote to it.
        written: bool,
    },
}

impl Lineage {
    /// A file that was just opened, everything in it stable.
    pub fn new(image: DiskImage) -> Self {
        let states = vec![State {
            image,
            touched: Vec::new(),
            payload: false,
        }];
        Self {
            states,
            marks: vec![Mark {
                at: 0,
                line: Rc::new([0]),
                low: 0,
            }],
        }
    }

    /// A change was submitted.
    pub fn submitted(&mut self, at: usize, state: State) {
        let newest = self.newest_mark();
        let line = newest
            .line
            .iter()
            .copied()
            .chain([self.states.len()])
            .collect();
        let low = newest.low;
        self.states.push(state);
        self.marks.push(Mark { at, line, low });
    }

    /// Everything submitted is durable, says the writer.
    pub fn acknowledged(&mut self, at: usize) {
        let line = Rc::clone(&self.newest_mark().line);
        let low = line.len() - 1;
        self.marks.push(Mark { at, line, low });
    }

    /// The file was opened again, and what was found is the state at this place of the line, or
    /// that and more, though allowed: a length, new space, payload. `stable_from`, when given, is
    /// the moment from which it may not turn into another one: the end of the first flush.
    ///
    /// What is found and is no state of the line becomes one. Once it is stable, what was in flight
    /// is forgotten: of a change that left no trace, such as zeros in new space, nobody can tell
    /// whether it arrived.
    pub fn reopened(
        &mut self,
        at: usize,
        place: usize,
        stable_from: Option<usize>,
        found: &DiskImage,
    ) {
        let newest = self.newest_mark();
        let low = newest.low;
        let kept = if stable_from.is_some() { low } else { place };
        let mut line = newest.line[..=kept].to_vec();
        let state = &self.states[line[kept]].image;
        if state.visible_hash() != found.visible_hash() {
            let touched = state
                .difference(found)
                .into_iter()
                .map(|number| number..number + 1)
                .collect();
            line.push(self.states.len());
            self.states.push(State {
                image: found.clone(),
                touched,
                payload: true,
            });
        }
        let low = if stable_from.is_some() {
            line.len() - 1
        } else {
            low
        };
        self.marks.push(Mark {
            at: stable_from.unwrap_or(at),
            line: line.into(),
            low,
        });
    }

    /// The newest state.
    pub fn newest(&self) -> &State {
        let newest = self.newest_mark();
        &self.states[newest.line[newest.line.len() - 1]]
    }

    /// What a crash may leave when `requests` requests have been made.
    pub fn allowed(&self, requests: usize) -> Allowed<'_> {
        let mark = self
            .marks
            .iter()
            .rev()
            .find(|mark| mark.at <= requests)
            .unwrap_or(&self.marks[0]);
        let states = &self.states;
        let lengths = mark.line[mark.low..]
            .iter()
            .map(|&index| states[index].image.length());
        let longest = lengths.max().unwrap_or(0).next_multiple_of(MIB);
        Allowed {
            states,
            line: &mark.line,
            low: mark.low,
            longest,
        }
    }

    fn newest_mark(&self) -> &Mark {
        &self.marks[self.marks.len() - 1]
    }
}

impl Allowed<'_> {
    /// A number that is the same for the same allowed states.
    pub fn fingerprint(&self) -> u64 {
        let hashes = self.line[self.low..]
            .iter()
            .map(|&index| self.states[index].image.visible_hash());
        hashes.fold(self.longest, |sum, hash| {
            sum.rotate_left(17).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash
        })
    }

    /// The place in the line of the state that these contents are; of several, the last.
    ///
    /// A file may be longer than its state asks, up to the longest allowed one in whole MiB (ENT-9,
    /// RPL-3). What stands in space that was new at `stable_length` and that no change of the state
    /// wrote is not looked at: it may be anything.
    ///
    /// # Errors
    /// How the contents differ.
    pub fn find(&self, found: &DiskImage, stable_length: u64) -> Result<usize, Mismatch> {
        match self.find_among(found, stable_length, self.low) {
            Ok(place) => Ok(place),
            Err(mismatch) => Err(match self.find_among(found, stable_length, 0) {
                Ok(place) => Mismatch::Lost {
                    changes: self.low.saturating_sub(place),
                },
                Err(_) => mismatch,
            }),
        }
    }

    fn find_among(
        &self,
        found: &DiskImage,
        stable_length: u64,
        low: usize,
    ) -> Result<usize, Mismatch> {
        let mut mismatch = None;
        for place in (low..self.line.len()).rev() {
            let state = &self.states[self.line[place]].image;
            let different = if state.visible_bytes_hash() == found.visible_bytes_hash() {
                None
            } else {
                self.first_difference(found, place, stable_length)
            };
            match different {
                None if (state.length()..=self.longest).contains(&found.length()) => {
                    return Ok(place);
                }
                None => {
                    mismatch = Some(Mismatch::Length {
                        found: found.length(),
                    })
                }
                Some(sector) => {
                    let written = self
                        .line
                        .iter()
                        .any(|&index| covers(&self.states[index].touched, sector));
                    mismatch.get_or_insert(Mismatch::Mixture { sector, written });
                }
            }
        }
        Err(mismatch.unwrap_or(Mismatch::Length {
            found: found.length(),
        }))
    }

    /// The first sector that makes the contents another state than the one at this place of the
    /// line.
    fn first_difference(&self, found: &DiskImage, place: usize, stable_length: u64) -> Option<u64> {
        let state = &self.states[self.line[place]];
        let mut different = state
            .image
            .difference(found)
            .into_iter()
            .filter(|&number| found.is_visible(number));
        different.find(|&number| {
            let newer = &self.line[place + 1..];
            let in_flight = newer.iter().map(|&index| &self.states[index]);
            let loose = in_flight
                .filter(|state| state.payload)
                .any(|state| covers(&state.touched, number));
            let new_space = number >= stable_length / SECTOR && !self.is_written(place, number);
            !(loose || new_space)
        })
    }

    /// Whether a sector was written in the state at a place of the line, and not cut off since.
    fn is_written(&self, place: usize, number: u64) -> bool {
        let older = self.line[..=place]
            .iter()
            .rev()
            .map(|&index| &self.states[index]);
        let mut since_cut = older.take_while(|state| state.image.length() > number * SECTOR);
        since_cut.any(|state| covers(&state.touched, number))
    }

    /// Whether every visible sector holds what it held in some state of the line, whatever the
    /// others hold: the most that the format can promise once a device has lost what it said it
    /// kept.
    ///
    /// # Errors
    /// The first sector that never held this.
    pub fn holds_no_foreign_bytes(&self, found: &DiskImage, stable_length: u64) -> Result<(), u64> {
        let newest = &self.states[self.line[self.line.len() - 1]];
        let different = newest.image.difference(found);
        let foreign = different
            .into_iter()
            .filter(|&number| found.is_visible(number))
            .find(|&number| {
                let known = self
                    .line
                    .iter()
                    .any(|&index| self.states[index].image.sector(number) == found.sector(number));
                !known && number < stable_length / SECTOR
            });
        foreign.map_or(Ok(()), Err)
    }

    /// Which states these are, for a person.
    pub fn describe(&self) -> String {
        let last = self.line.len() - 1;
        if self.low == last {
            format!("the state after all {last} changes")
        } else {
            format!("a state after {} to {last} changes", self.low)
        }
    }

    /// The contents at a place of the line.
    pub fn contents(&self, place: usize) -> &DiskImage {
        &self.states[self.line[place]].image
    }
}

fn covers(ranges: &[Range<u64>], sector: u64) -> bool {
    ranges.iter().any(|range| range.contains(&sector))
}

/// An image as the model has it, without the headers and the log: what states are made of.
pub fn to_model(image: &DiskImage) -> vhdx_log_model::Image {
    let sectors = image
        .present(0..u64::MAX)
        .into_iter()
        .filter(|&number| image.is_visible(number));
    let sectors = sectors.map(|number| (number, std::sync::Arc::new(*image.contents(number))));
    vhdx_log_model::Image::from_sectors(image.length(), std::sync::Arc::new(sectors.collect()))
}

/// The visible contents after the model has changed some sectors.
pub fn follow(
    before: &DiskImage,
    model: &vhdx_log_model::Image,
    changed: impl IntoIterator<Item = u64>,
) -> DiskImage {
    let mut after = before.clone();
    after.set_length(model.length());
    for number in changed {
        if after.is_visible(number) {
            after.set(number, Sector::new(model.bytes(number)));
        }
    }
    after
}
