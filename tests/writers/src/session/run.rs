//! Carrying out a session with a program, contained, and recording it.
//!
//! Contract: the program works in a private folder, which is gone afterwards. It may crash, hang or
//! write nothing: what it asked of the disk until then is a recording all the same, and what it did
//! not end well is not acknowledged.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use vhdx_log_bench::contain::{Contained, Container, Ended, Folders, How, Limits, Stopped};
use vhdx_log_crash::disk::DiskImage;

use super::operation::{Operation, Session};
use super::profile::{Filling, Profile};
use super::written::add_session;
use crate::base::{BadBase, load};
use crate::guest::History;
use crate::outside::{BadRecording, Outside};

/// A session that a program carried out.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub outside: Outside,
    /// What the guest may find, by the requests and by what the program was told.
    pub history: History,
    /// How each run ended.
    pub ended: Vec<Ended>,
    /// The command of each run.
    pub commands: Vec<Vec<String>>,
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("no private folder can be made")]
    Folder(#[source] io::Error),
    #[error("`{command}` made no image: {how}; it printed: {printed}")]
    NotCreated {
        command: String,
        how: How,
        printed: String,
    },
    #[error("the image that the program replaced or removed cannot be read")]
    Gone(#[source] io::Error),
    #[error(transparent)]
    Base(#[from] BadBase),
    #[error(transparent)]
    Recording(#[from] BadRecording),
}

/// Has a program carry out a session.
///
/// # Errors
/// Why there is no recording. A program that ends badly has one.
pub fn record(
    profile: &Profile,
    session: &Session,
    seed: u64,
    container: &Container,
    folders: &Folders,
) -> Result<Recorded, NotRecorded> {
    let folder = folders.folder().map_err(NotRecorded::Folder)?;
    let image = folder.file("image.vhdx");
    let numbers = 0..session.runs.len();
    let logs: Vec<PathBuf> = numbers
        .map(|number| folder.file(&format!("log-{number}")))
        .collect();
    let cache = match profile.cache.len() {
        0 => "",
        count => &profile.cache[(seed % count as u64) as usize],
    };
    let filling = |log| Filling {
        image: &image,
        log,
        disk_bytes: session.disk_bytes,
        cache,
    };
    let run = |words: &[String]| contained(words, folder.path(), container);
    let create = profile.create_words(filling(Path::new("")));
    let created = run(&create)?;
    if created.how != How::Exit(0) {
        return Err(NotRecorded::NotCreated {
            command: create.join(" "),
            how: created.how.clone(),
            printed: created.stderr.last_line().unwrap_or_default(),
        });
    }
    let base = load_file(&image)?;
    let (mut ended, mut commands) = (Vec::new(), Vec::new());
    for (log, operations) in logs.iter().zip(&session.runs) {
        File::create(log).map_err(NotRecorded::Folder)?;
        let words = profile.run_words(filling(log), &profile.supported(operations));
        let how = run(&words)?;
        let goes_on = how.how == How::Exit(0);
        ended.push(how);
        commands.push(words);
        if !goes_on {
            break;
        }
    }
    let length = fs::metadata(&image).map_err(NotRecorded::Gone)?.len();
    let outside = of_logs(&logs[..ended.len()], &base, length)?;
    let history = history(&outside, profile, session, &ended);
    Ok(Recorded {
        outside,
        history,
        ended,
        commands,
    })
}

impl Profile {
    /// Runs the program so that it prints its version.
    ///
    /// # Errors
    /// Why it was not run.
    pub fn ask_version(
        &self,
        container: &Container,
        folders: &Folders,
    ) -> Result<Ended, NotRecorded> {
        let folder = folders.folder().map_err(NotRecorded::Folder)?;
        Ok(contained(&self.version, folder.path(), container)?)
    }
}

/// What the guest may find.
fn history(outside: &Outside, profile: &Profile, session: &Session, ended: &[Ended]) -> History {
    let mut history = History::of_trace(outside);
    let starts = [0].into_iter().chain(outside.opens.iter().copied());
    let ends = outside.opens.iter().copied().chain([outside.trace.len()]);
    let ended_well = ended.iter().map(|ended| ended.how == How::Exit(0));
    let runs: Vec<_> = starts
        .zip(ends)
        .map(|(start, end)| start..end)
        .zip(ended_well)
        .collect();
    let supported = |run: &Vec<Operation>| profile.supported(run);
    let told = Session {
        disk_bytes: session.disk_bytes,
        runs: session.runs.iter().map(supported).collect(),
    };
    add_session(&mut history, &told, &runs);
    history
}

fn of_logs(logs: &[PathBuf], base: &DiskImage, length: u64) -> Result<Outside, NotRecorded> {
    let opened: io::Result<Vec<_>> = logs.iter().map(File::open).collect();
    let mut opened = opened.map_err(NotRecorded::Gone)?;
    // A program that asked nothing of the disk wrote no head either.
    opened.retain(|log| log.metadata().is_ok_and(|metadata| metadata.len() > 0));
    let readers = opened.into_iter().map(BufReader::new).collect();
    Ok(Outside::of_logs(readers, base, Some(length))?)
}

fn load_file(path: &Path) -> Result<DiskImage, NotRecorded> {
    let file = File::open(path).map_err(NotRecorded::Gone)?;
    Ok(load(&file)?)
}

fn contained(words: &[String], folder: &Path, container: &Container) -> Result<Ended, Stopped> {
    let (program, arguments) = words.split_first().expect("a command has a program");
    container.run(&Contained {
        program: program.into(),
        arguments: arguments.iter().map(Into::into).collect(),
        folder: folder.to_owned(),
        limits: Limits::default(),
        stdout: None,
    })
}
