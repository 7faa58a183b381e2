//! Compression of images, and access to them sector by sector without the zero sectors, which are
//! most of an image.
//!
//! A large image is stored in pieces, without the zeros between them. What is decompressed is
//! limited to 1 GiB, so that a damaged or hostile file cannot fill memory.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};

use crate::vector::{ImageFile, Piece};

/// The size of a sector.
pub const SECTOR_BYTES: usize = 4096;

/// The same, as a distance in a file.
const SECTOR: u64 = SECTOR_BYTES as u64;

/// Decompression stops here. No vector is nearly as large.
const MAX_BYTES: u64 = 1 << 30;

/// The sectors of a compressed image that are not all zero, in order, each with its number. A last
/// sector that is incomplete is padded with zeros.
pub struct Sectors<'a> {
    decoder: GzDecoder<Cursor<Cow<'a, [u8]>>>,
    /// The numbers of the sectors that follow one another in the gzip file.
    numbers: Box<dyn Iterator<Item = u64> + 'a>,
}

impl<'a> Sectors<'a> {
    /// The sectors of this gzip file, which holds these pieces of an image, or all of it if there
    /// are none.
    pub fn new(compressed: impl Into<Cow<'a, [u8]>>, pieces: &'a [Piece]) -> Self {
        let numbers_of = |piece: &Piece| {
            let end = piece.offset.saturating_add(piece.length);
            piece.offset / SECTOR..end.div_ceil(SECTOR)
        };
        let numbers: Box<dyn Iterator<Item = u64> + 'a> = if pieces.is_empty() {
            Box::new(0..MAX_BYTES / SECTOR)
        } else {
            let of_pieces = pieces.iter().flat_map(numbers_of);
            Box::new(of_pieces.take((MAX_BYTES / SECTOR) as usize))
        };
        Self {
            decoder: GzDecoder::new(Cursor::new(compressed.into())),
            numbers,
        }
    }

    fn read(&mut self, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < SECTOR_BYTES {
            match self.decoder.read(&mut sector[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        sector[filled..].fill(0);
        Ok(filled)
    }

    fn end(&mut self) {
        self.numbers = Box::new(std::iter::empty());
    }
}

impl Iterator for Sectors<'_> {
    type Item = io::Result<(u64, [u8; SECTOR_BYTES])>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut sector = [0; SECTOR_BYTES];
        while let Some(number) = self.numbers.next() {
            match self.read(&mut sector) {
                Ok(SECTOR_BYTES) => {}
                Ok(_) => self.end(),
                Err(error) => {
                    self.end();
                    return Some(Err(error));
                }
            }
            if sector != [0; SECTOR_BYTES] {
                return Some(Ok((number, sector)));
            }
        }
        None
    }
}

/// Compresses an image. The result is reproducible: no name, no time, a fixed level.
///
/// # Errors
/// Any error of `image`.
pub fn compress(mut image: impl Read) -> io::Result<Vec<u8>> {
    const UNKNOWN_SYSTEM: u8 = 255;
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .operating_system(UNKNOWN_SYSTEM)
        .write(Vec::new(), Compression::best());
    io::copy(&mut image, &mut encoder)?;
    encoder.finish()
}

/// All bytes of a compressed image.
pub(crate) fn bytes(compressed: Cow<'_, [u8]>, image: &ImageFile) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if image.pieces.is_empty() {
        GzDecoder::new(&*compressed)
            .take(MAX_BYTES)
            .read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    if image.size > MAX_BYTES {
        let advice = "the image is too large for memory: write it to a file, or read its sectors";
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, advice));
    }
    bytes.resize(image.size as usize, 0);
    for sector in Sectors::new(compressed, &image.pieces) {
        let (number, sector) = sector?;
        let room = bytes
            .get_mut((number * SECTOR) as usize..)
            .unwrap_or_default();
        let within = room.len().min(SECTOR_BYTES);
        room[..within].copy_from_slice(&sector[..within]);
    }
    Ok(bytes)
}

/// Replaces the contents of `file` by the image, with zero sectors as holes.
pub(crate) fn write_to(
    compressed: Cow<'_, [u8]>,
    image: &ImageFile,
    file: &mut File,
) -> io::Result<()> {
    let size = image.size;
    file.set_len(0)?;
    file.set_len(size)?;
    for sector in Sectors::new(compressed, &image.pieces) {
        let (number, bytes) = sector?;
        let offset = number * SECTOR;
        let within = usize::try_from(size.saturating_sub(offset))
            .unwrap_or(SECTOR_BYTES)
            .min(SECTOR_BYTES);
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(&bytes[..within])?;
    }
    file.flush()
}
