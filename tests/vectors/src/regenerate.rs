//! The whole corpus from its sources: `vhdx-log vectors regenerate`.
//!
//! The sources are the [tables](crate::topics) and the [additions](crate::addition). Every file
//! that is generated is listed in [`Regenerated::files`]: two a vector, and the [pages]. Writing
//! replaces what differs, and removes the files of vectors that no longer have a source.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use vhdx_log_corpus::{Corpus, Stored, Topic, Vector};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::vector::VectorWithImage;

use crate::addition::{additions, agreed};
use crate::adequacy::Adequacy;
use crate::json::laid_out;
use crate::make::{MakeError, make};
use crate::pages;
use crate::topics::vectors;
use crate::trace::Trace;

/// The root of the source tree that the current folder is in. A program that was installed writes
/// into no other tree, such as the one it was built from.
pub fn source_root() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let is_root = |folder: &&Path| {
        let there = |path| folder.join(path).is_file();
        there("corpus/clauses.json") && there("tests/vectors/Cargo.toml")
    };
    here.ancestors().find(is_root).map(Path::to_owned)
}

/// The folder of the corpus in that tree.
pub fn source_folder() -> Option<PathBuf> {
    Some(source_root()?.join("corpus"))
}

/// All vectors, made from their sources.
#[derive(Clone, Debug)]
pub struct Regenerated {
    /// The vectors, in the order of the corpus.
    pub made: Vec<VectorWithImage>,
    pub adequacy: Adequacy,
}

impl Regenerated {
    /// Makes the vectors of all tables, and those that were added to `existing`. `None` when that
    /// was stopped before the end.
    ///
    /// # Errors
    /// Every source that is not a vector.
    pub fn make(existing: &Corpus, stop: &Stop) -> Result<Option<Self>, Vec<MakeError>> {
        let sources = vectors();
        let made: Option<Vec<_>> = sources
            .par_iter()
            .map(|source| (!stop.is_due()).then(|| make(source)))
            .collect();
        let Some(mut all) = made else {
            return Ok(None);
        };
        all.par_extend(additions(existing).par_iter().map(agreed));
        let (made, errors): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
        let errors: Vec<MakeError> = errors.into_iter().filter_map(Result::err).collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self::of(made.into_iter().flatten().collect(), stop))
    }

    /// Takes vectors that are made already, sorts and measures them. `None` when that was stopped
    /// before the end.
    pub fn of(mut made: Vec<VectorWithImage>, stop: &Stop) -> Option<Self> {
        made.sort_by(|one, two| order(&one.vector).cmp(&order(&two.vector)));
        let adequacy = Adequacy::measure(&made, stop)?;
        Some(Self { made, adequacy })
    }

    /// Every generated file, by its path in the folder of the corpus.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let of_vectors: Vec<_> = self
            .made
            .par_iter()
            .flat_map_iter(|made| files_of(&made.stored()))
            .collect();
        of_vectors.into_iter().chain(self.pages()).collect()
    }

    /// The generated pages. `TRACE.md` is made from the sources of the repository, so it is left
    /// out where there are none, such as in an installed command.
    fn pages(&self) -> impl Iterator<Item = (PathBuf, Vec<u8>)> {
        let pages = [
            ("INDEX.md", Some(pages::index(&self.made))),
            ("KILLS.md", Some(pages::kills(&self.adequacy))),
            ("TRACE.md", self.trace().map(|trace| trace.page())),
        ];
        let present =
            |(name, page): (&str, Option<String>)| Some((name.into(), page?.into_bytes()));
        pages.into_iter().filter_map(present)
    }

    /// From each clause to the code, where the sources are available.
    fn trace(&self) -> Option<Trace> {
        Trace::gather(&source_root()?, self.made.iter().map(|made| &made.vector)).ok()
    }

    /// Writes the files of one vector, and the pages.
    ///
    /// # Errors
    /// Any error of the files.
    pub fn write_added(&self, folder: &Path, added: &VectorWithImage) -> io::Result<()> {
        let files = files_of(&added.stored()).into_iter().chain(self.pages());
        files
            .map(|(path, contents)| write_changed(&folder.join(path), &contents))
            .try_for_each(|written| written.map(drop))
    }

    /// Writes every file that is new or different, and removes files of vectors without a source.
    /// Returns the number of files written or removed.
    ///
    /// # Errors
    /// Any error of the files.
    pub fn write(&self, folder: &Path) -> io::Result<usize> {
        let files = self.files();
        let mut changed = 0;
        for (path, contents) in &files {
            changed += usize::from(write_changed(&folder.join(path), contents)?);
        }
        for name in vector_files(folder)? {
            if !files.contains_key(&name) {
                fs::remove_file(folder.join(name))?;
                changed += 1;
            }
        }
        Ok(changed)
    }
}

/// All files under `vectors/<topic>/`, by their path in the folder of the corpus.
fn vector_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for topic in fs::read_dir(folder.join("vectors"))? {
        let topic = topic?;
        if !topic.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(topic.path())? {
            let in_topic = Path::new("vectors").join(topic.file_name());
            names.push(in_topic.join(file?.file_name()));
        }
    }
    Ok(names)
}

/// Writes a file unless it already has these contents; returns whether it wrote.
fn write_changed(path: &Path, contents: &[u8]) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|there| there == contents) {
        return Ok(false);
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, contents)?;
    Ok(true)
}

fn order(vector: &Vector) -> (Topic, &str) {
    (vector.topic, &vector.id)
}

/// The two files of a vector.
fn files_of(stored: &Stored) -> [(PathBuf, Vec<u8>); 2] {
    let Vector { topic, id, .. } = &stored.vector;
    let stem = Path::new("vectors").join(topic.name());
    let json = laid_out(&serde_json::to_string(&stored.vector).expect("a vector is JSON"));
    [
        (stem.join(format!("{id}.json")), json.into_bytes()),
        (
            stem.join(format!("{id}.vhdx.gz")),
            stored.compressed().into_owned(),
        ),
    ]
}
