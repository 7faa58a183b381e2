//! A vector of the corpus together with its image, ready to be run.

use std::io;
use std::sync::Arc;

use vhdx_log_corpus::{Stored, Vector, compress};
use vhdx_log_image::Sector;
use vhdx_log_model::Image;

use crate::digest::ImageReader;
use crate::expectation::Expectations;
use crate::subject::Case;

/// A vector with its image.
#[derive(Clone, Debug)]
pub struct VectorWithImage {
    pub vector: Vector,
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

    /// What a subject is given.
    pub fn case(&self) -> Case<'_> {
        Case {
            image: &self.image,
            access: self.vector.access,
            max_file_size: self.vector.max_file_size,
        }
    }

    /// What the vector allows.
    pub fn expectations(&self) -> Expectations<'_> {
        Expectations::of_vector(&self.vector, self.case())
    }

    /// The vector as it is stored: the image compressed.
    pub fn stored(&self) -> Stored {
        let reader = ImageReader::new(&self.image, &self.vector.image.pieces);
        let compressed = compress(reader).expect("memory can be read");
        Stored::new(self.vector.clone(), compressed)
    }
}
