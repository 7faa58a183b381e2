//! From a recording to bytes. Each sector is stored once, whatever requests, versions and the base
//! image hold it.

use std::collections::HashMap;

use super::layout::{ACKNOWLEDGED, BEGUN, KINDS, MAGIC, REOPENED, VERSION};
use crate::disk::{DiskImage, Slot};
use crate::history::{Event, Mark, Version, VersionId};
use crate::recording::Recording;
use crate::trace::Request;

/// The bytes of a recording. Equal recordings give equal bytes.
pub fn encode(recording: &Recording) -> Vec<u8> {
    let mut contents = Contents::default();
    let base = &recording.base;
    let mut body = Vec::new();

    let sectors = base.present(0..u64::MAX);
    for &number in &sectors {
        body.extend(number.to_le_bytes());
        body.extend(contents.index(base.sector(number).cloned()).to_le_bytes());
    }
    for request in &recording.trace {
        put_request(&mut body, request, &mut contents);
    }
    for open in &recording.opens {
        body.extend((open.start as u64).to_le_bytes());
        body.extend((open.end as u64).to_le_bytes());
    }
    let versions = &recording.history.versions()[1..];
    for version in versions {
        put_version(&mut body, version, base, &mut contents);
    }
    let marks = recording.history.marks();
    for mark in marks {
        put_mark(&mut body, mark);
    }

    let mut file = Vec::new();
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.extend([0; 4]);
    file.extend(base.length().to_le_bytes());
    file.extend(base.log().start.to_le_bytes());
    file.extend(base.log().end.to_le_bytes());
    for count in [
        contents.stored.len(),
        sectors.len(),
        recording.trace.len(),
        recording.opens.len(),
        versions.len(),
        marks.len(),
    ] {
        file.extend(count_of(count));
    }
    for sector in contents.stored.iter().flatten() {
        file.extend(sector.bytes());
    }
    file.extend(body);
    file
}

/// The sectors that are stored, each once.
#[derive(Default)]
struct Contents {
    stored: Vec<Slot>,
    /// By the hash of the contents: indices into `stored`.
    by_hash: HashMap<u64, Vec<usize>>,
}

impl Contents {
    /// The number of some contents; 0 for zeros.
    fn index(&mut self, slot: Slot) -> u32 {
        let Some(sector) = &slot else {
            return 0;
        };
        let same_hash = self.by_hash.entry(sector.hash()).or_default();
        let known = same_hash.iter().find(|&&index| self.stored[index] == slot);
        let index = match known {
            Some(&index) => index,
            None => {
                same_hash.push(self.stored.len());
                self.stored.push(slot);
                self.stored.len() - 1
            }
        };
        u32::try_from(index + 1).expect("fewer sectors than 16 TiB have")
    }
}

fn count_of(count: usize) -> [u8; 4] {
    let count = u32::try_from(count).expect("a recording in memory has fewer than 2^32 of each");
    count.to_le_bytes()
}

fn put_request(body: &mut Vec<u8>, request: &Request, contents: &mut Contents) {
    let kind = KINDS.iter().position(|&kind| kind == request.kind);
    body.push(kind.expect("KINDS has every kind") as u8);
    body.push(u8::from(request.length.is_some()));
    body.extend([0; 2]);
    body.extend(count_of(request.sectors.len()));
    if let Some((from, to)) = request.length {
        body.extend(from.to_le_bytes());
        body.extend(to.to_le_bytes());
    }
    for write in &request.sectors {
        body.extend(write.number.to_le_bytes());
        body.extend((write.within.start as u16).to_le_bytes());
        body.extend((write.within.end as u16).to_le_bytes());
        body.extend(contents.index(write.after.clone()).to_le_bytes());
    }
}

fn put_version(body: &mut Vec<u8>, version: &Version, base: &DiskImage, contents: &mut Contents) {
    let sectors = base.difference(&version.image);
    body.extend(version.image.length().to_le_bytes());
    body.push(u8::from(version.payload));
    body.extend([0; 3]);
    body.extend(count_of(sectors.len()));
    body.extend(count_of(version.touched.len()));
    for number in sectors {
        body.extend(number.to_le_bytes());
        let slot = version.image.sector(number).cloned();
        body.extend(contents.index(slot).to_le_bytes());
    }
    for range in &version.touched {
        body.extend(range.start.to_le_bytes());
        body.extend(range.end.to_le_bytes());
    }
}

fn put_mark(body: &mut Vec<u8>, mark: &Mark) {
    let (event, durable, version, position) = match mark.event {
        Event::Begun(version) => (BEGUN, false, Some(version), 0),
        Event::Acknowledged => (ACKNOWLEDGED, false, None, 0),
        Event::Reopened {
            last,
            found,
            durable,
        } => (REOPENED, durable, found, last.0),
    };
    body.extend((mark.at as u64).to_le_bytes());
    body.extend([event, u8::from(durable), u8::from(version.is_some()), 0]);
    body.extend(count_of(position));
    body.extend(count_of(version.map_or(0, |VersionId(id)| id)));
}
