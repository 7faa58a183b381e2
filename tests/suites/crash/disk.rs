//! The simulated disk shows what was written, and its crash states are those of the fault model.

use vhdx_log::storage::{DenseMemory, Storage};
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::faults::{IoFault, IoFaultKind};
use vhdx_log_crash::simulator::{FailingDisk, SimDisk};
use vhdx_log_crash::states::{Arrived, Choice, Epoch, NewSpace};
use vhdx_log_image::generate::Rng;

const LENGTH: u64 = 8 << 12;

fn image() -> DiskImage {
    DiskImage::new(LENGTH, 2..4)
}

/// It behaves like plain memory.
#[test]
fn it_shows_what_was_written() {
    let mut rng = Rng::new(2);
    let (mut disk, mut plain) = (
        SimDisk::new(&image()),
        DenseMemory::from(vec![0; LENGTH as usize]),
    );
    for round in 0..4000 {
        let length = plain.len().expect("memory has a length");
        let offset = u64::from(rng.below(length as u32 + 4096));
        let bytes: Vec<u8> = (0..rng.below(9000))
            .map(|index| (index + round) as u8)
            .collect();
        match rng.below(8) {
            0 => {
                let length = u64::from(rng.below(20 << 12));
                plain
                    .set_len(length)
                    .and_then(|()| disk.set_len(length))
                    .expect("lengths are set");
            }
            1 | 2 if offset < length => {
                let zeros = (bytes.len() as u64).min(length - offset);
                plain
                    .zero(offset, zeros)
                    .and_then(|()| disk.zero(offset, zeros))
                    .expect("ranges are zeroed");
            }
            _ => plain
                .write_at(offset, &bytes)
                .and_then(|()| disk.write_at(offset, &bytes))
                .expect("bytes are written"),
        }
        let length = plain.len().expect("memory has a length");
        assert_eq!(disk.len().expect("so has a disk"), length);
        let (mut ours, mut theirs) = (vec![1; length as usize], vec![2; length as usize]);
        disk.read_at(0, &mut ours)
            .and_then(|()| plain.read_at(0, &mut theirs))
            .expect("bytes are read");
        assert!(ours == theirs, "round {round}");
    }
    let everything = Epoch::last(disk.base(), disk.trace()).expect("an epoch");
    let hash = everything.crash(&everything.everything()).content_hash();
    assert_eq!(
        hash,
        disk.image().content_hash(),
        "losing nothing gives what the program sees"
    );
    assert_eq!(
        hash,
        disk.image().frozen().content_hash(),
        "a hash kept up to date is that of the contents"
    );
}

/// What was flushed is in every crash state; what was not may be lost sector by sector.
#[test]
fn only_what_was_not_flushed_can_be_lost() {
    let mut disk = SimDisk::new(&image());
    disk.write_at(0, &[1; 8192]).expect("written");
    disk.flush().expect("flushed");
    disk.write_at(0, &[2; 8192]).expect("written");
    let epochs: Vec<Epoch> = Epoch::all(disk.base(), disk.trace()).collect();
    assert_eq!(epochs.len(), 2);
    let crash = |arrived: &[Arrived]| {
        let choice = Choice {
            arrived: arrived.to_vec(),
            new_space: NewSpace::Zeros,
        };
        let state = epochs[1].crash(&choice);
        [
            state.contents(0)[0],
            state.contents(0)[4095],
            state.contents(1)[0],
            state.contents(1)[4095],
        ]
    };
    assert_eq!(crash(&[]), [1, 1, 1, 1]);
    assert_eq!(crash(&[Arrived::ABSENT, Arrived::WHOLE]), [1, 1, 2, 2]);
    assert_eq!(
        crash(&[Arrived(0b0111_1111), Arrived(0b1000_0000)]),
        [2, 1, 1, 2]
    );
}

/// A new length and the bytes in the new space arrive independently.
#[test]
fn lengths_and_data_arrive_apart() {
    let mut disk = SimDisk::new(&image());
    disk.write_at(LENGTH, &[3; 8192]).expect("written");
    let epoch = Epoch::last(disk.base(), disk.trace()).expect("an epoch");
    assert_eq!(epoch.pending.len(), 3, "the length and two sectors");
    let crash = |arrived: [Arrived; 3], new_space| {
        epoch.crash(&Choice {
            arrived: arrived.to_vec(),
            new_space,
        })
    };
    let (whole, absent) = (Arrived::WHOLE, Arrived::ABSENT);
    let without_length = crash([absent, whole, whole], NewSpace::Zeros);
    assert_eq!(
        (without_length.length(), without_length.present(0..99)),
        (LENGTH, vec![])
    );
    let without_data = crash([whole, absent, absent], NewSpace::Zeros);
    assert_eq!(
        (without_data.length(), without_data.present(0..99)),
        (LENGTH + 8192, vec![])
    );
    let pattern = crash([whole, absent, whole], NewSpace::Pattern);
    assert_eq!((pattern.contents(8)[0], pattern.contents(9)[0]), (0xA5, 3));
}

/// One request fails; those before and after it do not.
#[test]
fn one_request_fails_and_the_disk_keeps_working() {
    for kind in IoFaultKind::ALL {
        let mut disk = FailingDisk::new(SimDisk::new(&image()), Some(IoFault { kind, nth: 1 }));
        let mut outcomes = Vec::new();
        for _ in 0..3 {
            let mut buffer = [0; 16];
            outcomes.push(disk.write_at(0, &[9; 1024]).is_ok());
            outcomes.push(disk.read_at(0, &mut buffer).is_ok());
            outcomes.push(disk.flush().is_ok());
        }
        let failed: Vec<usize> = (0..outcomes.len())
            .filter(|&index| !outcomes[index])
            .collect();
        let expected = match kind {
            IoFaultKind::WriteError | IoFaultKind::ShortWrite | IoFaultKind::NoSpace => 3,
            IoFaultKind::ReadError | IoFaultKind::ShortRead => 4,
            IoFaultKind::FlushError => 5,
        };
        assert_eq!(failed, [expected], "{kind:?}");
    }
}
