//! `vhdx-log replay`: the log written back, to the image or to a copy.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use vhdx_log::storage::Storage;
use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, LogState, OpenError, OpenOptions, examine};

use crate::file::copy::{self, Copy};
use crate::file::image::{self, Want};
use crate::report::replay::Replayed;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::progress::{Watch, Watched};
use vhdx_log_inspect::print::size::Size;

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A refused image is left as it was, byte for byte. A replay that is cut off (no
power, no room) leaves the image dirty; the next one finishes the job.

Examples:
  vhdx-log replay disk.vhdx
  vhdx-log replay disk.vhdx --dry-run
  vhdx-log replay disk.vhdx --output replayed.vhdx")]
pub(crate) struct Args {
    /// The VHDX file
    image: PathBuf,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Leave the image alone and replay a copy of it, which keeps the holes
    #[arg(short, long, value_name = "COPY")]
    output: Option<PathBuf>,
    /// Replace COPY if it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// Refuse to make the file longer than this, such as 40GiB [default: 65537GiB]
    #[arg(long, value_name = "SIZE")]
    max_size: Option<Size>,
    /// text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let watch = Watch::new("reading the log");
        let outcome = match &self.output {
            Some(output) => self.replay_copy(output, &watch),
            None if self.dry_run => self.replay_nothing(&watch),
            None => self.replay_in_place(&watch),
        };
        match (outcome, self.format) {
            (Ok(replayed), Format::Text) => print(Exit::Done, |out| writeln!(out, "{replayed}")),
            (Ok(replayed), Format::Json) => print(Exit::Done, |out| write_json(out, &replayed)),
            (Err(Problem::Open(OpenError::Refused(refusal))), Format::Json) => {
                let refused = Replayed::refused(self.name(), &refusal);
                print(Exit::Refused, |out| write_json(out, &refused))?;
                Err(Failure::of_open(&self.image, &refusal.into()))
            }
            (Err(Problem::Open(error)), _) => Err(self.failure(&error)),
            (Err(Problem::Other(failure)), _) => Err(failure),
        }
    }

    /// Replays the image itself.
    fn replay_in_place(&self, watch: &Watch) -> Result<Replayed, Problem> {
        let file = image::open(&self.image, Want::Write)?;
        self.replay(
            Watched {
                storage: file,
                watch,
            },
            None,
        )
    }

    /// Only checks the image.
    fn replay_nothing(&self, watch: &Watch) -> Result<Replayed, Problem> {
        let file = image::open(&self.image, Want::Read)?;
        self.check(&Watched {
            storage: file,
            watch,
        })
    }

    /// Checks the image, copies it and replays the copy.
    fn replay_copy(&self, output: &Path, watch: &Watch) -> Result<Replayed, Problem> {
        let original = Watched {
            storage: image::open(&self.image, Want::Read)?,
            watch,
        };
        copy::check_name(output, &self.image, self.force)?;
        if let Err(TryLockError::WouldBlock) = original.storage.try_lock_shared() {
            return Err(Problem::Open(OpenError::Locked));
        }
        let checked = self.check(&original)?;
        if self.dry_run {
            return Ok(checked);
        }
        watch.turn_to("copying");
        let mut copy = Copy::of(&original.storage, output, self.force, watch)?;
        watch.turn_to("replaying the copy");
        let replayed = self.replay(
            Watched {
                storage: copy.file(),
                watch,
            },
            Some(output),
        )?;
        copy.keep()?;
        Ok(replayed)
    }

    /// What a replay would do.
    fn check(&self, file: &Watched<'_, File>) -> Result<Replayed, Problem> {
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
            LogState::Empty | LogState::Overlaid(_) | LogState::Dirty(_) => {
                Replayed::clean(self.name(), output)
            }
        })
    }

    fn failure(&self, error: &OpenError) -> Failure {
        let failure = Failure::of_open(&self.image, error);
        match error {
            OpenError::Io { .. } if self.output.is_some() => failure.with("; no copy was made"),
            OpenError::Io { .. } if !self.dry_run => {
                failure.with("; nothing is lost: put that right, and run the same command again")
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

/// What can go wrong: with the image, or around it.
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
