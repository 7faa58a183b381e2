//! Implementations under test: an image goes in, an [`Outcome`] comes out.
//!
//! Built in are `core`, `model` and every flawed model ([`builtin`]); a program outside is one more
//! implementation of [`Subject`]. What an outcome should have been is said by a vector, and
//! [`judge`] is the one place that compares the two. A subject tells what it can; what it leaves
//! untold is not judged.

mod core;
mod judge;
mod model;
mod order;

use std::collections::BTreeMap;

use vhdx_log_corpus::{Access, Guest, LogState, Sequence};
pub use vhdx_log_model::Image;

pub use self::core::Core;
pub use self::judge::{Difference, Failure, headers_of, judge};
pub use self::judge::{hexadecimal, sha256};
pub use self::model::Model;
pub use self::order::Step;
use vhdx_log_image::Sector;

/// An implementation under test.
pub trait Subject: Sync {
    /// What it is called.
    fn name(&self) -> String;

    /// Its version, where it has one to tell.
    fn version(&self) -> Option<String> {
        None
    }

    /// Opens an image.
    fn open(&self, case: &Case<'_>) -> Outcome;

    /// Which readings it follows.
    fn profile(&self) -> Profile {
        Profile::default()
    }
}

/// An image, and how to open it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The image.
    pub image: &'a Image,
    /// How to open it.
    pub access: Access,
    /// The limit on the size of the replayed file in bytes; absent: the subject's own.
    pub max_file_size: Option<u64>,
}

/// What a subject does where the format lets it choose, and what it can show.
#[derive(Clone, Debug)]
pub struct Profile {
    /// For an OPEN clause, the name of the reading it follows; where none is named, every allowed
    /// one will do.
    pub readings: BTreeMap<String, String>,
    /// It shows the image file after the replay, not only the guest's disk.
    pub shows_file: bool,
    /// The limit on the size of the replayed file can be set.
    pub limits_size: bool,
}

impl Default for Profile {
    /// Everything can be shown and set, and every allowed reading will do.
    fn default() -> Self {
        Self {
            readings: BTreeMap::new(),
            shows_file: true,
            limits_size: true,
        }
    }
}

/// What became of an image.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was not opened.
    Refused {
        /// The clause it is said to break.
        clause: Option<String>,
        /// What was said.
        message: String,
        /// The file as it stands afterwards.
        file: Option<Image>,
    },
    /// It was opened.
    Accepted(Box<Accepted>),
    /// The subject did not come to an end, or not to an orderly one.
    Failed(String),
}

impl Outcome {
    /// What anybody can see of it: what the subject says of its own doings, clause and sequence,
    /// left out.
    #[must_use]
    pub fn seen_from_outside(self) -> Self {
        match self {
            Self::Refused { message, file, .. } => Self::Refused {
                clause: None,
                message,
                file,
            },
            Self::Accepted(accepted) => Self::Accepted(Box::new(Accepted {
                log: None,
                sequence: None,
                ..*accepted
            })),
            Self::Failed(message) => Self::Failed(message),
        }
    }
}

/// What is known of an image that was opened.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// What the log was found to be.
    pub log: Option<LogState>,
    /// What was replayed.
    pub sequence: Option<Sequence>,
    /// The file as it is shown: replayed.
    pub shown: Option<Image>,
    /// The file as it stands afterwards.
    pub file: Option<Image>,
    /// The disk that a guest sees.
    pub guest: Option<Guest>,
    /// What was done to the file, in order.
    pub steps: Option<Vec<Step>>,
}

/// The subject of that name: `core`, `model` or `flaw:NAME`.
///
/// # Errors
/// A sentence for the user, when there is none.
pub fn builtin(name: &str) -> Result<Box<dyn Subject>, String> {
    match name.split_once(':') {
        None if name == "core" => Ok(Box::new(Core)),
        None if name == "model" => Ok(Box::new(Model::format())),
        Some(("flaw", flaw)) => match vhdx_log_model::flaw(flaw) {
            Some(flaw) => Ok(Box::new(Model::flawed(flaw))),
            None => Err(format!("there is no flaw `{flaw}`; {}", nearest(flaw))),
        },
        _ => Err(format!(
            "there is no subject `{name}`; there are core, model and flaw:NAME"
        )),
    }
}

/// The flaws whose names share a word with this one.
fn nearest(name: &str) -> String {
    let words: Vec<&str> = name.split('-').filter(|word| word.len() > 3).collect();
    let near = |flaw: &&vhdx_log_model::Flaw| words.iter().any(|word| flaw.name.contains(word));
    let names: Vec<_> = vhdx_log_model::flaws()
        .iter()
        .filter(near)
        .map(|flaw| flaw.name)
        .collect();
    match names[..] {
        [] => "`vhdx-log vectors coverage` lists them".to_owned(),
        _ => format!("there are {}", names.join(", ")),
    }
}

/// The same image in another container; no byte is copied.
fn to_sectors(image: &Image) -> impl Iterator<Item = (u64, Sector)> + '_ {
    image
        .sectors()
        .map(|(number, sector)| (number, sector.clone()))
}
