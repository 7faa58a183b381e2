//! The locks of other programs, taken as they take them.

use std::fs::File;

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use vhdx_log::storage::{Intent, LockOutcome, Storage, in_use};

use super::image::clean;
use super::on_disk::{OnDisk, outcome};

/// Shared locks of single bytes.
fn shared(bytes: &[i64]) -> Vec<libc::flock> {
    let lock = |&byte: &i64| lock(libc::F_RDLCK, byte, 1);
    bytes.iter().map(lock).collect()
}

fn lock(kind: i32, start: i64, length: i64) -> libc::flock {
    libc::flock {
        l_type: kind as _,
        l_whence: libc::SEEK_SET as _,
        l_start: start as _,
        l_len: length as _,
        l_pid: 0,
    }
}

/// The bytes that other handles than this one have locked, and whether exclusively.
fn locked_by_others(file: &File) -> Vec<(i64, bool)> {
    let probed = (0..300).map(|byte| {
        let mut probe = lock(libc::F_WRLCK, byte, 1);
        fcntl(file, FcntlArg::F_OFD_GETLK(&mut probe)).unwrap();
        (byte, i32::from(probe.l_type))
    });
    probed
        .filter(|&(_, kind)| kind != libc::F_UNLCK)
        .map(|(byte, kind)| (byte, kind == libc::F_WRLCK))
        .collect()
}

/// An attempt that is refused gives up what it took, of both kinds.
#[test]
fn are_not_met_by_what_an_attempt_leaves() {
    let disk = OnDisk::of(&clean(1));
    let (theirs, ours) = (disk.open(), disk.open());
    for lock in shared(&[100, 101, 103, 201, 203]) {
        fcntl(&theirs, FcntlArg::F_OFD_SETLK(&lock)).unwrap();
    }
    for intent in [Intent::Read, Intent::Write] {
        assert_eq!(outcome(&ours, intent), Err(Intent::Write));
        assert_eq!(locked_by_others(&theirs), []);
        assert!(disk.open().try_lock().is_ok(), "flock, {intent:?}");
    }
}

/// What we may do beside locks of other programs: read, write.
#[test]
fn are_respected() {
    let (read, write) = (Err(Intent::Read), Err(Intent::Write));
    let programs = [
        (
            "QEMU writes",
            shared(&[100, 101, 103, 201, 203]),
            write,
            write,
        ),
        ("QEMU writes a raw disk", shared(&[100, 101]), write, write),
        ("QEMU reads", shared(&[100, 201, 203]), Ok(()), read),
        (
            "QEMU reads whatever happens",
            shared(&[100]),
            Ok(()),
            Ok(()),
        ),
        ("QEMU wants nobody to read", shared(&[200]), write, write),
        ("QEMU writes what is there", shared(&[102]), Ok(()), read),
        ("QEMU resizes", shared(&[103]), write, write),
        (
            "cloud-hypervisor writes",
            vec![lock(libc::F_WRLCK, 0, 0)],
            write,
            write,
        ),
        (
            "cloud-hypervisor reads",
            vec![lock(libc::F_RDLCK, 0, 0)],
            read,
            read,
        ),
        (
            "cloud-hypervisor writes, to the end of the disk",
            vec![lock(libc::F_WRLCK, 0, 8 << 20)],
            write,
            write,
        ),
    ];
    for (program, locks, may_read, may_write) in programs {
        let disk = OnDisk::of(&clean(1));
        let (theirs, ours) = (disk.open(), disk.open());
        for lock in &locks {
            fcntl(&theirs, FcntlArg::F_OFD_SETLK(lock)).unwrap();
        }
        assert_eq!(outcome(&ours, Intent::Read), may_read, "{program}");
        drop(ours);
        assert_eq!(outcome(&disk.open(), Intent::Write), may_write, "{program}");
        let found = in_use(&disk.open()).unwrap().map(|holder| holder.intent);
        assert_eq!(
            found,
            may_read.err().filter(|&by| by == Intent::Write),
            "{program}"
        );
    }
}

/// libvirt's lock daemon: a POSIX lock of byte 0.
#[test]
fn that_belong_to_a_process_are_respected() {
    let disk = OnDisk::of(&clean(1));
    let (theirs, ours) = (disk.open(), disk.open());
    fcntl(&theirs, FcntlArg::F_SETLK(&lock(libc::F_WRLCK, 0, 1))).unwrap();
    assert_eq!(outcome(&ours, Intent::Write), Err(Intent::Write));
    assert_eq!(outcome(&ours, Intent::Read), Err(Intent::Write));
}

/// The bytes that we lock, so that the table in the documentation stays true.
#[test]
fn find_ours() {
    for (intent, expected) in [
        (
            Intent::Read,
            vec![(0, false), (100, false), (201, false), (203, false)],
        ),
        (
            Intent::Write,
            [(0, true)]
                .into_iter()
                .chain([100, 101, 102, 103, 201, 202, 203].map(|byte| (byte, false)))
                .collect(),
        ),
    ] {
        let disk = OnDisk::of(&clean(1));
        let (ours, theirs) = (disk.open(), disk.open());
        assert_eq!(outcome(&ours, intent), Ok(()));
        assert_eq!(locked_by_others(&theirs), expected, "{intent:?}");
    }
}

#[test]
fn name_their_program() {
    let disk = OnDisk::of(&clean(1));
    let own_name = std::fs::read_to_string("/proc/self/comm").unwrap();
    let this = (
        Some(std::process::id()),
        Some(own_name.trim_end().to_owned()),
    );
    let holder_of = |file: &File| match Storage::try_lock(file, Intent::Write).unwrap() {
        LockOutcome::InUse(holder) => (holder.pid, holder.program),
        other => panic!("{other:?}"),
    };
    let by_range = disk.open();
    fcntl(
        &by_range,
        FcntlArg::F_OFD_SETLK(&lock(libc::F_RDLCK, 101, 1)),
    )
    .unwrap();
    assert_eq!(holder_of(&disk.open()), this);
    drop(by_range);

    let whole = disk.open();
    whole.lock_shared().unwrap();
    assert_eq!(holder_of(&disk.open()), this);
}
