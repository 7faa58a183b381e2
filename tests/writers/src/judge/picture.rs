//! The requests around a crash, with what became of each.

use vhdx_log_crash::states::{Arrived, Epoch};

use super::found::Found;
use crate::moment::{Line, Moment, SHOWN};
use crate::outside::Outside;
use crate::places::Places;

/// The last requests before the crash of a finding.
pub fn moment(outside: &Outside, found: &Found) -> Moment {
    let places = Places::of(&outside.base);
    let end = found.cut.min(outside.trace.len());
    let epoch = Epoch::ending_at(&outside.base, &outside.trace, found.cut);
    let mut lines: Vec<Line> = (end.saturating_sub(SHOWN)..end)
        .map(|number| Line::of(number, &outside.trace[number], &places))
        .collect();
    if let Some(epoch) = epoch {
        for line in &mut lines {
            line.fate = fate(&epoch, found, line.request);
        }
    }
    Moment {
        lines,
        is_crash: true,
    }
}

fn fate(epoch: &Epoch, found: &Found, request: usize) -> &'static str {
    let changes = epoch.pending.iter().zip(&found.choice.arrived);
    let mut changes = changes.filter(|(pending, _)| pending.request == request);
    let Some((_, &first)) = changes.next() else {
        return "";
    };
    let is_alike = changes.all(|(_, &arrived)| arrived == first);
    match (is_alike, first) {
        (true, Arrived::WHOLE) => "arrived",
        (true, Arrived::ABSENT) => "lost",
        _ => "arrived in part",
    }
}
