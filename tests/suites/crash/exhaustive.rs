//! Every workload of the short part of the bounded set, and every crash in it. The whole set is
//! searched by `vhdx-log crash --short-workloads`.

use std::time::Instant;

use vhdx_log_cli::report::crash_failure;
use vhdx_log_cli::report::crash_table::number;
use vhdx_log_crash::Tally;
use vhdx_log_crash::search::exhaustive::{self, Part};
use vhdx_log_crash::writer::BaseImage;
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

/// No crash of any small workload loses what was acknowledged, or leaves a file that cannot be
/// opened.
#[test]
fn every_small_workload_survives_every_crash() {
    let base = BaseImage::new();
    let mut sum = Tally::default();
    let mut workloads = 0;
    let begun = Instant::now();
    for scope in exhaustive::scopes(Part::Short) {
        let tally = scope
            .search(&base, Shard::WHOLE, None, &Stop::never(), &mut |_| {})
            .unwrap_or_else(|failure| {
                panic!(
                    "{}:\n{}",
                    scope.name,
                    crash_failure::describe_ours(&failure)
                )
            });
        println!(
            "{:>22}: {} of {} workloads, {} of {} states, {} unique",
            scope.name,
            number(tally.workloads),
            number(scope.workloads()),
            number(tally.states),
            number(tally.enumerable),
            number(tally.unique_states),
        );
        workloads += scope.workloads();
        sum.add(&tally);
    }
    println!(
        "{:>22}: {} states in {:.1?}",
        "all",
        number(sum.states),
        begun.elapsed()
    );
    assert_eq!(sum.workloads, workloads);
    assert_eq!(sum.states, sum.enumerable);
    assert_eq!(sum.states, 7_234_070, "the bounded set has changed");
}
