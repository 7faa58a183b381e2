//! How a program is told to carry out a session: a table of command lines.
//!
//! Words in braces are filled in: `{image}`, `{log}` (the log of writes that it fills), `{size}`,
//! `{cache}`, `{offset}`, `{length}`, `{pattern}`. No shell takes part.

use std::path::Path;

use serde::Deserialize;

use super::operation::Operation;

/// A program that writes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    pub name: String,
    pub title: String,
    pub homepage: Option<String>,
    /// Looked for in `PATH`.
    pub program: String,
    /// How to get it.
    pub install: String,
    /// Prints the version in its first line.
    pub version: Vec<String>,
    create: Vec<String>,
    run: Vec<String>,
    /// What `{cache}` stands for: each session takes one of them.
    #[serde(default)]
    pub cache: Vec<String>,
    operations: Operations,
}

/// The words of each operation, appended to those of a run. One that a program does not have is
/// left out of its sessions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Operations {
    write: Vec<String>,
    #[serde(default)]
    write_ahead: Vec<String>,
    #[serde(default)]
    wait: Vec<String>,
    #[serde(default)]
    zero: Vec<String>,
    #[serde(default)]
    discard: Vec<String>,
    flush: Vec<String>,
}

/// Why a text is not a profile.
#[derive(Debug, thiserror::Error)]
#[error("not a profile of a writer: {0}")]
pub struct BadProfile(#[from] toml::de::Error);

/// What is filled in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filling<'a> {
    pub image: &'a Path,
    pub log: &'a Path,
    pub disk_bytes: u64,
    pub cache: &'a str,
}

impl Profile {
    /// The profiles that come with the program.
    pub fn shipped() -> Vec<Self> {
        let texts = [include_str!("../profiles/qemu.toml")];
        let parsed = texts.iter().map(|text| Self::parse(text));
        parsed
            .map(|profile| profile.expect("a test parses each"))
            .collect()
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, BadProfile> {
        Ok(toml::from_str(text)?)
    }

    /// The operations that the program has, in its own way where it has another: a write that is
    /// not waited for is then an ordinary one.
    pub fn supported(&self, operations: &[Operation]) -> Vec<Operation> {
        let has = |words: &[String]| !words.is_empty();
        let mut supported = Vec::new();
        for &operation in operations {
            let kept = match operation {
                Operation::WriteAhead {
                    offset,
                    length,
                    pattern,
                } if !has(&self.operations.write_ahead) => Some(Operation::Write {
                    offset,
                    length,
                    pattern,
                }),
                Operation::Zero { .. } if !has(&self.operations.zero) => None,
                Operation::Discard { .. } if !has(&self.operations.discard) => None,
                Operation::Wait if !has(&self.operations.wait) => None,
                operation => Some(operation),
            };
            supported.extend(kept);
        }
        supported
    }

    /// The command that makes an image.
    pub(super) fn create_words(&self, filling: Filling<'_>) -> Vec<String> {
        fill(&self.create, filling, None)
    }

    /// The command of one run.
    pub(super) fn run_words(&self, filling: Filling<'_>, run: &[Operation]) -> Vec<String> {
        let mut words = fill(&self.run, filling, None);
        for operation in run {
            let of_operation = match operation {
                Operation::Write { .. } => &self.operations.write,
                Operation::WriteAhead { .. } => &self.operations.write_ahead,
                Operation::Wait => &self.operations.wait,
                Operation::Zero { .. } => &self.operations.zero,
                Operation::Discard { .. } => &self.operations.discard,
                Operation::Flush => &self.operations.flush,
            };
            words.extend(fill(of_operation, filling, Some(operation)));
        }
        words
    }
}

fn fill(words: &[String], filling: Filling<'_>, operation: Option<&Operation>) -> Vec<String> {
    let change = operation.and_then(Operation::change);
    let (offset, length, pattern) =
        change.map_or((0, 0, 0), |one| (one.offset, one.length, one.pattern));
    let fill = |word: &String| {
        word.replace("{image}", &filling.image.to_string_lossy())
            .replace("{log}", &filling.log.to_string_lossy())
            .replace("{size}", &filling.disk_bytes.to_string())
            .replace("{cache}", filling.cache)
            .replace("{offset}", &offset.to_string())
            .replace("{length}", &length.to_string())
            .replace("{pattern}", &pattern.to_string())
    };
    words.iter().map(fill).collect()
}
