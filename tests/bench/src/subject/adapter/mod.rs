//! A program that is started once and asked about many images: JSON lines on its standard input and
//! output.
//!
//! Each worker of a run has a process of its own. One that hangs, crashes or breaks the protocol is
//! ended, and the next image gets a new one; the run goes on.

pub mod conversation;
pub mod messages;
mod place;
mod process;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use vhdx_log_corpus::Access;
use vhdx_log_oracle::subject::{
    Case, Crash, FailureKind, Opens, Outcome, Profile, Ran, Subject, Transcript,
};

use self::messages::{Hello, Opened, PROTOCOL, Question, Reply, Said};
use self::place::Place;
use self::process::{NoAnswer, Process};
use super::outcome::{Answer, Findings, OnDisk, SIGKILL, environment, killed_from_outside};
use crate::contain::{Contained, Container, Ended, Folder, Folders, How, Limits, remove_folder};

/// A program outside, asked through an adapter.
pub struct Adapter {
    words: Vec<String>,
    /// The time for one image.
    limit: Duration,
    container: Container,
    folders: Arc<Folders>,
    hello: Hello,
    /// Processes that wait for a question.
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    processes: Vec<Process>,
    next_id: u64,
}

/// Why an adapter cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdapterError {
    #[error("it could not be started: {0}")]
    NotStarted(String),
    #[error("it does not say hello: {0}")]
    NoHello(String),
}

impl Adapter {
    /// Starts an adapter and has it say hello. `words` are its command; they need no placeholder.
    ///
    /// # Errors
    /// When it cannot be started, or does not say hello in time.
    pub fn start(
        words: Vec<String>,
        container: Container,
        folders: Arc<Folders>,
    ) -> Result<Self, AdapterError> {
        let mut adapter = Self {
            words,
            limit: Limits::DEFAULT_WALL,
            container,
            folders,
            hello: Hello::default(),
            idle: Mutex::default(),
        };
        let (process, hello) = adapter.new_process()?;
        adapter.hello = hello;
        adapter.put_back(process);
        Ok(adapter)
    }

    /// The same with this time for one image.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// What it says of itself.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    fn new_process(&self) -> Result<(Process, Hello), AdapterError> {
        let mut process = start(&self.words, &self.container, &self.folders)?;
        let hello = Question::Hello { protocol: PROTOCOL };
        let said = process.ask(&hello, Limits::DEFAULT_WALL, self.container.stop());
        match said {
            Ok(Reply::Hello(hello)) if hello.protocol == PROTOCOL => Ok((process, hello)),
            Ok(Reply::Hello(hello)) => Err(AdapterError::NoHello(format!(
                "it speaks protocol {}, and this is {PROTOCOL}",
                hello.protocol
            ))),
            Ok(other) => Err(AdapterError::NoHello(format!("it answers {other:?}"))),
            Err(no_answer) => Err(AdapterError::NoHello(why(no_answer, process.end()))),
        }
    }

    /// A process that waits, or a new one, and the number of the question.
    fn take(&self) -> Result<(Process, u64), AdapterError> {
        let (waiting, id) = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.next_id += 1;
            (idle.processes.pop(), idle.next_id)
        };
        match waiting {
            Some(process) => Ok((process, id)),
            None => Ok((self.new_process()?.0, id)),
        }
    }

    fn put_back(&self, process: Process) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.processes.push(process);
    }

    fn outcome(&self, case: &Case<'_>, transcript: &mut Transcript) -> Outcome {
        let (process, id) = match self.take() {
            Ok(taken) => taken,
            Err(error) => return environment(error.to_string()),
        };
        let access = self.hello.access(case.access);
        let place = match Place::make(&process.folder, id, case.image, access) {
            Ok(place) => place,
            Err(error) => {
                self.put_back(process);
                return environment(format!("the image could not be written: {error}"));
            }
        };
        let question = place.question(case.max_file_size);
        let disk = OnDisk {
            output: self.hello.shows_guest.then(|| place.output()),
            shows_file: self.hello.shows_file || access == Access::ReadOnly,
            image: place.image,
        };
        self.ask(process, &question, disk, transcript)
    }

    /// Asks, and keeps the process only when it answers.
    fn ask(
        &self,
        mut process: Process,
        question: &Question,
        disk: OnDisk,
        transcript: &mut Transcript,
    ) -> Outcome {
        let clock = Instant::now();
        let said = process.ask(question, self.limit, self.container.stop());
        let mut ran = Ran {
            command: self.words.clone(),
            elapsed: clock.elapsed(),
            ..Ran::default()
        };
        let mut findings = Findings {
            answer: None,
            failures: Vec::new(),
        };
        let failure = match said {
            Ok(Reply::Opened(opened)) if opened.id == question.id() => {
                ran.ended = format!("answered {:?}", opened.answer);
                transcript.runs.push(ran);
                let place = disk.image.path().parent().map(Path::to_owned);
                // The name of the private folder is another one each time.
                let message = opened
                    .message
                    .zip(place.as_ref())
                    .map(|(message, place)| message.replace(&format!("{}/", place.display()), ""));
                findings.take(Opened { message, ..opened });
                let outcome = disk.outcome(findings);
                if let Some(place) = place {
                    remove_folder(&place);
                }
                self.put_back(process);
                return outcome;
            }
            Ok(other) => {
                let id = question.id();
                let what = format!("asked with id {id}, it answers {other:?}");
                Some(FailureKind::Protocol(what))
            }
            Err(NoAnswer::Wrong(what)) => Some(FailureKind::Protocol(what)),
            Err(NoAnswer::Late) => Some(FailureKind::Hang {
                limit: Some(self.limit),
            }),
            Err(NoAnswer::Stopped) => {
                drop(process.end());
                return environment("the run was stopped");
            }
            Err(NoAnswer::Gone) => None,
        };
        findings.failures.extend(failure);
        // Whatever it was: the next image gets a process that has seen nothing. The file is read
        // while its folder is there.
        let (ended, folder) = process.end();
        findings.note_end(ended.as_ref());
        if let Some(ended) = ended {
            ran.ended = ended.how.to_string();
            ran.stderr = ended.stderr;
        }
        transcript.runs.push(ran);
        let outcome = disk.outcome(findings);
        drop(folder);
        outcome
    }
}

/// Starts the process of an adapter in a folder of its own. The time is that of each question.
fn start(
    words: &[String],
    container: &Container,
    folders: &Folders,
) -> Result<Process, AdapterError> {
    let not_started = |error: std::io::Error| AdapterError::NotStarted(error.to_string());
    let folder = folders.folder().map_err(not_started)?;
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| AdapterError::NotStarted("its command is empty".to_owned()))?;
    let what = Contained {
        program: program.into(),
        arguments: arguments.iter().map(Into::into).collect(),
        folder: folder.path().to_owned(),
        limits: Limits {
            wall: None,
            ..Limits::default()
        },
        stdout: None,
    };
    Process::start(container, &what, folder).map_err(not_started)
}

impl Drop for Adapter {
    fn drop(&mut self) {
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        for process in idle.processes.drain(..) {
            process.bye();
        }
    }
}

impl Subject for Adapter {
    fn name(&self) -> String {
        self.hello.name.clone()
    }

    fn version(&self) -> Option<String> {
        Some(self.hello.version.clone())
    }

    fn open(&self, case: &Case<'_>) -> Outcome {
        self.open_with_transcript(case).0
    }

    fn open_with_transcript(&self, case: &Case<'_>) -> (Outcome, Transcript) {
        let mut transcript = Transcript::default();
        let outcome = self.outcome(case, &mut transcript);
        (outcome, transcript)
    }

    fn profile(&self) -> Profile {
        self.hello.shows()
    }
}

impl Hello {
    /// What the adapter shows, as a subject.
    fn shows(&self) -> Profile {
        Profile {
            readings: self.readings.clone(),
            shows_file: self.shows_file,
            shows_guest: self.shows_guest,
            opens: self.opens,
            opens_differencing: self.differencing,
            limits_size: self.limits_size,
        }
    }

    /// How it is asked to open an image that is to be opened like this.
    fn access(&self, wanted: Access) -> Access {
        match self.opens {
            Opens::ForReading => Access::ReadOnly,
            Opens::ForWriting => Access::Replay,
            Opens::Both => wanted,
        }
    }
}

impl Findings {
    fn take(&mut self, opened: Opened) {
        let message = opened.message.unwrap_or_default();
        match opened.answer {
            Said::Accepted => self.answer = Some(Answer::Accepted),
            Said::Refused => {
                self.answer = Some(Answer::Refused {
                    clause: opened.clause,
                    message,
                });
            }
            Said::Unsupported => self.failures.push(FailureKind::Unsupported(message)),
        }
    }

    /// How the process ended, where that says more than that there is no answer.
    fn note_end(&mut self, ended: Option<&Ended>) {
        let Some(ended) = ended else {
            let what = "its supervisor was killed".to_owned();
            self.failures.push(FailureKind::Environment(what));
            return;
        };
        self.failures
            .extend(ended.runaway.map(FailureKind::Runaway));
        if !self.failures.is_empty() {
            return;
        }
        self.failures.push(match &ended.how {
            How::Exit(0) => FailureKind::Protocol("it ended instead of answering".to_owned()),
            How::Exit(code) => FailureKind::Crash(Crash::Exit(*code)),
            How::Signal(SIGKILL) => killed_from_outside(),
            How::Signal(number) => FailureKind::Crash(Crash::Signal(*number)),
            other => FailureKind::Protocol(format!("it closed its output: {other}")),
        });
    }
}

/// Why there was no hello.
fn why(no_answer: NoAnswer, ended: (Option<Ended>, Folder)) -> String {
    let said = ended.0.and_then(|ended| {
        let line = ended.stderr.last_line();
        let how = ended.how.to_string();
        line.map(|line| format!("{how}, {line}")).or(Some(how))
    });
    let said = said.unwrap_or_default();
    match no_answer {
        NoAnswer::Late => format!("it says nothing ({said})"),
        NoAnswer::Gone => format!("it ended ({said})"),
        NoAnswer::Wrong(what) => format!("it says {what}"),
        NoAnswer::Stopped => "the run was stopped".to_owned(),
    }
}
