//! Options with a seed are used again and again on one file: no GUID repeats, and nothing that was
//! acknowledged is lost (UPD-1, UPD-5, ENT-7, WRT-9).
//!
//! Entries of a closed generation stay in the ring. Were LogGuid and sequence numbers to repeat,
//! they would chain on to the first entries of the next generation, and win.

mod image;

use std::collections::HashSet;

use image::dirty::{dirty, entry};
use image::{MIB, TARGET, clean};
use uuid::Uuid;
use vhdx_log::header::{Header, Headers};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::units::FileOffset;
use vhdx_log::writer::{Log, Transaction, WriteOptions};
use vhdx_log::{Found, GuidSource, OpenOptions, Ring, scan};

const HEADERS: [u64; 2] = [64 << 10, 128 << 10];

fn open_options() -> OpenOptions {
    OpenOptions::writable().guids(GuidSource::seeded(7))
}

/// Every generation begins with the same sequence number: only the LogGuid keeps them apart.
fn options() -> WriteOptions {
    WriteOptions::from(open_options())
        .max_gathered_changes(1)
        .first_log_sequence_number(1)
}

/// How one life of an open log ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Close,
    Crash,
    /// The program stops after a change that it did not commit.
    CrashBeforeCommit,
    /// It closes, and both headers are put back to what they were when it had opened the file.
    HeadersPutBack,
}

/// A life: this many commits of one sector each, the last of them with this byte everywhere.
fn live(image: &mut SparseMemory, commits: u8, last: u8, end: End) {
    let mut log = Log::open(&mut *image, &options()).unwrap();
    let opened = headers(log.storage());
    let write = |log: &mut Log<&mut SparseMemory>, fill: u8| {
        log.submit(&Transaction::new().write(TARGET, &[fill; 4096]))
            .unwrap();
    };
    for before_last in (0..commits).rev() {
        write(&mut log, last - before_last);
        log.commit().unwrap();
    }
    match end {
        End::Close => drop(log.close().unwrap()),
        End::Crash => drop(log),
        End::CrashBeforeCommit => write(&mut log, 0xEE),
        End::HeadersPutBack => {
            let image = log.close().unwrap();
            for (at, bytes) in HEADERS.into_iter().zip(&opened) {
                image.write_at(at, bytes).unwrap();
            }
        }
    }
}

fn headers(image: &SparseMemory) -> [[u8; 4096]; 2] {
    HEADERS.map(|at| {
        let mut bytes = [0; 4096];
        image.read_at(at, &mut bytes).unwrap();
        bytes
    })
}

fn shown(image: &SparseMemory) -> u8 {
    let opened = OpenOptions::read_only().open(image.clone()).unwrap();
    let mut sector = [0; 4096];
    opened.read_at(TARGET, &mut sector).unwrap();
    assert!(sector.iter().all(|&byte| byte == sector[0]));
    sector[0]
}

#[test]
fn an_acknowledged_write_survives_whatever_lives_came_before() {
    use End::*;
    for first in [Close, Crash, CrashBeforeCommit, HeadersPutBack] {
        for second in [Close, Crash, CrashBeforeCommit, HeadersPutBack] {
            for commits in [(3, 1), (1, 1), (2, 3), (9, 4)] {
                let mut image = clean(1);
                let mut last = 0;
                for (commits, end) in [(commits.0, first), (commits.1, second), (1, Crash)] {
                    last += commits;
                    live(&mut image, commits, last, end);
                    assert_eq!(
                        shown(&image),
                        last,
                        "{commits} commits, then {end:?}, of lives {first:?}, {second:?}, Crash"
                    );
                }
            }
        }
    }
}

/// The LogGuid of every valid entry, in ring order: the newest generation begins at the start.
fn log_guids(image: &SparseMemory) -> Vec<Uuid> {
    let ring = Ring::new(FileOffset(MIB), 1 << 20).unwrap();
    let mut guids = Vec::new();
    scan(image, ring, None, &mut |found| {
        if let Found::Entry(entry) = found {
            guids.push(entry.log_guid);
        }
    })
    .unwrap();
    guids
}

#[test]
fn no_generation_has_the_log_guid_of_an_entry_in_the_ring() {
    for end in [End::Close, End::Crash, End::HeadersPutBack] {
        let mut image = clean(1);
        let mut generations = HashSet::new();
        // Each life is shorter than the one before, so that entries of all of them are left.
        for life in (1..=20).rev() {
            let before = log_guids(&image);
            live(&mut image, life, life, end);
            let after = log_guids(&image);
            assert!(!before.contains(&after[0]), "{end:?}, life {life}");
            generations = after.into_iter().collect();
        }
        assert_eq!(generations.len(), 20, "{end:?}");
    }
}

/// UPD-1: a replay and a writer's first change each set a new FileWriteGuid.
#[test]
fn no_file_write_guid_repeats() {
    let mut image = dirty(&[(0, entry(1, 0).data(TARGET, 1))]);
    let mut seen = HashSet::new();
    let mut is_new = |image: &SparseMemory| {
        let headers = Headers::read(image, image.len().unwrap()).unwrap();
        seen.insert(headers.current().unwrap().header.file_write_guid)
    };
    assert!(is_new(&image));
    for life in 1..=10 {
        open_options().open(&mut image).unwrap();
        assert!(is_new(&image), "replay {life}");
        live(&mut image, 1, life, End::Crash);
        assert!(is_new(&image), "writer {life}");
    }
}

/// The other half of what a seed is for.
#[test]
fn the_same_seed_on_the_same_file_gives_the_same_bytes() {
    let lives = || {
        let mut image = clean(1);
        live(&mut image, 3, 3, End::Crash);
        live(&mut image, 2, 5, End::Close);
        live(&mut image, 1, 6, End::Crash);
        image
    };
    assert!(lives().sectors().eq(lives().sectors()));
    let other = GuidSource::seeded(8).fresh();
    assert_ne!(GuidSource::seeded(7).fresh(), other);
    assert_ne!(other, Uuid::nil());
}

/// A seed gives the series of SplitMix64, which has full length for every seed: its published
/// values for seed 0.
#[test]
fn the_series_of_a_seed_is_split_mix_64() {
    let mut source = GuidSource::seeded(0);
    let series = [source.fresh(), source.fresh()].map(|guid| guid.as_u64_pair());
    let expected = [
        (0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F5),
        (0x06C4_5D18_8009_454F, 0xF88B_B8A8_724C_81ED),
    ];
    assert_eq!(series, expected);
}

/// Every bit of every SequenceNumber and GUID of the headers decides the series, whatever the seed.
#[test]
fn files_that_differ_in_one_bit_of_a_header_get_different_guids() {
    let image = clean(1);
    let read = |image: &SparseMemory| Headers::read(image, image.len().unwrap()).unwrap();
    for seed in [0, 7, u64::MAX] {
        let mut seen = HashSet::new();
        let mut is_new = |headers: &Headers| {
            let fresh = GuidSource::seeded(seed).for_file(headers).fresh();
            assert!(seen.insert(fresh), "seed {seed}");
        };
        is_new(&read(&image));
        for bit in 0..64 {
            let mut headers = read(&image);
            headers.first.as_mut().unwrap().sequence_number.0 ^= 1 << bit;
            is_new(&headers);
        }
        let guids: [fn(&mut Header) -> &mut Uuid; 3] = [
            |header| &mut header.file_write_guid,
            |header| &mut header.data_write_guid,
            |header| &mut header.log_guid,
        ];
        for (guid, bit) in guids
            .iter()
            .flat_map(|guid| (0..128).map(move |bit| (guid, bit)))
        {
            let mut headers = read(&image);
            let guid = guid(headers.second.as_mut().unwrap());
            *guid = Uuid::from_u128(guid.as_u128() ^ 1 << bit);
            is_new(&headers);
        }
    }
}
