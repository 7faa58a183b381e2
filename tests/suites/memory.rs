//! What an open and an inspection may allocate, whatever is in the file. This is a test binary of
//! its own because it counts every allocation of the process.

use std::fs::File;

use peak_alloc::PeakAlloc;
use vhdx_log::storage::Storage;
use vhdx_log::{
    Access, DEFAULT_MAX_FILE_SIZE, LogState, MAX_OVERLAY_UPDATES, OpenOptions, examine,
};
use vhdx_log_image::{
    BatEntry, Data, Descriptor, Entry, Fill, Filling, Geometry, Item, Place, Recipe, Tail, Target,
    Zero,
};
use vhdx_log_inspect::{Extent, inspect};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What the checks before a replay may allocate besides one bit for each sector of the log: one
/// piece of the log, and little else.
const EXAMINE_LIMIT_BYTES: usize = 512 << 10;
/// What a replay may allocate, whatever the length of the log: one batch of resolved updates, and
/// one piece of data.
const REPLAY_LIMIT_BYTES: usize = 32 << 20;
/// What a read-only view may allocate: as many updates as it keeps, while they are collected and
/// sorted.
const VIEW_LIMIT_BYTES: usize = 64 << 20;

/// What an inspection may allocate, whatever is in the file besides a log of 4 GiB.
const INSPECT_LIMIT_BYTES: usize = 32 << 20;

const LOG_MIB: u32 = 64;
const SECTORS: u32 = LOG_MIB * 256;

/// The only test here: a second one would run at the same time and be counted too.
#[test]
fn an_open_allocates_little_whatever_is_in_the_file() {
    for (name, items) in logs() {
        let geometry = Geometry {
            log_mib: LOG_MIB,
            spare_mib: LOG_MIB,
            ..Geometry::default()
        };
        let recipe = Recipe {
            geometry,
            log: items,
            ..Recipe::default()
        };
        let mut file = tempfile::tempfile().expect("a file");
        recipe.build().write_to(&mut file).expect("its contents");
        drop(recipe);

        let examined =
            peak_of(|| examine(&file, Access::Writable, DEFAULT_MAX_FILE_SIZE).map(drop));
        let limit = EXAMINE_LIMIT_BYTES + SECTORS as usize / 8;
        println!("{name}: the checks allocate {examined} bytes of {limit}");
        assert!(
            examined <= limit,
            "{name}: the checks allocate {examined} bytes"
        );
        let viewed = peak_of(|| view(&file, name == FULL_VIEW));
        println!("{name}: the view allocates {viewed} bytes of {VIEW_LIMIT_BYTES}");
        assert!(
            viewed <= VIEW_LIMIT_BYTES,
            "{name}: the view allocates {viewed} bytes"
        );
        let replayed = peak_of(|| replay(&mut file));
        println!("{name}: the replay allocates {replayed} bytes of {REPLAY_LIMIT_BYTES}");
        assert!(
            replayed <= REPLAY_LIMIT_BYTES,
            "{name}: the replay allocates {replayed} bytes"
        );
    }
    let inspected = inspect_huge();
    println!("an inspection allocates {inspected} bytes of {INSPECT_LIMIT_BYTES}");
    assert!(
        inspected <= INSPECT_LIMIT_BYTES,
        "an inspection allocates {inspected} bytes"
    );
}

/// What the inspection of a disk of 64 TiB allocates, whose BAT of 512 MiB is full of entries that
/// point into the log for the first 64 MiB.
fn inspect_huge() -> usize {
    const BAT_BYTES: usize = 64 << 20;
    let geometry = Geometry {
        disk_mib: 64 << 20,
        ..Geometry::default()
    };
    let image = Recipe {
        geometry,
        ..Recipe::clean()
    }
    .build();
    let mut file = tempfile::tempfile().expect("a file");
    image.write_to(&mut file).expect("its contents");
    let (mut at, entries) = (
        image.layout().bat_offset,
        BatEntry::payload(0, 6, 1).on_disk().repeat(1 << 17),
    );
    for _ in 0..BAT_BYTES / entries.len() {
        Storage::write_at(&mut file, at, &entries).expect("the BAT");
        at += entries.len() as u64;
    }
    drop((image, entries));
    peak_of(|| {
        let found = inspect(&file, "huge.vhdx".to_owned(), Extent::default()).expect("a report");
        let over_log = found
            .disk
            .and_then(|disk| disk.blocks)
            .expect("a BAT")
            .over_log;
        assert_eq!(over_log.total, BAT_BYTES as u64 / 8);
    })
}

/// The most that was allocated at any time during the work, minus what was allocated before.
fn peak_of<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    drop(work());
    ALLOCATOR.peak_usage().saturating_sub(before)
}

/// The log with which a view keeps as many updates as it can.
const FULL_VIEW: &str = "a log of as many updates as a view keeps";

/// RPL-9: a view is shown, or refused because it would be too large.
fn view(file: &File, must_be_shown: bool) {
    match OpenOptions::read_only().open(file) {
        Ok(image) => assert!(matches!(image.log(), LogState::Overlaid(_))),
        Err(error) => {
            assert!(!must_be_shown, "{error}");
            assert!(error.clause().is_some(), "{error}");
        }
    }
}

fn replay(file: &mut File) {
    match OpenOptions::writable().open(file) {
        Ok(image) => assert!(
            matches!(image.log(), LogState::Replayed(..)),
            "the log is dirty"
        ),
        Err(error) => assert!(error.clause().is_some(), "refused, not failed: {error}"),
    }
}

/// Full logs of every kind that could need much memory: data, zero ranges, small entries, and false
/// EntryLengths.
fn logs() -> Vec<(&'static str, Vec<Item>)> {
    let data = |index: u32| Data {
        target: Target::Payload(512 + index * 126),
        more: 125,
        ..Data::default()
    };
    let full = (0..SECTORS / 127).map(|index| entry(index, Descriptor::Data(data(index))));
    // One entry, with every descriptor sector full: about two million ranges.
    let zeros = Zero {
        target: Target::Payload(512),
        length: 4096,
        more: (SECTORS - 1) * 128 + 125,
    };
    let as_many_as_a_view_keeps = Zero {
        more: MAX_OVERLAY_UPDATES as u32 - 1,
        ..zeros.clone()
    };
    let empty = (0..SECTORS - 1)
        .map(|_| Item::Entry(Entry::empty().with_tail(Tail::Explicit((SECTORS - 1) * 4096))));
    let claims = |bytes| {
        vec![Item::Fill(Fill {
            at: Place::Sector(0),
            sectors: SECTORS,
            with: Filling::Claims(bytes),
        })]
    };
    vec![
        ("a log full of data", full.collect()),
        (
            "a log full of zero descriptors",
            vec![entry(0, Descriptor::Zero(zeros))],
        ),
        (
            FULL_VIEW,
            vec![entry(0, Descriptor::Zero(as_many_as_a_view_keeps))],
        ),
        ("a chain of empty entries without a tail", empty.collect()),
        ("every sector claims the whole log", claims(LOG_MIB << 20)),
    ]
}

fn entry(index: u32, descriptor: Descriptor) -> Item {
    let entry = Entry::empty()
        .with_tail(Tail::Item(0))
        .descriptor(descriptor);
    Item::Entry(if index == 0 { entry.at(0) } else { entry })
}
