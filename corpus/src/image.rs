//! Compression of images, and access to them sector by sector without the zero sectors, which are
//! most of an image.
//!
//! What is decompressed is limited to 1 GiB, so that a damaged or hostile file cannot fill memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};

/// The size of a sector.
pub const SECTOR_BYTES: usize = 4096;

/// Decompression stops here. No vector is nearly as large.
const MAX_BYTES: u64 = 1 << 30;

/// The sectors of a compressed image that are not all zero, in order, each with its number. A last
/// sector that is incomplete is padded with zeros.
pub struct Sectors<'a> {
    decoder: GzDecoder<&'a [u8]>,
    number: u64,
    ended: bool,
}

impl<'a> Sectors<'a> {
    /// The sectors of this gzip file.
    pub fn new(compressed: &'a [u8]) -> Self {
        Self {
            decoder: GzDecoder::new(compressed),
            number: 0,
            ended: false,
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
}

impl Iterator for Sectors<'_> {
    type Item = io::Result<(u64, [u8; SECTOR_BYTES])>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut sector = [0; SECTOR_BYTES];
        while !self.ended {
            match self.read(&mut sector) {
                Ok(filled) => {
                    self.ended =
                        filled < SECTOR_BYTES || self.number * SECTOR_BYTES as u64 >= MAX_BYTES
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
            self.number += 1;
            if sector != [0; SECTOR_BYTES] {
                return Some(Ok((self.number - 1, sector)));
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
pub(crate) fn bytes(compressed: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(compressed)
        .take(MAX_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Replaces the contents of `file` by the image of `size` bytes, with zero sectors as holes.
pub(crate) fn write_to(compressed: &[u8], size: u64, file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.set_len(size)?;
    for sector in Sectors::new(compressed) {
        let (number, bytes) = sector?;
        let offset = number * SECTOR_BYTES as u64;
        let within = usize::try_from(size.saturating_sub(offset))
            .unwrap_or(SECTOR_BYTES)
            .min(SECTOR_BYTES);
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(&bytes[..within])?;
    }
    file.flush()
}
