//! `vhdx-log hunt`: searches for images on which one program is wrong.

mod folder;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use vhdx_log_bench::Candidate;
use vhdx_log_bench::record::SubjectState;
use vhdx_log_hunt::efficacy;
use vhdx_log_hunt::known::Known;
use vhdx_log_hunt::{Hunt, Settings, State};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::Subject;

use self::folder::Folder;
use super::subjects;
use crate::file::input::read_text;
use crate::report::hunt::text;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::print;
use crate::terminal::progress::steps;
use crate::terminal::threads::processors;

/// Without --cases and --time.
const DEFAULT_CASES: u64 = 20_000;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Makes images in many ways, has the program open each of them, and judges what it \
did. What is wrong is shrunk to the simplest image with the same mistake, asked \
again three times, and named by the flaw of the model that does the same around \
that image; what no flaw explains is `new`. Each mistake is reported once, and the \
hunt goes on past it.

Everything is kept in --output: a folder for each finding, with the image, a page \
to paste into a bug report and a script that repeats it with the program alone; \
index.html and index.md over all of them; known.toml for --known-failures; and the \
state that --resume goes on from.

The same seed gives the same hunt, as far as the program does the same. With \
--shard I/N, N machines share the work.

Exit codes, the first that holds:
  130  interrupted: what was found so far is kept
  8    the two implementations of this project differ: a mistake of ours
  6    the program failed its proof, so what it does means nothing
  5    the program is not installed
  1    a mistake was found
  0    none was found

Examples:
  vhdx-log hunt --subject flaw:tail-ignored --cases 2000
  vhdx-log hunt --profile qemu --time 600 --output qemu
  vhdx-log hunt --adapter 'python3 adapter.py' --time 3600 --output mine
  vhdx-log hunt --adapter 'python3 adapter.py' --resume mine --time 3600
  vhdx-log hunt --diff --adapter ./mine --subject core --time 60")]
pub(crate) struct Args {
    #[command(flatten)]
    subjects: subjects::Subjects,
    /// Decides everything random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after N cases, at the end of a round of up to 128 [default: 20000, without --time]
    #[arg(long, value_name = "N")]
    cases: Option<u64>,
    /// Stop after this many seconds
    #[arg(long, value_name = "SECONDS")]
    time: Option<u64>,
    /// Ask the program about this many cases at a time (default: one for each processor)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Do part I of N (0-based)
    #[arg(long, value_name = "I/N", default_value = "0/1")]
    shard: Shard,
    /// Findings that are expected (TOML, such as the known.toml of an earlier hunt): they are not
    /// reported
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Keep everything in DIR, which must not exist
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    output: Option<PathBuf>,
    /// Go on with the hunt that is kept in DIR; its seed and shard hold
    #[arg(long, value_name = "DIR")]
    resume: Option<PathBuf>,
    /// Look for images on which two programs differ, whichever is right: name both, the one that
    /// is to do as the other first
    #[arg(long)]
    diff: bool,
    /// Hunt every flaw of the model, and print how soon each is found; takes half an hour
    #[arg(long)]
    measure: bool,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let stop = interrupt::stop();
        if self.measure {
            return measure(&stop);
        }
        let known = self.known()?;
        let folder = self.folder()?;
        let before = folder.as_ref().map(Folder::state).transpose()?.flatten();
        let bench = subjects::Bench::new(&stop);
        let mut candidates = self.subjects.candidates(&bench)?;
        check_count(candidates.len(), self.diff)?;
        let other = if self.diff { candidates.pop() } else { None };
        let candidate = candidates.remove(0);
        let subject = subject_of(&candidate)?;
        let mut name = candidate.about.name.clone();
        if let Some(other) = &other {
            name = format!("{name} and {}", other.about.name);
        }
        let mut state = State::new(self.seed, self.shard, &name);
        if let Some(before) = before {
            if before.subject != name {
                return Err(Failure::usage(format!(
                    "the hunt to go on with is one for {}, and this is {name}",
                    before.subject
                )));
            }
            state = before;
        }
        let settings = self.settings(&state, known);
        let until = self.time.map(Duration::from_secs);
        let limited = until.map_or_else(|| stop.clone(), |time| stop.or_after(time));
        let hunt = match &other {
            None => Hunt::new(subject, &name, settings),
            Some(other) => Hunt::of_differences(subject, subject_of(other)?, &name, settings),
        };
        self.go(&hunt, &mut state, &limited, folder.as_ref(), &candidate)?;
        let exit = exit_of(&state, &stop);
        if let Some(folder) = &folder {
            folder.write(&state, &candidate)?;
        }
        print(exit, |out| {
            text::write(out, &state, folder.as_ref().map(Folder::path))
        })
    }

    fn known(&self) -> Result<Known, Failure> {
        let Some(path) = &self.known_failures else {
            return Ok(Known::default());
        };
        let known = Known::parse(&read_text(path)?);
        known.map_err(|error| Failure::wrong_file(path, error.to_string()))
    }

    fn folder(&self) -> Result<Option<Folder>, Failure> {
        match (&self.output, &self.resume) {
            (Some(output), _) => Folder::create(output).map(Some),
            (None, Some(resume)) => Folder::open(resume).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn settings(&self, state: &State, known: Known) -> Settings {
        let more = self.cases.or(self.time.is_none().then_some(DEFAULT_CASES));
        Settings {
            seed: state.seed,
            shard: state.shard,
            known,
            cases: more.map(|more| state.cases.saturating_add(more)),
            jobs: self.jobs.map_or_else(processors, usize::from),
            ..Settings::default()
        }
    }

    /// The hunt itself, with what it has found on disk after each finding.
    fn go(
        &self,
        hunt: &Hunt<'_>,
        state: &mut State,
        stop: &Stop,
        folder: Option<&Folder>,
        candidate: &Candidate,
    ) -> Result<(), Failure> {
        let length = self.time.or(self.cases).unwrap_or(DEFAULT_CASES);
        let bar = steps(length, "{wide_bar} {msg}");
        let (first_case, first_ms) = (state.cases, state.elapsed_ms);
        let (mut kept, mut failed) = (names(state), None);
        let ran = hunt.run(state, stop, &mut |state| {
            let (cases, ms) = (state.cases - first_case, state.elapsed_ms - first_ms);
            bar.set_position(if self.time.is_some() {
                ms / 1000
            } else {
                cases
            });
            bar.set_message(text::progress(state, cases, ms));
            let found = names(state);
            if let Some(folder) = folder.filter(|_| found != kept) {
                failed = folder.write(state, candidate).err().or(failed.take());
                kept = found;
            }
        });
        bar.finish_and_clear();
        ran.map_err(|error| Failure::usage(format!("--jobs: {error}")))?;
        failed.map_or(Ok(()), Err)
    }
}

/// The page of how soon each flaw is found.
fn measure(stop: &Stop) -> Result<Exit, Failure> {
    let bar = steps(0, "{pos} hunts");
    let page = efficacy::page(stop, &|| bar.inc(1));
    bar.finish_and_clear();
    let exit = match page.interrupted {
        true => Exit::Interrupted,
        false => Exit::Done,
    };
    print(exit, |out| out.write_all(page.text.as_bytes()))
}

fn names(state: &State) -> BTreeSet<String> {
    let names = state
        .findings
        .iter()
        .map(|finding| finding.name.to_string());
    names.collect()
}

/// One program is hunted, and two are compared.
fn check_count(named: usize, is_diff: bool) -> Result<(), Failure> {
    let options = "with --subject, --profile, --adapter, or --exec and --export";
    match (named, is_diff) {
        (1, false) | (2, true) => Ok(()),
        (_, false) => Err(Failure::usage(format!("name one program, {options}"))),
        (_, true) => Err(Failure::usage(format!(
            "--diff: name two programs, {options}"
        ))),
    }
}

/// The program, if it is here and believed.
fn subject_of(candidate: &Candidate) -> Result<&dyn Subject, Failure> {
    match (&candidate.about.state, &candidate.subject) {
        (_, Some(subject)) => Ok(subject.as_ref()),
        (SubjectState::FailedProof { reason }, None) => Err(Failure::disbelieved(reason.clone())),
        (state, None) => Err(Failure::nothing_run(missing(state))),
    }
}

fn missing(state: &SubjectState) -> String {
    match state {
        SubjectState::NotInstalled { looked_for } => {
            format!("the program is not installed (looked for {looked_for})")
        }
        SubjectState::Ran | SubjectState::FailedProof { .. } => {
            "there is no program to run".to_owned()
        }
    }
}

fn exit_of(state: &State, stop: &Stop) -> Exit {
    if stop.is_asked() {
        Exit::Interrupted
    } else if !state.disagreements.is_empty() {
        Exit::Disagreement
    } else if state.findings.is_empty() {
        Exit::Done
    } else {
        Exit::Negative
    }
}
