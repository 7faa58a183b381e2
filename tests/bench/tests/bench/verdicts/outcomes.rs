//! Vectors to be wrong about, and the outcomes that rows are made of.

use vhdx_log_image::{HEADER_SECTORS, SECTOR};
use vhdx_log_model::Image;
use vhdx_log_oracle::digest::guest_of;
use vhdx_log_oracle::subject::{
    Accepted, Case, Failed, FailureKind, Model, Outcome, Subject, builtin,
};

/// A dirty file that must be replayed.
pub(super) const DIRTY: &str = "sequence-of-two";
/// A file with a log that must be refused.
pub(super) const BAD: &str = "bad-target-among-good-ones";
/// A file with an empty log.
pub(super) const CLEAN: &str = "header-newer-clean-first";
/// A dirty file, opened for reading.
pub(super) const READ_ONLY: &str = "read-only-dirty";
/// A file that may be refused, or replayed in part.
pub(super) const OPEN: &str = "bad-target-in-middle";

pub(super) fn model(case: &Case<'_>) -> Accepted {
    match Model::format().open(case) {
        Outcome::Accepted(accepted) => *accepted,
        other => panic!("{other:?}"),
    }
}

pub(super) fn replayed(case: &Case<'_>) -> Image {
    model(case).file.expect("a file")
}

pub(super) fn accepted(file: Image) -> Outcome {
    Outcome::Accepted(Box::new(Accepted {
        file: Some(file),
        ..Accepted::default()
    }))
}

pub(super) fn shown(guest: &Image) -> Outcome {
    Outcome::Accepted(Box::new(Accepted {
        guest: guest_of(guest),
        ..Accepted::default()
    }))
}

pub(super) fn refused(file: Option<Image>) -> Outcome {
    Outcome::Refused {
        clause: None,
        message: "no".to_owned(),
        file,
    }
}

pub(super) fn flawed(name: &str, case: &Case<'_>) -> Outcome {
    let subject = builtin(name).unwrap_or_else(|error| panic!("{error}"));
    subject.open(case).seen_from_outside()
}

pub(super) fn failed(kind: FailureKind, answered: Option<Outcome>, file: Option<Image>) -> Outcome {
    Outcome::from(Failed {
        answered: answered.map(Box::new),
        file,
        ..Failed::new(kind)
    })
}

/// A change where nothing may change, and where no guest sees it: behind the region tables.
pub(super) fn damaged(mut image: Image) -> Image {
    image.write(0x60000, b"damaged");
    image
}

/// A change in the last block of the disk.
pub(super) fn corrupted(mut image: Image) -> Image {
    image.write(image.length() - SECTOR, b"corrupted");
    image
}

pub(super) fn cut(mut image: Image) -> Image {
    image.set_length(image.length() - SECTOR);
    image
}

/// The first sector that a replay changes gets other bytes.
pub(super) fn wrong(case: &Case<'_>) -> Image {
    let mut image = replayed(case);
    image.write(first_change(case) * SECTOR, b"neither old nor new");
    image
}

/// Only the last sector that a replay changes is as it was.
pub(super) fn half(case: &Case<'_>) -> Image {
    let mut image = case.image.clone();
    let number = first_change(case);
    image.write(number * SECTOR, replayed(case).bytes(number));
    image
}

pub(super) fn first_change(case: &Case<'_>) -> u64 {
    let changed = replayed(case).difference(case.image);
    let mut numbers = changed.into_iter();
    numbers
        .find(|number| !HEADER_SECTORS.contains(number))
        .expect("a change")
}

pub(super) const HANG: FailureKind = FailureKind::Hang { limit: None };
pub(super) const LEAK: FailureKind = FailureKind::Leaked { processes: 1 };

/// It shows the replayed disk and leaves the file as it is.
pub(super) fn shows_and_leaves_the_file(case: &Case<'_>) -> Outcome {
    Outcome::Accepted(Box::new(Accepted {
        file: Some(case.image.clone()),
        guest: guest_of(&replayed(case)),
        ..Accepted::default()
    }))
}
