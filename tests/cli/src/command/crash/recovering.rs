//! `--recovery --exec COMMAND`: power is lost while a program replays the log of each vector.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Instant;

use vhdx_log_bench::contain::{Container, Folders, How, Limits};
use vhdx_log_bench::subject::{Placeholder, Template};
use vhdx_log_corpus::{Access, Corpus, Stored};
use vhdx_log_crash::checks::recovery;
use vhdx_log_crash::states::Effort;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_writers::base::load;
use vhdx_log_writers::judge::{Found, Judged, Settings, judge_recovery, moment};
use vhdx_log_writers::moment::Moment;
use vhdx_log_writers::record::{NotRecorded, Recorded, record};

use crate::report::crash_table::number;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::print;
use crate::terminal::progress;

/// Longer images say nothing more about a crash, and take long.
const IMAGE_AT_MOST: u64 = 64 << 20;

/// What the vectors showed.
#[derive(Default)]
struct Outcome {
    vectors: u64,
    /// Vectors that the program did not recover to its end.
    refused: BTreeMap<String, Vec<String>>,
    requests: u64,
    judged: Judged,
    /// By harm and clause: the vectors, and the first case.
    found: BTreeMap<String, (Vec<String>, Found, Moment)>,
}

/// Records the recovery of every vector that a conforming reader replays, and judges each.
pub(super) fn run(command: &str, seed: u64) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let command = Template::parse(command, &[Placeholder::Image])
        .map_err(|error| Failure::usage(error.to_string()))?
        .anchored();
    let stop = interrupt::stop();
    let container = Container::of_this_program(stop.clone());
    let unable = |message: String| Failure::unable(command.program().as_ref(), message);
    let folders = Folders::new().map_err(|error| unable(format!("no private folder: {error}")))?;
    let settings = Settings {
        effort: Effort::LIGHT,
        seed,
        stop: stop.clone(),
    };
    let vectors: Vec<&Stored> = Corpus::embedded()
        .iter()
        .filter(|one| is_meant(one))
        .collect();
    let bar = progress::steps(
        vectors.len() as u64,
        "{wide_bar} {human_pos} of {human_len}",
    );
    let mut outcome = Outcome::default();
    for stored in vectors {
        if stop.is_due() {
            break;
        }
        let recorded = one(stored, &command, &container, &folders)
            .map_err(|error| unable(vhdx_log_oracle::chain(&error)))?;
        if let Some(recorded) = recorded {
            outcome.add(&stored.vector.id, &recorded, &settings);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    report(&outcome, begun, &stop)
}

/// Whether every conforming program replays the image.
fn is_meant(stored: &Stored) -> bool {
    let vector = &stored.vector;
    vector.open.is_none()
        && vector.access == Access::Replay
        && !vector.has_parent
        && vector.max_file_size.is_none()
        && vector.image.size <= IMAGE_AT_MOST
}

/// The recovery of a vector; `None` when there is nothing to recover in it.
fn one(
    stored: &Stored,
    command: &Template,
    container: &Container,
    folders: &Folders,
) -> Result<Option<Recorded>, NotRecorded> {
    let folder = folders.folder().map_err(NotRecorded::Folder)?;
    let path = folder.file("vector.vhdx");
    let open = std::fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path);
    let mut file = open.map_err(NotRecorded::Folder)?;
    stored.write_to(&mut file).map_err(NotRecorded::Folder)?;
    let image = load(&file)?;
    let is_dirty = recovery(&image, 1).is_ok_and(|ours| ours.is_ok_and(|ours| ours.was_dirty));
    if !is_dirty {
        return Ok(None);
    }
    let limits = Limits::default();
    record(command.words(), Some(&path), &limits, container, folders).map(Some)
}

impl Outcome {
    fn add(&mut self, id: &str, recorded: &Recorded, settings: &Settings) {
        self.vectors += 1;
        let ended = &recorded.ended;
        if ended.how != How::Exit(0) {
            let said = ended.stderr.last_line().or(ended.stdout.last_line());
            let how = format!("{}; {}", ended.how, said.unwrap_or_default());
            self.refused.entry(how).or_default().push(id.to_owned());
        }
        self.requests += recorded.outside.trace.len() as u64;
        let Some(judged) = judge_recovery(&recorded.outside, settings) else {
            return;
        };
        for found in judged.found.values() {
            let clause = found
                .clause
                .map_or(String::new(), |clause| format!(" [{clause}]"));
            let kind = format!("{}{clause}", found.harm.name());
            let first = || (Vec::new(), found.clone(), moment(&recorded.outside, found));
            let (vectors, ..) = self.found.entry(kind).or_insert_with(first);
            vectors.push(id.to_owned());
        }
        self.judged.states += judged.states;
        self.judged.unique_states += judged.unique_states;
    }
}

fn report(outcome: &Outcome, begun: Instant, stop: &Stop) -> Result<Exit, Failure> {
    let exit = match (stop.is_asked(), outcome.found.is_empty()) {
        (true, _) => Exit::Interrupted,
        (false, _) if outcome.requests == 0 => Exit::NothingRun,
        (false, true) => Exit::Done,
        (false, false) => Exit::Negative,
    };
    print(exit, |out| write(out, outcome, begun))
}

fn write(out: &mut dyn Write, outcome: &Outcome, begun: Instant) -> io::Result<()> {
    writeln!(
        out,
        "{} vectors recovered, {} requests; {} crash states made, {} different ones judged, in \
         {:.1} s",
        number(outcome.vectors),
        number(outcome.requests),
        number(outcome.judged.states),
        number(outcome.judged.unique_states),
        begun.elapsed().as_secs_f64(),
    )?;
    for (how, vectors) in &outcome.refused {
        writeln!(
            out,
            "{} not recovered ({how}): {}",
            vectors.len(),
            some(vectors)
        )?;
    }
    for (kind, (vectors, found, moment)) in &outcome.found {
        writeln!(
            out,
            "\n{kind}: {} vectors: {}",
            vectors.len(),
            some(vectors)
        )?;
        writeln!(
            out,
            "  the first: a crash after {} requests, {} of {} pending changes lost\n  {}\n{moment}",
            found.cut,
            found.changes_lost(),
            found.choice.arrived.len(),
            found.detail,
        )?;
    }
    if outcome.found.is_empty() && outcome.requests > 0 {
        writeln!(
            out,
            "nothing of a log is lost, wherever its recovery is cut off (RPL-7)"
        )?;
    }
    Ok(())
}

/// The first names of a long list.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
