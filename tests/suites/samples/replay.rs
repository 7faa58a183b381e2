//! Replays the samples, with the library and with the command.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{GuidSource, LogState, OpenOptions, ReplayPlan, Source};
use vhdx_log_image::guest::Disk;
use vhdx_log_oracle::convert::StorageSource;
use vhdx_log_oracle::digest::hexadecimal;
use vhdx_log_oracle::property::{self, Agreed};

use super::files::{DIRTY, DISK2VHD, HYPER_V, QEMU, sha256_from};
use crate::command::running::vhdx_log;

/// The start of the dirty image's log, and of everything after it.
const LOG: u64 = 1 << 20;
const BEHIND_LOG: u64 = 2 << 20;

/// The one sector that its replay changes: the start of the BAT.
const CHANGED: u64 = 3_145_728;

/// What is known about the dirty image after its replay.
fn assert_is_replayed(image: &SparseMemory, before: &SparseMemory) {
    assert_eq!(image.len().unwrap(), DIRTY.length, "the length stays");
    assert!(
        sha256_from(image, LOG).starts_with("f0ca719467db"),
        "the file from the log on"
    );
    let mut sector = [0; 4096];
    image.read_at(CHANGED, &mut sector).unwrap();
    let changed = hexadecimal(&Sha256::digest(sector));
    assert!(changed.starts_with("94e3f013c261"), "{changed}");
    for offset in (BEHIND_LOG..DIRTY.length)
        .step_by(4096)
        .filter(|&offset| offset != CHANGED)
    {
        let mut original = [0; 4096];
        before.read_at(offset, &mut original).unwrap();
        image.read_at(offset, &mut sector).unwrap();
        assert!(
            sector == original,
            "only the sector at {CHANGED} changes, not that at {offset}"
        );
    }
    assert_shows_two_partitions(image);
}

/// Checks the guest-visible disk of the replayed image.
fn assert_shows_two_partitions(image: &SparseMemory) {
    let disk = Disk::open(StorageSource(image)).unwrap();
    assert_eq!(disk.size_bytes(), 1 << 30);
    let mut mbr = [0; 4096];
    assert!(disk.read(0, &mut mbr).unwrap());
    let partition = |at: usize| {
        let u32_at = |at: usize| u32::from_le_bytes(mbr[at..at + 4].try_into().unwrap());
        (mbr[at + 4], u32_at(at + 8), u32_at(at + 12))
    };
    assert_eq!(
        [partition(446), partition(462)],
        [(0x83, 2048, 204_800), (0x83, 206_848, 409_600)]
    );
    assert!(
        hexadecimal(&disk.sha256().unwrap()).starts_with(GUEST_SHA256),
        "the disk as a guest sees it"
    );
}

const GUEST_SHA256: &str = "3ba3b309425b7ff5e8e0199edceed95226250f880c53b24e";

/// The contents in memory: sectors that are not zero.
fn read_all(length: u64, read: impl Fn(u64, &mut [u8]) -> std::io::Result<()>) -> SparseMemory {
    let sectors = (0..length / 4096).filter_map(|number| {
        let mut sector = [0; 4096];
        read(number * 4096, &mut sector).unwrap();
        (sector != [0; 4096]).then(|| (number, Arc::new(sector)))
    });
    SparseMemory::from_sectors(length, sectors)
}

fn read_file(path: &Path) -> SparseMemory {
    let file = File::open(path).unwrap();
    read_all(file.len().unwrap(), |offset, sector| {
        Storage::read_at(&file, offset, sector)
    })
}

#[test]
fn the_library_replays_the_dirty_image_of_hyper_v() {
    let Some(before) = DIRTY.load() else { return };
    let options = OpenOptions::writable().guids(GuidSource::seeded(1));
    let image = options.open(before.clone()).unwrap();
    let LogState::Replayed(plan, applied) = image.log() else {
        panic!("not replayed: {:?}", image.log())
    };
    assert_eq!((plan.active.run.start.0, plan.active.run.entries), (0, 5));
    assert_eq!(
        (
            plan.active.tail.0,
            plan.active.head().offset.0,
            plan.active.entries
        ),
        (20480, 28672, 2)
    );
    assert_eq!(
        plan.active.run.first_sequence_number.0,
        80_117_443_871_106_387
    );
    assert_eq!(plan.active.head().sequence_number.0, 80_117_443_871_106_391);
    assert_eq!((applied.sectors_written, applied.zero_ranges), (1, 0));
    assert_targets(plan, &before);
    assert_is_replayed(&image.into_storage(), &before);
}

/// Each of the two entries writes the sector that changes, and nothing else.
fn assert_targets(plan: &ReplayPlan, before: &SparseMemory) {
    let updates: Vec<_> = plan.updates(before).map(Result::unwrap).collect();
    let places: Vec<_> = updates
        .iter()
        .map(|update| (update.entry.0, update.target.0))
        .collect();
    assert_eq!(places, [(20480, CHANGED), (28672, CHANGED)]);
    assert!(
        updates
            .iter()
            .all(|update| matches!(update.source, Source::Data { .. }))
    );
}

#[test]
fn the_library_shows_it_replayed_without_writing() {
    let Some(before) = DIRTY.load() else { return };
    let image = OpenOptions::read_only().open(before.clone()).unwrap();
    assert!(matches!(image.log(), LogState::Overlaid(_)));
    let shown = read_all(image.len().unwrap(), |offset, sector| {
        image.read_at(offset, sector)
    });
    assert_is_replayed(&shown, &before);
    let mut disk_before = [0; 4096];
    let unchanged = image.into_storage();
    assert_eq!(sha256_from(&unchanged, 0), sha256_from(&before, 0));
    assert!(
        !Disk::open(StorageSource(&unchanged))
            .unwrap()
            .read(0, &mut disk_before)
            .unwrap(),
        "without its log the disk is empty"
    );
}

#[test]
fn the_command_replays_the_dirty_image_of_hyper_v() {
    let folder = tempfile::tempdir().unwrap();
    let Some(path) = DIRTY.unpack(folder.path()) else {
        return;
    };
    let before = DIRTY.load().unwrap();
    let done = vhdx_log(folder.path(), &["replay", DIRTY.name]);
    assert_eq!(
        done.says(0),
        "discutils-vhdx-log-replay.vhdx: replayed 2 entries (tail 0x5000, head 0x7000): 1 sector \
         written, file length unchanged at 36 MiB; the log is now empty\n"
    );
    assert_is_replayed(&read_file(&path), &before);
    let replayed = sha256_from(&File::open(&path).unwrap(), 0);
    let again = vhdx_log(folder.path(), &["replay", DIRTY.name]);
    assert_eq!(
        again.says(0),
        "discutils-vhdx-log-replay.vhdx: clean, nothing to replay\n"
    );
    assert_eq!(
        sha256_from(&File::open(&path).unwrap(), 0),
        replayed,
        "a clean file is left as it is"
    );
}

#[test]
fn qemu_agrees_about_the_replayed_image() {
    let folder = tempfile::tempdir().unwrap();
    let Some(path) = DIRTY.unpack(folder.path()) else {
        return;
    };
    vhdx_log(folder.path(), &["replay", DIRTY.name]).says(0);
    let raw = folder.path().join("disk.raw");
    if convert_with_qemu(&path, &raw) {
        let shown = sha256_from(&File::open(raw).unwrap(), 0);
        assert!(shown.starts_with(GUEST_SHA256), "{shown}");
    }
}

fn convert_with_qemu(image: &Path, raw: &Path) -> bool {
    let arguments = ["convert", "-f", "vhdx", "-O", "raw"];
    match Command::new("qemu-img")
        .args(arguments)
        .arg(image)
        .arg(raw)
        .output()
    {
        Err(error) => {
            println!("skipped: qemu-img cannot be run: {error}");
            false
        }
        Ok(output) => {
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            true
        }
    }
}

#[test]
fn the_command_leaves_clean_images_unchanged() {
    for sample in [HYPER_V, QEMU, DISK2VHD] {
        let folder = tempfile::tempdir().unwrap();
        let Some(path) = sample.unpack(folder.path()) else {
            continue;
        };
        let before = sha256_from(&File::open(&path).unwrap(), 0);
        let done = vhdx_log(folder.path(), &["replay", sample.name]);
        assert_eq!(
            done.says(0),
            format!("{}: clean, nothing to replay\n", sample.name)
        );
        assert_eq!(
            sha256_from(&File::open(&path).unwrap(), 0),
            before,
            "{}",
            sample.name
        );
    }
}

#[test]
fn disk2vhd_writes_the_same_header_twice_and_is_accepted() {
    let Some(image) = DISK2VHD.load() else { return };
    let image = OpenOptions::writable().open(image).unwrap();
    let headers = image.headers();
    assert_eq!(headers.first, headers.second);
    assert_eq!(headers.first.as_ref().unwrap().sequence_number.0, 1);
    assert!(matches!(image.log(), LogState::Empty));
}

#[test]
fn the_model_agrees_on_every_sample() {
    for sample in [DIRTY, HYPER_V, QEMU, DISK2VHD] {
        let Some(image) = sample.load() else { continue };
        let outcome = property::check(&image)
            .unwrap_or_else(|violation| panic!("{}: {violation}", sample.name));
        assert_eq!(
            matches!(outcome, Agreed::Replayed(_)),
            sample.name == DIRTY.name,
            "{}: {outcome:?}",
            sample.name
        );
    }
}
