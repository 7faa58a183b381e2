//! A writer with a seeded bug must be caught: the proof that the search would find a real bug.

use vhdx_log::writer::Canary;
use vhdx_log_cli::report::crash_table::number;
use vhdx_log_crash::search::explore::{Exploration, Until};
use vhdx_log_crash::shrink::shrink;
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

/// States within which each bug must be found.
const STATES: u64 = 2_000_000;

/// Every seeded bug is found within a bounded number of states, and its shrunk failure is one of
/// that bug.
#[test]
fn every_seeded_bug_is_found() {
    let base = BaseImage::new();
    let mut missed = Vec::new();
    for bug in Canary::ALL {
        let exploration = Exploration {
            seed: 1,
            shard: Shard::WHOLE,
            until: Until::States(STATES),
            seeded_bug: Some(bug),
            protocol: false,
        };
        let explored = exploration.run(&base, &Stop::never(), &mut |_, _| {});
        let Some(failure) = explored.failure else {
            println!(
                "{:>24}: NOT FOUND in {} states",
                format!("{bug:?}"),
                number(explored.tally.states)
            );
            missed.push(bug);
            continue;
        };
        let origin = failure.scenario.origin.clone();
        let found_in = Writer::of(&base, &origin, Some(bug)).expect("a workload");
        let small = shrink(&found_in, failure, &Stop::never());
        let origin = &small.scenario.origin;
        let buggy = Writer::of(&base, origin, Some(bug)).expect("a workload");
        let sound = Writer::of(&base, origin, None).expect("a workload");
        println!(
            "{:>24}: within {:>9} states, {}\n{:>26}{}",
            format!("{bug:?}"),
            number(explored.tally.states),
            small.scenario,
            "",
            small.violation.property,
        );
        let again = small
            .scenario
            .play(&buggy)
            .expect_err("a shrunk failure fails again");
        assert_eq!(again.property, small.violation.property);
        assert_eq!(
            small.scenario.play(&sound),
            Ok(()),
            "{bug:?}: the writer without the bug survives the same"
        );
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
}
