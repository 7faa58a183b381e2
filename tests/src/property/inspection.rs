//! What `inspect` says of any file.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{Clause, DirtyLog, LogState, OpenOptions};
use vhdx_log_model::{self as model, Verdict};

use super::bounds::{Meter, Metered};
use super::guarded::Guarded;
use super::{Violation, ensure, to_model};
use crate::report::inspection::State;
use crate::report::paint::Paint;
use crate::report::picture::DEFAULT_COLUMNS;
use crate::report::survey::{Extent, survey};
use crate::report::text;

const TOLD: &str = "every file can be inspected";
const VERDICT: &str = "the verdict that is told is the model's";
const SHORT: &str = "what is told of a file is bounded, whatever it holds";
const LEFT: &str = "a dirty file that is to be left so is refused by RPL-5, or shown as it stands";
const READS: &str = "an inspection reads the log a few times, whatever the file holds";

/// The most that is told of a file, in bytes: lists are cut at 64 items, the picture has a few rows for each MiB of log.
const LIMIT_TOLD: usize = 512 << 10;
/// How often an inspection may read the log: the verdict's search, the picture and the runs, each twice where an entry
/// wraps, and what a replay would do, to be told and to show the regions.
const LIMIT_LOGS: u64 = 12;
/// What it may read beside the log, in bytes: headers, region tables, metadata.
const LIMIT_ELSEWHERE: u64 = 4 << 20;

/// Any file can be inspected, at a bounded cost, without a panic; the verdict told is the model's.
///
/// # Errors
/// The first claim that does not hold.
pub fn inspecting(image: &SparseMemory) -> Result<(), Violation> {
    let metered = Metered::new(image);
    let extent = Extent { all: false, columns: DEFAULT_COLUMNS };
    let inspection = survey(&metered, "fuzz.vhdx".to_owned(), extent)
        .map_err(|error| Violation { claim: TOLD, detail: error.to_string() })?;
    let log = inspection.log.as_ref().map_or(0, |log| log.length);
    let (limit, Meter { bytes, .. }) = (LIMIT_LOGS * log + LIMIT_ELSEWHERE, metered.meter());
    ensure(READS, bytes <= limit, || format!("{bytes:#x} bytes of a log of {log:#x}"))?;

    let mut told =
        serde_json::to_vec(&inspection).map_err(|error| Violation { claim: TOLD, detail: error.to_string() })?;
    text::write(&mut told, &inspection, Paint::PLAIN, text::DEFAULT_WIDTH).expect("memory can be written");
    let stored = image.len().expect("memory knows its length").min(log) as usize;
    ensure(SHORT, told.len() <= LIMIT_TOLD + stored / 512, || format!("{} bytes", told.len()))?;

    let expected = match model::read(&to_model(image), &model::Options::default()) {
        Verdict::Refused(refusal) => (State::Refused, Some(refusal.clause)),
        Verdict::Clean => (State::Clean, None),
        Verdict::Replayed(_) => (State::Dirty, None),
    };
    let found =
        (inspection.verdict.state, inspection.verdict.clause.filter(|_| inspection.verdict.state == State::Refused));
    ensure(VERDICT, found == expected, || format!("the model's is {expected:?}, it is {found:?} that is told"))?;
    if inspection.verdict.state == State::Dirty { leaving_it_dirty(image) } else { Ok(()) }
}

/// Who does not want a dirty file replayed is refused, or sees it as it stands; nothing is written (RPL-5).
fn leaving_it_dirty(image: &SparseMemory) -> Result<(), Violation> {
    let metered = Metered::new(image);
    let open = |dirty_log| OpenOptions::read_only().dirty_log(dirty_log).open(Guarded::new(&metered, LEFT));
    let refused = matches!(&open(DirtyLog::Refuse), Err(error) if error.clause() == Some(Clause::Rpl5));
    ensure(LEFT, refused, || "it is not refused, or by another clause".to_owned())?;
    let reported = open(DirtyLog::Report).map_err(|error| Violation { claim: LEFT, detail: error.to_string() })?;
    let length = reported.len().expect("memory knows its length");
    ensure(LEFT, matches!(reported.log(), LogState::Dirty(_)), || format!("it is {:?}", reported.log()))?;
    ensure(LEFT, length == image.len().expect("memory knows its length"), || format!("it is {length:#x} bytes long"))?;
    let mut shown = [0; 4096];
    for (number, sector) in image.sectors() {
        let here = (length - number * 4096).min(4096) as usize;
        reported
            .read_at(number * 4096, &mut shown[..here])
            .map_err(|error| Violation { claim: LEFT, detail: error.to_string() })?;
        ensure(LEFT, shown[..here] == sector[..here], || format!("the sector at {:#x} differs", number * 4096))?;
    }
    Ok(())
}
