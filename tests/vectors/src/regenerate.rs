//! The whole corpus from its recipes, and vectors added to it.
//!
//! Vectors of all topics but one come from the [tables](crate::topics). Those of the topic `regression`
//! were added from a recipe somebody found: their JSON file is all there is of them, and they are
//! made from it again.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use vhdx_log_corpus::{Access, Clauses, Corpus, Expect, Stored, Strength, Topic, Vector};

use super::adequacy::Adequacy;
use super::json::laid_out;
use super::make::{MakeError, agreed, make};
use super::pages;
use crate::topics::vectors;
use vhdx_log_image::Recipe;
use vhdx_log_oracle::vector::VectorWithImage;

/// The folder of the corpus in the source tree of this program, where it still exists.
pub fn source_folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)?
        .join("corpus");
    folder.join("clauses.json").is_file().then_some(folder)
}

/// All vectors, made anew.
#[derive(Clone, Debug)]
pub struct Regenerated {
    /// The vectors, in the order of the corpus.
    pub made: Vec<VectorWithImage>,
    /// What they are worth.
    pub adequacy: Adequacy,
}

impl Regenerated {
    /// Makes the vectors of all tables, and those that were added to `existing`.
    ///
    /// # Errors
    /// Every source that is not a vector.
    pub fn make(existing: &Corpus) -> Result<Self, Vec<MakeError>> {
        let mut all: Vec<_> = vectors().par_iter().map(make).collect();
        all.par_extend(additions(existing).par_iter().map(agreed));
        let (made, errors): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
        let errors: Vec<MakeError> = errors.into_iter().filter_map(Result::err).collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self::of(made.into_iter().flatten().collect()))
    }

    /// These vectors, put in order and measured.
    pub fn of(mut made: Vec<VectorWithImage>) -> Self {
        made.sort_by(|one, two| order(&one.vector).cmp(&order(&two.vector)));
        let adequacy = Adequacy::measure(&made);
        Self { made, adequacy }
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

    /// The generated pages.
    fn pages(&self) -> [(PathBuf, Vec<u8>); 2] {
        [
            ("INDEX.md".into(), pages::index(&self.made).into_bytes()),
            ("KILLS.md".into(), pages::kills(&self.adequacy).into_bytes()),
        ]
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

    /// Writes what is new or different, removes vectors that are no more; how many files that were.
    ///
    /// # Errors
    /// Any error of the files.
    pub fn write(&self, folder: &Path) -> io::Result<usize> {
        let files = self.files();
        let mut changed = 0;
        for (path, contents) in &files {
            changed += usize::from(write_changed(&folder.join(path), contents)?);
        }
        for topic in fs::read_dir(folder.join("vectors"))? {
            let topic = topic?;
            if !topic.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(topic.path())? {
                let name = Path::new("vectors")
                    .join(topic.file_name())
                    .join(file?.file_name());
                if !files.contains_key(&name) {
                    fs::remove_file(folder.join(name))?;
                    changed += 1;
                }
            }
        }
        Ok(changed)
    }
}

/// Writes a file that is not there or holds something else; whether it was so.
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
            stored.compressed().to_vec(),
        ),
    ]
}

/// A vector that somebody found: there is no intent, only what core and model agree on.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Its name.
    pub id: String,
    /// What is special about the image.
    pub title: String,
    /// Which mistake it finds.
    pub why: String,
    /// The clauses it exercises.
    pub clauses: Vec<String>,
    /// How binding the outcome is.
    pub strength: Strength,
    /// How the image is opened.
    pub access: Access,
    /// The image.
    pub recipe: Recipe,
}

/// Why a vector cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The id is taken, or no id.
    #[error("`{0}` is taken, or is not lower-case words with hyphens")]
    Id(String),
    /// There is no such clause.
    #[error("there is no clause `{0}`")]
    Clause(String),
    /// Core and model do not agree on it.
    #[error(transparent)]
    Make(#[from] MakeError),
}

/// Makes a vector of the topic `regression` that is not in `existing`.
///
/// # Errors
/// When the id or a clause is wrong, or core and model do not agree.
pub fn add(existing: &Corpus, addition: &Addition) -> Result<VectorWithImage, AddError> {
    let id = &addition.id;
    let well_formed = id.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    if !well_formed
        || existing.get(id).is_some()
        || vectors().iter().any(|source| source.id() == id)
    {
        return Err(AddError::Id(id.clone()));
    }
    if let Some(unknown) = addition
        .clauses
        .iter()
        .find(|id| vhdx_log_corpus::clause(id).is_none())
    {
        return Err(AddError::Clause(unknown.clone()));
    }
    Ok(agreed(addition)?)
}

/// The vectors that were added, as they were added.
fn additions(existing: &Corpus) -> Vec<Addition> {
    let added = existing
        .iter()
        .map(|stored| &stored.vector)
        .filter(|vector| vector.topic == Topic::Regression);
    let addition = |vector: &Vector| Addition {
        id: vector.id.clone(),
        title: vector.title.clone(),
        why: vector.why.clone(),
        clauses: vector.clauses.ids().map(str::to_owned).collect(),
        strength: vector.strength,
        access: vector.access,
        recipe: serde_json::from_value(vector.recipe.clone())
            .expect("a recipe that was written by this program"),
    };
    added.map(addition).collect()
}

/// The clauses of an addition, from the side its outcome shows.
pub(super) fn clauses_from(addition: &Addition, expect: Expect) -> Clauses {
    let (accepts, refuses) = match expect {
        Expect::Accept => (addition.clauses.clone(), Vec::new()),
        Expect::Refuse => (Vec::new(), addition.clauses.clone()),
    };
    Clauses { accepts, refuses }
}
