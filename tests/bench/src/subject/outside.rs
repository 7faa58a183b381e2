//! Makes candidates of programs outside: finds them, asks for their version, and has them prove
//! themselves. A program that is not here, or fails its proof, is a candidate all the same: it is
//! shown, and not run.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vhdx_log_corpus::Corpus;
use vhdx_log_oracle::subject::{Profile as Shows, Subject};

use super::adapter::Adapter;
use super::command::{Command, Commands};
use super::profile::Profile;
use super::program::{find, first_line, made_of, sha256};
use super::proof::prove;
use super::said::Said;
use super::template::Template;
use crate::Candidate;
use crate::contain::{Container, Folders, Limits};
use crate::record::{SubjectKind, SubjectRecord, SubjectState};

/// What programs outside are run with.
#[derive(Clone, Debug)]
pub struct Workbench {
    pub container: Container,
    pub folders: Arc<Folders>,
}

impl Workbench {
    /// With private folders in memory, where the system has a place for them.
    ///
    /// # Errors
    /// When no folder can be made.
    pub fn new(container: Container) -> std::io::Result<Self> {
        Ok(Self {
            container,
            folders: Arc::new(Folders::new()?),
        })
    }
}

/// A program given by its command lines. `arguments` are the options that choose it, for the line
/// that repeats a failure.
pub fn with_commands(
    workbench: &Workbench,
    name: &str,
    commands: Commands,
    arguments: Vec<String>,
) -> Candidate {
    let plan = Plan {
        commands: commands.anchored(),
        shows: Shows::default(),
        said: Said::default(),
        version: None,
    };
    let about = SubjectRecord::new(name, SubjectKind::Command, SubjectState::Ran);
    plan.candidate(workbench, Candidate::without(about, arguments))
}

/// A program that is asked through an adapter, whose command needs no placeholder.
pub fn with_adapter(workbench: &Workbench, command: Template, arguments: Vec<String>) -> Candidate {
    let words = command.anchored().words().to_vec();
    let name = words.join(" ");
    let mut about = SubjectRecord::new(&name, SubjectKind::Adapter, SubjectState::Ran);
    about.commands = vec![name];
    let program = words.first().map(Path::new).and_then(find);
    let Some(program) = program else {
        let looked_for = words.first().cloned().unwrap_or_default();
        return Candidate::without(about, arguments).not_installed(looked_for);
    };
    about.made_of(&program, &words[1..]);
    let Workbench { container, folders } = workbench.clone();
    let adapter = match Adapter::start(words, container, folders) {
        Ok(adapter) => adapter,
        Err(error) => return Candidate::without(about, arguments).disbelieved(error.to_string()),
    };
    let hello = adapter.hello();
    about.name.clone_from(&hello.name);
    about.version = Some(hello.version.clone());
    about.homepage.clone_from(&hello.homepage);
    let candidate = Candidate::without(about, arguments);
    believed(candidate, adapter, |adapter, limit| {
        Box::new(adapter.within(limit))
    })
}

/// A program given by a profile.
pub fn profiled(workbench: &Workbench, profile: &Profile, arguments: Vec<String>) -> Candidate {
    let about = SubjectRecord {
        homepage: profile.homepage.clone(),
        ..SubjectRecord::new(&profile.name, SubjectKind::Command, SubjectState::Ran)
    };
    let candidate = Candidate::without(about, arguments);
    let mut programs = profile.program.iter();
    let Some(program) = programs.find_map(|name| find(Path::new(name))) else {
        return candidate.not_installed(profile.looked_for());
    };
    match planned(workbench, profile, &program) {
        Ok(plan) => plan.candidate(workbench, candidate),
        Err(looked_for) => candidate.not_installed(looked_for),
    }
}

/// The plan of a profile whose program is there; or what is not there.
fn planned(workbench: &Workbench, profile: &Profile, program: &Path) -> Result<Plan, String> {
    let Workbench { container, folders } = workbench;
    let script = profile
        .write_script(folders)
        .map_err(|error| format!("a place for its script: {error}"))?;
    let version = match profile.version_words(program, script.as_deref()) {
        // When this fails, the program is there, and what it needs is not.
        Some(words) => {
            let line = first_line(container, folders, &words);
            Some(line.ok_or_else(|| profile.looked_for())?)
        }
        None => None,
    };
    let commands = profile
        .commands(program, script.as_deref())
        .map_err(|error| error.to_string())?;
    Ok(Plan {
        commands,
        shows: profile.shows(),
        said: profile.said(),
        version,
    })
}

/// A subject before its proof.
struct Plan {
    commands: Commands,
    shows: Shows,
    said: Said,
    version: Option<String>,
}

impl Plan {
    fn candidate(self, workbench: &Workbench, mut candidate: Candidate) -> Candidate {
        let about = &mut candidate.about;
        about.version.clone_from(&self.version);
        let words = |template: &Template| template.words().to_vec();
        let lines: Vec<Vec<String>> = self.commands.in_order().map(words).collect();
        about.commands = lines.iter().map(|words| words.join(" ")).collect();
        for words in &lines {
            let Some(program) = find(Path::new(&words[0])) else {
                let looked_for = words[0].clone();
                return candidate.not_installed(looked_for);
            };
            if about.path.is_none() {
                about.made_of(&program, &words[1..]);
            }
        }
        let command = Command {
            name: about.name.clone(),
            version: self.version,
            commands: self.commands,
            profile: self.shows,
            said: self.said,
            limits: Limits::default(),
            container: workbench.container.clone(),
            folders: Arc::clone(&workbench.folders),
        };
        believed(candidate, command, |mut command, limit| {
            command.limits = command.limits.within(limit);
            Box::new(command)
        })
    }
}

/// The candidate with the program as its subject, if that proves itself; `within` gives it its
/// time.
fn believed<S: Subject>(
    mut candidate: Candidate,
    subject: S,
    within: impl FnOnce(S, Duration) -> Box<dyn Subject>,
) -> Candidate {
    if let Err(error) = subject.profile().check_readings(Corpus::embedded()) {
        return candidate.disbelieved(error.to_string());
    }
    match prove(&subject, Corpus::embedded()) {
        Ok(proof) => {
            candidate.about.limit_ms = u64::try_from(proof.limit().as_millis()).ok();
            candidate.subject = Some(within(subject, proof.limit()));
            candidate
        }
        Err(error) => candidate.disbelieved(error.to_string()),
    }
}

impl SubjectRecord {
    /// Takes note of the file that the program is made of.
    fn made_of(&mut self, program: &Path, arguments: &[String]) {
        let made_of = made_of(program, arguments);
        self.sha256 = sha256(&made_of).ok();
        self.path = Some(made_of.display().to_string());
    }
}

impl Candidate {
    /// One of which nothing is known yet.
    fn without(about: SubjectRecord, arguments: Vec<String>) -> Self {
        Self {
            about,
            arguments,
            subject: None,
        }
    }

    fn disbelieved(mut self, reason: String) -> Self {
        self.about.state = SubjectState::FailedProof { reason };
        self
    }

    fn not_installed(mut self, looked_for: String) -> Self {
        self.about.state = SubjectState::NotInstalled { looked_for };
        self
    }
}
