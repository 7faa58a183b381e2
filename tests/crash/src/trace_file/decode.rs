//! From bytes to a recording. Total: any bytes are a recording or an error with an offset; a count
//! is compared with the bytes that are left before memory is taken for it.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use vhdx_log_image::{SECTOR, SECTOR_BYTES};

use super::error::BadTraceFile;
use super::layout::{
    ACKNOWLEDGED, BASE_SECTOR_BYTES, BEGUN, KINDS, LIMIT_LENGTH, LIMIT_MARKS, LIMIT_SECTOR, MAGIC,
    MARK_BYTES, OPEN_BYTES, RANGE_BYTES, REOPENED, REQUEST_BYTES, VERSION, VERSION_BYTES,
    WRITE_BYTES,
};
use super::reader::Reader;
use crate::disk::{DiskImage, Sector, Slot};
use crate::history::{Event, History, Mark, Position, Version, VersionId};
use crate::recording::Recording;
use crate::trace::{Request, SectorWrite};

/// The recording in a file.
///
/// # Errors
/// The first problem, where the bytes are not a trace file of a known version.
pub fn decode(bytes: &[u8]) -> Result<Recording, BadTraceFile> {
    let mut reader = Reader::new(bytes);
    check_version(&mut reader)?;
    let length = length(&mut reader, "the length of the base image")?;
    let log = sector_range(&mut reader, "the log")?;
    if log.is_empty() {
        return Err(reader.bad_before(16, "the log has no sectors".to_owned()));
    }
    let mut counts = [0; 6];
    for count in &mut counts {
        *count = reader.u32("the header")?;
    }
    let [contents, base_sectors, requests, opens, versions, marks] = counts;
    if marks as usize > LIMIT_MARKS {
        let problem = format!("{marks} marks; at most {LIMIT_MARKS} are supported");
        return Err(reader.bad_before(4, problem));
    }
    let mut body = Body {
        contents: read_contents(&mut reader, contents)?,
        reader,
    };
    let mut base = DiskImage::new(length, log);
    body.sectors(&mut base, base_sectors, "base sectors")?;
    let base = base.frozen();
    let trace = body.list("requests", requests, REQUEST_BYTES, Body::request)?;
    let opens = body.list("opens", opens, OPEN_BYTES, Body::open)?;
    let versions = body.list("versions", versions, VERSION_BYTES, |body| {
        body.version(&base)
    })?;
    let marks_at = body.reader.offset();
    let marks = body.list("marks", marks, MARK_BYTES, |body| body.mark(trace.len()))?;
    if body.reader.left() > 0 {
        let problem = format!("expected the end; {} bytes are left", body.reader.left());
        return Err(body.reader.bad(problem));
    }
    let history =
        History::from_marks(base.clone(), versions, &marks).map_err(|error| BadTraceFile {
            offset: marks_at + error.mark as u64 * MARK_BYTES,
            problem: error.to_string(),
        })?;
    Ok(Recording {
        base,
        trace,
        opens,
        history,
        fired_at: None,
    })
}

fn check_version(reader: &mut Reader<'_>) -> Result<(), BadTraceFile> {
    let magic = reader.take::<8>("the signature")?;
    if *magic != MAGIC {
        let problem = format!(
            "expected the signature \"{}\"; found \"{}\"",
            MAGIC.escape_ascii(),
            magic.escape_ascii()
        );
        return Err(reader.bad_before(8, problem));
    }
    let version = reader.u32("the version")?;
    if version != VERSION {
        let problem = format!("version {version} is unknown; this program reads version {VERSION}");
        return Err(reader.bad_before(4, problem));
    }
    reader.zeros::<4>()
}

fn length(reader: &mut Reader<'_>, what: &str) -> Result<u64, BadTraceFile> {
    let length = reader.u64(what)?;
    if length > LIMIT_LENGTH {
        let problem = format!("{what} is {length:#x}; at most {LIMIT_LENGTH:#x} is supported");
        return Err(reader.bad_before(8, problem));
    }
    Ok(length)
}

fn sector_range(reader: &mut Reader<'_>, what: &str) -> Result<Range<u64>, BadTraceFile> {
    let (start, end) = (reader.u64(what)?, reader.u64(what)?);
    if start > end || end > LIMIT_SECTOR {
        let problem = format!("{what} is sectors {start:#x} to {end:#x}, which is not a range");
        return Err(reader.bad_before(16, problem));
    }
    Ok(start..end)
}

fn read_contents(reader: &mut Reader<'_>, count: u32) -> Result<Vec<Slot>, BadTraceFile> {
    reader.check_count("contents", count, SECTOR)?;
    let mut contents = vec![None];
    let mut seen = HashSet::new();
    for _ in 0..count {
        let bytes = reader.take::<SECTOR_BYTES>("a sector")?;
        let sector = Sector::new(bytes);
        if sector.is_none() || !seen.insert(bytes) {
            let problem = "a sector is zero, or stored a second time".to_owned();
            return Err(reader.bad_before(SECTOR, problem));
        }
        contents.push(sector);
    }
    Ok(contents)
}

/// What follows the contents.
struct Body<'a> {
    reader: Reader<'a>,
    /// By their number: the first is zeros.
    contents: Vec<Slot>,
}

impl Body<'_> {
    fn list<T>(
        &mut self,
        what: &str,
        count: u32,
        size: u64,
        mut one: impl FnMut(&mut Self) -> Result<T, BadTraceFile>,
    ) -> Result<Vec<T>, BadTraceFile> {
        self.reader.check_count(what, count, size)?;
        (0..count).map(|_| one(self)).collect()
    }

    fn content(&mut self) -> Result<Slot, BadTraceFile> {
        let index = self.reader.u32("a content")?;
        let slot = self.contents.get(index as usize);
        slot.map(|slot| slot.as_ref().map(Arc::clone))
            .ok_or_else(|| {
                let last = self.contents.len() - 1;
                let problem = format!("content {index} does not exist; the last is {last}");
                self.reader.bad_before(4, problem)
            })
    }

    fn sector_number(&mut self) -> Result<u64, BadTraceFile> {
        let number = self.reader.u64("the number of a sector")?;
        if number >= LIMIT_SECTOR {
            let problem =
                format!("sector {number:#x}; the greatest supported is below {LIMIT_SECTOR:#x}");
            return Err(self.reader.bad_before(8, problem));
        }
        Ok(number)
    }

    /// Sets the sectors of an image, which come in the order of their numbers.
    fn sectors(
        &mut self,
        image: &mut DiskImage,
        count: u32,
        what: &str,
    ) -> Result<(), BadTraceFile> {
        let mut next = 0;
        self.list(what, count, BASE_SECTOR_BYTES, |body| {
            let number = body.sector_number()?;
            if number < next {
                let problem = format!("sector {number:#x} is out of order");
                return Err(body.reader.bad_before(8, problem));
            }
            next = number + 1;
            let content = body.content()?;
            image.set(number, content);
            Ok(())
        })?;
        Ok(())
    }

    fn request(&mut self) -> Result<Request, BadTraceFile> {
        let kind = self.reader.u8("the kind of a request")?;
        let Some(&kind) = KINDS.get(usize::from(kind)) else {
            let problem = format!("request kind {kind} is unknown");
            return Err(self.reader.bad_before(1, problem));
        };
        let has_length = self.reader.flag("whether a request changes the length")?;
        self.reader.zeros::<2>()?;
        let count = self.reader.u32("the sector writes of a request")?;
        let length = match has_length {
            true => Some((
                length(&mut self.reader, "the length before")?,
                length(&mut self.reader, "the length after")?,
            )),
            false => None,
        };
        let sectors = self.list("sector writes", count, WRITE_BYTES, Self::sector_write)?;
        Ok(Request {
            kind,
            length,
            sectors,
        })
    }

    fn sector_write(&mut self) -> Result<SectorWrite, BadTraceFile> {
        let number = self.sector_number()?;
        let start = usize::from(self.reader.u16("a sector write")?);
        let end = usize::from(self.reader.u16("a sector write")?);
        if start >= end || end > SECTOR_BYTES {
            let problem = format!("bytes {start} to {end} are not a range in a sector");
            return Err(self.reader.bad_before(4, problem));
        }
        Ok(SectorWrite {
            number,
            within: start..end,
            after: self.content()?,
        })
    }

    fn open(&mut self) -> Result<Range<usize>, BadTraceFile> {
        let (start, end) = (self.index("an open")?, self.index("an open")?);
        Ok(start..end)
    }

    fn index(&mut self, what: &str) -> Result<usize, BadTraceFile> {
        let index = self.reader.u64(what)?;
        usize::try_from(index).map_err(|_| {
            self.reader
                .bad_before(8, format!("{what}: {index:#x} is too large"))
        })
    }

    fn version(&mut self, base: &DiskImage) -> Result<Version, BadTraceFile> {
        let length = length(&mut self.reader, "the length of a version")?;
        let payload = self.reader.flag("whether a version is payload")?;
        self.reader.zeros::<3>()?;
        let sectors = self.reader.u32("the sectors of a version")?;
        let touched = self.reader.u32("the touched ranges of a version")?;
        let mut image = base.clone();
        // Sectors that a shorter version lost are among those that differ.
        image.set_length_only(length);
        self.sectors(&mut image, sectors, "sectors of a version")?;
        let touched = self.list("touched ranges", touched, RANGE_BYTES, |body| {
            sector_range(&mut body.reader, "a touched range")
        })?;
        Ok(Version {
            image,
            touched,
            payload,
        })
    }

    fn mark(&mut self, requests: usize) -> Result<Mark, BadTraceFile> {
        let at = self.index("a mark")?;
        if at > requests {
            let problem = format!("a mark after {at} requests; there are {requests}");
            return Err(self.reader.bad_before(8, problem));
        }
        let event = self.reader.u8("the event of a mark")?;
        let durable = self.reader.flag("whether a mark is durable")?;
        let has_version = self.reader.flag("whether a mark has a version")?;
        self.reader.zeros::<1>()?;
        let last = Position(self.reader.u32("the position of a mark")? as usize);
        let version = VersionId(self.reader.u32("the version of a mark")? as usize);
        let found = has_version.then_some(version);
        let event = match (event, found) {
            (BEGUN, Some(version)) => Event::Begun(version),
            (ACKNOWLEDGED, None) => Event::Acknowledged,
            (REOPENED, found) => Event::Reopened {
                last,
                found,
                durable,
            },
            (BEGUN | ACKNOWLEDGED, _) => {
                let problem = format!("event {event} with the wrong version flag");
                return Err(self.reader.bad_before(12, problem));
            }
            _ => {
                let problem = format!("event {event} is unknown");
                return Err(self.reader.bad_before(12, problem));
            }
        };
        Ok(Mark { at, event })
    }
}
