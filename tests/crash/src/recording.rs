//! A recording: a base image, what was requested of it, and the states that a crash may leave.
//!
//! Crash states, faults, checks, shrinking, tables and tokens are functions of a recording. They do
//! not know whether our own writer made it on the simulated disk ([`writer`](crate::writer)) or
//! whether it was read from a file ([`trace_file`](crate::trace_file)).

use std::ops::Range;

use crate::disk::DiskImage;
use crate::faults::{Phase, phases_of};
use crate::history::History;
use crate::trace::{Request, replay};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// What the disk held at first, all of it durable.
    pub base: DiskImage,
    /// Every request that changed the disk or flushed it.
    pub trace: Vec<Request>,
    /// The requests made while the file was opened, which replays a dirty log.
    pub opens: Vec<Range<usize>>,
    /// Which states are allowed when.
    pub history: History,
    /// The number of requests made before the injected I/O error; `None` when none was injected or
    /// no request could fail so.
    pub fired_at: Option<usize>,
}

impl Recording {
    /// What the disk holds at the end for a program that keeps running.
    pub fn end(&self) -> DiskImage {
        let mut image = self.base.clone();
        replay(&mut image, &self.trace);
        image
    }

    /// The phase of each request.
    pub fn phases(&self) -> Vec<Phase> {
        phases_of(&self.trace, &self.base.log(), &self.opens)
    }

    /// The requests made before a cut.
    pub fn until(&self, cut: usize) -> &[Request] {
        &self.trace[..cut.min(self.trace.len())]
    }
}
