//! `vhdx-log replay`: replays the log of an image, in place or into a copy. A refused image is
//! left unchanged (RPL-8).

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use vhdx_log::storage::Storage;
use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, LogState, OpenError, OpenOptions, examine};

use crate::file::copy::{self, Copy};
use crate::file::image::{self, Want};
use crate::report::replay::Replayed;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::progress::{Counted, Progress};
use vhdx_log_inspect::print::size::Size;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A refused image is left unchanged, byte for byte. A replay that is interrupted \
(power loss, disk full) leaves the image dirty; run the command again to finish.

Examples:
  vhdx-log replay disk.vhdx
  vhdx-log replay disk.vhdx --dry-run
  vhdx-log replay disk.vhdx --output replayed.vhdx")]
pub(crate) struct Args {
    /// The VHDX file
    image: PathBuf,
    /// Print what would be done, and change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Write the replayed image to COPY (sparse) and leave the original untouched
    #[arg(short, long, value_name = "COPY")]
    output: Option<PathBuf>,
    /// Overwrite COPY if it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// Refuse a replay that makes the file longer than SIZE, such as 40GiB [default: 65537GiB]
    #[arg(long, value_name = "SIZE")]
    max_size: Option<Size>,
    /// Output format: text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let progress = Progress::new("reading the log");
        let outcome = match &self.output {
            Some(output) => self.replay_copy(output, &progress),
            None if self.dry_run => self.check_in_place(&progress),
            None => self.replay_in_place(&progress),
        };
        match (outcome, self.format) {
            (Ok(replayed), Format::Text) => print(Exit::Done, |out| writeln!(out, "{replayed}")),
            (Ok(replayed), Format::Json) => print(Exit::Done, |out| write_json(out, &replayed)),
            (Err(Problem::Open(OpenError::Refused(refusal))), Format::Json) => {
                let refused = Replayed::refused(self.name(), &refusal);
                Failure::of_open(&self.image, &refusal.into()).report();
                print(Exit::Negative, |out| write_json(out, &refused))
            }
            (Err(Problem::Open(error)), _) => Err(self.failure(&error)),
            (Err(Problem::Other(failure)), _) => Err(failure),
        }
    }

    fn replay_in_place(&self, progress: &Progress) -> Result<Replayed, Problem> {
        let file = image::open(&self.image, Want::Write)?;
        self.replay(Counted::new(file, progress), None)
    }

    fn check_in_place(&self, progress: &Progress) -> Result<Replayed, Problem> {
        let file = image::open(&self.image, Want::Read)?;
        self.check(&Counted::new(file, progress))
    }

    /// Checks the image, copies it and replays the copy.
    fn replay_copy(&self, output: &Path, progress: &Progress) -> Result<Replayed, Problem> {
        let original = Counted::new(image::open(&self.image, Want::Read)?, progress);
        copy::check_name(output, &self.image, self.force)?;
        if let Err(TryLockError::WouldBlock) = original.storage.try_lock_shared() {
            return Err(Problem::Open(OpenError::Locked));
        }
        let checked = self.check(&original)?;
        if self.dry_run {
            return Ok(checked);
        }
        progress.start("copying");
        let mut copy = Copy::of(&original.storage, output, self.force, progress)?;
        progress.start("replaying the copy");
        let replayed = self.replay(Counted::new(copy.file(), progress), Some(output))?;
        copy.keep()?;
        Ok(replayed)
    }

    fn check(&self, file: &Counted<'_, File>) -> Result<Replayed, Problem> {
        let examination = examine(file, Access::Writable, self.max_size_bytes())?;
        Ok(match &examination.plan {
            None => Replayed::clean(self.name(), None),
            Some(plan) => Replayed::planned(self.name(), None, plan),
        })
    }

    /// Replays a file: the image or its copy.
    fn replay<S: Storage>(&self, file: S, output: Option<&Path>) -> Result<Replayed, Problem> {
        let options = OpenOptions::writable().max_file_size(self.max_size_bytes());
        let image = options.open(file)?;
        let output = output.map(|output| output.to_string_lossy().into_owned());
        Ok(match image.log() {
            LogState::Replayed(plan, applied) => Replayed::done(self.name(), output, plan, applied),
            _ => Replayed::clean(self.name(), output),
        })
    }

    fn failure(&self, error: &OpenError) -> Failure {
        let failure = Failure::of_open(&self.image, error);
        match error {
            OpenError::Io { .. } if self.output.is_some() => failure.with("; no copy was made"),
            OpenError::Io { .. } if !self.dry_run => {
                failure.with("; no data was lost; fix the problem and run the same command again")
            }
            _ => failure,
        }
    }

    fn max_size_bytes(&self) -> u64 {
        self.max_size.map_or(DEFAULT_MAX_FILE_SIZE, |size| size.0)
    }

    fn name(&self) -> String {
        self.image.to_string_lossy().into_owned()
    }
}

/// An error of the library about the image, or any other.
enum Problem {
    Open(OpenError),
    Other(Failure),
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}
