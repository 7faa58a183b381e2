//! `vhdx-log replay`: replays the log of an image, in place or into a copy. A refused image is
//! left unchanged (RPL-8).

use std::fs::File;
use std::path::{Path, PathBuf};

use vhdx_log::storage::Storage;
use vhdx_log::{DEFAULT_MAX_FILE_SIZE, Locking, LogState, OpenError, OpenOptions, Refusal};

use crate::file::copy::Copy;
use crate::file::fresh;
use crate::file::image::{self, Want};
use crate::file::in_use::{self, steady};
use crate::report::replay::{Outcome, Replayed};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::progress::{Counted, Progress};
use vhdx_log_inspect::print::size::Size;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Detach the disk first: an image that another program has open (QEMU, \
cloud-hypervisor, anything that locks it) is refused.

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
    /// Mark the log empty if no entry of its generation was ever written (SEQ-7): the writer
    /// stopped before its first one, so nothing is lost. Any other log without a valid sequence is
    /// refused all the same
    #[arg(long)]
    accept_empty_generation: bool,
    /// Go on where the file system has no locks, so that it cannot be made sure that no other
    /// program uses the image; one that is known to be in use is refused all the same
    #[arg(long)]
    no_lock: bool,
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
        let locking = match self.no_lock {
            true => Locking::WherePossible,
            false => Locking::Required,
        };
        Ok(self.replay(Counted::new(file, progress), locking, None)?)
    }

    fn check_in_place(&self, progress: &Progress) -> Result<Replayed, Problem> {
        let file = image::open(&self.image, Want::Read)?;
        let in_use = in_use::look(&self.image, &file);
        let checked = self.check(&Counted::new(file, progress))?;
        Ok(Replayed { in_use, ..checked })
    }

    /// Checks the image, copies it and replays the copy.
    fn replay_copy(&self, output: &Path, progress: &Progress) -> Result<Replayed, Problem> {
        let original = Counted::new(image::open(&self.image, Want::Read)?, progress);
        fresh::check_name(output, &self.image, self.force)?;
        let in_use = in_use::claim(&self.image, &original.storage);
        let checked = self.check(&original)?;
        if self.dry_run {
            return Ok(Replayed { in_use, ..checked });
        }
        let mut copy = steady(&original.storage, || {
            progress.start("copying");
            Copy::of(&original.storage, output, self.force, progress)
        })?;
        progress.start("replaying the copy");
        let file = Counted::new(copy.file(), progress);
        // Nobody else knows of the copy.
        let replayed = self
            .replay(file, Locking::Off, Some(output))
            .map_err(|error| self.failure_of_copy(output, error))?;
        copy.keep()?;
        Ok(Replayed { in_use, ..replayed })
    }

    fn check(&self, file: &Counted<'_, File>) -> Result<Replayed, Problem> {
        let examined = steady(&file.storage, || self.options().examine(file))?;
        let clean = Replayed::clean(self.name(), None);
        Ok(match (examined.plan, examined.nothing_logged) {
            (Some(plan), _) => Replayed::planned(self.name(), None, &plan),
            (None, Some(_)) => Replayed {
                outcome: Outcome::WouldMarkEmpty,
                ..clean
            },
            (None, None) => clean,
        })
    }

    /// Replays a file: the image or its copy.
    fn replay<S: Storage>(
        &self,
        file: S,
        locking: Locking,
        output: Option<&Path>,
    ) -> Result<Replayed, OpenError> {
        let image = self.options().locking(locking).open(file)?;
        let output = output.map(|output| output.to_string_lossy().into_owned());
        Ok(match image.log() {
            LogState::Replayed(plan, applied) => Replayed::done(self.name(), output, plan, applied),
            LogState::NothingLogged { .. } => Replayed {
                outcome: Outcome::MarkedEmpty,
                ..Replayed::clean(self.name(), output)
            },
            _ => Replayed::clean(self.name(), output),
        })
    }

    /// The failure of a replay of the copy. What is wrong with the device is wrong with the copy's.
    fn failure_of_copy(&self, output: &Path, error: OpenError) -> Problem {
        match error {
            OpenError::Io { .. } => Problem::Other(
                Failure::of_open(output, &error).with("; the partial copy was removed"),
            ),
            error => Problem::Open(error),
        }
    }

    fn failure(&self, error: &OpenError) -> Failure {
        let failure = Failure::of_open(&self.image, error);
        match error {
            OpenError::CannotLock { .. } => failure.with(
                "; if you know that no other program uses it, pass --no-lock, \
                 or replay a copy with --output COPY",
            ),
            OpenError::Refused(Refusal::TooLarge { .. }) => {
                failure.with("; --max-size SIZE changes the limit")
            }
            OpenError::Io { .. } if self.output.is_some() => failure.with("; no copy was made"),
            OpenError::Io { .. } if !self.dry_run => {
                failure.with("; no data was lost; fix the problem and run the same command again")
            }
            _ => failure,
        }
    }

    /// How an image is checked and opened.
    fn options(&self) -> OpenOptions {
        let max_size = self.max_size.map_or(DEFAULT_MAX_FILE_SIZE, |size| size.0);
        OpenOptions::writable()
            .max_file_size(max_size)
            .accept_empty_generation(self.accept_empty_generation)
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
