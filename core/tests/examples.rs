//! The programs in `examples`, run on generated images.

#[allow(dead_code, reason = "nothing here calls its `main`")]
#[path = "../examples/group_commit.rs"]
mod group_commit;
mod image;
#[allow(dead_code, reason = "nothing here calls its `main`")]
#[path = "../examples/own_storage.rs"]
mod own_storage;
#[allow(dead_code, reason = "nothing here calls its `main`")]
#[path = "../examples/read_only_view.rs"]
mod read_only_view;
#[allow(dead_code, reason = "nothing here calls its `main`")]
#[path = "../examples/replay.rs"]
mod replay;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Barrier;
use std::time::Duration;

use image::dirty::{dirty, entry};
use image::flushes::Flushes;
use image::{MIB, TARGET, clean};
use tempfile::TempDir;
use vhdx_log::OpenOptions;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::writer::{Log, Transaction};

const REGION_TABLE: u64 = 192 << 10;

/// The image as a file in a folder of its own.
fn on_disk(image: &SparseMemory) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disk.vhdx");
    let mut file = File::create(&path).unwrap();
    for (number, sector) in image.sectors() {
        file.write_at(number * 4096, sector.as_slice()).unwrap();
    }
    Storage::set_len(&mut file, image.len().unwrap()).unwrap();
    (folder, path)
}

fn two_entries() -> SparseMemory {
    let mut table = entry(5, 0).data(REGION_TABLE, b'r');
    table.last_file_offset = 16 * MIB;
    let mut head = entry(6, 0).data(TARGET, 0xAA);
    head.last_file_offset = 16 * MIB;
    dirty(&[(0, table), (2, head)])
}

#[test]
fn replay_says_what_it_did() {
    let (_folder, path) = on_disk(&two_entries());
    let said = replay::run(&path).unwrap();
    assert!(said.starts_with("replayed 2 entries"), "{said}");
    assert!(said.contains("16777216 bytes"), "{said}");
    assert!(replay::run(&path).unwrap().contains("nothing to do"));
    let (_folder, path) = on_disk(&dirty(&[]));
    let refused = replay::run(&path).unwrap_err().to_string();
    assert!(refused.starts_with("nothing is lost"), "{refused}");
}

#[test]
fn a_view_shows_the_replayed_disk_and_writes_nothing() {
    let (_folder, path) = on_disk(&two_entries());
    let before = std::fs::read(&path).unwrap();
    let view = read_only_view::run(&path).unwrap();
    assert!(view.dirty);
    assert_eq!((view.length, &view.table), (16 * MIB, b"rrrr"));
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn a_disk_inside_another_file_is_replayed_there() {
    let disk = two_entries();
    let (start, length) = (3 * MIB + 512, 16 * MIB);
    let mut whole = SparseMemory::new(start + length + MIB);
    whole.write_at(start + length, b"after").unwrap();
    for (number, sector) in disk.sectors() {
        let at = start + number * 4096;
        whole.write_at(at, sector.as_slice()).unwrap();
    }
    let inside = own_storage::Inside::new(&mut whole, start, length);
    assert_eq!(own_storage::replay(inside).unwrap(), 2);
    let mut found = [0; 5];
    whole.read_at(start + TARGET, &mut found).unwrap();
    assert_eq!(found, [0xAA; 5]);
    whole.read_at(start + length, &mut found).unwrap();
    assert_eq!(&found, b"after");
    // A part without room for what the log wants ends in an error.
    let mut small = SparseMemory::new(start + length);
    for (number, sector) in disk.sectors() {
        let at = start + number * 4096;
        small.write_at(at, sector.as_slice()).unwrap();
    }
    let inside = own_storage::Inside::new(small, start, disk.len().unwrap());
    assert!(own_storage::replay(inside).is_err());
}

/// A device whose flush takes long enough for others to queue.
struct Slow(Flushes);

impl Storage for Slow {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.0.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_at(offset, bytes)
    }
    fn zero(&mut self, offset: u64, length: u64) -> std::io::Result<()> {
        self.0.zero(offset, length)
    }
    fn set_len(&mut self, length: u64) -> std::io::Result<()> {
        self.0.set_len(length)
    }
    fn len(&self) -> std::io::Result<u64> {
        self.0.len()
    }
    fn flush(&mut self) -> std::io::Result<()> {
        std::thread::sleep(Duration::from_millis(1));
        self.0.flush()
    }
}

#[test]
fn threads_that_commit_together_share_flushes() {
    const THREADS: u64 = 16;
    const CHANGES: u64 = 20;
    let disk = Slow(Flushes {
        image: clean(1),
        flushes: 0,
    });
    let log = Log::open(disk, &OpenOptions::writable().into()).unwrap();
    let group = group_commit::Group::new(log);
    let together = Barrier::new(THREADS as usize);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (group, together) = (&group, &together);
            scope.spawn(move || {
                for change in 1..=CHANGES {
                    together.wait();
                    let bytes = change.to_le_bytes();
                    let change = Transaction::new().write(TARGET + 8 * thread, &bytes);
                    group.commit(change).unwrap();
                }
            });
        }
    });
    // One that is refused does not disturb the others.
    let forbidden = Transaction::new().write(64 << 10, b"over the header");
    assert!(group.commit(forbidden).is_err());
    let allowed = Transaction::new().write(TARGET + 8 * THREADS, b"durable!");
    group.commit(allowed).unwrap();
    let log = group.into_log();
    let flushes = u64::from(log.storage().0.flushes);
    assert!(flushes < THREADS * CHANGES, "{flushes} flushes");
    let image = log.close().unwrap().0.image;
    for thread in 0..THREADS {
        let mut found = [0; 8];
        image.read_at(TARGET + 8 * thread, &mut found).unwrap();
        assert_eq!(u64::from_le_bytes(found), CHANGES);
    }
}

#[test]
fn the_measurement_makes_every_change() {
    let (_folder, path) = on_disk(&clean(1));
    assert_eq!(group_commit::run(&path, 4, 5).unwrap(), 20);
    let file = File::open(&path).unwrap();
    for thread in 0..4 {
        let mut found = [0; 4];
        file.read_at((3 << 20) + 4 * thread, &mut found).unwrap();
        assert_eq!(u32::from_le_bytes(found), 4, "the last change");
    }
}
