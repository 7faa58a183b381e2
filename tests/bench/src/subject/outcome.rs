//! An answer together with what is left on disk: the outcome.

use std::path::PathBuf;

use vhdx_log_model::Image;
use vhdx_log_oracle::digest::guest_of_disk;
use vhdx_log_oracle::subject::{Accepted, Crash, Damage, Failed, FailureKind, Outcome, Resource};

use super::file::{ImageFile, Unreadable, read_output};

/// The name of the image in its folder.
pub(super) const IMAGE: &str = "image.vhdx";
/// The name of the disk in its folder.
pub(super) const OUTPUT: &str = "disk.raw";

/// What a program answered, and what went wrong on the way.
pub(super) struct Findings {
    /// `None` when there is no answer.
    pub(super) answer: Option<Answer>,
    pub(super) failures: Vec<FailureKind>,
}

pub(super) enum Answer {
    Accepted,
    Refused {
        clause: Option<String>,
        message: String,
    },
}

/// The files of one case.
pub(super) struct OnDisk {
    pub(super) image: ImageFile,
    /// Where the disk that a guest sees was to be written.
    pub(super) output: Option<PathBuf>,
    /// Whether an accepted image is judged by its file.
    pub(super) shows_file: bool,
}

impl OnDisk {
    /// The outcome. What was answered is in it, whatever went wrong.
    pub(super) fn outcome(self, findings: Findings) -> Outcome {
        let Findings {
            answer,
            mut failures,
        } = findings;
        let file = match self.image.read() {
            Ok(file) => Some(file),
            Err(error) => {
                failures.push(unreadable(error, "the image"));
                None
            }
        };
        let answered = match answer {
            Some(Answer::Refused { clause, message }) => Some(Outcome::Refused {
                clause,
                message,
                file: file.clone(),
            }),
            Some(Answer::Accepted) => self.accepted(file.clone(), &mut failures),
            None => None,
        };
        failures.sort();
        failures.dedup();
        match (answered, failures.is_empty()) {
            (Some(answered), true) => answered,
            (None, true) => environment("it gave no answer"),
            (answered, false) => Failed {
                kind: failures.remove(0),
                also: failures,
                answered: answered.map(Box::new),
                file,
            }
            .into(),
        }
    }

    fn accepted(&self, file: Option<Image>, failures: &mut Vec<FailureKind>) -> Option<Outcome> {
        let mut accepted = Accepted::default();
        if let Some(output) = &self.output {
            match read_output(output) {
                // Nothing written is a disk of no bytes: that can be judged.
                Ok(disk) => {
                    let disk = disk.unwrap_or_default();
                    accepted.guest = Some(guest_of_disk(&disk));
                    accepted.disk = Some(disk);
                }
                Err(error) => {
                    failures.push(unreadable_output(error));
                    return None;
                }
            }
        }
        accepted.file = file.filter(|_| self.shows_file);
        Some(Outcome::Accepted(Box::new(accepted)))
    }
}

/// The signal that nobody can catch.
pub(super) const SIGKILL: i32 = 9;

/// What it means when a program ends by [`SIGKILL`], and the bench did not send it.
pub(super) fn killed_from_outside() -> FailureKind {
    let what = "something outside killed it (signal 9): is the memory full?";
    FailureKind::Environment(what.to_owned())
}

/// An outcome that says nothing about the program.
pub(super) fn environment(what: impl Into<String>) -> Outcome {
    FailureKind::Environment(what.into()).into()
}

fn unreadable(error: Unreadable, what: &str) -> FailureKind {
    match error {
        Unreadable::Damaged(damage) => FailureKind::Damaged(damage),
        Unreadable::Io(error) => {
            FailureKind::Environment(format!("{what} could not be read back: {error}"))
        }
    }
}

fn unreadable_output(error: Unreadable) -> FailureKind {
    match error {
        Unreadable::Damaged(Damage::TooLarge { .. }) => FailureKind::Runaway(Resource::FileSize),
        Unreadable::Damaged(_) => {
            let what = "its output is not a file but a link, a folder or a pipe";
            FailureKind::Crash(Crash::Internal(what.to_owned()))
        }
        io @ Unreadable::Io(_) => unreadable(io, "its output"),
    }
}
