//! Sets of vectors: the one embedded in this crate, or one read from a folder.
//!
//! A vector comes with its image, compressed. Nothing is decompressed before it is asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::embedded;
use crate::image::{self, Sectors};
use crate::vector::Vector;

/// Why a folder of vectors cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file is not a valid vector.
    #[error("{path} is not a vector: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
}

/// A vector with its compressed image.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The vector.
    pub vector: Vector,
    image: Image,
}

#[derive(Clone, Debug)]
enum Image {
    /// A gzip file.
    Gzip(Vec<u8>),
    /// The same, as it is embedded.
    Packed(&'static [u8]),
}

impl Stored {
    /// A vector with its image as a gzip file.
    pub fn new(vector: Vector, compressed: Vec<u8>) -> Self {
        Self {
            vector,
            image: Image::Gzip(compressed),
        }
    }

    /// The image as a gzip file, as it is published.
    ///
    /// # Panics
    /// Only if an embedded file is damaged, as [`Corpus::embedded`].
    pub fn compressed(&self) -> Cow<'_, [u8]> {
        match &self.image {
            Image::Gzip(file) => file.into(),
            Image::Packed(packed) => embedded::unpacked(packed)
                .expect("the embedded images are valid")
                .into(),
        }
    }

    /// The sectors of the image that are not all zero.
    pub fn sectors(&self) -> Sectors<'_> {
        Sectors::new(self.compressed(), &self.vector.image.pieces)
    }

    /// All bytes of the image.
    ///
    /// # Errors
    /// If the gzip file is damaged, or if the image is larger than 1 GiB.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        image::bytes(self.compressed(), &self.vector.image)
    }

    /// Replaces the contents of `file` by the image. Zero sectors become holes where the file
    /// system has them.
    ///
    /// # Errors
    /// Any error of the file, or if the gzip file is damaged.
    pub fn write_to(&self, file: &mut fs::File) -> io::Result<()> {
        image::write_to(self.compressed(), &self.vector.image, file)
    }
}

/// A set of vectors, sorted by topic and id.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    vectors: Vec<Stored>,
}

impl Corpus {
    /// The vectors embedded in this crate.
    ///
    /// # Panics
    /// Only if an embedded file is damaged; the tests of this project read every vector.
    pub fn embedded() -> &'static Self {
        static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
            Corpus::of(embedded::vectors().map(|(vector, packed)| Stored {
                vector,
                image: Image::Packed(packed),
            }))
        });
        &CORPUS
    }

    /// The vectors of a folder, which has a subfolder for each topic.
    ///
    /// # Errors
    /// If a file cannot be read or is not a vector.
    pub fn read_dir(folder: &Path) -> Result<Self, Error> {
        let mut vectors = Vec::new();
        for topic in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
            for path in entries(&topic)?
                .into_iter()
                .filter(|path| path.extension().is_some_and(|e| e == "json"))
            {
                let vector =
                    serde_json::from_slice(&read(&path)?).map_err(|source| Error::Json {
                        path: path.clone(),
                        source,
                    })?;
                vectors.push(Stored::new(vector, read(&path.with_extension("vhdx.gz"))?));
            }
        }
        Ok(Self::of(vectors))
    }

    /// These vectors, sorted.
    pub fn of(vectors: impl IntoIterator<Item = Stored>) -> Self {
        let mut vectors: Vec<_> = vectors.into_iter().collect();
        vectors.sort_by(|one, two| {
            (one.vector.topic, &one.vector.id).cmp(&(two.vector.topic, &two.vector.id))
        });
        Self { vectors }
    }

    /// The vectors, sorted by topic and id.
    pub fn iter(&self) -> std::slice::Iter<'_, Stored> {
        self.vectors.iter()
    }

    /// The vector with this id.
    pub fn get(&self, id: &str) -> Option<&Stored> {
        self.iter().find(|stored| stored.vector.id == id)
    }

    /// For each OPEN clause, the names of its readings, as far as the vectors show them.
    ///
    /// A program's own statement of the readings it follows is held against these: a name that is
    /// not among them would be compared with nothing.
    ///
    /// ```
    /// let readings = vhdx_log_corpus::Corpus::embedded().open_readings();
    /// assert!(readings["RPL-5"].contains("shown"));
    /// assert!(!readings.contains_key("SEQ-4"));
    /// ```
    pub fn open_readings(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut readings: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for Stored { vector, .. } in self {
            if let Some(clause) = &vector.open {
                let names = vector.readings.iter().map(|reading| reading.name.as_str());
                readings.entry(clause).or_default().extend(names);
            }
        }
        readings
    }

    /// The number of vectors.
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }
}

impl<'a> IntoIterator for &'a Corpus {
    type Item = &'a Stored;
    type IntoIter = std::slice::Iter<'a, Stored>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })
}

/// The paths in a folder, sorted by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let wrap = |source| Error::Read {
        path: folder.into(),
        source,
    };
    let listed = fs::read_dir(folder).map_err(wrap)?;
    let mut paths = listed
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()
        .map_err(wrap)?;
    paths.sort();
    Ok(paths)
}
