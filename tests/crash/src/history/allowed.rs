//! The versions that are allowed at one moment, and the comparison of found contents with them.
//!
//! Contract: contents match a version when every visible sector does. Not compared are headers and
//! log, and what a crash may leave open: payload in flight, and new space that no change wrote.

use std::ops::Range;

use vhdx_log_image::SECTOR;

use super::marks::{Position, Version, VersionId};
use crate::disk::DiskImage;

/// The versions that a crash may leave at one moment: those of the line from `oldest` on.
#[derive(Clone, Debug)]
pub struct Allowed<'a> {
    versions: &'a [Version],
    line: &'a [VersionId],
    oldest: Position,
    /// The length of the longest allowed version, in whole MiB.
    longest: u64,
    /// Every version that was submitted up to this moment, in the line or not: a change that was in
    /// flight when the file was opened again has left the line, and can still be in the log.
    submitted: &'a [Version],
}

/// Why found contents are not an allowed version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They are a version older than an acknowledged one.
    Lost {
        /// How many acknowledged changes are missing.
        changes: usize,
    },
    /// The contents are those of a version, the length is not.
    Length { found: u64 },
    /// They are not a version of the line.
    Mixture {
        /// The first sector that differs from the newest version, by number.
        sector: u64,
        /// Whether any change ever wrote to it.
        written: bool,
    },
}

impl<'a> Allowed<'a> {
    pub(super) fn new(
        versions: &'a [Version],
        line: &'a [VersionId],
        oldest: Position,
        longest: u64,
        submitted: &'a [Version],
    ) -> Self {
        Self {
            versions,
            line,
            oldest,
            longest,
            submitted,
        }
    }

    /// A hash of the allowed versions, equal where they are equal.
    pub fn fingerprint(&self) -> u64 {
        let hashes = self.line[self.oldest.0..]
            .iter()
            .map(|&VersionId(id)| self.versions[id].image.visible_hash());
        hashes.fold(self.longest, |sum, hash| {
            sum.rotate_left(17).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash
        })
    }

    /// The position of the version that these contents are; of several, the last.
    ///
    /// A file may be longer than its version asks, up to the longest allowed one in whole MiB
    /// (ENT-9, RPL-3). Space that was new at `durable_length` and that no change of the version
    /// wrote may hold anything, so it is not compared.
    ///
    /// # Errors
    /// How the contents differ.
    pub fn find(&self, found: &DiskImage, durable_length: u64) -> Result<Position, Mismatch> {
        let mismatch = match self.find_from(self.oldest, found, durable_length) {
            Ok(position) => return Ok(position),
            Err(mismatch) => mismatch,
        };
        match self.find_from(Position(0), found, durable_length) {
            Ok(Position(position)) => Err(Mismatch::Lost {
                changes: self.oldest.0.saturating_sub(position),
            }),
            Err(_) => Err(mismatch),
        }
    }

    fn find_from(
        &self,
        oldest: Position,
        found: &DiskImage,
        durable_length: u64,
    ) -> Result<Position, Mismatch> {
        let mut mismatch = None;
        for position in (oldest.0..self.line.len()).rev().map(Position) {
            let version = self.contents(position);
            let different = if version.visible_bytes_hash() == found.visible_bytes_hash() {
                None
            } else {
                self.first_difference(found, position, durable_length)
            };
            let found = found.length();
            match different {
                None if (version.length()..=self.longest).contains(&found) => {
                    return Ok(position);
                }
                None => mismatch = Some(Mismatch::Length { found }),
                Some(sector) => {
                    let written = self.line.iter().any(|&id| self.touches(id, sector));
                    mismatch.get_or_insert(Mismatch::Mixture { sector, written });
                }
            }
        }
        Err(mismatch.unwrap_or(Mismatch::Length {
            found: found.length(),
        }))
    }

    /// The first sector whose contents are not possible in the version at this position.
    fn first_difference(
        &self,
        found: &DiskImage,
        position: Position,
        durable_length: u64,
    ) -> Option<u64> {
        let in_flight = &self.line[position.0 + 1..];
        // WRT-10: of payload in flight, any part may have arrived.
        let is_payload_in_flight = |number: u64| {
            in_flight
                .iter()
                .any(|&id| self.version(id).payload && self.touches(id, number))
        };
        let is_new_space =
            |number: u64| number >= durable_length / SECTOR && !self.is_written(position, number);
        self.contents(position)
            .difference(found)
            .into_iter()
            .filter(|&number| found.is_visible(number))
            .find(|&number| !is_payload_in_flight(number) && !is_new_space(number))
    }

    /// Whether a sector was written in the version at a position, and not cut off since.
    fn is_written(&self, position: Position, number: u64) -> bool {
        self.line[..=position.0]
            .iter()
            .rev()
            .take_while(|&&id| self.version(id).image.length() > number * SECTOR)
            .any(|&id| self.touches(id, number))
    }

    /// Whether every visible sector holds what it held in some submitted version, whatever the
    /// others hold. The format can promise no more after a device has lost what it reported as
    /// durable.
    ///
    /// # Errors
    /// The first sector that never held this.
    pub fn holds_no_foreign_bytes(
        &self,
        found: &DiskImage,
        durable_length: u64,
    ) -> Result<(), u64> {
        let newest = self.contents(Position(self.line.len() - 1));
        let is_known = |number: u64| {
            let mut versions = self.submitted.iter();
            versions.any(|version| version.image.sector(number) == found.sector(number))
        };
        let foreign = newest
            .difference(found)
            .into_iter()
            .filter(|&number| found.is_visible(number))
            .find(|&number| !is_known(number) && number < durable_length / SECTOR);
        foreign.map_or(Ok(()), Err)
    }

    /// Which versions these are, in words.
    pub fn describe(&self) -> String {
        let last = self.line.len() - 1;
        if self.oldest.0 == last {
            format!("the state after all {last} changes")
        } else {
            format!("a state after {} to {last} changes", self.oldest.0)
        }
    }

    /// The contents at a position of the line.
    pub fn contents(&self, position: Position) -> &'a DiskImage {
        &self.version(self.line[position.0]).image
    }

    fn version(&self, VersionId(id): VersionId) -> &'a Version {
        &self.versions[id]
    }

    fn touches(&self, id: VersionId, sector: u64) -> bool {
        covers(&self.version(id).touched, sector)
    }
}

fn covers(ranges: &[Range<u64>], sector: u64) -> bool {
    ranges.iter().any(|range| range.contains(&sector))
}
