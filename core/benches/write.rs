//! The writing side on a real file: what group commit gains, and how near the log's writes come to
//! plain ones.
//!
//! `cargo bench -p vhdx-log --bench write` prints medians of five, on the folder for temporary
//! files and, where there is one, in `/dev/shm`; `VHDX_BENCH_DIR` names another.

#[allow(dead_code, reason = "each bench uses its part of it")]
mod logs;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use logs::{Log as Image, MIB};
use vhdx_log::storage::Storage;
use vhdx_log::writer::{Log, Transaction};
use vhdx_log::{GuidSource, OpenOptions};

const RUNS: usize = 5;
const LOG_MIB: u32 = 64;
const SECTOR: usize = 4096;
/// Where updates go: after the log.
const TARGETS: u64 = (1 + LOG_MIB as u64) * MIB;

fn main() {
    let named = std::env::var_os("VHDX_BENCH_DIR").map(PathBuf::from);
    let folders = named.map_or_else(
        || vec![std::env::temp_dir(), PathBuf::from("/dev/shm")],
        |named| vec![named],
    );
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        println!("in {}", folder.display());
        let [flush, single, grouped, plain, log] = medians([
            &|| flush_microseconds(folder),
            &|| updates_a_second(folder, 512, 1),
            &|| updates_a_second(folder, 64 * 64, 64),
            &|| plain_bytes_a_second(folder),
            &|| log_bytes_a_second(folder),
        ]);
        println!("  a flush after 8 KiB       {flush:10.0} us");
        println!("  one update, one flush     {single:10.0} updates/s");
        println!(
            "  64 updates, one flush     {grouped:10.0} updates/s   {:6.1} times",
            grouped / single
        );
        println!("  plain sequential writes   {:10.2} GB/s", plain / 1e9);
        println!(
            "  log writes, same bytes    {:10.2} GB/s        {:6.1} %",
            log / 1e9,
            100.0 * log / plain
        );
    }
}

/// One of each in turn, so that a busy moment of the machine or the disk meets them all.
fn medians<const N: usize>(runs: [&dyn Fn() -> f64; N]) -> [f64; N] {
    let rounds: Vec<[f64; N]> = (0..RUNS).map(|_| runs.map(|run| run())).collect();
    std::array::from_fn(|index| {
        let mut figures: Vec<f64> = rounds.iter().map(|round| round[index]).collect();
        figures.sort_by(f64::total_cmp);
        figures[RUNS / 2]
    })
}

/// What the disk alone takes to make a small write stable.
fn flush_microseconds(folder: &Path) -> f64 {
    let mut file = file(folder);
    let start = Instant::now();
    for index in 0..64 {
        file.write_at(MIB + index * 8192, &[0x5A; 8192])
            .expect("a write");
        file.flush().expect("a flush");
    }
    start.elapsed().as_secs_f64() * 1e6 / 64.0
}

/// A clean file with an empty log, all of it allocated.
fn file(folder: &Path) -> File {
    let mut file = tempfile::tempfile_in(folder).expect("a file");
    let mut image = Image::new(LOG_MIB).image();
    for at in [64 << 10, 128 << 10] {
        let header = &mut image[at..at + SECTOR];
        header[48..64].fill(0);
        logs::seal(header);
    }
    file.write_at(0, &image).expect("its contents");
    file.flush().expect("a flush");
    file
}

/// Updates of one BAT entry each, one entry after another as a disk that is filled asks for them,
/// `group` of them between two commits.
fn updates_a_second(folder: &Path, updates: usize, group: usize) -> f64 {
    let mut log = Log::open(
        file(folder),
        &OpenOptions::writable().guids(GuidSource::seeded(1)).into(),
    )
    .expect("an open");
    log.submit(&Transaction::new().write(TARGETS, &[0; 8]))
        .expect("the first begins the generation");
    log.commit().expect("a commit");
    let start = Instant::now();
    for index in 0..updates {
        let at = TARGETS + index as u64 * 8;
        log.submit(&Transaction::new().write(at, &(index as u64).to_le_bytes()))
            .expect("an update");
        if (index + 1) % group == 0 {
            log.commit().expect("a commit");
        }
    }
    updates as f64 / start.elapsed().as_secs_f64()
}

const ENTRY_SECTORS: usize = 126;
const ENTRIES: usize = 96;
const ENTRIES_A_COMMIT: usize = 32;
const LOG_BYTES: usize = ENTRIES * (ENTRY_SECTORS + 1) * SECTOR;

/// Entries of 126 updates, committed by the 32, all into free log.
fn log_bytes_a_second(folder: &Path) -> f64 {
    let mut log = Log::open(
        file(folder),
        &OpenOptions::writable().guids(GuidSource::seeded(1)).into(),
    )
    .expect("an open");
    let bytes = vec![0x5A; ENTRY_SECTORS * SECTOR];
    log.submit(&Transaction::new().write(TARGETS, b"begin"))
        .expect("the first begins the generation");
    log.commit().expect("a commit");
    let transactions: Vec<Transaction> = (0..ENTRIES)
        .map(|index| Transaction::new().write(TARGETS + (index % 8 * bytes.len()) as u64, &bytes))
        .collect();
    let start = Instant::now();
    for group in transactions.chunks(ENTRIES_A_COMMIT) {
        for transaction in group {
            log.submit(transaction).expect("an update");
        }
        log.commit().expect("a commit");
    }
    LOG_BYTES as f64 / start.elapsed().as_secs_f64()
}

/// As many bytes from memory to the same places, in 1 MiB pieces, with the same flushes.
fn plain_bytes_a_second(folder: &Path) -> f64 {
    let mut file = file(folder);
    let bytes = vec![0x5A; LOG_BYTES];
    let start = Instant::now();
    for (index, group) in bytes
        .chunks(LOG_BYTES / (ENTRIES / ENTRIES_A_COMMIT))
        .enumerate()
    {
        let mut at = MIB + (index * group.len()) as u64;
        for piece in group.chunks(1 << 20) {
            file.write_at(at, piece).expect("a write");
            at += piece.len() as u64;
        }
        file.flush().expect("a flush");
    }
    LOG_BYTES as f64 / start.elapsed().as_secs_f64()
}
