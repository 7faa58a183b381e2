//! A recording of an outside program: what it began with, what it asked of the disk, and what is
//! not known about it.

use std::io::{self, Read, Seek};

use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::protocol::End;
use vhdx_log_crash::trace::{Request, RequestKind, replay};
use vhdx_log_crash::{Recording, Source, trace_file::TraceFile};
use vhdx_log_image::{HEADER_SECTORS, MIB, SECTOR_BYTES};
use vhdx_log_model::{Bytes, Header};

use crate::base::{log_of, with_log};
use crate::blklog::{BadLog, Counts, Entries, Kind, Marks, Requests};
use crate::guest::View;
use crate::protocol::{Broken, Known, Protocol};

/// The most bytes that the requests of a trace may write for its crash states to be made.
const LIMIT_WRITTEN: u64 = 1 << 30;

#[derive(Clone, Debug)]
pub struct Outside {
    /// What the disk held at first, all of it durable.
    pub base: DiskImage,
    /// Every request that changed the disk or flushed it.
    pub trace: Vec<Request>,
    /// Before which requests the program opened the file again.
    pub opens: Vec<usize>,
    pub marks: Marks,
    pub known: Known,
    pub counts: Counts,
    /// How many bytes follow the last entry of a log: the program was killed.
    pub left: u64,
    /// By which a token names the trace.
    pub fingerprint: u64,
}

/// Why a recording cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum BadRecording {
    #[error(transparent)]
    Log(#[from] BadLog),
    #[error("cannot read the log of writes")]
    Read(#[from] io::Error),
    #[error(
        "the requests write more than {} MiB: record a shorter session, or check the protocol \
         alone with --protocol-only",
        LIMIT_WRITTEN / MIB
    )]
    TooLarge,
    #[error(
        "the file cannot have {given:#x} bytes: the base image has {base:#x}, and the trace writes \
         up to {written:#x}"
    )]
    Length { given: u64, base: u64, written: u64 },
    #[error(
        "the base image does not belong to this trace: its current header has SequenceNumber \
         {base}, and request {request}, the first header update, has {found} and another \
         DataWriteGuid. Name the image as it was before the program was recorded"
    )]
    OtherBase {
        base: u64,
        request: usize,
        found: u64,
    },
}

impl Outside {
    /// Reads a log of writes ([`blklog`](crate::blklog)) on a base image. The format has no
    /// lengths: the file has `length` bytes from the beginning, or, when that is not given, as many
    /// as the writes and the blocks at the end need.
    ///
    /// # Errors
    /// [`BadRecording`].
    pub fn of_log<R: Read + Seek>(
        log: R,
        base: &DiskImage,
        length: Option<u64>,
    ) -> Result<Self, BadRecording> {
        Self::of_logs(vec![log], base, length)
    }

    /// Reads the logs of several runs of a program, one after another: each opens the file again.
    ///
    /// # Errors
    /// [`BadRecording`].
    pub fn of_logs<R: Read + Seek>(
        mut logs: Vec<R>,
        base: &DiskImage,
        length: Option<u64>,
    ) -> Result<Self, BadRecording> {
        let (mut extent, mut sizes) = (Extent::default(), Vec::new());
        for log in &mut logs {
            let bytes = log.seek(io::SeekFrom::End(0))?;
            log.rewind()?;
            extent.add(Entries::new(&mut *log, bytes)?)?;
            log.rewind()?;
            sizes.push(bytes);
        }
        let base = with_length(base, length, extent.end)?;
        let mut outside = Self {
            base,
            trace: Vec::new(),
            opens: Vec::new(),
            marks: Marks::new(),
            known: Known {
                lengths: false,
                end: End::Unknown,
            },
            counts: Counts::default(),
            left: 0,
            fingerprint: extent.fingerprint,
        };
        let mut now = outside.base.clone();
        for (number, (log, bytes)) in logs.iter_mut().zip(sizes).enumerate() {
            let begin = outside.trace.len();
            if number > 0 {
                outside.opens.push(begin);
            }
            let mut requests = Requests::new(Entries::new(log, bytes)?, &now);
            for request in requests.by_ref() {
                outside.trace.push(request?);
            }
            let marks = requests.marks.drain(..);
            outside
                .marks
                .extend(marks.map(|(at, text)| (begin + at, text)));
            outside.counts.add(requests.counts);
            outside.left += requests.left();
            now = requests.image().clone();
        }
        check_belongs(&outside.base, &outside.trace)?;
        if let (None, Some(needed)) = (length, View::of(&now).map(|view| view.needed_bytes())) {
            let base = &mut outside.base;
            base.set_length_only(base.length().max(needed));
        }
        if let Some(log) = log_of(&outside.base).or_else(|| log_of(&now)) {
            outside.base = with_log(&outside.base, log);
        }
        Ok(outside)
    }

    /// The recording of a trace file.
    pub fn of_trace_file(file: &TraceFile) -> Self {
        let vhdx_log_crash::Origin::TraceFile(fingerprint) = file.origin() else {
            unreachable!("the origin of a trace file is a trace file");
        };
        Self::of_recording(file.recording(), fingerprint)
    }

    /// A recording of the simulated disk, as an outside program's: its history is left out.
    pub fn of_recording(recording: &Recording, fingerprint: u64) -> Self {
        Self {
            base: recording.base.clone(),
            trace: recording.trace.clone(),
            opens: recording.opens.iter().map(|open| open.start).collect(),
            marks: Marks::new(),
            known: Known {
                lengths: true,
                end: End::Unknown,
            },
            counts: Counts::default(),
            left: 0,
            fingerprint,
        }
    }

    /// What breaks the protocol. Of a file that is no image at first, the requests from the flush
    /// on after which it is one.
    pub fn protocol(&self) -> Vec<Broken> {
        let Some((image, first)) = self.first_image() else {
            return Vec::new();
        };
        let mut protocol = Protocol::new(&image, self.known).after(first);
        for (number, request) in self.trace.iter().enumerate().skip(first) {
            if self.opens.contains(&number) {
                protocol.opened();
            }
            protocol.request(request);
        }
        protocol.finish()
    }

    /// The first stable state that is an image, and how many requests there were before it.
    fn first_image(&self) -> Option<(DiskImage, usize)> {
        if log_of(&self.base).is_some() {
            return Some((self.base.clone(), 0));
        }
        let mut image = self.base.clone();
        for (number, request) in self.trace.iter().enumerate() {
            replay(&mut image, std::slice::from_ref(request));
            if request.is_barrier() {
                image = image.frozen();
                if View::of(&image).is_some() {
                    return Some((image, number + 1));
                }
            }
        }
        None
    }

    /// What the disk holds at the end for a program that keeps running.
    pub fn end(&self) -> DiskImage {
        let mut image = self.base.clone();
        replay(&mut image, &self.trace);
        image.frozen()
    }
}

/// What a first reading of logs gives.
struct Extent {
    /// The end of the last byte that is written.
    end: u64,
    written: u64,
    fingerprint: u64,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            end: 0,
            written: 0,
            fingerprint: 0xCBF2_9CE4_8422_2325,
        }
    }
}

impl Extent {
    fn add<R: Read>(&mut self, entries: Entries<R>) -> Result<(), BadRecording> {
        for entry in entries {
            let entry = entry?;
            self.mix(u64::from(entry.flush) | u64::from(entry.fua) << 1);
            match &entry.kind {
                Kind::Write { offset, bytes } => {
                    self.mix(*offset);
                    let words = bytes.as_chunks::<8>().0.iter();
                    words.for_each(|word| self.mix(u64::from_le_bytes(*word)));
                    self.written += bytes.len() as u64;
                    if !bytes.is_empty() {
                        self.end = self.end.max(offset + bytes.len() as u64);
                    }
                }
                Kind::Discard { offset, length } => {
                    self.mix(*offset);
                    self.mix(!*length);
                }
                Kind::Mark(_) => {}
            }
            if self.written > LIMIT_WRITTEN {
                return Err(BadRecording::TooLarge);
            }
        }
        Ok(())
    }

    fn mix(&mut self, value: u64) {
        self.fingerprint = (self.fingerprint ^ value)
            .wrapping_mul(0x0100_0000_01B3)
            .rotate_left(23);
    }
}

/// The base image with the length that the file has from the beginning.
fn with_length(
    base: &DiskImage,
    given: Option<u64>,
    written: u64,
) -> Result<DiskImage, BadRecording> {
    let mut image = base.clone();
    let length = match given {
        Some(given) if given < base.length() || given < written => {
            return Err(BadRecording::Length {
                given,
                base: base.length(),
                written,
            });
        }
        Some(given) => given,
        None => base.length().max(written.next_multiple_of(MIB)),
    };
    image.set_length_only(length);
    Ok(image)
}

/// The first header update of a trace follows the current header of its base image. Two fields have
/// to differ before an image is refused: a program may get one of them wrong.
fn check_belongs(base: &DiskImage, trace: &[Request]) -> Result<(), BadRecording> {
    let header = |bytes: &Bytes| bytes.starts_with(b"head").then(|| Header::parse(bytes));
    let at_first = HEADER_SECTORS.map(|number| header(base.contents(number)));
    let current = at_first
        .into_iter()
        .flatten()
        .max_by_key(|header| header.sequence_number);
    let writes = trace.iter().enumerate().flat_map(|(number, request)| {
        let is_write = request.kind == RequestKind::Write;
        let sectors = request.sectors.iter().filter(move |_| is_write);
        sectors.map(move |write| (number, write))
    });
    let mut updates = writes.filter(|(_, write)| {
        HEADER_SECTORS.contains(&write.number) && write.within.len() <= SECTOR_BYTES
    });
    let first = updates.find_map(|(number, write)| {
        let bytes = write.after.as_ref()?.bytes();
        Some((number, header(bytes)?))
    });
    let (Some(current), Some((request, found))) = (current, first) else {
        return Ok(());
    };
    if found.sequence_number == current.sequence_number.wrapping_add(1)
        || found.data_write_guid == current.data_write_guid
    {
        return Ok(());
    }
    Err(BadRecording::OtherBase {
        base: current.sequence_number,
        request,
        found: found.sequence_number,
    })
}
