//! `--replay`: one scenario again.

use serde::Serialize;
use vhdx_log_crash::{NotRecorded, Scenario, Source, Summary};
use vhdx_log_oracle::property::Violation;

use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};

/// The result as JSON. `property` and `detail` are `null` when every property holds.
#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    replay: String,
    holds: bool,
    property: Option<&'a str>,
    detail: Option<&'a str>,
}

/// Plays a scenario and prints the result; a violation as `describe` says.
pub(super) fn replay(
    source: &dyn Source,
    scenario: &Scenario,
    format: Format,
    describe: &dyn Fn(&vhdx_log_crash::Failure) -> String,
) -> Result<Exit, Failure> {
    let violation = play(source, scenario)?;
    let exit = match violation {
        None => Exit::Done,
        Some(_) => Exit::Negative,
    };
    print(exit, |out| match (format, violation) {
        (Format::Json, violation) => write_json(
            out,
            &Document {
                schema: Summary::SCHEMA,
                replay: scenario.to_string(),
                holds: violation.is_none(),
                property: violation.as_ref().map(|violation| violation.property),
                detail: violation.as_ref().map(|violation| &*violation.detail),
            },
        ),
        (Format::Text, None) => writeln!(out, "every property holds in this scenario"),
        (Format::Text, Some(violation)) => {
            let scenario = scenario.clone();
            let failure = vhdx_log_crash::Failure {
                scenario,
                violation,
            };
            writeln!(out, "{}", describe(&failure))
        }
    })
}

/// The violation that the scenario shows, if any.
fn play(source: &dyn Source, scenario: &Scenario) -> Result<Option<Violation>, Failure> {
    let recording = match source.record(scenario.fault_plan()) {
        Ok(recording) => recording,
        Err(NotRecorded::CannotInject) => {
            let message = "an I/O error cannot be injected into the program of a trace file";
            return Err(Failure::usage(message));
        }
        Err(NotRecorded::Violation(violation)) => return Ok(Some(violation)),
    };
    if !scenario.occurs_in(&recording) {
        return Err(Failure::usage(
            "the crash of the token does not occur in this recording, so nothing was checked: \
             another version of the writer made other requests",
        ));
    }
    Ok(scenario.play_on(&recording).err())
}
