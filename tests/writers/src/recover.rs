//! The program's own recovery of crash states, compared with that of a reader that follows the
//! format.
//!
//! Each state costs a start of the program, so a sample is tried: a few of every epoch, then evenly
//! among those. Contract: the same recording and limit give the same sample.

use std::fs::File;
use std::io;
use std::path::Path;

use rayon::prelude::*;
use vhdx_log::storage::Storage;
use vhdx_log_bench::contain::{Contained, Container, Folders, How, Limits, Stopped};
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::states::{self, Choice, Effort, Epoch};
use vhdx_log_image::SECTOR;

use crate::base::{BadBase, load};
use crate::guest::{View, for_each_changed, recover};
use crate::judge::{Found, Harm};
use crate::outside::Outside;

/// A program that recovers images.
pub struct Recoverer<'a> {
    /// The command; `{image}` stands for the path.
    pub words: &'a [String],
    pub limits: Limits,
    pub container: &'a Container,
    pub folders: &'a Folders,
}

/// Why a state could not be given to the program.
#[derive(Debug, thiserror::Error)]
pub enum NotRecovered {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("no private folder can be used")]
    Folder(#[from] io::Error),
    #[error("the image after the recovery cannot be read")]
    Image(#[from] BadBase),
    #[error("`{0}` cannot be started: {1}")]
    NotStarted(String, String),
}

/// What the program did with an image.
enum Answer {
    Accepted(DiskImage),
    Refused(String),
}

impl Recoverer<'_> {
    /// Has the program recover at most `limit` states of a recording. Returns how many, and the
    /// simplest finding of each harm.
    ///
    /// # Errors
    /// Why a state could not be given to it.
    pub fn judge(
        &self,
        outside: &Outside,
        limit: usize,
    ) -> Result<(usize, Vec<Found>), NotRecovered> {
        let sample = sample(outside, limit);
        let count = sample.len();
        let judged: Result<Vec<_>, _> = sample
            .into_par_iter()
            .map(|(cut, choice, state)| Ok((cut, choice, self.state(&state)?)))
            .collect::<Result<_, NotRecovered>>();
        let mut found: Vec<Found> = Vec::new();
        for (cut, choice, wrong) in judged? {
            let Some((harm, detail)) = wrong else {
                continue;
            };
            match found.iter_mut().find(|known| known.harm == harm) {
                Some(known) => known.count += 1,
                None => found.push(Found {
                    harm,
                    clause: None,
                    count: 1,
                    cut,
                    choice,
                    detail,
                }),
            }
        }
        Ok((count, found))
    }

    fn state(&self, state: &DiskImage) -> Result<Option<(Harm, String)>, NotRecovered> {
        let ours = recover(state);
        let first = self.run(state)?;
        let (ours, theirs) = match (ours, first) {
            (Err(_), Answer::Refused(_)) => return Ok(None),
            (Err(refusal), Answer::Accepted(_)) => {
                let detail = format!("the program opens a file that is to be refused: {refusal}");
                return Ok(Some((Harm::RecoveredElse, detail)));
            }
            (Ok(_), Answer::Refused(how)) => {
                let detail = format!("the program refuses a file that opens: {how}");
                return Ok(Some((Harm::RecoveredElse, detail)));
            }
            (Ok(ours), Answer::Accepted(theirs)) => (ours, theirs),
        };
        if let Some(offset) = first_difference(&theirs, &ours) {
            let detail = format!("offset {offset:#x} of the guest's disk differs");
            return Ok(Some((Harm::RecoveredElse, detail)));
        }
        let again = match self.run(&theirs)? {
            Answer::Accepted(again) => again,
            Answer::Refused(how) => {
                let detail = format!("the program refuses what it has recovered: {how}");
                return Ok(Some((Harm::NotOnce, detail)));
            }
        };
        Ok(first_difference(&again, &theirs).map(|offset| {
            let detail = format!("offset {offset:#x} of the guest's disk differs");
            (Harm::NotOnce, detail)
        }))
    }

    fn run(&self, image: &DiskImage) -> Result<Answer, NotRecovered> {
        let folder = self.folders.folder()?;
        let path = folder.file("image.vhdx");
        write(&path, image)?;
        let fill = |word: &String| word.replace("{image}", &path.to_string_lossy());
        let ended = self.container.run(&Contained {
            program: fill(&self.words[0]).into(),
            arguments: self.words[1..]
                .iter()
                .map(|word| fill(word).into())
                .collect(),
            folder: folder.path().to_owned(),
            limits: self.limits.clone(),
            stdout: None,
        })?;
        match ended.how {
            How::Exit(0) => Ok(Answer::Accepted(load(&File::open(&path)?)?)),
            How::NotStarted(why) => Err(NotRecovered::NotStarted(self.words[0].clone(), why)),
            how => {
                let said = ended.stderr.last_line().or(ended.stdout.last_line());
                Ok(Answer::Refused(format!(
                    "{how}; {}",
                    said.unwrap_or_default()
                )))
            }
        }
    }
}

/// The first byte of the guest's disk that differs in two recovered images.
fn first_difference(one: &DiskImage, other: &DiskImage) -> Option<u64> {
    let (Some(one), Some(other)) = (View::of(one), View::of(other)) else {
        return Some(0);
    };
    let mut first = None;
    for_each_changed(&one, &other, |sector, _, _| {
        first.get_or_insert(sector * SECTOR);
    });
    first
}

/// States of every epoch, at most so many.
fn sample(outside: &Outside, limit: usize) -> Vec<(usize, Choice, DiskImage)> {
    let mut all = Vec::new();
    for epoch in Epoch::all(&outside.base, &outside.trace) {
        let cut = epoch.requests.end;
        let _ = states::each::<()>(&epoch, Effort::SAMPLES, cut as u64, &mut |choice| {
            all.push((cut, choice.clone()));
            Ok(())
        });
    }
    let step = all.len().div_ceil(limit.max(1)).max(1);
    let chosen: Vec<_> = all.into_iter().step_by(step).collect();
    let epochs = Epoch::all(&outside.base, &outside.trace);
    let mut states = Vec::new();
    for epoch in epochs {
        let of_epoch = chosen.iter().filter(|(cut, _)| *cut == epoch.requests.end);
        let crashed = of_epoch.map(|(cut, choice)| (*cut, choice.clone(), epoch.crash(choice)));
        states.extend(crashed);
    }
    states
}

fn write(path: &Path, image: &DiskImage) -> io::Result<()> {
    let mut file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)?;
    file.set_len(image.length())?;
    for number in image.present(0..image.length().div_ceil(SECTOR)) {
        let here = (image.length() - number * SECTOR).min(SECTOR) as usize;
        file.write_at(number * SECTOR, &image.contents(number)[..here])?;
    }
    Ok(())
}
