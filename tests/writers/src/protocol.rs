//! The protocol check of a program's trace: which request breaks which clause.
//!
//! The checker is that of our own recordings ([`vhdx_log_crash::protocol`]). Here it goes on after
//! a finding: the same rule can be broken thousands of times, so findings are counted by rule, and
//! the first of each is kept with the requests around it.
//!
//! Contract: one pass. Beside the contents of the file, memory follows the pending changes.

use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::protocol::{Checker, End, Finding, Payload, Rule, Strength};
use vhdx_log_crash::trace::Request;

use crate::moment::{Line, Moment, Recent};
use crate::places::Places;

/// A rule that the trace breaks.
#[derive(Clone, Debug)]
pub struct Broken {
    pub first: Finding,
    /// How often.
    pub count: u64,
    /// The requests up to the first one that breaks it.
    pub moment: Moment,
}

/// What is known of a trace beside its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether changes of the file's length are among the requests. If not, WRT-5 is not judged.
    pub lengths: bool,
    pub end: End,
}

/// Follows a trace.
#[derive(Debug)]
pub struct Protocol {
    checker: Checker,
    places: Places,
    recent: Recent,
    known: Known,
    /// The requests before the checker began, and all so far.
    first: usize,
    requests: usize,
    broken: Vec<Broken>,
}

impl Protocol {
    /// The check of a trace on this image, which the program opens before its first request.
    pub fn new(base: &DiskImage, known: Known) -> Self {
        Self {
            checker: Checker::new(base, Payload::Unknown),
            places: Places::of(base),
            recent: Recent::default(),
            known,
            first: 0,
            requests: 0,
            broken: Vec::new(),
        }
    }

    /// The same, where the program made the image with its first `requests` requests: the protocol
    /// is about what follows.
    #[must_use]
    pub fn after(self, requests: usize) -> Self {
        Self {
            first: requests,
            requests,
            ..self
        }
    }

    /// The program opens the file again.
    pub fn opened(&mut self) {
        self.checker.opened();
    }

    /// Takes the next request.
    pub fn request(&mut self, request: &Request) {
        let line = Line::of(self.requests, request, &self.places);
        self.recent.push(line);
        self.requests += 1;
        self.checker.request(request);
        for finding in self.checker.take_findings() {
            let finding = later(finding, self.first);
            add(&mut self.broken, &self.recent, self.known, finding);
        }
    }

    /// How many requests there were.
    pub const fn requests(&self) -> usize {
        self.requests
    }

    /// Ends the trace. What the format demands comes first, then remarks, each in the order in
    /// which the trace breaks it.
    pub fn finish(self) -> Vec<Broken> {
        let Self {
            checker,
            recent,
            known,
            first,
            mut broken,
            ..
        } = self;
        for finding in checker.finish(known.end) {
            add(&mut broken, &recent, known, later(finding, first));
        }
        broken.sort_by_key(|broken| (broken.first.rule.strength(), broken.first.request));
        broken
    }
}

fn later(finding: Finding, by: usize) -> Finding {
    Finding {
        request: finding.request + by,
        ..finding
    }
}

fn add(broken: &mut Vec<Broken>, recent: &Recent, known: Known, finding: Finding) {
    let needs_length = matches!(
        finding.rule,
        Rule::FlushedFileOffset
            | Rule::FlushedFileOffsetClose
            | Rule::LastFileOffset
            | Rule::LastFileOffsetClose
            | Rule::Shrink
    );
    if needs_length && !known.lengths {
        return;
    }
    let same = |broken: &&mut Broken| {
        broken.first.rule == finding.rule && broken.first.clause == finding.clause
    };
    match broken.iter_mut().find(same) {
        Some(broken) => broken.count += 1,
        None => broken.push(Broken {
            moment: recent.moment(),
            first: finding,
            count: 1,
        }),
    }
}

impl Broken {
    /// Whether the format demands it, or the safety of the data does.
    pub fn is_demanded(&self) -> bool {
        self.first.rule.strength() == Strength::Must
    }
}
