//! Making the table: every flaw on every vector.

use std::collections::BTreeMap;
use std::io;

use vhdx_log_corpus::{Corpus, Stored, Vector};
use vhdx_log_model::{Flaw, Image, Suspects, all_flaws};
use vhdx_log_oracle::digest::guest_of;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Case, Model, Outcome, Subject};
use vhdx_log_oracle::vector::VectorWithImage;

use super::table::{Act, DIGITS, Row, Table, letter};
use crate::assess::answer;
use crate::evidence::{guest_digest, seen};
use crate::run::each;

/// The table for some vectors of a corpus; partial when it is stopped. Vectors about time are left
/// out: each costs more than all others together.
///
/// # Errors
/// When an image of the corpus is damaged.
pub fn generate(
    corpus: &Corpus,
    chosen: impl Fn(&Vector) -> bool,
    jobs: usize,
    stop: &Stop,
) -> io::Result<Table> {
    let flaws: Vec<&'static Flaw> = all_flaws().collect();
    let stored: Vec<&Stored> = corpus
        .iter()
        .filter(|stored| stored.vector.limit_ms.is_none() && chosen(&stored.vector))
        .collect();
    let all = Suspects::new(flaws.iter().copied());
    let rows = each(&stored, jobs, stop, |stored| row(stored, &all))?;
    Ok(Table {
        flaws: flaws.iter().map(|flaw| flaw.name.to_owned()).collect(),
        rows: rows.into_iter().collect(),
    })
}

/// What each flaw does with a vector, where that is not what the format says.
fn row(stored: &Stored, all: &Suspects) -> io::Result<(String, Row)> {
    let loaded = VectorWithImage::load(stored)?;
    let mut reader = Reader::new(loaded.case());
    let right = reader.act(&Model::format());
    let suspects = Model::suspects(&loaded.case(), all);
    let is_suspect = |flaw: &Flaw| suspects.iter().any(|suspect| suspect.name == flaw.name);
    let numbered = all.flaws().enumerate();
    let acts = numbered
        .filter(|(_, flaw)| is_suspect(flaw))
        .map(|(number, flaw)| (number, reader.act(&Model::flawed(flaw))));
    let others = acts.filter(|(_, act)| *act != right).collect();
    let mut image = stored.vector.image.sha256.clone();
    image.truncate(DIGITS);
    let row = Row {
        image,
        right,
        others,
    };
    Ok((stored.vector.id.clone(), row))
}

/// Opens one image with many readers.
pub struct Reader<'a> {
    case: Case<'a>,
    /// The digests of the disks in the files that were shown, by the digests of the files. Many
    /// readers show the same.
    guests: BTreeMap<Option<String>, Option<String>>,
}

impl<'a> Reader<'a> {
    /// Opens this image, in this way.
    pub fn new(case: Case<'a>) -> Self {
        Self {
            case,
            guests: BTreeMap::new(),
        }
    }

    /// What a reader does with the image.
    pub fn act(&mut self, model: &Model) -> Act {
        let outcome = model.open(&self.case);
        let answer = answer(&outcome);
        let mut seen = seen(&self.case, &outcome, &answer);
        if let Outcome::Accepted(accepted) = &outcome
            && accepted.guest.is_none()
        {
            let shown = accepted.shown.as_ref();
            let key = seen.shown.clone().or_else(|| seen.file.clone());
            seen.guest = self.guest(key, shown);
        }
        Act::new(letter(&answer), &seen)
    }

    fn guest(&mut self, key: Option<String>, shown: Option<&Image>) -> Option<String> {
        let shown = shown?;
        let guest = || guest_of(shown).as_ref().map(guest_digest);
        self.guests.entry(key).or_insert_with(guest).clone()
    }
}
