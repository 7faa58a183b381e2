//! The property of the target `inspect`: any file can be inspected, at a bounded cost, and the
//! result is the model's verdict.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::units::SECTOR;
use vhdx_log_inspect::document::State;
use vhdx_log_inspect::print;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_model::{self as model, Verdict};
use vhdx_log_oracle::observed::{Observed, ReadMeter};
use vhdx_log_oracle::property::{Violation, dirty_policies, ensure, to_model};

const INSPECTED: &str = "every file can be inspected";
const VERDICT: &str = "an inspection reports the model's verdict";
const SHORT: &str = "the length of an inspection's output is bounded, whatever the file contains";
const READS: &str =
    "an inspection reads the log a bounded number of times, whatever the file contains";

/// The most bytes of output, as JSON and text: lists are cut at 64 items, and the picture has a few
/// rows for each MiB of log. What is stored adds a little.
const LIMIT_OUTPUT: usize = 512 << 10;
/// How often an inspection may read the log: for the verdict, the picture and the runs, each twice
/// where an entry wraps, and for what a replay would write, as text and as regions.
const LIMIT_LOGS: u64 = 12;
/// The most bytes that it may read outside the log and the BAT: headers, region tables, metadata,
/// above all the texts of the parent locator, each of them up to 64 KiB.
const LIMIT_ELSEWHERE: u64 = 8 << 20;
/// How often it may read what is stored of the BAT: before and after the replay, each time twice as
/// much as is needed at most.
const LIMIT_BATS: u64 = 4;

/// Checks that the file can be inspected at a bounded cost, without a panic, and that the verdict
/// is the model's.
///
/// # Errors
/// The first property that is violated.
pub fn check_inspection(image: &SparseMemory) -> Result<(), Violation> {
    let metered = Observed::new(image.clone(), ReadMeter::default());
    let extent = Extent::default();
    let inspection =
        inspect(&metered, "fuzz.vhdx".to_owned(), extent).map_err(|error| Violation {
            property: INSPECTED,
            detail: error.to_string(),
        })?;
    let log = inspection.log.as_ref().map_or(0, |log| log.length);
    // Anything that is stored can be the BAT.
    let bat = image.sectors().count() as u64 * SECTOR;
    let limit = LIMIT_LOGS * log + LIMIT_BATS * bat + LIMIT_ELSEWHERE;
    let bytes = metered.observer.reads().bytes;
    ensure(READS, bytes <= limit, || {
        format!("read: {bytes} bytes; allowed: {limit}, for a log of {log} bytes")
    })?;

    let mut output = serde_json::to_vec(&inspection).map_err(|error| Violation {
        property: INSPECTED,
        detail: error.to_string(),
    })?;
    print::write(&mut output, &inspection, Paint::PLAIN, print::DEFAULT_WIDTH)
        .expect("memory can be written");
    let stored = image.len().expect("memory knows its length").min(log) as usize;
    let limit = LIMIT_OUTPUT + stored / 512;
    ensure(SHORT, output.len() <= limit, || {
        format!("output: {} bytes; allowed: {limit}", output.len())
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
        format!("model: {}; inspection: {}", words(expected), words(found))
    })?;
    if inspection.verdict.state == State::Dirty {
        dirty_policies::check_unreplayed(image)
    } else {
        Ok(())
    }
}

/// A verdict for a message.
fn words((state, clause): (State, Option<&'static str>)) -> String {
    match (state, clause) {
        (State::Refused, Some(clause)) => format!("refused by {clause}"),
        (State::Refused, None) => "refused by no clause".to_owned(),
        (State::Clean, _) => "clean".to_owned(),
        (State::Dirty, _) => "dirty".to_owned(),
    }
}
