//! Proof before belief: what any reader of VHDX does, asked of a program before its answers count.
//!
//! It opens a plain, clean image with the right bytes, refuses a file of zeros, does the same
//! twice, and does not change a file that it opens for reading. A program that fails here is mostly
//! one whose command line, exit codes or adapter are not what they should be, so an error says what
//! to mend. How long it took sets the time limit of the run.

use std::time::{Duration, Instant};

use vhdx_log_corpus::{Access, Corpus, Expect, GuestContents, LogState, Stored, Strength, Vector};
use vhdx_log_model::Image;
use vhdx_log_oracle::judge;
use vhdx_log_oracle::subject::{Case, FailureKind, Opens, Outcome, Subject};
use vhdx_log_oracle::vector::VectorWithImage;

/// The least time that a program gets for one image.
const LEAST: Duration = Duration::from_secs(2);
/// How many times as long as for the proof a program may take.
const FACTOR: u32 = 5;
/// The length of the file of zeros.
pub(super) const ZEROS: u64 = 8 << 20;
/// How many plain images are tried: a program may lack a feature that one of them has.
const TRIED: usize = 4;

/// A program that has proved itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The longest that it took for one image.
    pub took: Duration,
}

impl Proof {
    /// The time that the program gets for one image: the greater of 2 s and 5 times what the proof
    /// took.
    pub fn limit(&self) -> Duration {
        LEAST.max(self.took * FACTOR)
    }
}

/// Why a program is not believed, and what to mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("it could not be tried: {0}")]
    NotTried(String),
    #[error(
        "it does not open a plain, clean image but {0}: look at its command line and at what its \
         exit codes mean"
    )]
    RefusesPlain(String),
    #[error(
        "it opens a plain, clean image and gives other bytes ({0}): look at what it writes and \
         where"
    )]
    WrongBytes(String),
    #[error(
        "it opens a file of zeros, so its answer says nothing about an image: it has to end with \
         1 when it refuses one"
    )]
    AcceptsZeros,
    #[error(
        "it does not refuse a file of zeros but {0}: it has to end with 1 when it refuses an \
         image, or its exit codes need another meaning"
    )]
    NoRefusal(String),
    #[error(
        "it answers differently the second time ({first}; then {second}): nothing but the image \
         may decide its answer"
    )]
    Unsteady { first: String, second: String },
    #[error("it changes a file that it opens for reading: give it an option for reading only")]
    WritesReadOnly,
}

/// Has a program prove itself.
///
/// # Errors
/// The first thing that it does otherwise.
pub fn prove(subject: &dyn Subject, corpus: &Corpus) -> Result<Proof, ProofError> {
    let mut proof = Proof {
        took: Duration::ZERO,
    };
    let plain = opens_plain(subject, corpus, &mut proof)?;
    refuses_zeros(subject, &mut proof)?;
    does_it_again(subject, &plain, &mut proof)?;
    leaves_read_only(subject, &plain, &mut proof)?;
    Ok(proof)
}

fn open(subject: &dyn Subject, case: &Case<'_>, proof: &mut Proof) -> Result<Outcome, ProofError> {
    let clock = Instant::now();
    let outcome = subject.open(case);
    let elapsed = clock.elapsed();
    // What ends at its limit says nothing of how long the program takes.
    if !matches!(outcome, Outcome::Failed(_)) {
        proof.took = proof.took.max(elapsed);
    }
    match outcome {
        Outcome::Failed(failed) if matches!(failed.kind, FailureKind::Environment(_)) => {
            Err(ProofError::NotTried(failed.to_string()))
        }
        outcome => Ok(outcome),
    }
}

/// One of the plain images that it opens as it should.
fn opens_plain(
    subject: &dyn Subject,
    corpus: &Corpus,
    proof: &mut Proof,
) -> Result<VectorWithImage, ProofError> {
    let profile = subject.profile();
    let mut first = None;
    for stored in plain_vectors(corpus).take(TRIED) {
        let vector = VectorWithImage::load(stored)
            .map_err(|error| ProofError::NotTried(error.to_string()))?;
        let expectations = vector.expectations().for_profile(&profile);
        let outcome = open(subject, &expectations.case, proof)?;
        let found = match (&outcome, judge(&expectations, &outcome, &profile)) {
            (Outcome::Accepted(_), Ok(_)) => return Ok(vector),
            (Outcome::Accepted(_), Err(failure)) if failure.is_unfinished() => return Ok(vector),
            (Outcome::Accepted(_), Err(failure)) => ProofError::WrongBytes(failure.to_string()),
            (other, _) => ProofError::RefusesPlain(did(other)),
        };
        first.get_or_insert(found);
    }
    let none = || ProofError::NotTried("the corpus has no plain image".to_owned());
    Err(first.unwrap_or_else(none))
}

fn refuses_zeros(subject: &dyn Subject, proof: &mut Proof) -> Result<(), ProofError> {
    let zeros = Image::new(ZEROS);
    let case = Case {
        image: &zeros,
        access: Access::Replay,
        max_file_size: None,
    };
    match open(subject, &case, proof)? {
        Outcome::Refused { .. } => Ok(()),
        Outcome::Accepted(_) => Err(ProofError::AcceptsZeros),
        failed @ Outcome::Failed(_) => Err(ProofError::NoRefusal(did(&failed))),
    }
}

fn does_it_again(
    subject: &dyn Subject,
    plain: &VectorWithImage,
    proof: &mut Proof,
) -> Result<(), ProofError> {
    let expectations = plain.expectations().for_profile(&subject.profile());
    let first = seen(&open(subject, &expectations.case, proof)?);
    let second = seen(&open(subject, &expectations.case, proof)?);
    match first == second {
        true => Ok(()),
        false => Err(ProofError::Unsteady { first, second }),
    }
}

fn leaves_read_only(
    subject: &dyn Subject,
    plain: &VectorWithImage,
    proof: &mut Proof,
) -> Result<(), ProofError> {
    if subject.profile().opens == Opens::ForWriting {
        return Ok(());
    }
    let case = Case {
        access: Access::ReadOnly,
        ..plain.case()
    };
    let outcome = open(subject, &case, proof)?;
    let damaged = match &outcome {
        Outcome::Failed(failed) => matches!(failed.kind, FailureKind::Damaged(_)),
        _ => false,
    };
    let changed = outcome.file().is_some_and(|file| file != case.image);
    match damaged || changed {
        true => Err(ProofError::WritesReadOnly),
        false => Ok(()),
    }
}

/// The vectors that a program opens too that knows nothing about logs.
pub(super) fn plain_vectors(corpus: &Corpus) -> impl Iterator<Item = &Stored> {
    corpus.iter().filter(|stored| is_plain(&stored.vector))
}

fn is_plain(vector: &Vector) -> bool {
    let [reading] = &vector.readings[..] else {
        return false;
    };
    let small = |guest: &vhdx_log_corpus::Guest| matches!(guest.contents, GuestContents::Sha256(_));
    reading.expect == Expect::Accept
        && reading.log == Some(LogState::Empty)
        && reading.guest.as_ref().is_some_and(small)
        && vector.access == Access::Replay
        && vector.strength == Strength::Must
        && vector.max_file_size.is_none()
        && !vector.has_parent
}

/// What can be seen of an outcome, without what differs from run to run by right: the GUIDs of a
/// header that is written.
fn seen(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(accepted) => match &accepted.guest {
            Some(guest) => format!("it is opened, with {guest:?}"),
            None => "it is opened".to_owned(),
        },
        other => did(other),
    }
}

/// What a program did, after "but": `refuses it: MESSAGE`.
fn did(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(_) => "opens it".to_owned(),
        Outcome::Refused { message, .. } => format!("refuses it: {message}"),
        Outcome::Failed(failed) => format!("fails: {failed}"),
    }
}
