//! What the interface promises besides the right bytes: progress, locks, combinations of options,
//! and what a failed call leaves behind.

mod image;

use image::dirty::{Entry, dirty, entry};
use image::recorder::Recorder;
use image::{MIB, TARGET, clean};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::writer::{Log, Transaction, WriteError, WriteOptions};
use vhdx_log::{
    Access, DirtyLog, GuidSource, LogState, OpenError, OpenOptions, ReadLimits, examine,
};

fn writable() -> OpenOptions {
    OpenOptions::writable().guids(GuidSource::seeded(1))
}

/// The calls of the progress of a replay, in batches of so many updates, and the file after it.
fn progress(entries: &[(u32, Entry)], batch_updates: usize) -> (Vec<(u64, u64)>, SparseMemory) {
    let limits = ReadLimits {
        batch_updates,
        ..ReadLimits::DEFAULT
    };
    let (mut calls, mut image) = (Vec::new(), dirty(entries));
    writable()
        .limits(limits)
        .open_with_progress(&mut image, &mut |done, all| calls.push((done, all)))
        .unwrap();
    (calls, image)
}

#[test]
fn progress_goes_up_to_the_end_and_ends_there() {
    // Five updates; three of them of one sector, so that batches differ in what they write.
    let five = [
        (0, entry(1, 0).data(TARGET, 1).data(TARGET + 4096, 1)),
        (3, entry(2, 0).zero(TARGET, 8192).data(TARGET, 2)),
        (5, entry(3, 0).data(TARGET, 3)),
    ];
    let expected: [(usize, &[u64]); 6] = [
        (1, &[1, 2, 3, 4, 5]),
        (2, &[2, 4, 5]),
        (3, &[3, 5]),
        (4, &[4, 5]),
        (5, &[5]),
        (6, &[5]),
    ];
    let whole = progress(&five, 1 << 18).1;
    for (batch, done) in expected {
        let (calls, image) = progress(&five, batch);
        let expected: Vec<_> = done.iter().map(|&done| (done, 5)).collect();
        assert_eq!(calls, expected, "batches of {batch}");
        assert!(image.sectors().eq(whole.sectors()), "batches of {batch}");
    }
}

#[test]
fn progress_reaches_the_end_of_a_replay_without_updates() {
    assert_eq!(progress(&[(0, entry(1, 0))], 1).0, [(0, 0)]);
    // A zero descriptor of length 0 is an update that changes nothing.
    let nothing = [(0, entry(1, 0).zero(TARGET, 0).zero(TARGET, 0))];
    for batch in [1, 2, 3] {
        assert_eq!(progress(&nothing, batch).0, [(2, 2)], "batches of {batch}");
    }
}

#[test]
fn only_a_replay_has_progress() {
    let mut never = |_, _| panic!("progress of what is not a replay");
    let one = dirty(&[(0, entry(1, 0).data(TARGET, 1))]);
    for options in [
        OpenOptions::read_only(),
        writable().dirty_log(DirtyLog::Overlay),
        writable().dirty_log(DirtyLog::Report),
    ] {
        options.open_with_progress(one.clone(), &mut never).unwrap();
    }
    writable().open_with_progress(clean(1), &mut never).unwrap();
    let refused = writable()
        .max_file_size(1)
        .open_with_progress(dirty(&[(0, entry(1, 0).data(20 * MIB, 1))]), &mut never);
    assert!(refused.is_err());
}

#[test]
fn the_lock_is_taken_before_anything_is_looked_at() {
    let first_calls = |image: &SparseMemory, options: &OpenOptions| {
        let mut storage = Recorder::new(image);
        let _ = options.open(&mut storage);
        let calls = storage.calls.take();
        let locks = calls.iter().filter(|call| call.starts_with("lock"));
        (calls[..2].to_vec(), locks.count())
    };
    let (to_write, to_read) = ("lock to write", "lock to read");
    for image in [clean(1), dirty(&[(0, entry(1, 0))]), SparseMemory::new(3)] {
        for dirty_log in [DirtyLog::Replay, DirtyLog::Overlay, DirtyLog::Report] {
            let found = first_calls(&image, &writable().dirty_log(dirty_log));
            assert_eq!(found, (vec!["check_handle", to_write], 1), "{dirty_log:?}");
        }
        let found = first_calls(&image, &OpenOptions::read_only());
        assert_eq!(found, (vec!["check_handle", to_read], 1));
        // Nothing is shown from the log, so nobody has to keep away.
        let report = OpenOptions::read_only().dirty_log(DirtyLog::Report);
        assert_eq!(first_calls(&image, &report).1, 0);

        let mut storage = Recorder::new(&image);
        let _ = Log::open(&mut storage, &writable().into());
        assert_eq!(storage.calls.take()[..2], ["check_handle", to_write]);
    }
}

#[test]
fn a_file_that_is_locked_is_not_looked_at() {
    let mut storage = Recorder::new(&dirty(&[(0, entry(1, 0))]));
    storage.is_locked = true;
    for dirty_log in [DirtyLog::Replay, DirtyLog::Overlay, DirtyLog::Report] {
        let opened = writable().dirty_log(dirty_log).open(&mut storage);
        assert!(matches!(opened, Err(OpenError::Locked { .. })));
    }
    let log = Log::open(&mut storage, &WriteOptions::new());
    assert!(matches!(log, Err(OpenError::Locked { .. })));
    let opened = OpenOptions::read_only().open(&mut storage);
    assert!(matches!(opened, Err(OpenError::Locked { .. })));
    let calls = storage.calls.take();
    assert_eq!(calls.len(), 10);
    assert!(
        calls
            .iter()
            .all(|call| *call == "check_handle" || call.starts_with("lock")),
        "{calls:?}"
    );
}

/// Access, what is to be done with a dirty log, and a limit of the length: each with each.
#[test]
fn options_combine() {
    let grows = dirty(&[(0, entry(1, 0).data(20 * MIB, 1))]);
    let after = 20 * MIB + 4096;
    let (reads, writes) = (OpenOptions::read_only(), writable());
    let expected = [
        (&reads, DirtyLog::Replay, Err("RPL-5")),
        (&reads, DirtyLog::Overlay, Ok("overlaid")),
        (&reads, DirtyLog::Refuse, Err("RPL-5")),
        (&reads, DirtyLog::Report, Ok("dirty")),
        (&writes, DirtyLog::Replay, Ok("replayed")),
        (&writes, DirtyLog::Overlay, Ok("overlaid")),
        (&writes, DirtyLog::Refuse, Err("RPL-5")),
        (&writes, DirtyLog::Report, Ok("dirty")),
    ];
    for (options, dirty_log, expected) in expected {
        let options = options.clone().dirty_log(dirty_log);
        for (limit, fits) in [(after, true), (after - 1, false), (0, false)] {
            let mut storage = Recorder::new(&grows);
            let opened = options.clone().max_file_size(limit).open(&mut storage);
            let found = opened.as_ref().map(|image| state(image.log()));
            let found = found.map_err(|error| error.clause().unwrap().id());
            // RPL-9 comes before RPL-5: the checks are the same for every policy.
            let expected = if fits { expected } else { Err("RPL-9") };
            assert_eq!(found, expected, "{options:?}, {limit}");
            drop(opened);
            assert_eq!(storage.changes() > 0, expected == Ok("replayed"));
        }
        // Nothing to replay: every policy accepts, and no limit is asked for.
        let mut storage = Recorder::new(&clean(1));
        let opened = options.max_file_size(0).open(&mut storage).unwrap();
        assert_eq!(state(opened.log()), "empty");
        drop(opened);
        assert_eq!(storage.changes(), 0);
    }
}

fn state(log: &LogState) -> &'static str {
    match log {
        LogState::Empty => "empty",
        LogState::Replayed(..) => "replayed",
        LogState::Overlaid(_) => "overlaid",
        LogState::Dirty(_) => "dirty",
        _ => "another",
    }
}

#[test]
fn a_log_is_opened_for_writing_whatever_the_options_were_for() {
    let one = dirty(&[(0, entry(1, 0).data(TARGET, 1))]);
    for options in [
        OpenOptions::read_only(),
        writable().dirty_log(DirtyLog::Refuse),
        writable().dirty_log(DirtyLog::Overlay),
    ] {
        let log = Log::open(one.clone(), &WriteOptions::from(options)).unwrap();
        let mut first = [0];
        log.storage().read_at(TARGET, &mut first).unwrap();
        assert_eq!(first, [1], "it was replayed");
    }
}

/// A transaction that is refused is as if it had never been submitted.
#[test]
fn a_refused_call_leaves_a_log_that_works() {
    let options = WriteOptions::from(writable().max_file_size(10 * MIB));
    let mut log = Log::open(Recorder::new(&clean(1)), &options).unwrap();
    let good = Transaction::new().write(TARGET, b"good");
    log.submit(&good).unwrap();
    let before = log.storage().changes();
    let bad = |offset, length: usize| Transaction::new().write(offset, &vec![1; length]);
    let refusals = [
        log.submit(&bad(u64::MAX - 1, 1)),
        log.submit(&bad(64 << 10, 1)),
        log.submit(&bad(MIB, 1)),
        log.submit(&bad(TARGET, 2 << 20)),
        log.submit(&bad(10 * MIB, 1)),
        log.submit(&good.clone().write(MIB, b"second change is bad")),
        log.write_payload(MIB, b"x"),
        log.write_payload(10 * MIB, b"x"),
        log.set_len(MIB),
        log.set_len(11 * MIB),
    ];
    for (nth, refusal) in refusals.into_iter().enumerate() {
        let error = refusal.unwrap_err();
        let is_refusal = !matches!(error, WriteError::Io { .. } | WriteError::Failed);
        assert!(is_refusal, "{nth}: {error}");
    }
    assert_eq!(log.storage().changes(), before, "nothing was written");
    assert_eq!(log.len(), 9 * MIB);
    log.commit().unwrap();
    let mut found = [0; 5];
    log.read_at(TARGET, &mut found).unwrap();
    assert_eq!(&found, b"good\0");
    let image = log.close().unwrap().image;
    let opened = OpenOptions::read_only().open(image).unwrap();
    opened.read_at(TARGET, &mut found).unwrap();
    assert_eq!(&found, b"good\0");
}

/// An error of the device is the last thing that a log does, at whatever call it comes.
#[test]
fn after_an_error_of_the_device_a_log_refuses_all_work_and_writes_nothing() {
    let work = |log: &mut Log<&mut Recorder>| {
        log.submit(
            &Transaction::new()
                .write(TARGET, b"one")
                .zero(TARGET + 4096, 4096),
        )?;
        log.commit()?;
        log.write_payload(TARGET + 8192, b"payload")?;
        log.set_len(12 * MIB)?;
        log.checkpoint()?;
        log.submit(&Transaction::new().write(TARGET, b"two"))?;
        log.set_len(11 * MIB)?;
        log.checkpoint()
    };
    let options = WriteOptions::from(writable());
    let mut plain = Recorder::new(&clean(1));
    work(&mut Log::open(&mut plain, &options).unwrap()).unwrap();
    let all = plain.changes();
    assert!(all > 20, "{all} calls that can fail");
    for nth in 0..all {
        let mut storage = Recorder::new(&clean(1));
        storage.fails_at = Some(nth);
        let mut log = Log::open(&mut storage, &options).unwrap();
        let error = work(&mut log).unwrap_err();
        assert!(matches!(error, WriteError::Io { .. }), "{nth}: {error}");
        let calls = [
            log.submit(&Transaction::new().write(TARGET, b"more")),
            log.commit(),
            log.checkpoint(),
            log.set_len(13 * MIB),
            log.set_len(10 * MIB),
            log.write_payload(TARGET, b"x"),
            log.close().map(drop),
        ];
        for (call, outcome) in calls.into_iter().enumerate() {
            assert!(matches!(outcome, Err(WriteError::Failed)), "{nth}, {call}");
        }
        assert_eq!(storage.changes(), nth + 1, "nothing after the error");
        // WRT-9: what it leaves can be opened.
        storage.fails_at = None;
        writable().open(&mut storage).unwrap();
    }
}

/// A view and a report of what is wrong leave the storage with its caller.
#[test]
fn a_failed_open_gives_the_storage_back_to_who_lent_it() {
    let mut storage = Recorder::new(&dirty(&[]));
    assert!(writable().open(&mut storage).is_err());
    assert!(examine(&storage, Access::Writable, u64::MAX).is_err());
    assert_eq!(storage.changes(), 0);
    assert_eq!(
        storage.image.sectors().count(),
        dirty(&[]).sectors().count()
    );
}
