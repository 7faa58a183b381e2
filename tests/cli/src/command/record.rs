//! `vhdx-log record`: what a program asks of an image, into a trace file.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use vhdx_log_bench::contain::{Container, Folders, How, Limits};
use vhdx_log_bench::subject::{Placeholder, Template};
use vhdx_log_writers::record::{NotRecorded, Recorded, record};

use crate::file::image::{Want, open};
use crate::file::output::write_file;
use crate::report::crash_table::number;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::print;

/// How long a program may take by default, in seconds.
pub(super) const TIMEOUT: u64 = 60;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Mounts a private file system that holds nothing but the image, runs the program on \
it, and records each write, change of length, hole and flush with its data and its \
order. The program runs contained, on a copy: IMAGE itself is not changed. It needs \
Linux and /dev/fuse.

`vhdx-log crash --trace TRACE` then says which request breaks which clause, and \
what a crash may leave.

Examples:
  vhdx-log record --out qemu.trace --image disk.vhdx -- qemu-io -c 'write 0 64k' {image}
  vhdx-log record --out convert.trace -- qemu-img convert -O vhdx /tmp/disk.raw {image}")]
pub(super) struct Args {
    /// The trace file to write
    #[arg(long, value_name = "TRACE")]
    out: PathBuf,
    /// The image that the program begins with [default: an empty file]
    #[arg(long, value_name = "IMAGE")]
    image: Option<PathBuf>,
    /// Kill the program after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT)]
    timeout: u64,
    /// Overwrite the trace file if it exists
    #[arg(long)]
    force: bool,
    /// The program and its arguments; {image} stands for the path of the image
    #[arg(last = true, required = true, value_name = "PROG")]
    command: Vec<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let command = Template::of_words(self.command, &[Placeholder::Image])
            .map_err(|error| Failure::usage(error.to_string()))?;
        let recorded = recorded(command, self.image.as_ref(), self.timeout)?;
        write_file(&self.out, self.force, |file| {
            file.write_all(&recorded.trace_file)
        })?;
        print(Exit::Done, |out| {
            let requests = number(recorded.outside.trace.len() as u64);
            writeln!(
                out,
                "recorded {requests} requests in {}",
                self.out.display()
            )?;
            for line in remarks(&recorded) {
                writeln!(out, "{line}")?;
            }
            Ok(())
        })
    }
}

/// Records a command on a copy of an image.
pub(super) fn recorded(
    command: Template,
    image: Option<&PathBuf>,
    timeout: u64,
) -> Result<Recorded, Failure> {
    if let Some(image) = image {
        open(image, Want::Read)?;
    }
    let command = command.anchored();
    let container = Container::of_this_program(interrupt::stop());
    let unable = |message: String| Failure::unable(command.program().as_ref(), message);
    let folders = Folders::new().map_err(|error| unable(format!("no private folder: {error}")))?;
    let limits = Limits::default().within(Duration::from_secs(timeout));
    let image = image.map(PathBuf::as_path);
    let recorded = record(command.words(), image, &limits, &container, &folders).map_err(
        |error| match error {
            NotRecorded::Stopped(_) => Failure::interrupted("nothing was recorded"),
            error => unable(vhdx_log_oracle::chain(&error)),
        },
    )?;
    match &recorded.ended.how {
        How::NotStarted(why) => Err(unable(format!("it cannot be started: {why}"))),
        _ => Ok(recorded),
    }
}

/// What a person should know about a recording.
pub(super) fn remarks(recorded: &Recorded) -> Vec<String> {
    let mut remarks = Vec::new();
    let ended = &recorded.ended;
    if ended.how != How::Exit(0) {
        let said = ended.stderr.last_line().or(ended.stdout.last_line());
        let said = said.map_or(String::new(), |said| format!("; it printed: {said}"));
        remarks.push(format!("the program ended badly: {}{said}", ended.how));
    }
    if recorded.outside.trace.is_empty() {
        remarks.push("the program changed nothing".to_owned());
    } else if !recorded
        .outside
        .trace
        .iter()
        .any(|request| request.is_barrier())
    {
        remarks.push("the program never flushed: a crash can lose all it wrote".to_owned());
    }
    for (what, count) in &recorded.notes {
        let count = number(*count);
        remarks.push(format!("not recorded and refused, {count} times: {what}"));
    }
    remarks
}
