//! `vhdx-log vectors extract`: writes vectors as plain files.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use crate::command::selection::{Filter, chosen};
use crate::file::fresh::check_free;
use crate::file::output::write_file;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_bench::Pattern;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
For each vector, writes ID.vhdx (the image) and ID.json (the expected result). \
The scripts in corpus/adapters take such a folder as well as the corpus.

Examples:
  vhdx-log vectors extract wrap-between-entries
  vhdx-log vectors extract --topic ring --to ring
  vhdx-log vectors extract '*' --to all")]
pub(crate) struct Args {
    /// Ids; `*` matches any characters, `?` one
    #[arg(required_unless_present_any = ["topic", "clause", "strength"])]
    patterns: Vec<Pattern>,
    #[command(flatten)]
    filter: Filter,
    /// The folder; created if it does not exist
    #[arg(long, value_name = "DIR", default_value = ".")]
    to: PathBuf,
    /// Overwrite files that exist
    #[arg(long)]
    force: bool,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let vectors = chosen(&self.patterns, &self.filter)?;
        let paths: Vec<[PathBuf; 2]> = vectors
            .iter()
            .map(|stored| {
                let path = |kind| self.to.join(format!("{}.{kind}", stored.vector.id));
                [path("vhdx"), path("json")]
            })
            .collect();
        // All are looked at before one is written.
        paths
            .iter()
            .flatten()
            .try_for_each(|path| check_free(path, self.force))?;
        fs::create_dir_all(&self.to).map_err(|error| {
            Failure::unable(&self.to, format!("cannot make the folder: {error}"))
        })?;
        for (stored, [image, expected]) in vectors.iter().zip(&paths) {
            write_file(image, self.force, |file| stored.write_to(file))?;
            write_file(expected, self.force, |file| {
                let text = serde_json::to_string_pretty(&stored.vector)? + "\n";
                file.write_all(text.as_bytes())
            })?;
        }
        print(Exit::Done, |out| {
            paths
                .iter()
                .try_for_each(|[image, _]| writeln!(out, "{}", image.display()))
        })
    }
}
