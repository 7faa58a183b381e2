//! The writer on rings of a few sectors, and round the ring of 1 MiB.

use std::time::Instant;

use vhdx_log::OpenOptions;
use vhdx_log::writer::Canary;
use vhdx_log_cli::report::crash_failure;
use vhdx_log_cli::report::crash_table::number;
use vhdx_log_crash::faults::FaultPlan;
use vhdx_log_crash::protocol::recording_keeps_the_protocol;
use vhdx_log_crash::search::exhaustive::Part;
use vhdx_log_crash::search::rings::scopes;
use vhdx_log_crash::search::{Job, random_rings, search_jobs};
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{Setup, Source, Tally, Workload};
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

/// No crash of any workload of up to three transactions on a ring of a few sectors loses what was
/// acknowledged, or leaves a file that cannot be opened.
#[test]
fn every_small_ring_survives_every_crash() {
    let base = BaseImage::new();
    let mut sum = Tally::default();
    let begun = Instant::now();
    for scope in scopes(Part::Short) {
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
            "{:>12}: {} workloads, {} states, {} unique",
            scope.name,
            number(tally.workloads),
            number(tally.states),
            number(tally.unique_states),
        );
        assert_eq!(tally.workloads, scope.workloads());
        sum.add(&tally);
    }
    println!(
        "{} unique states in {:.1?}",
        number(sum.unique_states),
        begun.elapsed()
    );
    assert_eq!(sum.states, sum.enumerable);
    assert_eq!(sum.states, 5_134_936, "the set of small rings has changed");
}

/// How many random workloads of each kind are searched here.
const SMALL: u64 = 200;
const LONG: u64 = 12;

/// Random workloads that go round the ring several times survive every crash that is tried.
#[test]
fn random_workloads_round_the_ring_survive() {
    type Make = fn(&mut Rng) -> Job;
    let kinds: [(&str, u64, Make); 2] = [
        ("small rings", SMALL, random_rings::on_small_ring),
        ("1 MiB", LONG, random_rings::long),
    ];
    for (name, count, make) in kinds {
        let base = BaseImage::new();
        let begun = Instant::now();
        let (tally, failure) = search_jobs(&base, None, 0..count, &Stop::never(), |number| {
            make(&mut Rng::new(number))
        });
        if let Some(failure) = failure {
            panic!("{name}:\n{}", crash_failure::describe_ours(&failure));
        }
        println!(
            "{name:>12}: {} workloads, {} states, {} unique in {:.1?}",
            number(tally.workloads),
            number(tally.states),
            number(tally.unique_states),
            begun.elapsed(),
        );
        assert_eq!(tally.workloads, count);
        assert_eq!(tally.states, tally.enumerable);
    }
}

/// An entry that is kept back is written before the file becomes longer than it says (WRT-5). The
/// first workload is one that the search of small rings found.
#[test]
fn entries_are_written_before_the_file_grows() {
    let base = BaseImage::new();
    for workload in [
        "n1.r4.o3.g1.w0+4096.l2097152.c",
        "r8.g1.w0+4096.p1044480+8192.c",
    ] {
        let workload: Workload = workload.parse().expect("a workload");
        let kept = |bug: Option<Canary>| {
            let writer = Writer::with_bug(&base, workload.clone(), bug);
            let recording = writer.record(FaultPlan::default()).expect("a recording");
            recording_keeps_the_protocol(&recording, &writer.origin())
        };
        assert_eq!(kept(None), Ok(()));
        assert!(kept(Some(Canary::GrowBeforeEntries)).is_err());
    }
}

/// A log of a few sectors breaks HDR-7, and only who asks for such logs can open it.
#[test]
fn the_rule_of_1_mib_stays() {
    let base = BaseImage::new();
    for (sectors, is_valid) in [(4, false), (255, false), (256, true), (257, false)] {
        let mut file = base.with_setup(&Setup::ring(sectors)).into_owned();
        // An empty log may be anywhere (HDR-9), until somebody is to write to it.
        assert!(OpenOptions::writable().open(file.clone()).is_ok());
        let refused = vhdx_log::writer::Log::open(&mut file, &Default::default()).err();
        let clause = refused
            .and_then(|error| error.clause())
            .map(|clause| clause.id());
        let expected = (!is_valid).then_some("HDR-7");
        assert_eq!(clause, expected, "{sectors} sectors");
    }
}
