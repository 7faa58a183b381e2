//! `vhdx-log vectors regenerate`: regenerates the corpus from its sources.

use std::fs;
use std::path::PathBuf;

use super::tree::{folder, read};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::print;
use vhdx_log_inspect::print::size::Size;
use vhdx_log_vectors::{MakeError, Regenerated};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Builds every image from its recipe, works out the expected result, checks it \
with core and model, and writes the files that differ: vectors and pages.

Ids never change. Vectors whose source was deleted are removed, which is a new \
major version of the corpus.")]
pub(crate) struct Args {
    /// Write nothing; exit with 1 when a file is out of date
    #[arg(long)]
    check: bool,
    /// The folder of the corpus (default: the source tree's)
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let folder = folder(self.corpus)?;
        let unable = |error: std::io::Error| Failure::unable(&folder, error.to_string());
        let existing = read(&folder)?;
        let regenerated = Regenerated::make(&existing, &interrupt::stop())
            .map_err(|errors| rejected(&errors))?
            .ok_or_else(|| Failure::interrupted("interrupted; nothing was written"))?;
        let files = regenerated.files();
        let stale = files
            .iter()
            .filter(|(path, contents)| fs::read(folder.join(path)).ok().as_ref() != Some(contents));
        let changed = if self.check {
            stale.count()
        } else {
            regenerated.write(&folder).map_err(unable)?
        };
        let exit = if self.check && changed > 0 {
            Exit::Negative
        } else {
            Exit::Done
        };
        let bytes: usize = files
            .iter()
            .filter(|(path, _)| path.extension() == Some("gz".as_ref()))
            .map(|(_, c)| c.len())
            .sum();
        print(exit, |out| {
            let verb = if self.check {
                "out of date"
            } else {
                "written or removed"
            };
            writeln!(
                out,
                "{} vectors, {} compressed; {changed} files {verb}",
                regenerated.made.len(),
                Size(bytes as u64)
            )
        })
    }
}

fn rejected(errors: &[MakeError]) -> Failure {
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    Failure::usage(lines.join("\n"))
}
