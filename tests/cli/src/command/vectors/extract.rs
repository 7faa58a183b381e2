//! `vhdx-log vectors extract`: writes vectors as plain files.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use vhdx_log_corpus::Stored;

use crate::command::selection::{Filter, chosen};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
For each vector, writes ID.vhdx (the image) and ID.json (the expected result).

Examples:
  vhdx-log vectors extract wrap-between-entries
  vhdx-log vectors extract --topic ring --to ring
  vhdx-log vectors extract '*' --to all")]
pub(crate) struct Args {
    /// Ids; `*` matches any characters, `?` one
    #[arg(required_unless_present_any = ["topic", "clause", "strength"])]
    patterns: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    /// The folder; created if it does not exist
    #[arg(long, value_name = "DIR", default_value = ".")]
    to: PathBuf,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let vectors = chosen(&self.patterns, &self.filter)?;
        let write = |stored: &&Stored| {
            write(&self.to, stored).map_err(|error| Failure::unable(&self.to, error.to_string()))
        };
        vectors.iter().try_for_each(write)?;
        print(Exit::Done, |out| {
            vectors.iter().try_for_each(|stored| {
                let image = self.to.join(format!("{}.vhdx", stored.vector.id));
                writeln!(out, "{}", image.display())
            })
        })
    }
}

fn write(folder: &Path, stored: &Stored) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let id = &stored.vector.id;
    stored.write_to(&mut File::create(folder.join(format!("{id}.vhdx")))?)?;
    fs::write(
        folder.join(format!("{id}.json")),
        serde_json::to_string_pretty(&stored.vector)? + "\n",
    )
}
