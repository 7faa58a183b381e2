//! The checker: takes one request after another, and hands each to the rules of the places that it
//! changes.

use vhdx_log_model::{Format, HEADER_OFFSETS, Header, SECTOR, entries};

use super::disk::Disk;
use super::generation::{Generation, Logged};
use super::rule::{Finding, Rule};
use super::session::{Session, current, ring};
use super::sizes::Sizes;
use crate::disk::DiskImage;
use crate::trace::{Request, RequestKind, SectorWrite};

/// Which payload an entry depends on (WRT-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// All that was written before it: what our writer promises.
    AllBefore,
    /// Not known: payload of other blocks may be pending.
    Unknown,
}

/// How the trace ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The program closed the file and ended well.
    Closed,
    Unknown,
}

/// Follows a trace and collects what breaks the protocol.
#[derive(Debug)]
pub struct Checker {
    pub(super) disk: Disk,
    pub(super) session: Session,
    /// The generations that a header names or that entries were written for.
    pub(super) generations: Vec<Generation>,
    /// Sectors of the ring that begin an entry which is not valid yet: more of it may follow.
    pub(super) incomplete: Vec<u64>,
    pub(super) payload: Payload,
    /// The number of requests so far.
    pub(super) number: usize,
    pub(super) findings: Vec<Finding>,
    pub(super) sizes: Sizes,
}

/// Where a sector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Header 1 (0) or header 2 (1).
    Header(usize),
    /// A sector of the log's ring.
    Log(u64),
    Elsewhere,
}

impl Checker {
    /// A checker for a trace on this image, opened by the program before its first request.
    pub fn new(base: &DiskImage, payload: Payload) -> Self {
        let disk = Disk::new(base);
        let mut checker = Self {
            session: Session::of(disk.seen()),
            disk,
            generations: Vec::new(),
            incomplete: Vec::new(),
            payload,
            number: 0,
            findings: Vec::new(),
            sizes: Sizes::default(),
        };
        checker.opened();
        checker
    }

    /// The file is opened (again): what it holds now is what the program begins with.
    pub fn opened(&mut self) {
        self.session = Session::of(self.disk.seen());
        self.incomplete.clear();
        self.generations = self.active_generation().into_iter().collect();
    }

    /// The generation that the current header names, from the Tail of its head on.
    fn active_generation(&self) -> Option<Generation> {
        let header = self.session.first_header?;
        let (seen, stable) = (
            ring(self.disk.seen(), &header)?,
            ring(self.disk.stable(), &header),
        );
        let active = vhdx_log_model::search(&seen, &header.log_guid, &Format)?;
        let all = entries(&seen, &header.log_guid, &Format).ok()?;
        let stable = stable.and_then(|ring| entries(&ring, &header.log_guid, &Format).ok());
        let stable = stable.unwrap_or_default();
        let mut generation = Generation::new(header.log_guid);
        let mut at = active.tail;
        for _ in 0..active.replayed_entries {
            let entry = all.iter().find(|entry| entry.offset == at)?;
            at = (entry.offset + entry.length) % seen.length();
            let is_stable = stable.contains(entry);
            generation.append(Logged::new(entry.clone(), self.number, is_stable, &seen));
        }
        Some(generation)
    }

    /// Takes the next request.
    pub fn request(&mut self, request: &Request) {
        match request.kind {
            RequestKind::Flush => self.flush(),
            RequestKind::FailedFlush => {}
            RequestKind::PowerCut => {
                self.disk.lose_power(request);
                self.opened();
            }
            RequestKind::Write | RequestKind::Zero | RequestKind::SetLength => {
                self.change(request);
            }
        }
        self.number += 1;
    }

    /// What broke the protocol since the last call: for a trace that is too long to be kept.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Ends the trace and returns what broke the protocol, in the order of the requests.
    pub fn finish(mut self, end: End) -> Vec<Finding> {
        self.findings.extend(self.sizes.at_end());
        if end == End::Closed {
            self.check_closed();
        }
        self.findings
    }

    fn change(&mut self, request: &Request) {
        let header = current(self.disk.seen()).map(|(_, header)| header);
        let changes_header = |write: &SectorWrite| matches!(place(write, header), Place::Header(_));
        let is_update = !request.sectors.is_empty() && request.sectors.iter().all(changes_header);
        if !is_update {
            self.check_announced();
        }
        self.check_length(request, header);
        let (mut slots, mut log, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
        for write in &request.sectors {
            match place(write, header) {
                Place::Header(slot) => slots.push(slot),
                Place::Log(sector) => log.push((sector, write)),
                Place::Elsewhere => elsewhere.push(write),
            }
        }
        self.before_log_write(&log, header);
        self.before_places_change(&elsewhere);
        let before = self.before_header_update(&slots);
        self.disk.change(self.number, request);
        if let Some(before) = before {
            self.after_header_update(before);
        }
        self.after_log_write(&log, header);
        for write in elsewhere {
            for generation in &mut self.generations {
                generation.place(write.number, self.number);
            }
        }
    }

    fn flush(&mut self) {
        self.disk.flush();
        for generation in &mut self.generations {
            generation.flushed();
        }
        self.check_incomplete_entries();
        let named = current(self.disk.stable()).map(|(_, header)| header.log_guid);
        let newest = self.generations.last().map(|newest| newest.log_guid);
        self.generations.retain(|generation| {
            Some(generation.log_guid) == named || Some(generation.log_guid) == newest
        });
    }

    pub(super) fn report(&mut self, rule: Rule, detail: String) {
        self.report_clause(rule, rule.clause(), detail);
    }

    pub(super) fn report_clause(&mut self, rule: Rule, clause: &'static str, detail: String) {
        let finding = self.finding(rule, clause, detail);
        self.findings.push(finding);
    }

    pub(super) const fn finding(
        &self,
        rule: Rule,
        clause: &'static str,
        detail: String,
    ) -> Finding {
        Finding {
            rule,
            clause,
            request: self.number,
            detail,
        }
    }

    /// The generation that a header names, by its LogGuid.
    pub(super) fn generation(&self, log_guid: &[u8; 16]) -> Option<&Generation> {
        self.generations
            .iter()
            .find(|generation| generation.log_guid == *log_guid)
    }
}

/// Where a request's sector is, by the current header.
pub(super) fn place(write: &SectorWrite, header: Option<Header>) -> Place {
    let number = write.number;
    if let Some(slot) = HEADER_OFFSETS
        .iter()
        .position(|offset| offset / SECTOR == number)
    {
        return Place::Header(slot);
    }
    let log = header.map_or(0..0, |header| {
        let first = header.log_offset / SECTOR;
        first..first.saturating_add(u64::from(header.log_length) / SECTOR)
    });
    if log.contains(&number) {
        Place::Log(number - log.start)
    } else {
        Place::Elsewhere
    }
}
