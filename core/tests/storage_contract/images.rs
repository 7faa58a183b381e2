//! Images of every shape that a reader treats differently, all with their log at 1 MiB.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::writer::{Log, Transaction};

use crate::image::dirty::{Entry, RING, dirty, dirty_bytes, entry};
use crate::image::{MIB, TARGET, clean};
use crate::uses::write_options;

/// Name and image.
pub fn all() -> Vec<(&'static str, SparseMemory)> {
    let mut images = valid();
    images.extend(refused());
    images
}

/// Data for the sector with this number, from [`TARGET`] on.
fn at(sector: u64) -> u64 {
    TARGET + sector * 4096
}

/// An entry of `sectors` data sectors.
fn long(sequence_number: u64, tail: u32, sectors: u64) -> Entry {
    (0..sectors).fold(entry(sequence_number, tail), |entry, nth| {
        entry.data(at(nth), sequence_number as u8)
    })
}

fn valid() -> Vec<(&'static str, SparseMemory)> {
    let mut growing = entry(9, 0).data(20 * MIB, 1).zero(19 * MIB, 4096);
    growing.last_file_offset = 30 * MIB + 5;
    let layers = [
        (0, entry(1, 0).data(at(0), 1).zero(at(1), 8192)),
        (2, entry(2, 0).zero(at(0), 4096).data(at(2), 2)),
        (4, entry(3, 0).data(at(1), 3).data(at(7), 3)),
    ];
    let full: Vec<_> = (0..64)
        .map(|nth: u32| ((2 + nth * 4) % RING, long(u64::from(nth) + 1, 2, 3)))
        .collect();
    let mut zeros = entry(7, 10);
    for nth in 0..126 {
        zeros = zeros.zero(at(nth * 2), 4096);
    }
    let mut stale = long(3, 5, 2);
    stale.log_guid = [9; 16];
    let torn = long(5, 8, 3).bytes()[..8192].to_vec();
    vec![
        ("clean", clean(1)),
        ("one entry", dirty(&[(0, long(5, 0, 1))])),
        ("layers of data and zeros", dirty(&layers)),
        ("a target past the end", dirty(&[(0, growing)])),
        (
            "an entry that passes the end of the ring",
            dirty(&[(254, long(1, 254, 4)), (3, long(2, 254, 1))]),
        ),
        ("a full ring", dirty(&full)),
        ("126 zero descriptors", dirty(&[(10, zeros)])),
        (
            "an entry of half the ring",
            dirty(&[(100, long(1, 100, 126))]),
        ),
        (
            "a tail after the first entry, and old generations",
            dirty(&[(0, long(1, 0, 1)), (2, long(2, 2, 1)), (5, stale)]),
        ),
        (
            "a torn entry after the head",
            dirty_bytes(&[(6, long(4, 6, 1).bytes()), (8, torn)]),
        ),
    ]
}

fn refused() -> Vec<(&'static str, SparseMemory)> {
    let mut truncated = long(2, 0, 1);
    truncated.flushed_file_offset = 100 * MIB;
    let mut another = long(2, 0, 3);
    another.log_guid = [9; 16];
    let mut no_header = clean(1);
    for at in [64 << 10, 128 << 10] {
        no_header.write_at(at, b"HEAD").unwrap();
    }
    vec![
        ("no entry", dirty(&[])),
        ("cut short", dirty(&[(0, truncated)])),
        (
            "a target in the log",
            dirty(&[(0, long(1, 0, 1)), (2, entry(2, 0).data(MIB, 1))]),
        ),
        ("only another generation", dirty(&[(0, another)])),
        ("no valid header", no_header),
        ("a few bytes", SparseMemory::new(5)),
    ]
}

/// What an image may have become while it was read.
pub fn successors(image: &SparseMemory) -> Vec<(&'static str, SparseMemory)> {
    let length = image.len().unwrap();
    let mut images = vec![
        ("zeros", SparseMemory::new(length)),
        ("another log", dirty(&[(0, long(5, 0, 9))])),
        (
            "entries as long as the ring, of 2^32 - 1 descriptors",
            with_log_sectors(image, |sector| {
                sector[8..12].copy_from_slice(&(1_u32 << 20).to_le_bytes());
                sector[24..28].fill(0xFF);
            }),
        ),
        (
            "targets in the log",
            with_log_sectors(image, |sector| {
                sector[80..88].copy_from_slice(&MIB.to_le_bytes());
            }),
        ),
        (
            "targets far away",
            with_log_sectors(image, |sector| sector[86] = 0x7F),
        ),
    ];
    let mut written = image.clone();
    if let Ok(mut log) = Log::open(&mut written, &write_options()) {
        for nth in 0..9 {
            let change = Transaction::new().write(at(100 + nth), &[0xEE; 4096]);
            log.submit(&change).unwrap();
            log.commit().unwrap();
        }
        drop(log);
        images.push(("replayed, and written again", written));
    }
    images
}

/// The image with a change to each sector of its log that holds anything. Checksums are not made
/// right: they have been checked by the time that the log changes.
fn with_log_sectors(image: &SparseMemory, change: impl Fn(&mut [u8; 4096])) -> SparseMemory {
    let mut changed = image.clone();
    for number in 256..512 {
        let place = number * 4096;
        let mut sector = [0; 4096];
        if image.read_at(place, &mut sector).is_ok() && sector != [0; 4096] {
            change(&mut sector);
            changed.write_at(place, &sector).unwrap();
        }
    }
    changed
}
