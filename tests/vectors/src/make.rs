//! From one source to one vector: the image is built, the intent worked out, and both compared with
//! what core and model do.
//!
//! ```text
//!  recipe --> image --------------> core, model: what they do --+
//!    |                                                          +--> must be the first reading
//!    +--> intent, carried out on the recipe: the readings ------+
//! ```
//!
//! A vector is never what an implementation happened to do: an author's mistake, a bug in core and
//! a bug in the model all end in [`MakeError::Disputed`].

use std::collections::BTreeMap;

use vhdx_log_corpus::{
    Expect, FORMAT, GuestContents, ImageFile, LogState, Needs, Piece, Reading, Vector,
};
use vhdx_log_image::{BuiltImage, SECTOR};
use vhdx_log_model::Image;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::digest::{guest_of, pieces_of, sha256_of};
use vhdx_log_oracle::subject::{Core, Model, Subject};
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_oracle::{Failure, judge};

use crate::expect::{self, IntentError};
use crate::source::VectorSource;

/// The most bytes of an image that are stored. More would cost every user of the corpus disk and
/// time.
const MAX_STORED: u64 = 32 << 20;

/// Why a source is not a vector.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    #[error("{id}: the intent cannot be carried out: {source}")]
    Intent { id: String, source: IntentError },
    #[error("{id}: the image stores {stored} bytes; a vector has at most {MAX_STORED}")]
    TooLarge { id: String, stored: u64 },
    /// One of the three is wrong: source, core or model.
    #[error("{id}: {subject} does not do what the first reading says: {failure}")]
    Disputed {
        id: String,
        subject: String,
        failure: Failure,
    },
}

/// Makes a vector, and has core and model confirm it: both follow its first reading.
///
/// # Errors
/// When the intent cannot be carried out, or core or model do something else.
pub fn make(source: &VectorSource) -> Result<VectorWithImage, MakeError> {
    let built = build(source)?;
    let readings = source
        .readings
        .iter()
        .map(|(name, intent)| expect::reading(source, name, intent, &built));
    let readings = readings
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| MakeError::Intent {
            id: source.id.clone(),
            source: error,
        })?;
    confirmed(assemble(source, &built, readings))
}

pub(crate) fn build(source: &VectorSource) -> Result<BuiltImage, MakeError> {
    let built = source.recipe.build();
    let stored = built.sectors().count() as u64 * SECTOR;
    if stored > MAX_STORED {
        return Err(MakeError::TooLarge {
            id: source.id.clone(),
            stored,
        });
    }
    Ok(built)
}

/// The vector, when core and model both follow its first reading.
pub(crate) fn confirmed(made: VectorWithImage) -> Result<VectorWithImage, MakeError> {
    let mut first = made.expectations();
    first.allowed.truncate(1);
    for subject in [&Core as &dyn Subject, &Model::format()] {
        let outcome = subject.open(&first.case);
        judge(&first, &outcome, &subject.profile()).map_err(|failure| MakeError::Disputed {
            id: made.vector.id.clone(),
            subject: subject.name(),
            failure,
        })?;
    }
    Ok(made)
}

pub(crate) fn assemble(
    source: &VectorSource,
    built: &BuiltImage,
    readings: Vec<Reading>,
) -> VectorWithImage {
    let image = built.to_model();
    let pieces = pieces_of(&image);
    let has_parent = source.recipe.geometry.has_parent;
    let vector = Vector {
        format: format(&pieces, has_parent, &readings),
        id: source.id.clone(),
        topic: source.topic,
        title: source.title.clone(),
        why: source.why.clone(),
        clauses: source.clauses.clone(),
        strength: source.strength,
        open: source.open.clone(),
        needs: source.needs.unwrap_or_else(|| needs(&readings, &image)),
        access: source.access,
        max_file_size: source.max_file_size,
        limit_ms: source.limit_ms,
        has_parent,
        recipe: sorted(serde_json::to_value(&source.recipe).expect("a recipe is JSON")),
        image: ImageFile {
            size: image.length(),
            sha256: sha256_of(&image, &pieces),
            pieces,
        },
        readings,
    };
    VectorWithImage { vector, image }
}

/// The version of the format that a vector needs: 1 where an older harness can judge it.
fn format(pieces: &[Piece], has_parent: bool, readings: &[Reading]) -> u32 {
    let has_extents = readings.iter().any(|reading| {
        let contents = reading.guest.as_ref().map(|guest| &guest.contents);
        matches!(contents, Some(GuestContents::Extents(_)))
    });
    if pieces.is_empty() && !has_parent && !has_extents {
        1
    } else {
        FORMAT
    }
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

/// `Guest` when every reading shows to a guest: as a refusal, or as a disk. A replay that leaves
/// the disk as it was does not: a program that ignores the log shows the same. Neither does a file
/// that has to stay untouched: a program that writes to its headers shows the same.
fn needs(readings: &[Reading], before: &Image) -> Needs {
    let before = guest_of(before);
    let shows = |reading: &Reading| match (reading.expect, reading.log) {
        (Expect::Refuse, _) => true,
        (Expect::Accept, Some(LogState::Replayed)) => {
            reading.guest.is_some() && reading.guest != before
        }
        (Expect::Accept, _) => reading.guest.is_some() && !reading.untouched,
    };
    if readings.iter().all(shows) {
        Needs::Guest
    } else {
        Needs::File
    }
}
