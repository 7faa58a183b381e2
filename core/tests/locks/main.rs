//! Who may use a file at the same time, and through which handles.

#[path = "../image/mod.rs"]
mod image;
#[cfg(target_os = "linux")]
mod of_others;
mod on_disk;

use std::cell::Cell;
#[cfg(unix)]
use std::fs::OpenOptions as Open;
use std::io;

use image::dirty::{dirty, entry};
use image::{TARGET, clean};
use on_disk::{OnDisk, outcome};
#[cfg(unix)]
use vhdx_log::storage::HandleFault;
use vhdx_log::storage::{Holder, Intent, LockOutcome, SparseMemory, Storage, in_use};
use vhdx_log::{DirtyLog, Locking, LogState, OpenError, OpenOptions};

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
