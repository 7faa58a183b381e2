//! A program that is started for every image: to repair it, to write out the disk that a guest
//! sees, or both, one after the other.
//!
//! Each image is a private copy in a folder that is removed afterwards. What the program answered
//! and what it left on disk are both in the outcome, whatever went wrong.

use std::path::Path;

use vhdx_log_corpus::Access;
use vhdx_log_oracle::subject::{
    Case, Crash, FailureKind, Opens, Outcome, Profile, Ran, Subject, Tail, Transcript,
};

use super::exits::{ExitMap, Meaning};
use super::file::ImageFile;
use super::outcome::{
    Answer, Findings, IMAGE, OUTPUT, OnDisk, SIGKILL, environment, killed_from_outside,
};
use super::said::Said;
use super::template::{Filling, Placeholder, Template};
use crate::contain::{Contained, Container, Ended, Folder, Folders, How, Limits};

/// A command line for each image.
#[derive(Clone, Debug)]
pub struct Commands {
    /// Repairs the image in place.
    pub repair: Option<Template>,
    /// Writes the disk that a guest sees to `{output}`, or to its standard output when that is not
    /// among its words. After a repair it reads the repaired file.
    pub export: Option<Template>,
    pub exits: ExitMap,
    /// How the program opens files; `None`: as its commands say.
    pub opens: Option<Opens>,
}

impl Commands {
    /// The commands, in the order in which they are run.
    pub fn in_order(&self) -> impl Iterator<Item = &Template> {
        self.repair.iter().chain(&self.export)
    }

    /// The same with the paths of files that are here now made absolute.
    #[must_use]
    pub fn anchored(self) -> Self {
        Self {
            repair: self.repair.map(Template::anchored),
            export: self.export.map(Template::anchored),
            ..self
        }
    }

    fn use_placeholder(&self, placeholder: Placeholder) -> bool {
        self.in_order().any(|command| command.uses(placeholder))
    }

    /// With `{access}` as the case says; else a repair opens for writing only, and a program that
    /// only exports is taken to open files both ways.
    fn opens(&self) -> Opens {
        let told = self.use_placeholder(Placeholder::Access);
        match self.opens {
            Some(opens) => opens,
            None if self.repair.is_some() && !told => Opens::ForWriting,
            None => Opens::Both,
        }
    }
}

/// A program outside, run by its command lines.
pub struct Command {
    pub name: String,
    /// The first line of what it says its version is.
    pub version: Option<String>,
    pub commands: Commands,
    /// What is known of it beyond its commands. What it shows and how it opens files follows from
    /// the commands.
    pub profile: Profile,
    /// Its words for clauses.
    pub said: Said,
    pub limits: Limits,
    pub container: Container,
    pub folders: std::sync::Arc<Folders>,
}

impl Subject for Command {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn version(&self) -> Option<String> {
        self.version.clone()
    }

    fn open(&self, case: &Case<'_>) -> Outcome {
        self.open_with_transcript(case).0
    }

    fn open_with_transcript(&self, case: &Case<'_>) -> (Outcome, Transcript) {
        let mut transcript = Transcript::default();
        let outcome = match Bench::new(self, case) {
            Ok(bench) => bench.run(&mut transcript),
            Err(error) => environment(format!("the image could not be written: {error}")),
        };
        (outcome, transcript)
    }

    fn profile(&self) -> Profile {
        Profile {
            shows_file: self.commands.repair.is_some(),
            shows_guest: self.commands.export.is_some(),
            opens: self.commands.opens(),
            limits_size: self.commands.use_placeholder(Placeholder::Limit),
            ..self.profile.clone()
        }
    }
}

/// One image on the bench.
struct Bench<'a> {
    command: &'a Command,
    access: Access,
    limit: Option<u64>,
    folder: Folder,
    disk: OnDisk,
}

impl<'a> Bench<'a> {
    fn new(command: &'a Command, case: &Case<'_>) -> std::io::Result<Self> {
        let access = match command.commands.opens() {
            Opens::ForReading => Access::ReadOnly,
            Opens::ForWriting => Access::Replay,
            Opens::Both => case.access,
        };
        let folder = command.folders.folder()?;
        let repairs = command.commands.repair.is_some();
        let disk = OnDisk {
            image: ImageFile::write(folder.file(IMAGE), case.image, access)?,
            output: command
                .commands
                .export
                .is_some()
                .then(|| folder.file(OUTPUT)),
            // Whether a program that only exports writes back is its own affair, unless it opened
            // the file for reading.
            shows_file: repairs || access == Access::ReadOnly,
        };
        Ok(Self {
            command,
            access,
            limit: case.max_file_size,
            folder,
            disk,
        })
    }

    fn run(self, transcript: &mut Transcript) -> Outcome {
        let mut result = Findings {
            answer: Some(Answer::Accepted),
            failures: Vec::new(),
        };
        for template in self.command.commands.in_order() {
            let what = self.filled(template);
            let Ok(ended) = self.command.container.run(&what) else {
                return environment("the run was stopped");
            };
            let ended = Ended {
                stdout: without_folder(ended.stdout, self.folder.path()),
                stderr: without_folder(ended.stderr, self.folder.path()),
                ..ended
            };
            self.take_note(&ended, &mut result);
            transcript.runs.push(ran(&what, ended, self.folder.path()));
            if !matches!(result.answer, Some(Answer::Accepted)) {
                break;
            }
        }
        self.disk.outcome(result)
    }

    fn refused(&self, message: String) -> Answer {
        Answer::Refused {
            clause: self.command.said.clause(&message),
            message,
        }
    }

    fn filled(&self, template: &Template) -> Contained {
        Contained {
            program: template.program().into(),
            arguments: template.fill(&Filling {
                image: self.disk.image.path(),
                output: &self.folder.file(OUTPUT),
                limit: self.limit,
                access: self.access,
            }),
            folder: self.folder.path().to_owned(),
            limits: self.command.limits.clone(),
            stdout: self.prints_disk(template).then(|| self.folder.file(OUTPUT)),
        }
    }

    /// Whether a command writes the disk to its standard output.
    fn prints_disk(&self, template: &Template) -> bool {
        let is_export = self.command.commands.export.as_ref() == Some(template);
        is_export && !template.uses(Placeholder::Output)
    }

    /// What one command answered, and what went wrong.
    fn take_note(&self, ended: &Ended, result: &mut Findings) {
        let failures = &mut result.failures;
        if ended.stragglers > 0 {
            failures.push(FailureKind::Leaked {
                processes: ended.stragglers,
            });
        }
        failures.extend(ended.runaway.map(FailureKind::Runaway));
        let message = || {
            let said = ended
                .stderr
                .last_line()
                .or_else(|| ended.stdout.last_line());
            said.unwrap_or_else(|| ended.how.to_string())
        };
        result.answer = match &ended.how {
            How::Exit(code) => match self.command.commands.exits.meaning(*code) {
                Some(Meaning::Accepted) => Some(Answer::Accepted),
                // A program that ran into a limit says so in many ways: that is no refusal.
                Some(Meaning::Refused) if ended.runaway.is_some() => None,
                Some(Meaning::Refused) => Some(self.refused(message())),
                Some(Meaning::Unsupported) => {
                    failures.push(FailureKind::Unsupported(message()));
                    None
                }
                None => {
                    failures.push(FailureKind::Crash(Crash::Exit(*code)));
                    None
                }
            },
            How::Signal(SIGKILL) if ended.runaway.is_none() => {
                failures.push(killed_from_outside());
                None
            }
            How::Signal(number) => {
                if ended.runaway.is_none() {
                    failures.push(FailureKind::Crash(Crash::Signal(*number)));
                }
                None
            }
            How::TimedOut => {
                failures.push(FailureKind::Hang {
                    limit: self.command.limits.wall,
                });
                None
            }
            How::Overran => None,
            How::Stopped => {
                failures.push(FailureKind::Environment("the run was stopped".to_owned()));
                None
            }
            How::NotStarted(why) => {
                failures.push(FailureKind::Environment(format!("not started: {why}")));
                None
            }
        };
    }
}

/// What was run, as it would be with the private folder as the current one.
fn ran(what: &Contained, ended: Ended, folder: &Path) -> Ran {
    let folder = format!("{}/", folder.display());
    let words = what.words().into_iter();
    Ran {
        command: words.map(|word| word.replace(&folder, "")).collect(),
        ended: ended.how.to_string(),
        elapsed: ended.elapsed,
        stdout: ended.stdout,
        stderr: ended.stderr,
    }
}

/// The name of the private folder is another one in each run: without it the same program says the
/// same of the same image.
fn without_folder(mut tail: Tail, folder: &Path) -> Tail {
    let folder = format!("{}/", folder.display());
    let printed = String::from_utf8_lossy(&tail.bytes);
    if printed.contains(&folder) {
        tail.bytes = printed.replace(&folder, "").into_bytes();
    }
    tail
}
