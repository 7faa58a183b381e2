//! Vectors that a search or a person found: `vhdx-log vectors add`, topic `regression`.
//!
//! An addition has no intent, only what core and model agree on: the expectation is what the model
//! does, and core has to do the same. It has no table either. The JSON file of the vector is its
//! source, so [`additions`] reads back what an earlier [`add`] was given.

use vhdx_log_corpus::{Access, Clauses, Corpus, Expect, Strength, Topic, Vector, clause, retired};
use vhdx_log_image::Recipe;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::model_expectation;
use vhdx_log_oracle::subject::Case;
use vhdx_log_oracle::vector::VectorWithImage;

use crate::make::{MakeError, assemble, build, confirmed};
use crate::source::vector;
use crate::topics::vectors;

/// The longest id, which is the name of two files.
const ID_AT_MOST: usize = 64;
/// The longest title, and the longest `why`.
const TEXT_AT_MOST: usize = 400;

/// A recipe to make a vector of, with the texts and clauses that its finder gives.
#[derive(Clone, Debug)]
pub struct Addition {
    pub id: String,
    /// What is special about the image.
    pub title: String,
    /// What a program that gets it wrong does to its user.
    pub why: String,
    /// The clauses it exercises.
    pub clauses: Vec<String>,
    pub strength: Strength,
    pub access: Access,
    pub recipe: Recipe,
}

/// Why a vector cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("`{0}` is not an id: write lower-case words and numbers with hyphens between them")]
    Id(String),
    #[error("the id has {0} characters; it may have {ID_AT_MOST}")]
    LongId(usize),
    #[error("the {0} is empty")]
    NoText(&'static str),
    #[error("the {what} has {length} characters; it may have {TEXT_AT_MOST}")]
    LongText { what: &'static str, length: usize },
    /// The text becomes part of a row of a Markdown table.
    #[error("the {what} contains {character:?}: write one line of text without it")]
    Character { what: &'static str, character: char },
    #[error("the id `{0}` is or was used by a vector, and is never used twice: choose another one")]
    Taken(String),
    #[error("unknown clause `{0}`: `corpus/clauses.json` lists them all")]
    Clause(String),
    #[error(transparent)]
    Make(#[from] MakeError),
}

/// Makes a vector of the topic `regression` that is not in `existing`.
///
/// # Errors
/// When the id or a clause is wrong, or core and model do not agree.
pub fn add(existing: &Corpus, addition: &Addition) -> Result<VectorWithImage, AddError> {
    let id = &addition.id;
    if id.len() > ID_AT_MOST {
        return Err(AddError::LongId(id.chars().count()));
    }
    if !is_id(id) {
        return Err(AddError::Id(id.clone()));
    }
    check_text("title", &addition.title)?;
    check_text("why", &addition.why)?;
    let was_retired = retired().iter().any(|retired| retired.id == *id);
    if was_retired || existing.get(id).is_some() || vectors().iter().any(|source| source.id() == id)
    {
        return Err(AddError::Taken(id.clone()));
    }
    if let Some(unknown) = addition.clauses.iter().find(|id| clause(id).is_none()) {
        return Err(AddError::Clause(unknown.clone()));
    }
    Ok(agreed(addition)?)
}

/// The vectors of the topic `regression`, as they were added.
pub(crate) fn additions(existing: &Corpus) -> Vec<Addition> {
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

/// Makes a vector of what the model does, and has core confirm it.
///
/// # Errors
/// When the image is too long, or core does something else.
pub(crate) fn agreed(addition: &Addition) -> Result<VectorWithImage, MakeError> {
    let mut source =
        vector(&addition.id, &addition.title, &addition.why).made_by(addition.recipe.clone());
    (source.access, source.strength) = (addition.access, addition.strength);
    let built = build(&source)?;
    let image = built.to_model();
    let case = Case {
        image: &image,
        access: addition.access,
        max_file_size: None,
    };
    let mut expectation = model_expectation(&case);
    expectation.name = "agreed".to_owned();
    let reading = expectation.to_reading(&image);
    source.clauses = clauses_shown(addition, reading.expect);
    confirmed(assemble(&source, &built, vec![reading]))
}

fn check_text(what: &'static str, text: &str) -> Result<(), AddError> {
    if text.trim().is_empty() {
        return Err(AddError::NoText(what));
    }
    let length = text.chars().count();
    if length > TEXT_AT_MOST {
        return Err(AddError::LongText { what, length });
    }
    let is_wrong = |&character: &char| character.is_control() || character == '|';
    match text.chars().find(is_wrong) {
        Some(character) => Err(AddError::Character { what, character }),
        None => Ok(()),
    }
}

fn is_id(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_word)
}

/// The clauses of an addition, on the side that its outcome shows.
fn clauses_shown(addition: &Addition, expect: Expect) -> Clauses {
    let (accepts, refuses) = match expect {
        Expect::Accept => (addition.clauses.clone(), Vec::new()),
        Expect::Refuse => (Vec::new(), addition.clauses.clone()),
    };
    Clauses { accepts, refuses }
}
