//! The requests around a moment of a trace, drawn: the last ones before it, a line for each.
//!
//! ```text
//!       27  flush  ------------------------------------------------
//!       28  write  log         0x100000  4096 bytes
//!    >  29  write  header 2    0x20000   512 bytes
//! ```

mod svg;

use std::collections::VecDeque;
use std::fmt;

use vhdx_log_crash::trace::{Request, RequestKind};
use vhdx_log_image::SECTOR;

use crate::places::Places;

/// How many requests a moment shows.
pub const SHOWN: usize = 12;

/// One request, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// By its index in the trace.
    pub request: usize,
    pub kind: RequestKind,
    pub place: &'static str,
    /// In bytes; 0 for what has no place.
    pub offset: u64,
    pub length: u64,
    /// What became of it in a crash: empty when it was stable, or there was no crash.
    pub fate: &'static str,
}

/// Requests one after another, up to the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    pub lines: Vec<Line>,
    /// Whether the power goes after the last one. If not, the last one is the moment.
    pub is_crash: bool,
}

/// The last requests of a trace that is read.
#[derive(Clone, Debug, Default)]
pub struct Recent(VecDeque<Line>);

impl Line {
    pub fn of(number: usize, request: &Request, places: &Places) -> Self {
        let offset = request
            .sectors
            .first()
            .map_or(0, |first| first.number * SECTOR + first.within.start as u64);
        let length: usize = request.sectors.iter().map(|write| write.within.len()).sum();
        let place = match (request.kind, request.length) {
            (RequestKind::SetLength, _) => "length",
            _ if request.sectors.is_empty() => "",
            _ => places.name(offset),
        };
        let (offset, length) = match (request.kind, request.length) {
            (RequestKind::SetLength, Some((from, to))) => (from, to),
            _ => (offset, length as u64),
        };
        Self {
            request: number,
            kind: request.kind,
            place,
            offset,
            length,
            fate: "",
        }
    }
}

impl Recent {
    pub fn push(&mut self, line: Line) {
        if self.0.len() == SHOWN {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    pub fn moment(&self) -> Moment {
        Moment {
            lines: self.0.iter().cloned().collect(),
            is_crash: false,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in self.lines.iter().enumerate() {
            let is_moment = index + 1 == self.lines.len() && !self.is_crash;
            let sign = if is_moment { '>' } else { ' ' };
            writeln!(f, "  {sign} {:>6}  {line}", line.request)?;
        }
        match self.is_crash {
            true => writeln!(f, "  >         power lost"),
            false => Ok(()),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            offset,
            length,
            fate,
            ..
        } = self;
        let text = match self.kind {
            RequestKind::Flush => format!("flush   {:-<48}", ""),
            RequestKind::FailedFlush => "flush   failed".to_owned(),
            RequestKind::PowerCut => "power   lost and back".to_owned(),
            RequestKind::SetLength => format!("length  {:<14}{offset:#x} to {length:#x}", ""),
            RequestKind::Write => format!("write   {place:<14}{offset:<#13x}{length} bytes"),
            RequestKind::Zero => format!("zero    {place:<14}{offset:<#13x}{length} bytes"),
        };
        match fate.is_empty() {
            true => f.write_str(&text),
            false => write!(f, "{text:<56}{fate}"),
        }
    }
}
