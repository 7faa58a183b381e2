//! `vhdx-log answer`: a built-in reader as an adapter, a program in another process. For tests of
//! the bench and of the hunt, and as a worked example of the protocol in Rust.

use std::fs::OpenOptions;
use std::io::{self, BufRead, Seek, SeekFrom, Write};
use std::path::Path;

use vhdx_log_bench::subject::adapter::messages::{Hello, Opened, PROTOCOL, Question, Reply, Said};
use vhdx_log_bench::subject::read_image;
use vhdx_log_corpus::Access;
use vhdx_log_image::SECTOR;
use vhdx_log_model::Image;
use vhdx_log_oracle::subject::{Case, FailureKind, Outcome, Subject};

use super::subjects;
use crate::terminal::exit::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// core, model, or flaw:NAME
    #[arg(long, value_name = "NAME")]
    subject: String,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let subject = subjects::builtin(&self.subject)?;
        let hello = Hello {
            protocol: PROTOCOL,
            name: subject.name(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            shows_file: true,
            limits_size: true,
            differencing: true,
            ..Hello::default()
        };
        for line in io::stdin().lock().lines() {
            let line = line.map_err(|error| Failure::usage(error.to_string()))?;
            let question = serde_json::from_str(&line)
                .map_err(|error| Failure::usage(format!("not a question: {error}")))?;
            let reply = match &question {
                Question::Bye => break,
                Question::Hello { .. } => Reply::Hello(hello.clone()),
                Question::Open { .. } => Reply::Opened(open(subject.as_ref(), &question)?),
            };
            say(&reply).map_err(|error| Failure::usage(error.to_string()))?;
        }
        Ok(Exit::Done)
    }
}

fn say(reply: &Reply) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, reply)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Opens an image as the reader does, and writes its file back.
fn open(subject: &dyn Subject, question: &Question) -> Result<Opened, Failure> {
    let Question::Open {
        id,
        image: path,
        access,
        limit,
        ..
    } = question
    else {
        return Err(Failure::usage("not a question about an image"));
    };
    let path = Path::new(path);
    let unable = |error: io::Error| Failure::unable(path, error.to_string());
    let image = read_image(path).map_err(unable)?;
    let outcome = subject.open(&Case {
        image: &image,
        access: *access,
        max_file_size: limit.as_ref().and_then(|limit| limit.parse().ok()),
    });
    if let (Some(after), Access::Replay) = (outcome.file(), access) {
        write(path, &image, after).map_err(unable)?;
    }
    let (answer, clause, message) = match outcome {
        Outcome::Accepted(_) => (Said::Accepted, None, None),
        Outcome::Refused {
            clause, message, ..
        } => (Said::Refused, clause, Some(message)),
        Outcome::Failed(failed) if matches!(failed.kind, FailureKind::Hang { .. }) => never(),
        Outcome::Failed(failed) => (Said::Unsupported, None, Some(failed.to_string())),
    };
    Ok(Opened {
        id: *id,
        answer,
        message,
        clause,
    })
}

/// A reader that never ends is one here, too: whoever asks has to end it.
fn never() -> ! {
    loop {
        std::thread::park();
    }
}

/// Writes what has changed.
fn write(path: &Path, before: &Image, after: &Image) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.set_len(after.length())?;
    for number in after.difference(before) {
        let offset = number * SECTOR;
        let within = after.length().saturating_sub(offset).min(SECTOR) as usize;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(&after.bytes(number)[..within])?;
    }
    Ok(())
}
