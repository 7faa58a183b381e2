//! The reading side in memory: replays a second, bytes of log a second, and that doubling the log
//! doubles the time for hostile logs too (SEQ-9).
//!
//! `cargo bench -p vhdx-log --bench replay`; the process-level figures are in
//! `tests/cli/benches/process.rs`.

#[allow(dead_code, reason = "each bench uses its part of it")]
mod logs;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use logs::{Log, MIB};
use vhdx_log::storage::{DenseMemory, Storage};
use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, GuidSource, LogState, OpenOptions, examine};

/// A whole write-back replay of a full log: search, plan, write, header updates.
fn full_log(c: &mut Criterion) {
    let mut group = c.benchmark_group("replay of a full log, in memory");
    for log_mib in [1_u32, 4, 16, 64] {
        group.throughput(Throughput::BytesDecimal(u64::from(log_mib) * MIB));
        for (name, start) in [("unwrapped", 0), ("wrapped", log_mib * 128 + 1)] {
            let image = Log::new(log_mib).full(start).image();
            let headers = image[64 << 10..132 << 10].to_vec();
            let mut memory = DenseMemory::from(image);
            group.bench_function(BenchmarkId::new(name, format!("{log_mib} MiB")), |b| {
                b.iter(|| {
                    // The replay marks the log empty; putting two headers back costs far less than
                    // another copy would.
                    memory.write_at(64 << 10, &headers).unwrap();
                    let opened = OpenOptions::writable()
                        .guids(GuidSource::seeded(1))
                        .open(&mut memory)
                        .unwrap();
                    assert!(matches!(opened.log(), LogState::Replayed(..)));
                });
            });
        }
    }
    group.finish();
}

/// Only the search, for logs made to be slow: the time of each must double from one length to the
/// next.
fn hostile_logs(c: &mut Criterion) {
    let mut group = c.benchmark_group("search of a hostile log");
    group.sample_size(20);
    for log_mib in [4_u32, 8, 16, 32] {
        group.throughput(Throughput::BytesDecimal(u64::from(log_mib) * MIB));
        for (name, log) in Log::hostile(log_mib) {
            let memory = DenseMemory::from(log.image());
            group.bench_function(BenchmarkId::new(name, format!("{log_mib} MiB")), |b| {
                b.iter(|| examine(&memory, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE).unwrap_err());
            });
        }
    }
    group.finish();
}

/// The view of a dirty file, for readers that may not write.
fn overlay(c: &mut Criterion) {
    let memory = DenseMemory::from(Log::new(1).full(0).image());
    c.bench_function("overlay of a full 1 MiB log, opened", |b| {
        b.iter_batched(
            || memory.clone(),
            |memory| OpenOptions::read_only().open(memory).unwrap(),
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, full_log, hostile_logs, overlay);
criterion_main!(benches);
