//! From a source to a vector: the image is built, the intent worked out, and both held against core
//! and model.

use std::collections::BTreeMap;

use vhdx_log_corpus::{Expect, FORMAT, ImageFile, Needs, Reading, Vector};

use super::expect::{self, IntentError};
use super::regenerate::{Addition, clauses_from};
use crate::source::{VectorSource, vector};
use vhdx_log_image::BuiltImage;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::subject::{Case, Core, Failure, Model, Outcome, Subject, judge};
use vhdx_log_oracle::vector::{VectorWithImage, sha256_of};

/// The longest image that is made.
const MAX_BYTES: u64 = 256 << 20;

/// Why a source is not a vector.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// Its intent cannot be carried out.
    #[error("{id}: {source}")]
    Intent {
        /// The vector.
        id: String,
        /// Why not.
        source: IntentError,
    },
    /// The image is longer than a vector may be.
    #[error("{id}: an image of {length} bytes is too long for a vector")]
    TooLong {
        /// The vector.
        id: String,
        /// The image's length.
        length: u64,
    },
    /// The model itself does not come to an end with it.
    #[error("{id}: the model fails: {message}")]
    Failed {
        /// The vector.
        id: String,
        /// What it says.
        message: String,
    },
    /// Core or model does something else: one of the three is wrong.
    #[error("{id}: {subject} does not do what the source says: {failure}")]
    Disputed {
        /// The vector.
        id: String,
        /// Who disagrees.
        subject: String,
        /// In what.
        failure: Failure,
    },
}

/// Makes a vector, and has core and model confirm it: both follow its first reading.
///
/// # Errors
/// When the intent is none, or core or model do something else.
pub fn make(source: &VectorSource) -> Result<VectorWithImage, MakeError> {
    let id = || source.id.clone();
    let built = source.recipe.build();
    if built.length() > MAX_BYTES {
        return Err(MakeError::TooLong {
            id: id(),
            length: built.length(),
        });
    }
    let readings = source
        .readings
        .iter()
        .map(|(name, intent)| expect::reading(source, name, intent, &built));
    let readings = readings
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| MakeError::Intent {
            id: id(),
            source: error,
        })?;
    confirmed(assemble(source, &built, readings))
}

/// Makes a vector of what the model does, and has core confirm it.
///
/// # Errors
/// When the image is too long, or core does something else.
pub(super) fn agreed(addition: &Addition) -> Result<VectorWithImage, MakeError> {
    let id = || addition.id.clone();
    let built = addition.recipe.build();
    if built.length() > MAX_BYTES {
        return Err(MakeError::TooLong {
            id: id(),
            length: built.length(),
        });
    }
    let mut source =
        vector(&addition.id, &addition.title, &addition.why).made_by(addition.recipe.clone());
    (source.access, source.strength) = (addition.access, addition.strength);
    let image = built.to_model();
    let case = Case {
        image: &image,
        access: addition.access,
        max_file_size: None,
    };
    let reading = match Model::format().open(&case) {
        Outcome::Failed(message) => return Err(MakeError::Failed { id: id(), message }),
        outcome => expect::reading_of(&outcome, &case),
    };
    source.clauses = clauses_from(addition, reading.expect);
    confirmed(assemble(&source, &built, vec![reading]))
}

/// The vector, when core and model both follow its first reading.
fn confirmed(made: VectorWithImage) -> Result<VectorWithImage, MakeError> {
    for subject in [&Core as &dyn Subject, &Model::format()] {
        let outcome = subject.open(&made.case());
        let mut decided = made.vector.clone();
        decided.readings.truncate(1);
        judge(&decided, &made.case(), &outcome, &subject.profile()).map_err(|failure| {
            MakeError::Disputed {
                id: made.vector.id.clone(),
                subject: subject.name(),
                failure,
            }
        })?;
    }
    Ok(made)
}

fn assemble(source: &VectorSource, built: &BuiltImage, readings: Vec<Reading>) -> VectorWithImage {
    let image = built.to_model();
    let vector = Vector {
        format: FORMAT,
        id: source.id.clone(),
        topic: source.topic,
        title: source.title.clone(),
        why: source.why.clone(),
        clauses: source.clauses.clone(),
        strength: source.strength,
        open: source.open.clone(),
        needs: source.needs.unwrap_or_else(|| needs(&readings)),
        access: source.access,
        max_file_size: source.max_file_size,
        recipe: sorted(serde_json::to_value(&source.recipe).expect("a recipe is JSON")),
        image: ImageFile {
            size: image.length(),
            sha256: sha256_of(&image),
        },
        readings,
    };
    VectorWithImage { vector, image }
}

/// The same value, keys in alphabetical order, whichever map `serde_json` was built with.
fn sorted(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            Value::Object(
                members
                    .into_iter()
                    .map(|(key, value)| (key, sorted(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// A guest sees a refusal, and it sees a disk.
fn needs(readings: &[Reading]) -> Needs {
    let shows = |reading: &Reading| reading.expect == Expect::Refuse || reading.guest.is_some();
    if readings.iter().all(shows) {
        Needs::Guest
    } else {
        Needs::File
    }
}
