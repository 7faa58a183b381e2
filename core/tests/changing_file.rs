//! A file that another program changes while it is read: what was planned is shown or written, or
//! there is an error. Never the newer bytes, never more than was planned.

mod image;

use image::dirty::{Entry, dirty, dirty_bytes, entry, seal};
use image::{MIB, TARGET};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::writer::{Log, Transaction, WriteOptions};
use vhdx_log::{
    Access, DEFAULT_MAX_FILE_SIZE, LogState, OpenError, OpenOptions, Overlay, ReplayPlan, examine,
};

/// Two entries, at the places where a writer's first entries with changes go.
fn two_entries() -> [(u32, Entry); 2] {
    [
        (1, entry(5, 1).data(TARGET, 1)),
        (3, entry(6, 1).data(TARGET + 4096, 2).zero(5 * MIB, 8192)),
    ]
}

fn plan(image: &SparseMemory) -> ReplayPlan {
    let examined = examine(image, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE).unwrap();
    examined.plan.unwrap()
}

/// The image with another change to the bytes of its second entry, sealed.
fn changed(change: impl Fn(&mut Vec<u8>)) -> SparseMemory {
    let [(at, first), (second_at, second)] = two_entries();
    let mut bytes = second.bytes();
    change(&mut bytes);
    seal(&mut bytes);
    dirty_bytes(&[(at, first.bytes()), (second_at, bytes)])
}

#[test]
fn an_overlay_never_shows_what_a_writer_logs_later() {
    let mut image = dirty(&two_entries());
    let overlay = Overlay::new(&image, plan(&image)).unwrap();
    let options = WriteOptions::new().max_gathered_changes(1);
    let (mut shown, mut refused) = (0, 0);
    // A new generation begins at the start of the ring: its entries take the places of the old.
    for commits in 0..12 {
        for (target, fill) in [(TARGET, 1), (TARGET + 4096, 2)] {
            let mut sector = [0; 4096];
            match overlay.read_at(&image, target, &mut sector) {
                Ok(()) => {
                    assert!(sector == [fill; 4096], "after {commits} commits");
                    shown += 1;
                }
                Err(error) => {
                    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                    assert!(
                        matches!(inner, Some(OpenError::ChangedWhileRead { .. })),
                        "{error}"
                    );
                    refused += 1;
                }
            }
        }
        let mut log = Log::open(&mut image, &options).unwrap();
        for nth in 0..=commits {
            let change = Transaction::new().write(6 * MIB + nth * 4096, &[0xEE; 4096]);
            log.submit(&change).unwrap();
            log.commit().unwrap();
        }
    }
    assert!(
        shown >= 2 && refused >= 20,
        "{shown} shown, {refused} refused"
    );
}

#[test]
fn both_halves_of_the_sequence_number_are_compared() {
    // DAT-2
    let number = 0x0102_0304_0506_0708;
    let image = dirty(&[(0, entry(number, 0).data(TARGET, 1))]);
    let overlay = Overlay::new(&image, plan(&image)).unwrap();
    for at in [0, 4, 7, 4092, 4095] {
        let mut image = image.clone();
        let mut byte = [0];
        let place = MIB + 4096 + at;
        image.read_at(place, &mut byte).unwrap();
        image.write_at(place, &[byte[0] ^ 1]).unwrap();
        assert!(
            overlay.read_at(&image, TARGET, &mut [0]).is_err(),
            "byte {at}"
        );
    }
    overlay.read_at(&image, TARGET, &mut [0]).unwrap();
}

/// More updates than planned, fewer, larger ones, other lengths: each is noticed, and the walk does
/// not go on.
#[test]
fn a_walk_finds_what_was_planned_or_ends() {
    let plan = plan(&dirty(&two_entries()));
    assert_eq!(plan.updates(&changed(|_| ())).count(), 3);
    let descriptor = |bytes: &mut Vec<u8>, nth: usize| {
        let (from, to) = (64, 64 + nth * 32);
        bytes.copy_within(from..from + 32, to);
    };
    type Change<'a> = &'a dyn Fn(&mut Vec<u8>);
    let changes: [(&str, Change<'_>); 9] = [
        ("2^32 - 1 descriptors", &|bytes| bytes[24..28].fill(0xFF)),
        ("one zero descriptor more", &|bytes| {
            bytes[24] = 3;
            descriptor(bytes, 2);
        }),
        ("one data descriptor more", &|bytes| {
            bytes[24] = 3;
            bytes.copy_within(96..128, 128);
        }),
        ("one zero descriptor fewer", &|bytes| {
            bytes[24] = 1;
            bytes.copy_within(96..128, 64);
        }),
        ("a data descriptor became a zero descriptor", &|bytes| {
            descriptor(bytes, 1);
        }),
        ("no descriptors", &|bytes| bytes[24] = 0),
        ("an EntryLength of half the ring", &|bytes| {
            bytes[8..12].copy_from_slice(&(128_u32 * 4096).to_le_bytes());
        }),
        ("an EntryLength of one sector", &|bytes| {
            bytes[8..12].copy_from_slice(&4096_u32.to_le_bytes());
        }),
        ("a zero range past the planned end", &|bytes| {
            bytes[64 + 8..64 + 16].copy_from_slice(&(1_u64 << 40).to_le_bytes());
        }),
    ];
    for (name, change) in changes {
        let image = changed(change);
        let walked: Vec<_> = plan.updates(&image).take(100).collect();
        let (last, before) = walked.split_last().unwrap();
        assert!(
            matches!(last, Err(OpenError::ChangedWhileRead { .. })),
            "{name}: {last:?}"
        );
        assert!(
            before.iter().all(Result::is_ok) && before.len() <= 3,
            "{name}"
        );
        let overlay = Overlay::new(&image, plan.clone());
        assert!(
            matches!(overlay, Err(OpenError::ChangedWhileRead { .. })),
            "{name}"
        );
    }
}

/// The walk that makes the plan has no plan to hold on to: it is bounded by the ring.
#[test]
fn a_plan_is_bounded_by_the_ring_even_if_the_log_changes_before_it_is_made() {
    let planned = plan(&dirty(&two_entries()));
    let claims = changed(|bytes| {
        // Full of descriptors, and longer than the entry that the scan found.
        let descriptor = bytes[64..96].to_vec();
        bytes.resize(250 * 4096, 0);
        bytes[24..28].copy_from_slice(&31_000_u32.to_le_bytes());
        bytes[8..12].copy_from_slice(&(250_u32 * 4096).to_le_bytes());
        for place in bytes[64..].chunks_exact_mut(32) {
            place.copy_from_slice(&descriptor);
        }
    });
    // ENT-6: a data sector without its descriptor.
    let unused = changed(|bytes| bytes.copy_within(64..96, 96));
    for image in [claims, unused] {
        let length = image.len().unwrap();
        let active = planned.active.clone();
        let again = ReplayPlan::new(&image, planned.ring, active, length, DEFAULT_MAX_FILE_SIZE);
        assert!(
            matches!(again, Err(OpenError::ChangedWhileRead { .. })),
            "{again:?}"
        );
    }
}

#[test]
fn an_unchanged_file_is_replayed() {
    let mut image = dirty(&two_entries());
    let opened = OpenOptions::writable().open(&mut image).unwrap();
    assert!(matches!(opened.log(), LogState::Replayed(plan, _) if plan.zero_updates == 1));
}
