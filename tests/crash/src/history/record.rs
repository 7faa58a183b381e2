//! The history itself: versions, marks, and the line that the marks give.
//!
//! Contract: marks come in the order of the requests, and each names a version and a position that
//! exist; [`History::from_marks`] refuses others. [`History::allowed`] answers for any moment of
//! the trace. Not done here: comparing contents (`allowed.rs`).

use std::sync::Arc;

use vhdx_log_image::MIB;

use super::allowed::Allowed;
use super::marks::{Event, Mark, Position, Version, VersionId};
use crate::disk::DiskImage;

/// All versions of a trace, and which of them were allowed when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    versions: Vec<Version>,
    marks: Vec<Mark>,
    /// The line and its oldest position before the first mark, then after each.
    lines: Vec<Line>,
}

/// From a moment on, a crash may leave one of these versions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    at: usize,
    versions: Arc<[VersionId]>,
    oldest_allowed: Position,
    /// How many versions were submitted up to now, those that have left the line included.
    submitted: usize,
}

/// Why a list of marks is not a history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mark {mark}: {problem}")]
pub struct BadHistory {
    /// The mark, by index.
    pub mark: usize,
    pub problem: String,
}

impl History {
    /// The history of a file that was just opened, all of it durable.
    pub fn new(base: DiskImage) -> Self {
        let base = Version {
            image: base,
            touched: Vec::new(),
            payload: false,
        };
        Self {
            versions: vec![base],
            marks: Vec::new(),
            lines: vec![Line {
                at: 0,
                versions: Arc::new([VersionId(0)]),
                oldest_allowed: Position(0),
                submitted: 1,
            }],
        }
    }

    /// The history of marks that were kept. `versions` are those after the base image.
    ///
    /// # Errors
    /// The first mark that names a version or a position that does not exist, or that is earlier
    /// than the mark before it.
    pub fn from_marks(
        base: DiskImage,
        versions: Vec<Version>,
        marks: &[Mark],
    ) -> Result<Self, BadHistory> {
        let mut history = Self::new(base);
        history.versions.extend(versions);
        for (index, &mark) in marks.iter().enumerate() {
            history.check(mark).map_err(|problem| BadHistory {
                mark: index,
                problem,
            })?;
            history.apply(mark);
        }
        Ok(history)
    }

    fn check(&self, mark: Mark) -> Result<(), String> {
        let line = self.newest_line();
        if mark.at < line.at {
            return Err(format!(
                "it is after {} requests, the mark before it after {}",
                mark.at, line.at
            ));
        }
        let version = match mark.event {
            Event::Begun(version) => Some(version),
            Event::Acknowledged => None,
            Event::Reopened { last, found, .. } => {
                if last < line.oldest_allowed || last.0 >= line.versions.len() {
                    return Err(format!(
                        "position {} is not one of the allowed ones, {} to {}",
                        last.0,
                        line.oldest_allowed.0,
                        line.versions.len() - 1
                    ));
                }
                found
            }
        };
        match version {
            Some(VersionId(id)) if id >= self.versions.len() => Err(format!(
                "version {id} does not exist; there are {}",
                self.versions.len()
            )),
            _ => Ok(()),
        }
    }

    /// Adds a mark that has been checked.
    fn apply(&mut self, mark: Mark) {
        let line = self.newest_line();
        let (versions, oldest_allowed) = match mark.event {
            Event::Begun(version) => {
                let versions = line.versions.iter().copied().chain([version]).collect();
                (versions, line.oldest_allowed)
            }
            Event::Acknowledged => (Arc::clone(&line.versions), line.newest()),
            Event::Reopened {
                last,
                found,
                durable,
            } => {
                let kept = line.versions[..=last.0].iter().copied();
                let versions: Arc<[VersionId]> = kept.chain(found).collect();
                let newest = Position(versions.len() - 1);
                let oldest_allowed = if durable { newest } else { line.oldest_allowed };
                (versions, oldest_allowed)
            }
        };
        let newest = versions.last().map_or(0, |&VersionId(id)| id + 1);
        self.lines.push(Line {
            at: mark.at,
            oldest_allowed,
            submitted: line.submitted.max(newest),
            versions,
        });
        self.marks.push(mark);
    }

    /// A change has begun.
    pub fn begun(&mut self, at: usize, version: Version) {
        let event = Event::Begun(self.add(version));
        self.apply(Mark { at, event });
    }

    /// Everything begun is durable.
    pub fn acknowledged(&mut self, at: usize) {
        let event = Event::Acknowledged;
        self.apply(Mark { at, event });
    }

    /// The file was opened again, and `found` is the version at `position`, or that and more, as is
    /// allowed: a length, new space, payload. `durable_from`, when given, is the moment from which
    /// it may not turn into another version: the end of the first flush.
    ///
    /// Contents that match no version of the line are appended as a new one. Once they are durable,
    /// the changes that were in flight are dropped: whether a change arrived that left no trace,
    /// such as zeros in new space, is unknown.
    pub fn reopened(
        &mut self,
        at: usize,
        position: Position,
        durable_from: Option<usize>,
        found: &DiskImage,
    ) {
        let line = self.newest_line();
        let durable = durable_from.is_some();
        let last = if durable {
            line.oldest_allowed
        } else {
            position
        };
        let version = &self.versions[line.versions[last.0].0].image;
        let appended = (version.visible_hash() != found.visible_hash()).then(|| {
            let touched = version.difference(found).into_iter();
            Version {
                image: found.clone(),
                touched: touched.map(|number| number..number + 1).collect(),
                payload: true,
            }
        });
        let event = Event::Reopened {
            last,
            found: appended.map(|version| self.add(version)),
            durable,
        };
        let at = durable_from.unwrap_or(at);
        self.apply(Mark { at, event });
    }

    fn add(&mut self, version: Version) -> VersionId {
        self.versions.push(version);
        VersionId(self.versions.len() - 1)
    }

    /// The versions, the base image first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The newest version of the line.
    pub fn newest(&self) -> &Version {
        let line = self.newest_line();
        &self.versions[line.versions[line.newest().0].0]
    }

    /// What a crash may leave when this many requests have been made.
    pub fn allowed(&self, requests: usize) -> Allowed<'_> {
        let line = self.lines.iter().rev().find(|line| line.at <= requests);
        let line = line.unwrap_or(&self.lines[0]);
        let lengths = line.versions[line.oldest_allowed.0..]
            .iter()
            .map(|&VersionId(id)| self.versions[id].image.length());
        let longest = lengths.max().unwrap_or(0).next_multiple_of(MIB);
        Allowed::new(
            &self.versions,
            &line.versions,
            line.oldest_allowed,
            longest,
            &self.versions[..line.submitted],
        )
    }

    fn newest_line(&self) -> &Line {
        &self.lines[self.lines.len() - 1]
    }
}

impl Line {
    fn newest(&self) -> Position {
        Position(self.versions.len() - 1)
    }
}
