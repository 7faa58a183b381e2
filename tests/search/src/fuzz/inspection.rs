//! What `inspect` says of any file.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_model::{self as model, Verdict};

use vhdx_log_inspect::document::State;
use vhdx_log_inspect::document::picture::DEFAULT_COLUMNS;
use vhdx_log_inspect::print;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_oracle::observed::{Observed, ReadMeter};
use vhdx_log_oracle::property::{Violation, dirty_policies, ensure, to_model};

const TOLD: &str = "every file can be inspected";
const VERDICT: &str = "the verdict that is told is the model's";
const SHORT: &str = "what is told of a file is bounded, whatever it holds";
const READS: &str = "an inspection reads the log a few times, whatever the file holds";

/// The most that is told of a file, in bytes: lists are cut at 64 items, the picture has a few rows
/// for each MiB of log.
const LIMIT_TOLD: usize = 512 << 10;
/// How often an inspection may read the log: the verdict's search, the picture and the runs, each
/// twice where an entry wraps, and what a replay would do, to be told and to show the regions.
const LIMIT_LOGS: u64 = 12;
/// What it may read beside the log, in bytes: headers, region tables, metadata.
const LIMIT_ELSEWHERE: u64 = 4 << 20;

/// Any file can be inspected, at a bounded cost, without a panic; the verdict told is the model's.
///
/// # Errors
/// The first property that does not hold.
pub fn inspecting(image: &SparseMemory) -> Result<(), Violation> {
    let metered = Observed::new(image.clone(), ReadMeter::default());
    let extent = Extent {
        all: false,
        columns: DEFAULT_COLUMNS,
    };
    let inspection =
        inspect(&metered, "fuzz.vhdx".to_owned(), extent).map_err(|error| Violation {
            property: TOLD,
            detail: error.to_string(),
        })?;
    let log = inspection.log.as_ref().map_or(0, |log| log.length);
    let limit = LIMIT_LOGS * log + LIMIT_ELSEWHERE;
    let bytes = metered.observer.reads().bytes;
    ensure(READS, bytes <= limit, || {
        format!("{bytes:#x} bytes of a log of {log:#x}")
    })?;

    let mut told = serde_json::to_vec(&inspection).map_err(|error| Violation {
        property: TOLD,
        detail: error.to_string(),
    })?;
    print::write(&mut told, &inspection, Paint::PLAIN, print::DEFAULT_WIDTH)
        .expect("memory can be written");
    let stored = image.len().expect("memory knows its length").min(log) as usize;
    ensure(SHORT, told.len() <= LIMIT_TOLD + stored / 512, || {
        format!("{} bytes", told.len())
    })?;

    let expected = match model::read(&to_model(image), &model::Options::default()) {
        Verdict::Refused(refusal) => (State::Refused, Some(refusal.clause)),
        Verdict::Clean => (State::Clean, None),
        Verdict::Replayed(_) => (State::Dirty, None),
    };
    let found = (
        inspection.verdict.state,
        inspection
            .verdict
            .clause
            .filter(|_| inspection.verdict.state == State::Refused),
    );
    ensure(VERDICT, found == expected, || {
        format!("the model's is {expected:?}, it is {found:?} that is told")
    })?;
    if inspection.verdict.state == State::Dirty {
        dirty_policies::check_unreplayed(image)
    } else {
        Ok(())
    }
}
