//! A vector of the corpus together with its image, ready to be run.

use std::io::{self, Read};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use vhdx_log_corpus::{Stored, Vector, compress};
use vhdx_log_image::{SECTOR_BYTES, Sector, Source};

use crate::convert::ModelSource;
use crate::subject::{Case, Image, hexadecimal};

/// A vector with its image, ready to be run.
#[derive(Clone, Debug)]
pub struct VectorWithImage {
    /// The vector.
    pub vector: Vector,
    /// The image.
    pub image: Image,
}

impl VectorWithImage {
    /// Reads the image of a stored vector.
    ///
    /// # Errors
    /// When the image is damaged.
    pub fn load(stored: &Stored) -> io::Result<Self> {
        let sectors = stored
            .sectors()
            .map(|sector| sector.map(|(number, bytes)| (number, Sector::new(bytes))));
        let sectors = sectors.collect::<io::Result<_>>()?;
        Ok(Self {
            vector: stored.vector.clone(),
            image: Image::from_sectors(stored.vector.image.size, Arc::new(sectors)),
        })
    }

    /// The case that the vector sets.
    pub fn case(&self) -> Case<'_> {
        Case {
            image: &self.image,
            access: self.vector.access,
            max_file_size: self.vector.max_file_size,
        }
    }

    /// The vector as it is stored: the image compressed.
    pub fn stored(&self) -> Stored {
        let compressed = compress(Whole::new(&self.image)).expect("memory can be read");
        Stored::new(self.vector.clone(), compressed)
    }
}

/// The SHA-256 of all bytes of an image, in hexadecimal.
pub fn sha256_of(image: &Image) -> String {
    let (mut hash, mut whole, mut piece) = (Sha256::new(), Whole::new(image), [0; SECTOR_BYTES]);
    loop {
        match whole.read(&mut piece).expect("memory can be read") {
            0 => return hexadecimal(&hash.finalize()),
            read => hash.update(&piece[..read]),
        }
    }
}

/// All bytes of an image, one after another.
struct Whole<'a> {
    image: ModelSource<'a>,
    length: u64,
    offset: u64,
}

impl<'a> Whole<'a> {
    fn new(image: &'a Image) -> Self {
        Self {
            image: ModelSource(image),
            length: image.length(),
            offset: 0,
        }
    }
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut sector = [0; SECTOR_BYTES];
        self.image
            .read_sector(self.offset / SECTOR_BYTES as u64, &mut sector)?;
        let rest = usize::try_from(self.length - self.offset).unwrap_or(usize::MAX);
        let piece = &sector[(self.offset % SECTOR_BYTES as u64) as usize..];
        let length = piece.len().min(rest).min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        self.offset += length as u64;
        Ok(length)
    }
}
