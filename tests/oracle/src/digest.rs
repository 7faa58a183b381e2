//! SHA-256 as vectors have it: of bytes, of an image, of a guest's disk; and the parts of a large
//! image or disk that are stored or hashed.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;

use sha2::{Digest, Sha256};
use vhdx_log_corpus::{Extent, Guest, GuestContents, Piece};
use vhdx_log_image::guest::Disk;
use vhdx_log_image::{MIB, SECTOR, SECTOR_BYTES, Source};
use vhdx_log_model::Image;

use crate::convert::ModelSource;

/// The largest image that is stored whole, and the largest disk that is hashed whole.
const LARGEST_WHOLE: u64 = 32 * MIB;

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256 of these pieces of an image, or of all of it if there are none.
pub fn sha256_of(image: &Image, pieces: &[Piece]) -> String {
    let (mut hash, mut whole, mut piece) = (
        Sha256::new(),
        ImageReader::new(image, pieces),
        [0; SECTOR_BYTES],
    );
    loop {
        match whole.read(&mut piece).expect("memory can be read") {
            0 => return hexadecimal(&hash.finalize()),
            read => hash.update(&piece[..read]),
        }
    }
}

/// The parts that a large image is stored in: every MiB that is not all zero. A small image is
/// stored whole, and has no pieces.
pub fn pieces_of(image: &Image) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    if image.length() <= LARGEST_WHOLE {
        return pieces;
    }
    let stored = image
        .sectors()
        .filter(|(_, sector)| sector.iter().any(|&byte| byte != 0));
    for (number, _) in stored {
        let offset = number * SECTOR / MIB * MIB;
        let end = (offset + MIB).min(image.length());
        match pieces.last_mut() {
            Some(last) if last.offset + last.length >= offset => last.length = end - last.offset,
            _ => pieces.push(Piece {
                offset,
                length: end - offset,
            }),
        }
    }
    pieces
}

/// The disk that a guest sees, where the file holds one. A small disk is hashed whole, a large one
/// by its extents.
pub fn guest_of(file: &Image) -> Option<Guest> {
    guest(Disk::open(ModelSource(file)).ok()?)
}

/// The same by the other reading of DSK-3: blocks whose state is not one of
/// the present ones show their old contents, where the BAT still names a place.
pub fn guest_with_old_contents(file: &Image) -> Option<Guest> {
    guest(Disk::open(ModelSource(file)).ok()?.with_old_contents())
}

fn guest(disk: Disk<ModelSource<'_>>) -> Option<Guest> {
    let size = disk.size_bytes();
    if size <= LARGEST_WHOLE {
        let sha256 = hexadecimal(&disk.sha256().ok()?);
        let contents = GuestContents::Sha256(sha256);
        return Some(Guest { size, contents });
    }
    let mut extents = Extents::default();
    disk.each_stored(|offset, bytes| extents.add(offset, bytes))
        .ok()?;
    Some(Guest {
        size,
        contents: extents.digests(),
    })
}

/// A disk that is there as an image of its own, as a guest sees it.
pub fn guest_of_disk(disk: &Image) -> Guest {
    let size = disk.length();
    if size <= LARGEST_WHOLE {
        let contents = GuestContents::Sha256(sha256_of(disk, &[]));
        return Guest { size, contents };
    }
    let mut extents = Extents::default();
    for (number, sector) in disk.sectors() {
        let offset = number * SECTOR;
        let within = (size - offset).min(SECTOR) as usize;
        if sector[..within].iter().any(|&byte| byte != 0) {
            extents.add(offset, &sector[..within]);
        }
    }
    Guest {
        size,
        contents: extents.digests(),
    }
}

/// The sectors of a disk that are not zero, in order; those that follow one another are one extent.
#[derive(Default)]
struct Extents(Vec<(u64, u64, Sha256)>);

impl Extents {
    fn add(&mut self, offset: u64, bytes: &[u8]) {
        let length = bytes.len() as u64;
        match self.0.last_mut() {
            Some((start, before, hash)) if *start + *before == offset => {
                *before += length;
                hash.update(bytes);
            }
            _ => self
                .0
                .push((offset, length, Sha256::new_with_prefix(bytes))),
        }
    }

    fn digests(self) -> GuestContents {
        let extent = |(offset, length, hash): (u64, u64, Sha256)| Extent {
            offset,
            length,
            sha256: hexadecimal(&hash.finalize()),
        };
        GuestContents::Extents(self.0.into_iter().map(extent).collect())
    }
}

/// These bytes in lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits =
        |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]));
    bytes.iter().flat_map(digits).collect()
}

/// Reads the bytes of an image, one after another: all of them, or those of some pieces.
pub(crate) struct ImageReader<'a> {
    image: ModelSource<'a>,
    /// What is still to be read.
    parts: VecDeque<Range<u64>>,
}

impl<'a> ImageReader<'a> {
    /// Of these pieces of an image, or of all of it if there are none.
    pub(crate) fn new(image: &'a Image, pieces: &[Piece]) -> Self {
        let whole = pieces.is_empty().then_some(0..image.length());
        let parts = pieces
            .iter()
            .map(|piece| piece.offset..piece.offset + piece.length);
        Self {
            image: ModelSource(image),
            parts: whole.into_iter().chain(parts).collect(),
        }
    }
}

impl Read for ImageReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.parts.front().is_some_and(Range::is_empty) {
            self.parts.pop_front();
        }
        let Some(part) = self.parts.front_mut() else {
            return Ok(0);
        };
        let mut sector = [0; SECTOR_BYTES];
        self.image.read_sector(part.start / SECTOR, &mut sector)?;
        let rest = usize::try_from(part.end - part.start).unwrap_or(usize::MAX);
        let piece = &sector[(part.start % SECTOR) as usize..];
        let length = piece.len().min(rest).min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        part.start += length as u64;
        Ok(length)
    }
}
