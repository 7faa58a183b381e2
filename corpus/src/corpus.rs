//! All vectors: those embedded in this crate, or those of a folder.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use crate::image::{self, Sectors};
use crate::vector::Vector;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/vectors");

/// Why a folder of vectors cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not the JSON of a vector.
    #[error("{path} is not a vector: {source}")]
    Json {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// A vector with its image, as stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The vector.
    pub vector: Vector,
    compressed: Cow<'static, [u8]>,
}

impl Stored {
    /// A vector and its image, compressed.
    pub fn new(vector: Vector, compressed: Vec<u8>) -> Self {
        Self {
            vector,
            compressed: compressed.into(),
        }
    }

    /// The gzip file of the image.
    pub fn compressed(&self) -> &[u8] {
        &self.compressed
    }

    /// The sectors of the image that are not all zero.
    pub fn sectors(&self) -> Sectors<'_> {
        Sectors::new(&self.compressed)
    }

    /// All bytes of the image.
    ///
    /// # Errors
    /// When the gzip file is damaged.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        image::bytes(&self.compressed)
    }

    /// Makes `file` the image: whatever it held is gone, and zeros become holes.
    ///
    /// # Errors
    /// Any error of the file; when the gzip file is damaged.
    pub fn write_to(&self, file: &mut fs::File) -> io::Result<()> {
        image::write_to(&self.compressed, self.vector.image.size, file)
    }
}

/// A set of vectors, in the order of their topics and ids.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    vectors: Vec<Stored>,
}

impl Corpus {
    /// The vectors embedded in this crate.
    ///
    /// # Panics
    /// Never in a published version: a test reads every vector.
    pub fn embedded() -> &'static Self {
        static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
            let folders = EMBEDDED.dirs().flat_map(Dir::files);
            let of_json = folders.filter(|file| {
                file.path()
                    .extension()
                    .is_some_and(|extension| extension == "json")
            });
            Corpus::of(of_json.map(|file| {
                let vector =
                    serde_json::from_slice(file.contents()).expect("embedded vectors are right");
                let image = EMBEDDED
                    .get_file(file.path().with_extension("vhdx.gz"))
                    .expect("each has its image");
                Stored {
                    vector,
                    compressed: image.contents().into(),
                }
            }))
        });
        &CORPUS
    }

    /// The vectors of a folder that has a folder for each topic.
    ///
    /// # Errors
    /// When a file cannot be read, or is not a vector.
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

    /// These vectors, put in order.
    pub fn of(vectors: impl IntoIterator<Item = Stored>) -> Self {
        let mut vectors: Vec<_> = vectors.into_iter().collect();
        vectors.sort_by(|one, two| {
            (one.vector.topic, &one.vector.id).cmp(&(two.vector.topic, &two.vector.id))
        });
        Self { vectors }
    }

    /// The vectors, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Stored> {
        self.vectors.iter()
    }

    /// The vector of that id.
    pub fn get(&self, id: &str) -> Option<&Stored> {
        self.iter().find(|stored| stored.vector.id == id)
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether there are none.
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

/// What is in a folder, in the order of the names.
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
