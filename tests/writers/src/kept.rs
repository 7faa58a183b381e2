//! A finding as a folder: what a bug report needs.
//!
//! | file | what |
//! |---|---|
//! | `README.md` | what was found, how, and how to see it again |
//! | `crash.vhdx.gz` | the image that the crash leaves |
//! | `base.vhdx.gz` | the image that the program began with |
//! | `writes.log` or `writes.trace` | what the program asked of the disk, up to the crash |
//! | `picture.txt`, `picture.svg` | the last requests before the crash, and which are lost |

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::history::History as OwnHistory;
use vhdx_log_crash::states::Epoch;
use vhdx_log_crash::trace_file;
use vhdx_log_crash::{Origin, Recording, Scenario, Stage};
use vhdx_log_image::{SECTOR, SECTOR_BYTES};

use crate::blklog;
use crate::judge::{Found, moment};
use crate::outside::Outside;

/// A finding that is kept.
pub struct Kept<'a> {
    pub outside: &'a Outside,
    pub found: &'a Found,
    /// The program and its version.
    pub program: &'a str,
    /// What it was told to do, a command line for each run.
    pub commands: &'a [Vec<String>],
}

/// The token that replays a finding on its trace.
pub fn token(outside: &Outside, found: &Found) -> String {
    Scenario {
        origin: Origin::TraceFile(outside.fingerprint),
        stages: vec![Stage::at(found.cut, &found.choice)],
        media: None,
    }
    .to_string()
}

impl Kept<'_> {
    /// The name of its folder.
    pub fn name(&self) -> String {
        let clause = self
            .found
            .clause
            .map_or(String::new(), |clause| format!("-{clause}"));
        let words = self
            .found
            .harm
            .name()
            .replace([',', ' '], "-")
            .replace("--", "-");
        format!("{words}{clause}").to_lowercase()
    }

    /// Writes the files into a folder that is there and empty.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let cut = self.up_to_the_crash();
        let picture = moment(&cut, self.found);
        std::fs::write(folder.join("picture.txt"), picture.to_string())?;
        std::fs::write(folder.join("picture.svg"), picture.svg())?;
        write_image(&folder.join("base.vhdx.gz"), &cut.base)?;
        if let Some(epoch) = Epoch::ending_at(&cut.base, &cut.trace, self.found.cut) {
            let state = epoch.crash(&self.found.choice);
            write_image(&folder.join("crash.vhdx.gz"), &state)?;
        }
        let (name, bytes) = trace_of(&cut);
        std::fs::write(folder.join(name), &bytes)?;
        let again = match cut.known.lengths {
            true => trace_file::TraceFile::new(&bytes)
                .map(|file| Outside::of_trace_file(&file))
                .map_err(io::Error::other)?,
            false => {
                let length = Some(cut.base.length());
                Outside::of_log(io::Cursor::new(&bytes), &cut.base, length)
                    .map_err(io::Error::other)?
            }
        };
        let found = Found {
            cut: again.trace.len(),
            ..self.found.clone()
        };
        let page = self.page(name, &again, &token(&again, &found), &picture.to_string());
        std::fs::write(folder.join("README.md"), page)
    }

    /// The recording without what came after the crash. A choice is of whole epochs, so all of the
    /// last one stays.
    fn up_to_the_crash(&self) -> Outside {
        let mut cut = self.outside.clone();
        cut.trace.truncate(self.found.cut);
        cut.opens.retain(|&open| open < self.found.cut);
        cut
    }

    fn page(&self, trace: &str, again: &Outside, token: &str, picture: &str) -> String {
        let Found {
            harm,
            clause,
            cut,
            detail,
            choice,
            ..
        } = self.found;
        let clause = clause.map_or(String::new(), |clause| format!(" [{clause}]"));
        let commands: Vec<String> = self.commands.iter().map(|words| words.join(" ")).collect();
        let length = match again.known.lengths {
            true => String::new(),
            false => format!(" --length {}", again.base.length()),
        };
        format!(
            "# {}{clause}\n\n{}\n\n- Program: {}\n- After: {cut} requests; of {} changes that no \
             flush had made stable, {} are lost\n- Found: {detail}\n\n\
             ## How\n\n```text\n{}\n```\n\n\
             The requests, up to the power loss:\n\n```text\n{picture}```\n\n## See it again\n\n\
             `crash.vhdx.gz` is the image after the crash.\n\n```text\ngunzip -k base.vhdx.gz \
             crash.vhdx.gz\nvhdx-log inspect crash.vhdx\nvhdx-log crash --trace {trace} --base \
             base.vhdx{length} --replay '{token}'\n```\n",
            harm.name(),
            harm.meaning(),
            self.program,
            choice.arrived.len(),
            self.found.changes_lost(),
            commands.join("\n"),
        )
    }
}

/// The trace as a file: with the lengths, where they are known.
fn trace_of(outside: &Outside) -> (&'static str, Vec<u8>) {
    if !outside.known.lengths {
        return ("writes.log", blklog::encode(&outside.trace));
    }
    let recording = Recording {
        base: outside.base.clone(),
        trace: outside.trace.clone(),
        opens: outside.opens.iter().map(|&open| open..open).collect(),
        history: OwnHistory::new(outside.base.clone()),
        fired_at: None,
    };
    ("writes.trace", trace_file::encode(&recording))
}

fn write_image(path: &Path, image: &DiskImage) -> io::Result<()> {
    let file = BufWriter::new(File::create_new(path)?);
    let mut packed = GzEncoder::new(file, Compression::fast());
    let sectors = image.length().div_ceil(SECTOR);
    for number in 0..sectors {
        let here = (image.length() - number * SECTOR).min(SECTOR_BYTES as u64) as usize;
        packed.write_all(&image.contents(number)[..here])?;
    }
    packed.finish()?.flush()
}
