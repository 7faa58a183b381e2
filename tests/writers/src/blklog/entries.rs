//! The entries of a log, one after another.

use std::io::Read;

use super::error::BadLog;
use super::{DISCARD, ENTRY_BYTES, FLUSH, FUA, MAGIC, MARK, METADATA, SUPERBLOCK_BYTES, VERSION};

/// The greatest offset on a disk: more than the 64 TiB of a VHDX disk.
const LIMIT_BYTES: u64 = 1 << 47;

/// The entries of a log that is read from `R`, as an iterator. After an error there are no more.
pub struct Entries<R> {
    source: R,
    /// The length of the log in bytes.
    length: u64,
    offset: u64,
    sector_bytes: u64,
    next: u64,
    count: u64,
    is_broken: bool,
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is in the log, in bytes.
    pub at: u64,
    pub kind: Kind,
    /// Everything that was complete before is flushed before this is carried out.
    pub flush: bool,
    /// This is stable when it is complete.
    pub fua: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Empty data: the entry only flushes.
    Write {
        offset: u64,
        bytes: Vec<u8>,
    },
    Discard {
        offset: u64,
        length: u64,
    },
    Mark(String),
}

impl<R: Read> Entries<R> {
    /// Reads the head of a log of `length` bytes.
    ///
    /// # Errors
    /// The first problem, where it is not one of version 1.
    pub fn new(mut source: R, length: u64) -> Result<Self, BadLog> {
        if length < SUPERBLOCK_BYTES as u64 {
            return Err(BadLog::Wrong {
                offset: 0,
                problem: format!("expected a head of {SUPERBLOCK_BYTES} bytes; found {length}"),
            });
        }
        let mut head = [0; SUPERBLOCK_BYTES];
        source.read_exact(&mut head)?;
        let wrong = |offset, problem| Err(BadLog::Wrong { offset, problem });
        let magic = u64_at(&head, 0);
        if magic != MAGIC {
            return wrong(0, format!("expected {MAGIC:#x}; found {magic:#x}"));
        }
        let version = u64_at(&head, 8);
        if version != VERSION {
            return wrong(8, format!("expected version {VERSION}; found {version}"));
        }
        let mut sector_bytes = [0; 4];
        sector_bytes.copy_from_slice(&head[24..]);
        let sector_bytes = u64::from(u32::from_le_bytes(sector_bytes));
        if ![512, 4096].contains(&sector_bytes) {
            let problem = format!("expected sectors of 512 or 4096 bytes; found {sector_bytes}");
            return wrong(24, problem);
        }
        let mut entries = Self {
            source,
            length,
            offset: SUPERBLOCK_BYTES as u64,
            sector_bytes,
            next: 0,
            count: u64_at(&head, 16),
            is_broken: false,
        };
        if entries.count > 0 {
            entries.bytes(sector_bytes - SUPERBLOCK_BYTES as u64)?;
        }
        Ok(entries)
    }

    /// How many entries the head of the log says there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// How many bytes of the log follow the entries read so far. What follows the last one, if it
    /// is anything, was written after the head of the log: the program was killed.
    pub const fn left(&self) -> u64 {
        self.length.saturating_sub(self.offset)
    }

    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, BadLog> {
        if count > self.left() {
            return Err(BadLog::Truncated {
                offset: self.offset,
                entry: self.next,
                needs: count,
                length: self.length,
            });
        }
        let mut bytes = vec![0; usize::try_from(count).unwrap_or(usize::MAX)];
        self.source.read_exact(&mut bytes)?;
        self.offset += count;
        Ok(bytes)
    }

    fn entry(&mut self) -> Result<Entry, BadLog> {
        let at = self.offset;
        let head = self.bytes(self.sector_bytes)?;
        let [sector, count, flags, text] = [0, 8, 16, 24].map(|field| u64_at(&head, field));
        let wrong = |field, problem| {
            Err(BadLog::Wrong {
                offset: at + field,
                problem,
            })
        };
        if flags & !(FLUSH | FUA | DISCARD | MARK | METADATA) != 0 {
            return wrong(16, format!("flags {flags:#x} are unknown"));
        }
        let kind = if flags & MARK != 0 {
            let room = head.len() - ENTRY_BYTES;
            let Some(text) = usize::try_from(text).ok().filter(|&text| text <= room) else {
                return wrong(24, format!("a mark of {text} bytes; at most {room} fit"));
            };
            let text = &head[ENTRY_BYTES..ENTRY_BYTES + text];
            Kind::Mark(
                String::from_utf8_lossy(text)
                    .trim_end_matches('\0')
                    .to_owned(),
            )
        } else {
            let end = sector.checked_add(count);
            let end = end.and_then(|end| end.checked_mul(self.sector_bytes));
            if end.is_none_or(|end| end > LIMIT_BYTES) {
                let problem = format!(
                    "sectors {sector} and {count} more end past {LIMIT_BYTES:#x}, the largest \
                     file of the format"
                );
                return wrong(0, problem);
            }
            let (offset, length) = (sector * self.sector_bytes, count * self.sector_bytes);
            match flags & DISCARD {
                0 => Kind::Write {
                    offset,
                    bytes: self.bytes(length)?,
                },
                _ => Kind::Discard { offset, length },
            }
        };
        Ok(Entry {
            at,
            kind,
            flush: flags & FLUSH != 0,
            fua: flags & FUA != 0,
        })
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Entry, BadLog>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_broken || self.next >= self.count {
            return None;
        }
        let entry = self.entry();
        self.next += 1;
        self.is_broken = entry.is_err();
        Some(entry)
    }
}

/// A number in a buffer that is long enough.
fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let field = bytes[at..].first_chunk().copied();
    u64::from_le_bytes(field.unwrap_or_default())
}
