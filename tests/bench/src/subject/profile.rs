//! A profile: all that the bench has to know of a program, as a TOML file.
//!
//! The profiles that come with the harness are in the folder `profiles`; one of them is the best
//! start for another. A file that does not make sense is refused with line and column, and with the
//! name that was probably meant.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use vhdx_log_corpus::{Corpus, clauses};
use vhdx_log_oracle::subject::{Opens, Profile as Shows, UnknownReading};

use super::command::Commands;
use super::exits::{ExitMap, Meaning};
use super::said::Said;
use super::scripts;
use super::template::{Placeholder, Template, TemplateError};
use crate::contain::Folders;
use crate::nearest::unknown;

mod error;
#[cfg(test)]
mod tests;

pub use self::error::ProfileError;

/// A program, as its profile describes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// How reports call it.
    pub name: String,
    /// What it is, in one line.
    pub title: String,
    pub homepage: Option<String>,
    /// Where it is looked for: names in `PATH`, or paths. The first that is found is `{program}`.
    pub program: Vec<String>,
    /// How to install it, in one line.
    pub install: Option<String>,
    /// A script that comes with the harness and drives the program: `{script}`.
    pub script: Option<String>,
    /// A command that prints the version. When it fails, the program counts as not installed.
    pub version: Option<String>,
    /// Repairs `{image}` in place.
    pub repair: Option<String>,
    /// Writes the disk that a guest sees to `{output}`, or to its standard output.
    pub export: Option<String>,
    /// How it opens files; absent: as its commands say.
    #[serde(default)]
    pub opens: Option<Opens>,
    /// Whether it opens differencing disks.
    #[serde(default = "yes")]
    pub differencing: bool,
    /// What its exit codes mean.
    #[serde(default)]
    pub exit: Exits,
    /// For an OPEN clause, the name of the reading that it follows.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// Its words for clauses.
    #[serde(default, rename = "message")]
    pub messages: Vec<Message>,
    /// What is known not to work, for people.
    #[serde(default)]
    pub limits: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// What exit codes mean; each list that is left out is as in [`ExitMap::default`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exits {
    pub accepted: Vec<i32>,
    pub refused: Vec<i32>,
    pub unsupported: Vec<i32>,
}

impl Default for Exits {
    fn default() -> Self {
        Self {
            accepted: vec![0],
            refused: vec![1],
            unsupported: vec![77],
        }
    }
}

/// A part of what a program prints when it refuses, and the clause that it means.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    pub contains: String,
    pub clause: String,
}

/// The profiles that come with the harness.
const SHIPPED: [(&str, &str); 9] = [
    ("qemu", include_str!("profiles/qemu.toml")),
    (
        "qemu-read-only",
        include_str!("profiles/qemu-read-only.toml"),
    ),
    ("7zip", include_str!("profiles/7zip.toml")),
    ("libvhdi", include_str!("profiles/libvhdi.toml")),
    ("dissect", include_str!("profiles/dissect.toml")),
    ("fattools", include_str!("profiles/fattools.toml")),
    ("vhdx-rs", include_str!("profiles/vhdx-rs.toml")),
    ("vhdx-core", include_str!("profiles/vhdx-core.toml")),
    ("vhdx", include_str!("profiles/vhdx.toml")),
];

impl Profile {
    /// The profiles that come with the harness, in the order in which a run shows them.
    ///
    /// # Panics
    /// Never: a test reads all of them.
    pub fn shipped() -> impl Iterator<Item = Self> {
        SHIPPED.into_iter().map(|(name, text)| {
            Self::parse(text).unwrap_or_else(|error| panic!("profile {name}: {error}"))
        })
    }

    /// The shipped profile of that name.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        let found = Self::shipped().find(|profile| profile.name == name);
        found.ok_or_else(|| {
            let names = SHIPPED.iter().map(|(name, _)| *name);
            ProfileError::whole(unknown("profile", name, names, ""))
        })
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// When the text is not TOML, or does not make sense: with line and column.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let profile: Self =
            toml::from_str(text).map_err(|error| ProfileError::of_toml(text, &error))?;
        profile
            .check()
            .map_err(|(found, message)| ProfileError::at_text(text, &found, message))?;
        Ok(profile)
    }

    /// What does not make sense: a part of the text that it is about, and what is wrong.
    fn check(&self) -> Result<(), (String, String)> {
        if self.program.is_empty() {
            return Err((
                "program".into(),
                "`program` names no program to look for".into(),
            ));
        }
        if self.repair.is_none() && self.export.is_none() {
            let message = "there is no command: give `repair`, `export` or both";
            return Err(("name".into(), message.into()));
        }
        for (key, line) in [("repair", &self.repair), ("export", &self.export)] {
            if let Some(line) = line {
                template(line, Path::new("program"), Some(Path::new("script")))
                    .map_err(|error| (line.clone(), format!("`{key}`: {error}")))?;
            }
        }
        if let Some(script) = &self.script
            && scripts::text(script).is_none()
        {
            let names = scripts::names();
            return Err((script.clone(), unknown("script", script, names, "")));
        }
        self.exits()
            .map_err(|message| ("exit".to_owned(), message))?;
        self.check_clauses()
    }

    fn check_clauses(&self) -> Result<(), (String, String)> {
        let known = || clauses().iter().map(|clause| clause.id.as_str());
        let cited = self.messages.iter().map(|message| &message.clause);
        let mut unheard = cited.filter(|clause| known().all(|id| id != *clause));
        if let Some(clause) = unheard.next() {
            return Err((clause.clone(), unknown("clause", clause, known(), "")));
        }
        let checked = self.shows().check_readings(Corpus::embedded());
        checked.map_err(|error| match error {
            UnknownReading::Clause { clause, known } => {
                let known = known.iter().map(String::as_str);
                let message = unknown("OPEN clause", &clause, known, "");
                (clause, message)
            }
            UnknownReading::Reading {
                clause,
                reading,
                known,
            } => {
                let known = known.iter().map(String::as_str);
                let message = unknown(&format!("reading of {clause}"), &reading, known, "");
                (reading, message)
            }
        })
    }

    fn exits(&self) -> Result<ExitMap, String> {
        let Exits {
            accepted,
            refused,
            unsupported,
        } = &self.exit;
        let each =
            |codes: &[i32], meaning| codes.iter().map(move |code| (*code, meaning)).collect();
        let all: [Vec<_>; 3] = [
            each(accepted, Meaning::Accepted),
            each(refused, Meaning::Refused),
            each(unsupported, Meaning::Unsupported),
        ];
        ExitMap::new(all.concat()).map_err(|error| error.to_string())
    }

    /// The commands with the program and the script in place.
    pub(super) fn commands(
        &self,
        program: &Path,
        script: Option<&Path>,
    ) -> Result<Commands, TemplateError> {
        let of = |line: &Option<String>| {
            let line = line.as_ref();
            line.map(|line| template(line, program, script)).transpose()
        };
        Ok(Commands {
            repair: of(&self.repair)?,
            export: of(&self.export)?,
            exits: self.exits().unwrap_or_default(),
            opens: self.opens,
        })
    }

    /// The words of the command that prints the version.
    pub(super) fn version_words(
        &self,
        program: &Path,
        script: Option<&Path>,
    ) -> Option<Vec<String>> {
        let words = shlex::split(self.version.as_ref()?)?;
        Some(with_program(words, program, script))
    }

    /// Where the script is, written into the folder of the run.
    pub(super) fn write_script(&self, folders: &Folders) -> io::Result<Option<PathBuf>> {
        let Some(name) = &self.script else {
            return Ok(None);
        };
        let path = folders.path().join(name);
        std::fs::write(&path, scripts::text(name).unwrap_or_default())?;
        Ok(Some(path))
    }

    /// What the program shows, beyond what follows from its commands.
    pub(super) fn shows(&self) -> Shows {
        Shows {
            readings: self.readings.clone(),
            opens_differencing: self.differencing,
            ..Shows::default()
        }
    }

    pub(super) fn said(&self) -> Said {
        let words = self.messages.iter();
        let words = words.map(|message| (message.contains.clone(), message.clause.clone()));
        Said {
            words: words.collect(),
        }
    }

    /// What is missing when the program is not found, and how to install it.
    pub(super) fn looked_for(&self) -> String {
        let programs = self.program.join(" or ");
        let version = self.version.iter();
        let check = version.filter(|_| self.script.is_some());
        let script = self.script.as_deref().unwrap_or_default();
        let line = |line: &String| {
            let line = line.replace("{program}", &programs);
            format!(", with `{}`", line.replace("{script}", script))
        };
        let check: String = check.map(line).collect();
        let install = self
            .install
            .iter()
            .map(|how| format!("; to install: {how}"));
        format!("{programs}{check}{}", install.collect::<String>())
    }
}

fn template(line: &str, program: &Path, script: Option<&Path>) -> Result<Template, TemplateError> {
    let words = shlex::split(line).ok_or_else(|| TemplateError::Quotes(line.to_owned()))?;
    Template::of_words(with_program(words, program, script), &[Placeholder::Image])
}

/// Fills in `{program}` and `{script}`, each a word of its own.
fn with_program(words: Vec<String>, program: &Path, script: Option<&Path>) -> Vec<String> {
    let fill = |word: String| match (word.as_str(), script) {
        ("{program}", _) => program.display().to_string(),
        ("{script}", Some(script)) => script.display().to_string(),
        _ => word,
    };
    words.into_iter().map(fill).collect()
}
