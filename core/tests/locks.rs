//! Who may use a file at the same time, and through which handles.

mod image;

use std::cell::Cell;
use std::fs::{File, OpenOptions as Open};
use std::io;
use std::path::PathBuf;

use image::dirty::{dirty, entry};
use image::{TARGET, clean};
#[cfg(unix)]
use vhdx_log::storage::HandleFault;
use vhdx_log::storage::{Holder, Intent, LockOutcome, SparseMemory, Storage, in_use};
use vhdx_log::{DirtyLog, Locking, LogState, OpenError, OpenOptions};

/// A file with an image, in a folder of its own.
struct OnDisk {
    folder: tempfile::TempDir,
}

impl OnDisk {
    fn of(image: &SparseMemory) -> Self {
        let on_disk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let mut file = File::create(on_disk.path()).unwrap();
        for (number, sector) in image.sectors() {
            file.write_at(number * 4096, sector.as_slice()).unwrap();
        }
        Storage::set_len(&mut file, image.len().unwrap()).unwrap();
        on_disk
    }

    fn dirty() -> Self {
        Self::of(&dirty(&[(0, entry(1, 0).data(TARGET, 0x5A))]))
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("disk.vhdx")
    }

    fn open(&self) -> File {
        let mut options = Open::new();
        options.read(true).write(true).open(self.path()).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }
}

/// What came of a lock, in short.
fn outcome(file: &File, intent: Intent) -> Result<(), Intent> {
    match Storage::try_lock(file, intent).unwrap() {
        LockOutcome::Taken => Ok(()),
        LockOutcome::InUse(holder) => Err(holder.intent),
        LockOutcome::Unavailable(error) => panic!("a test folder without locks: {error}"),
    }
}

#[test]
fn readers_go_together_and_a_writer_is_alone() {
    use Intent::{Read, Write};
    let disk = OnDisk::of(&clean(1));
    for (first, second, expected) in [
        (Read, Read, Ok(())),
        (Read, Write, Err(Read)),
        (Write, Read, Err(Write)),
        (Write, Write, Err(Write)),
    ] {
        let (one, other) = (disk.open(), disk.open());
        assert_eq!(outcome(&one, first), Ok(()));
        assert_eq!(outcome(&other, second), expected, "{first:?}, {second:?}");
        drop(one);
        assert_eq!(outcome(&other, second), Ok(()), "free once it is closed");
    }
}

#[test]
fn a_lock_lasts_until_the_last_clone_is_closed() {
    let disk = OnDisk::of(&clean(1));
    let (first, other) = (disk.open(), disk.open());
    let clone = first.try_clone().unwrap();
    assert_eq!(outcome(&first, Intent::Write), Ok(()));
    assert_eq!(outcome(&clone, Intent::Write), Ok(()), "the same lock");
    drop(first);
    assert_eq!(outcome(&other, Intent::Read), Err(Intent::Write));
    drop(clone);
    assert_eq!(outcome(&other, Intent::Read), Ok(()));
}

#[test]
fn an_attempt_that_fails_leaves_no_lock() {
    let disk = OnDisk::of(&clean(1));
    let (reader, writer, third) = (disk.open(), disk.open(), disk.open());
    assert_eq!(outcome(&reader, Intent::Read), Ok(()));
    assert_eq!(outcome(&writer, Intent::Write), Err(Intent::Read));
    assert_eq!(outcome(&third, Intent::Read), Ok(()));
    drop(third);
    assert_eq!(outcome(&reader, Intent::Write), Ok(()), "made stronger");
}

#[test]
fn looking_finds_writers_and_keeps_nobody_out() {
    let disk = OnDisk::of(&clean(1));
    let (file, looking) = (disk.open(), disk.open());
    let writer = || in_use(&looking).unwrap().map(|holder| holder.intent);
    assert_eq!(writer(), None);
    assert_eq!(outcome(&file, Intent::Read), Ok(()));
    assert_eq!(writer(), None, "a reader changes nothing");
    assert_eq!(outcome(&file, Intent::Write), Ok(()));
    assert_eq!(writer(), Some(Intent::Write));
    drop(file);
    assert_eq!(writer(), None);
    assert_eq!(outcome(&disk.open(), Intent::Write), Ok(()));
}

#[test]
fn opens_lock_what_they_need() {
    let disk = OnDisk::dirty();
    let view = OpenOptions::read_only().open(disk.open()).unwrap();
    assert!(matches!(view.log(), LogState::Overlaid(_)));
    let before = disk.bytes();
    let refused = OpenOptions::writable().open(disk.open());
    assert!(
        matches!(&refused, Err(OpenError::Locked { holder }) if holder.intent == Intent::Read),
        "{refused:?}"
    );
    assert!(disk.bytes() == before, "RPL-8");
    drop(view);

    let writer = OpenOptions::writable().open(disk.open()).unwrap();
    let shows = OpenOptions::read_only();
    assert!(matches!(
        shows.open(disk.open()),
        Err(OpenError::Locked { .. })
    ));
    for looks in [
        shows.clone().locking(Locking::Off),
        shows.clone().dirty_log(DirtyLog::Report),
        shows.dirty_log(DirtyLog::Refuse),
    ] {
        assert!(looks.open(disk.open()).is_ok(), "{looks:?}");
    }
    let file = writer.into_storage();
    assert_eq!(
        outcome(&disk.open(), Intent::Read),
        Err(Intent::Write),
        "held by the file and not by the image"
    );
    drop(file);
    assert!(OpenOptions::writable().open(disk.open()).is_ok());
}

/// A storage whose locks fail, and which counts how often one is asked for.
struct Lockless<'a> {
    image: SparseMemory,
    asked: &'a Cell<u32>,
    answer: fn() -> io::Result<LockOutcome>,
}

impl Storage for Lockless<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.image.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.image.write_at(offset, bytes)
    }
    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.image.zero(offset, length)
    }
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.image.set_len(length)
    }
    fn len(&self) -> io::Result<u64> {
        self.image.len()
    }
    fn flush(&mut self) -> io::Result<()> {
        self.image.flush()
    }
    fn try_lock(&self, _: Intent) -> io::Result<LockOutcome> {
        self.asked.set(self.asked.get() + 1);
        (self.answer)()
    }
}

/// What an open makes of a storage with such locks, in short; and how often it asked for one.
fn opened(options: &OpenOptions, answer: fn() -> io::Result<LockOutcome>) -> (&'static str, u32) {
    let asked = Cell::new(0);
    let storage = Lockless {
        image: dirty(&[(0, entry(1, 0).data(TARGET, 0x5A))]),
        asked: &asked,
        answer,
    };
    let outcome = match options.open(storage) {
        Ok(_) => "opened",
        Err(OpenError::Locked { .. }) => "in use",
        Err(OpenError::CannotLock { .. }) => "cannot lock",
        Err(OpenError::Io { .. }) => "error",
        Err(other) => panic!("{other}"),
    };
    (outcome, asked.get())
}

#[test]
fn a_lock_that_fails_is_handled_as_the_options_say() {
    let answers: [fn() -> io::Result<LockOutcome>; 3] = [
        || Ok(LockOutcome::Unavailable(io::ErrorKind::Unsupported.into())),
        || Ok(LockOutcome::InUse(Holder::unknown(Intent::Write))),
        || Err(io::Error::other("the medium is bad")),
    ];
    for (options, expected) in [
        (OpenOptions::writable(), ["cannot lock", "in use", "error"]),
        (OpenOptions::read_only(), ["opened", "in use", "error"]),
        (
            OpenOptions::writable().locking(Locking::WherePossible),
            ["opened", "in use", "error"],
        ),
        (
            OpenOptions::read_only().locking(Locking::Required),
            ["cannot lock", "in use", "error"],
        ),
    ] {
        for (answer, expected) in answers.into_iter().zip(expected) {
            assert_eq!(opened(&options, answer), (expected, 1), "{options:?}");
        }
    }
    for options in [OpenOptions::writable(), OpenOptions::read_only()] {
        let options = options.locking(Locking::Off);
        for answer in answers {
            assert_eq!(opened(&options, answer), ("opened", 0), "{options:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_handle_that_does_not_fit_is_refused_before_anything_is_done() {
    let disk = OnDisk::dirty();
    let before = disk.bytes();
    let handle = |options: &mut Open| options.open(disk.path()).unwrap();
    let appending = || handle(Open::new().read(true).append(true));
    let reading = || handle(Open::new().read(true));
    let writing = || handle(Open::new().write(true));
    for (options, file, expected) in [
        (OpenOptions::writable(), appending(), HandleFault::Append),
        (OpenOptions::writable(), reading(), HandleFault::NotWritable),
        (OpenOptions::writable(), writing(), HandleFault::NotReadable),
        (
            OpenOptions::read_only(),
            writing(),
            HandleFault::NotReadable,
        ),
    ] {
        let error = options.open(&mut { file }).unwrap_err();
        assert!(
            matches!(error, OpenError::Handle(fault) if fault == expected),
            "{error}"
        );
    }
    for file in [reading(), appending()] {
        assert!(OpenOptions::read_only().open(file).is_ok());
    }
    assert!(disk.bytes() == before);
}

/// The locks of other programs, taken as they take them.
#[cfg(target_os = "linux")]
mod of_others {
    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;

    use super::*;

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
            let mut found = Vec::new();
            for byte in 0..300 {
                let mut probe = lock(libc::F_WRLCK, byte, 1);
                fcntl(&theirs, FcntlArg::F_OFD_GETLK(&mut probe)).unwrap();
                if i32::from(probe.l_type) != libc::F_UNLCK {
                    found.push((byte, i32::from(probe.l_type) == libc::F_WRLCK));
                }
            }
            assert_eq!(found, expected, "{intent:?}");
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
}
