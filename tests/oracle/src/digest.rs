//! SHA-256 as vectors have it: of bytes, of a whole image, of a guest's disk.

use std::io::{self, Read};

use sha2::{Digest, Sha256};
use vhdx_log_corpus::Guest;
use vhdx_log_image::guest::Disk;
use vhdx_log_image::{SECTOR, SECTOR_BYTES, Source};
use vhdx_log_model::Image;

use crate::convert::ModelSource;

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256 of all bytes of an image.
pub fn sha256_of(image: &Image) -> String {
    let (mut hash, mut whole, mut piece) =
        (Sha256::new(), ImageReader::new(image), [0; SECTOR_BYTES]);
    loop {
        match whole.read(&mut piece).expect("memory can be read") {
            0 => return hexadecimal(&hash.finalize()),
            read => hash.update(&piece[..read]),
        }
    }
}

/// The disk that a guest sees, where the file holds one. The whole disk is hashed.
pub fn guest_of(file: &Image) -> Option<Guest> {
    guest(Disk::open(ModelSource(file)).ok()?)
}

/// The same by the other reading of section 2.5.1.1 of the text: blocks whose state is not one of
/// the present ones show their old contents, where the BAT still names a place.
pub fn guest_with_old_contents(file: &Image) -> Option<Guest> {
    guest(Disk::open(ModelSource(file)).ok()?.with_old_contents())
}

fn guest(disk: Disk<ModelSource<'_>>) -> Option<Guest> {
    Some(Guest {
        size: disk.size_bytes(),
        sha256: hexadecimal(&disk.sha256().ok()?),
    })
}

/// These bytes in lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits =
        |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]));
    bytes.iter().flat_map(digits).collect()
}

/// Reads all bytes of an image, one after another.
pub(crate) struct ImageReader<'a> {
    image: ModelSource<'a>,
    length: u64,
    offset: u64,
}

impl<'a> ImageReader<'a> {
    pub(crate) fn new(image: &'a Image) -> Self {
        Self {
            image: ModelSource(image),
            length: image.length(),
            offset: 0,
        }
    }
}

impl Read for ImageReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut sector = [0; SECTOR_BYTES];
        self.image.read_sector(self.offset / SECTOR, &mut sector)?;
        let rest = usize::try_from(self.length - self.offset).unwrap_or(usize::MAX);
        let piece = &sector[(self.offset % SECTOR) as usize..];
        let length = piece.len().min(rest).min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        self.offset += length as u64;
        Ok(length)
    }
}
