//! The states of one epoch, judged against what was stable when it began.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use vhdx_log::{OpenError, Refusal};
use vhdx_log_crash::checks::recovery;
use vhdx_log_crash::disk::{DiskImage, mix};
use vhdx_log_crash::states::Epoch;
use vhdx_log_image::{HEADER_SECTORS, SECTOR};
use vhdx_log_model::Header;

use super::harm::Harm;
use crate::guest::{History, PIECE_BYTES, Structure, View, Wrong, for_each_changed, hash_of};

/// Judges the states of one epoch.
pub struct Judge<'a> {
    history: &'a History,
    requests: Range<usize>,
    /// What every crash leaves, but for what changes of the epoch replace.
    stable: DiskImage,
    /// What a reader finds when nothing of the epoch arrived; `None` when the file has not been an
    /// image that opens.
    reference: Option<View>,
    /// The structures of the states so far, by a hash of the sectors in which they differ from the
    /// reference.
    structures: HashMap<u64, Result<Arc<Structure>, String>>,
}

/// What is wrong with a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrongdoing {
    pub harm: Harm,
    pub clause: Option<&'static str>,
    pub detail: String,
}

impl<'a> Judge<'a> {
    pub fn new(history: &'a History, epoch: &Epoch) -> Self {
        let begin = epoch.requests.start;
        let reference = match history.before_refused.get(&begin) {
            Some(before) => before.clone(),
            None => View::of(&epoch.stable),
        };
        Self {
            history,
            requests: epoch.requests.clone(),
            stable: epoch.stable.clone(),
            reference,
            structures: HashMap::new(),
        }
    }

    /// Whether the file has been an image that opens, so that anything can be expected.
    pub const fn expects_anything(&self) -> bool {
        self.reference.is_some()
    }

    /// Judges a state of the epoch: the worst that is wrong with it.
    ///
    /// # Errors
    /// What is wrong.
    pub fn state(&mut self, state: &DiskImage) -> Result<(), Wrongdoing> {
        let recovered = match recovery(state, 1) {
            Err(violation) => {
                let detail = format!("{}: {}", violation.property, violation.detail);
                return wrong(Harm::OurReader, None, detail);
            }
            Ok(Err(refusal)) => return self.refused(&refusal, state),
            Ok(Ok(recovered)) => recovered.image,
        };
        let Some(reference) = self.reference.clone() else {
            return Ok(());
        };
        let structure = match self.structure(&recovered, &reference) {
            Ok(structure) => structure,
            Err(problem) => return wrong(Harm::Unsound, None, problem),
        };
        let view = View {
            image: recovered,
            structure,
        };
        let mut worst = self.guest(&view, &reference);
        if let Some(problem) = view.structure.problem() {
            let unsound = Wrongdoing {
                harm: Harm::Unsound,
                clause: None,
                detail: problem.to_owned(),
            };
            worst = worst
                .filter(|worst| worst.harm < Harm::Unsound)
                .or(Some(unsound));
        }
        worst.map_or(Ok(()), Err)
    }

    /// The structure of a recovered state. Most states have that of the reference.
    fn structure(&mut self, image: &DiskImage, than: &View) -> Result<Arc<Structure>, String> {
        let changed = image.difference(&than.image).into_iter();
        let structural = changed
            .filter(|&number| image.is_visible(number))
            .filter(|&number| than.structure.guest_sector(number).is_none());
        let mut hash = image.length();
        let mut is_same = image.length() == than.image.length();
        for number in structural {
            is_same = false;
            let sector = image.sector(number).map_or(0, |sector| sector.hash());
            hash = mix(hash ^ mix(number) ^ sector.rotate_left(7));
        }
        if is_same {
            return Ok(Arc::clone(&than.structure));
        }
        let read = || {
            let structure = Structure::read(image).map_err(|error| error.to_string())?;
            Ok(Arc::new(structure))
        };
        self.structures.entry(hash).or_insert_with(read).clone()
    }

    /// The worst that is wrong with the guest's disk.
    fn guest(&self, view: &View, reference: &View) -> Option<Wrongdoing> {
        let mut worst: Option<(Harm, u64)> = None;
        for_each_changed(view, reference, |sector, found, expected| {
            let pieces = found.chunks(PIECE_BYTES).zip(expected.chunks(PIECE_BYTES));
            for (index, (found, expected)) in (0..).zip(pieces) {
                if found == expected {
                    continue;
                }
                let piece = sector * (SECTOR / PIECE_BYTES as u64) + index;
                let harm = match self.history.check(piece, hash_of(found), &self.requests) {
                    Ok(()) => continue,
                    Err(Wrong::Lost) => Harm::Lost,
                    Err(Wrong::Foreign) => Harm::Foreign,
                    Err(Wrong::Unwritten) => Harm::Unwritten,
                };
                if worst.is_none_or(|(known, _)| harm < known) {
                    worst = Some((harm, piece));
                }
            }
        });
        let (harm, piece) = worst?;
        let at = piece * PIECE_BYTES as u64;
        let detail = format!(
            "offset {at:#x} of the guest's disk holds {}",
            match harm {
                Harm::Lost => "older data than what was stable",
                Harm::Foreign => "data that was never written there",
                _ => "other data, and nobody wrote to it",
            }
        );
        Some(Wrongdoing {
            harm,
            clause: None,
            detail,
        })
    }

    /// Judges what the reference itself shows, where the history knows more than the trace.
    ///
    /// # Errors
    /// The first piece that is wrong.
    pub fn reference(&self) -> Result<(), Wrongdoing> {
        let Some(reference) = &self.reference else {
            return Ok(());
        };
        let per_sector = SECTOR / PIECE_BYTES as u64;
        let mut pieces: Vec<u64> = self.history.told().collect();
        pieces.sort_unstable();
        for piece in pieces {
            let within = (piece % per_sector) as usize * PIECE_BYTES;
            let sector = reference.sector(piece / per_sector);
            let found = hash_of(&sector[within..within + PIECE_BYTES]);
            let Err(how) = self.history.check_told(piece, found, &self.requests) else {
                continue;
            };
            let at = piece * PIECE_BYTES as u64;
            return match how {
                Wrong::Lost => wrong(
                    Harm::Lost,
                    None,
                    format!(
                        "offset {at:#x} of the guest's disk holds older data than what the \
                         program acknowledged"
                    ),
                ),
                Wrong::Foreign | Wrong::Unwritten => wrong(
                    Harm::Foreign,
                    None,
                    format!(
                        "offset {at:#x} of the guest's disk holds data that was never written \
                         there"
                    ),
                ),
            };
        }
        Ok(())
    }

    /// SEQ-7 is a class of its own where the generation that the header names has never had a
    /// stable entry: only the window between the two causes it.
    fn refused(&self, refusal: &OpenError, state: &DiskImage) -> Result<(), Wrongdoing> {
        let is_unstarted = || {
            let guid = named_generation(state)?;
            let stable = &self.stable;
            let mut log = stable.present(stable.log()).into_iter();
            let is_entry = |number| {
                let bytes = stable.contents(number);
                bytes.starts_with(b"loge") && bytes[32..48] == guid
            };
            (!log.any(is_entry)).then_some(())
        };
        let harm = match refusal.refusal() {
            Some(Refusal::NoActiveSequence { .. }) if is_unstarted().is_some() => {
                Harm::NothingLogged
            }
            _ => Harm::Refused,
        };
        let clause = refusal.clause().map(|clause| clause.id());
        wrong(harm, clause, refusal.to_string())
    }
}

/// LogGuid of the current header.
fn named_generation(image: &DiskImage) -> Option<[u8; 16]> {
    let headers = HEADER_SECTORS.map(|number| Header::parse(image.contents(number)));
    let valid = HEADER_SECTORS.map(|number| image.contents(number).starts_with(b"head"));
    let named = headers.into_iter().zip(valid).filter(|(_, valid)| *valid);
    let newest = named.max_by_key(|(header, _)| header.sequence_number);
    newest.map(|(header, _)| header.log_guid)
}

fn wrong(harm: Harm, clause: Option<&'static str>, detail: String) -> Result<(), Wrongdoing> {
    Err(Wrongdoing {
        harm,
        clause,
        detail,
    })
}
