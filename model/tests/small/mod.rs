//! Small images built by hand: a dirty file of 4 MiB with a log of 1 MiB at 1 MiB, and headers with
//! the sequence numbers 7 and 8.
//!
//! Shares no code with the model's parser or with `vhdx-log-image`.
#![allow(dead_code, reason = "each test uses its own part")]

use vhdx_log_model::{Bytes, HEADER_OFFSETS, Header, Image, Options, SECTOR, Verdict, read};

pub const MIB: u64 = 1 << 20;
/// Where the log lies, and how long it is.
pub const LOG: u64 = MIB;
/// Length of the file.
pub const LENGTH: u64 = 4 * MIB;
/// The first of the sectors that tests write to.
pub const TARGET: u64 = 3 * MIB;
/// Offset of the ring's last sector.
pub const LAST: u64 = MIB - SECTOR;
pub const GUID: [u8; 16] = *b"0123456789abcdef";

/// An update to put in an entry.
#[derive(Clone, Copy)]
pub enum Update {
    /// File offset, tag of the [`pattern`].
    Data(u64, u8),
    /// File offset, length.
    Zero(u64, u64),
}
pub use Update::{Data, Zero};

/// 4 KiB in which neighbouring bytes differ.
pub fn pattern(tag: u8) -> Bytes {
    std::array::from_fn(|at| tag.wrapping_add((at % 251) as u8))
}

pub struct Small {
    pub image: Image,
    pub headers: [Header; 2],
    /// Where entries are put.
    pub log: (u64, u64),
    pub guid: [u8; 16],
}

impl Small {
    /// A dirty file without entries.
    pub fn dirty() -> Self {
        let header = |sequence_number| Header {
            sequence_number,
            file_write_guid: *b"file write guid.",
            data_write_guid: *b"data write guid.",
            log_guid: GUID,
            log_version: 0,
            version: 1,
            log_length: MIB as u32,
            log_offset: LOG,
        };
        let mut small = Self {
            image: Image::new(LENGTH),
            headers: [header(7), header(8)],
            log: (LOG, MIB),
            guid: GUID,
        };
        small.image.write(0, b"vhdxfile");
        small.header(0, |_| {});
        small.header(1, |_| {});
        small
    }

    /// A dirty file with one entry (number 5) that writes pattern 1 to [`TARGET`].
    pub fn one() -> Self {
        let mut small = Self::dirty();
        small.first_entry();
        small
    }

    /// The same with LogGuid zero.
    pub fn clean() -> Self {
        let mut small = Self::one();
        small.both_headers(|header| header.log_guid = [0; 16]);
        small
    }

    pub fn header(&mut self, slot: usize, change: impl Fn(&mut Header)) -> &mut Self {
        change(&mut self.headers[slot]);
        self.image
            .write(HEADER_OFFSETS[slot], &self.headers[slot].to_bytes());
        self
    }

    pub fn both_headers(&mut self, change: impl Fn(&mut Header)) -> &mut Self {
        self.header(0, &change).header(1, &change)
    }

    /// Writes to the ring, around its end.
    pub fn log_write(&mut self, offset: u64, bytes: &[u8]) -> &mut Self {
        let (start, mut offset, mut rest) = (self.log.0, offset % self.log.1, bytes);
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min((self.log.1 - offset) as usize));
            self.image.write(start + offset, now);
            (offset, rest) = (0, later);
        }
        self
    }

    /// Puts an entry into the ring: exact length, valid checksum, FlushedFileOffset and
    /// LastFileOffset 4 MiB.
    pub fn entry(
        &mut self,
        offset: u64,
        sequence_number: u64,
        tail: u64,
        updates: &[Update],
    ) -> &mut Self {
        let descriptor_sectors = (64 + 32 * updates.len()).div_ceil(4096);
        let mut bytes = vec![0; descriptor_sectors * 4096];
        for (index, update) in updates.iter().enumerate() {
            let mut raw = [0; 32];
            match *update {
                Data(target, tag) => {
                    let data = pattern(tag);
                    raw[0..4].copy_from_slice(b"desc");
                    raw[4..8].copy_from_slice(&data[4092..]);
                    raw[8..16].copy_from_slice(&data[..8]);
                    raw[16..24].copy_from_slice(&target.to_le_bytes());
                    bytes.extend(b"data");
                    bytes.extend(((sequence_number >> 32) as u32).to_le_bytes());
                    bytes.extend(&data[8..4092]);
                    bytes.extend((sequence_number as u32).to_le_bytes());
                }
                Zero(target, length) => {
                    raw[0..4].copy_from_slice(b"zero");
                    raw[8..16].copy_from_slice(&length.to_le_bytes());
                    raw[16..24].copy_from_slice(&target.to_le_bytes());
                }
            }
            raw[24..32].copy_from_slice(&sequence_number.to_le_bytes());
            bytes[64 + 32 * index..96 + 32 * index].copy_from_slice(&raw);
        }
        bytes[0..4].copy_from_slice(b"loge");
        let length = bytes.len() as u32;
        bytes[8..12].copy_from_slice(&length.to_le_bytes());
        bytes[12..16].copy_from_slice(&(tail as u32).to_le_bytes());
        bytes[16..24].copy_from_slice(&sequence_number.to_le_bytes());
        bytes[24..28].copy_from_slice(&(updates.len() as u32).to_le_bytes());
        bytes[32..48].copy_from_slice(&self.guid);
        bytes[48..56].copy_from_slice(&LENGTH.to_le_bytes());
        bytes[56..64].copy_from_slice(&LENGTH.to_le_bytes());
        self.log_write(offset, &bytes).seal(offset)
    }

    /// Changes bytes at `at` of the entry at `offset`, and updates its checksum.
    pub fn change(&mut self, offset: u64, at: u64, bytes: &[u8]) -> &mut Self {
        self.log_write(offset + at, bytes).seal(offset)
    }

    /// FlushedFileOffset and LastFileOffset of the entry at `offset`.
    pub fn lengths(&mut self, offset: u64, flushed: u64, last: u64) -> &mut Self {
        self.change(offset, 48, &flushed.to_le_bytes())
            .change(offset, 56, &last.to_le_bytes())
    }

    /// Gives the entry at `offset` a valid checksum over its EntryLength.
    pub fn seal(&mut self, offset: u64) -> &mut Self {
        let length = self.log_read(offset + 8, 4);
        let length = u32::from_le_bytes(length.try_into().expect("four bytes"));
        self.seal_over(offset, length.into())
    }

    /// Gives the entry at `offset` a checksum over `length` bytes.
    pub fn seal_over(&mut self, offset: u64, length: u64) -> &mut Self {
        self.log_write(offset + 4, &[0; 4]);
        let checksum = crc32c::crc32c(&self.log_read(offset, length));
        self.log_write(offset + 4, &checksum.to_le_bytes())
    }

    fn log_read(&self, offset: u64, length: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < length {
            let at = self.log.0 + (offset + bytes.len() as u64) % self.log.1;
            let rest = &self.image.bytes(at / SECTOR)[(at % SECTOR) as usize..];
            bytes.extend(&rest[..rest.len().min(length as usize - bytes.len())]);
        }
        bytes
    }

    /// Puts pattern `tag` into a sector of the file.
    pub fn old(&mut self, offset: u64, tag: u8) -> &mut Self {
        self.image.write(offset / SECTOR * SECTOR, &pattern(tag));
        self
    }

    /// The entry of [`Small::one`].
    pub fn first_entry(&mut self) -> &mut Self {
        self.entry(0, 5, 0, &[Data(TARGET, 1)])
    }

    /// Entries 5, 6 and 7 at 0, 8192 and 16384 that write patterns 1, 2 and 3 to one sector each.
    pub fn run_of_three(&mut self, head_tail: u64) -> &mut Self {
        for n in 0..3 {
            let tail = if n == 2 { head_tail } else { 0 };
            let update = Data(TARGET + n * SECTOR, n as u8 + 1);
            self.entry(n * 8192, 5 + n, tail, &[update]);
        }
        self
    }

    pub fn take(&mut self) -> Image {
        self.image.clone()
    }

    pub fn read(&self) -> Verdict {
        read(&self.image, &Options::default())
    }
}

/// `count` data updates.
pub fn many(count: u64) -> Vec<Update> {
    let update = |n| Data(2 * MIB + n * SECTOR, n as u8);
    (0..count).map(update).collect()
}

/// `count` zero updates.
pub fn many_zeros(count: u64) -> Vec<Update> {
    let update = |n| Zero(TARGET + n % 8 * SECTOR, SECTOR);
    (0..count).map(update).collect()
}

/// A log of `mib` MiB, and an entry across its end.
pub fn wrapped_in_log_of(s: &mut Small, mib: u64) {
    s.image.set_length(8 * MIB);
    s.log.1 = mib * MIB;
    let start = s.log.1 - SECTOR;
    s.both_headers(|header| header.log_length = (mib * MIB) as u32);
    s.entry(start, 5, start, &[Data(6 * MIB, 1)]);
}

/// The clause of a refusal, `clean` or `replayed`.
pub fn in_short(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Refused(refusal) => refusal.clause,
        Verdict::Clean => "clean",
        Verdict::Replayed(_) => "replayed",
    }
}

/// The tags found at the targets of a replayed image: `None` where it is neither a pattern nor
/// zeros (tag 0).
#[track_caller]
pub fn tags<const N: usize>(verdict: &Verdict, targets: [u64; N]) -> [Option<u8>; N] {
    let Verdict::Replayed(replay) = verdict else {
        panic!("not replayed: {verdict:?}");
    };
    targets.map(|target| {
        let bytes = replay.image.bytes(target / SECTOR);
        match bytes.iter().all(|byte| *byte == 0) {
            true => Some(0),
            false => (1..=255).find(|tag| pattern(*tag) == *bytes),
        }
    })
}
