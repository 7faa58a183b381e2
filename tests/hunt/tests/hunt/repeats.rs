//! The same hunt again: with the same seed, with other jobs, after a stop.

use vhdx_log_hunt::{Hunt, Settings, State};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use super::{cases, flawed, hunt};

/// Everything but the time it took.
fn without_time(mut state: State) -> State {
    state.elapsed_ms = 0;
    for finding in &mut state.findings {
        finding.result.elapsed_us = 0;
    }
    state
}

#[test]
fn the_same_seed_is_the_same_hunt_with_any_number_of_jobs() {
    let subject = flawed("first-valid-header-wins");
    let one = without_time(hunt(subject.as_ref(), &cases(600)));
    let jobs = Settings {
        jobs: 3,
        ..cases(600)
    };
    assert!(one == without_time(hunt(subject.as_ref(), &jobs)));
    let seed = Settings {
        seed: 2,
        ..cases(600)
    };
    assert!(one != without_time(hunt(subject.as_ref(), &seed)));
}

#[test]
fn a_hunt_goes_on_from_its_stored_state_as_if_it_had_not_been_stopped() {
    let subject = flawed("tail-ignored");
    let whole = hunt(subject.as_ref(), &cases(640));
    let part = hunt(subject.as_ref(), &cases(256));
    let stored = serde_json::to_string(&part).expect("a state");
    let mut state: State = serde_json::from_str(&stored).expect("the same state");
    assert!(state == part, "stored and read back");
    let hunt = Hunt::new(subject.as_ref(), "flaw:tail-ignored", cases(640));
    hunt.run(&mut state, &Stop::never(), &mut |_| {})
        .expect("threads");
    assert!(without_time(state) == without_time(whole));
}

#[test]
fn shards_have_no_round_in_common() {
    let subject = flawed("tail-ignored");
    let shard = |index| {
        let shard = Shard { index, of: 2 };
        let settings = Settings {
            shard,
            ..cases(128)
        };
        hunt(subject.as_ref(), &settings)
    };
    let (first, second) = (shard(0), shard(1));
    // Rounds 0, 2 and 4 have 16, 64 and 128 cases; rounds 1 and 3 have 32 and 128.
    assert_eq!((first.cases, second.cases), (208, 160));
    assert_eq!((first.next_round, second.next_round), (6, 5));
    assert!(first.coverage != second.coverage);
}
