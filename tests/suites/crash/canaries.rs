//! A writer that is broken on purpose must be caught: the proof that the search would see a real
//! break.

use vhdx_log::writer::Canary;
use vhdx_log_cli::report::crash_table::number;
use vhdx_log_crash::explore::{Exploration, Until};
use vhdx_log_crash::{World, shrink};
use vhdx_log_oracle::shard::Shard;

/// States within which each break must be seen.
const STATES: u64 = 2_000_000;

/// Every deliberate break of the writer is caught within a bounded number of states.
#[test]
fn every_break_is_caught() {
    let world = World::new();
    let mut missed = Vec::new();
    for canary in Canary::ALL {
        let exploration = Exploration {
            seed: 1,
            shard: Shard::WHOLE,
            until: Until::States(STATES),
            canary: Some(canary),
        };
        let explored = exploration.run(&world, &mut |_, _| {});
        let Some(failure) = explored.failure else {
            println!(
                "{:>24}: NOT CAUGHT in {} states",
                format!("{canary:?}"),
                number(explored.tally.states)
            );
            missed.push(canary);
            continue;
        };
        let small = shrink::shrink(&world, Some(canary), failure);
        println!(
            "{:>24}: within {:>9} states, {}\n{:>26}{}",
            format!("{canary:?}"),
            number(explored.tally.states),
            small.scenario,
            "",
            small.violation.property,
        );
        let again = small
            .scenario
            .play(&world, Some(canary))
            .expect_err("a shrunk failure fails again");
        assert_eq!(again.property, small.violation.property);
        assert_eq!(
            small.scenario.play(&world, None),
            Ok(()),
            "{canary:?}: the unbroken writer survives the same"
        );
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
