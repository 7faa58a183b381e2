//! What the writer guarantees, one by one, without crashes. The conformance harness does the
//! crashes.

mod image;

use image::flushes::Flushes;
use image::{MIB, TARGET, clean, clean_with_header_sequence_number};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::writer::{Log, Transaction, WriteError, WriteOptions};
use vhdx_log::{DirtyLog, GuidSource, LogState, OpenOptions};

fn options() -> WriteOptions {
    WriteOptions::from(OpenOptions::writable().guids(GuidSource::seeded(1)))
        .first_log_sequence_number(1)
}

fn open(image: &SparseMemory) -> Log<SparseMemory> {
    Log::open(image.clone(), &options()).unwrap()
}

fn read(storage: &impl Storage, offset: u64, length: usize) -> Vec<u8> {
    let mut buffer = vec![0; length];
    storage.read_at(offset, &mut buffer).unwrap();
    buffer
}

/// A storage that outlives the log that is dropped on it.
fn with_log(image: &mut SparseMemory, work: impl FnOnce(&mut Log<&mut SparseMemory>)) {
    let mut log = Log::open(image, &options()).unwrap();
    work(&mut log);
}

#[test]
fn a_committed_update_is_there_after_a_drop() {
    let mut image = clean(1);
    with_log(&mut image, |log| {
        log.submit(&Transaction::new().write(TARGET + 5, b"hello"))
            .unwrap();
        log.commit().unwrap();
    });
    assert_eq!(read(&image, TARGET + 5, 5), [0; 5], "not applied yet");
    let replayed = OpenOptions::writable().open(image).unwrap();
    assert!(matches!(replayed.log(), LogState::Replayed(plan, _) if plan.active.entries == 1));
    assert_eq!(read(&replayed.into_storage(), TARGET + 5, 5), b"hello");
}

#[test]
fn opening_alone_changes_nothing() {
    let image = clean(1);
    let log = open(&image);
    let after = log.close().unwrap();
    assert!(image.sectors().eq(after.sectors()));
}

#[test]
fn a_closed_file_is_clean_and_keeps_the_log_bytes() {
    let mut log = open(&clean(1));
    log.submit(&Transaction::new().write(TARGET, b"x")).unwrap();
    let image = OpenOptions::read_only().open(log.close().unwrap()).unwrap();
    assert!(matches!(image.log(), LogState::Empty));
    let headers = image.headers();
    let (first, second) = (
        headers.first.as_ref().unwrap(),
        headers.second.as_ref().unwrap(),
    );
    assert!(
        first.log_guid.is_nil() && second.log_guid.is_nil(),
        "UPD-2: both headers"
    );
    assert_eq!(
        first.sequence_number.0.abs_diff(second.sequence_number.0),
        1
    );
    assert_eq!(&read(&image.into_storage(), MIB, 4), b"loge");
}

#[test]
fn partial_sectors_are_completed_from_pending_state_at_their_own_offsets() {
    let mut image = clean(1);
    image
        .write_at(TARGET, &(0..=255).cycle().take(8192).collect::<Vec<u8>>())
        .unwrap();
    let mut expected = read(&image, TARGET, 8192);
    let mut log = open(&image);
    for (offset, bytes) in [
        (10_usize, &b"first"[..]),
        (12, b"second"),
        (4090, b"over the edge"),
        (8191, b"!"),
    ] {
        log.submit(&Transaction::new().write(TARGET + offset as u64, bytes))
            .unwrap();
        expected[offset..offset + bytes.len()].copy_from_slice(bytes);
        let mut seen = vec![0; 8192];
        log.read_at(TARGET, &mut seen).unwrap();
        assert_eq!(seen, expected, "reads see what is pending");
    }
    log.submit(&Transaction::new().zero(TARGET + 100, 4096))
        .unwrap();
    expected[100..4196].fill(0);
    assert_eq!(read(&log.close().unwrap(), TARGET, 8192), expected);
}

#[test]
fn later_changes_of_a_transaction_win() {
    let mut image = clean(1);
    with_log(&mut image, |log| {
        let transaction = Transaction::new()
            .write(TARGET, &[1; 12288])
            .zero(TARGET + 100, 9000)
            .write(TARGET + 5000, b"on top")
            .zero(TARGET + 5002, 2);
        log.submit(&transaction).unwrap();
        log.commit().unwrap();
    });
    let mut expected = vec![1; 12288];
    expected[100..9100].fill(0);
    expected[5000..5006].copy_from_slice(b"on\0\0op");
    let replayed = OpenOptions::writable().open(image).unwrap().into_storage();
    assert_eq!(read(&replayed, TARGET, 12288), expected);
}

#[test]
fn a_full_log_is_drained_and_can_be_used_further() {
    // Entries of every length up to the whole log, so that every way to make room is taken, and
    // entries wrap anywhere.
    let mut image = clean(1);
    let mut expected = vec![0_u8; 250 * 4096];
    with_log(&mut image, |log| {
        for round in 0..400_usize {
            let sectors = [1, 3, 7, 120, 126, 127, 250][round % 7];
            let value = u8::try_from(round % 251).unwrap() + 1;
            let at = (round * 5) % (251 - sectors);
            let bytes = vec![value; sectors * 4096];
            log.submit(&Transaction::new().write(TARGET + at as u64 * 4096, &bytes))
                .unwrap();
            expected[at * 4096..(at + sectors) * 4096].copy_from_slice(&bytes);
            if round % 3 == 0 {
                log.commit().unwrap();
            }
        }
        log.commit().unwrap();
        let mut seen = vec![0; expected.len()];
        log.read_at(TARGET, &mut seen).unwrap();
        assert!(seen == expected);
    });
    let replayed = OpenOptions::writable().open(image).unwrap().into_storage();
    assert!(read(&replayed, TARGET, expected.len()) == expected);
}

#[test]
fn an_entry_as_long_as_the_log_is_written_and_a_longer_one_refused() {
    // 256 sectors: 2 of 253 descriptors (126 + 127), 1 each of data. 254 data descriptors take 2 +
    // 254.
    let mut image = clean(1);
    with_log(&mut image, |log| {
        log.submit(&Transaction::new().write(TARGET, b"before"))
            .unwrap();
        log.submit(&Transaction::new().write(TARGET, &vec![7; 254 * 4096]))
            .unwrap();
        log.commit().unwrap();
        let error = log
            .submit(&Transaction::new().write(TARGET, &vec![8; 255 * 4096]))
            .unwrap_err();
        assert!(matches!(
            error,
            WriteError::TooLarge { needed: Some(needed), log_length: 0x10_0000 }
                if needed > 0x10_0000
        ));
    });
    let opened = OpenOptions::writable().open(image).unwrap();
    assert!(
        matches!(opened.log(), LogState::Replayed(plan, _) if plan.active.head().length == 1 << 20)
    );
    assert!(
        read(&opened.into_storage(), TARGET, 254 * 4096)
            .iter()
            .all(|&byte| byte == 7)
    );
}

#[test]
fn bad_targets_and_lengths_are_refused_and_change_nothing() {
    let image = clean(1);
    let mut log = open(&image);
    for (offset, bytes, clause) in [
        (0, 1, "DSC-6"),
        ((192 << 10) - 1, 2, "DSC-6"),
        (MIB, 1, "DSC-7"),
        (2 * MIB - 1, 1, "DSC-7"),
        (MIB - 1, 2, "DSC-7"),
        (u64::MAX, 2, "DSC-5"),
        ((1 << 63) - 1, 1, "DSC-5"),
        (1 << 62, 1, "RPL-9"),
    ] {
        let error = log
            .submit(
                &Transaction::new()
                    .write(TARGET, b"fine")
                    .write(offset, &vec![1; bytes]),
            )
            .unwrap_err();
        assert_eq!(
            error.clause().map(|clause| clause.id()),
            Some(clause),
            "{error}"
        );
    }
    log.submit(&Transaction::new().write(0, b"").zero(MIB, 0))
        .unwrap();
    log.submit(&Transaction::new()).unwrap();
    assert!(
        image.sectors().eq(log.close().unwrap().sectors()),
        "not one byte written"
    );
}

#[test]
fn growth_and_cuts_survive_a_drop() {
    let mut image = clean(1);
    with_log(&mut image, |log| {
        log.set_len(20 * MIB).unwrap();
        log.submit(&Transaction::new().write(19 * MIB, b"far"))
            .unwrap();
        log.commit().unwrap();
    });
    assert_eq!(image.len().unwrap(), 20 * MIB);
    let mut shorter = image.clone();
    shorter.set_len(9 * MIB).unwrap();
    let error = OpenOptions::writable().open(shorter).unwrap_err();
    assert_eq!(
        error.clause().unwrap().id(),
        "SEQ-8",
        "the entry knows that the growth was stable"
    );

    with_log(&mut image, |log| {
        log.submit(&Transaction::new().write(19 * MIB, b"gone"))
            .unwrap();
        log.commit().unwrap();
        log.set_len(10 * MIB).unwrap();
        assert!(matches!(
            log.set_len(2 * MIB - 1),
            Err(WriteError::CutsLog { .. })
        ));
    });
    let replayed = OpenOptions::writable().open(image).unwrap();
    assert_eq!(
        replayed.len().unwrap(),
        10 * MIB,
        "WRT-5: no entry asks for more"
    );
}

#[test]
fn a_generation_ends_cleanly_when_its_sequence_numbers_are_exhausted() {
    let mut image = clean(1);
    let options = options().first_log_sequence_number(u64::MAX);
    let mut log = Log::open(&mut image, &options).unwrap();
    for value in 1..=20_u8 {
        log.submit(&Transaction::new().write(TARGET + u64::from(value), &[value]))
            .unwrap();
    }
    log.commit().unwrap();
    drop(log);
    let replayed = OpenOptions::writable().open(image).unwrap().into_storage();
    assert_eq!(
        read(&replayed, TARGET + 1, 20),
        (1..=20).collect::<Vec<u8>>()
    );
}

#[test]
fn a_header_without_sequence_numbers_left_is_read_but_not_written() {
    let image = clean_with_header_sequence_number(1, u64::MAX - 1);
    let error = Log::open(image.clone(), &options()).unwrap_err();
    assert_eq!(error.clause().unwrap().id(), "HDR-13");
    assert!(OpenOptions::read_only().open(image).is_ok());
    let image = clean_with_header_sequence_number(1, u64::MAX - 6);
    let mut log = open(&image);
    let error = log
        .submit(&Transaction::new().write(TARGET, b"x"))
        .unwrap_err();
    assert_eq!(error.clause().unwrap().id(), "HDR-13");
    assert!(image.sectors().eq(log.close().unwrap().sectors()));
}

#[test]
fn payload_goes_to_its_place_and_wins_over_what_was_pending() {
    let mut log = open(&clean(1));
    log.submit(&Transaction::new().write(TARGET, b"older"))
        .unwrap();
    log.write_payload(TARGET, b"newer").unwrap();
    log.commit().unwrap();
    assert_eq!(read(&log.close().unwrap(), TARGET, 5), b"newer");
}

#[test]
fn payload_is_not_undone_by_a_replay_of_older_changes() {
    for checkpoint in [false, true] {
        let mut image = clean(1);
        with_log(&mut image, |log| {
            log.submit(&Transaction::new().write(TARGET, b"older"))
                .unwrap();
            if checkpoint {
                log.checkpoint().unwrap();
            }
            log.write_payload(TARGET, b"newer").unwrap();
            log.commit().unwrap();
        });
        assert_eq!(
            read(&open(&image).close().unwrap(), TARGET, 5),
            b"newer",
            "with checkpoint: {checkpoint}"
        );
    }
}

/// A program that crashed may have written payload, or set a length, and flushed neither.
#[test]
fn what_a_crashed_program_left_is_flushed_by_the_first_commit() {
    let mut disk = Flushes {
        image: clean(1),
        flushes: 0,
    };
    let mut log = Log::open(&mut disk, &options()).unwrap();
    log.commit().unwrap();
    log.commit().unwrap();
    drop(log);
    assert_eq!(disk.flushes, 1);
}

#[test]
fn two_writers_are_kept_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("disk.vhdx");
    let mut file = std::fs::File::create(&path).unwrap();
    let image = clean(1);
    for (number, sector) in image.sectors() {
        file.write_at(number * 4096, sector.as_slice()).unwrap();
    }
    Storage::set_len(&mut file, image.len().unwrap()).unwrap();
    drop(file);
    let again = || {
        std::fs::File::options()
            .read(true)
            .write(true)
            .open(&path)
            .unwrap()
    };
    let first = Log::open(again(), &options()).unwrap();
    assert!(matches!(
        Log::open(again(), &options()),
        Err(vhdx_log::OpenError::Locked { .. })
    ));
    drop(first);
    assert!(Log::open(again(), &options()).is_ok());
}

#[test]
fn data_write_guid_changes_with_the_first_change_and_not_with_a_replay() {
    let mut image = clean(1);
    let guid_of = |image: &SparseMemory| {
        let opened = OpenOptions::read_only()
            .dirty_log(DirtyLog::Report)
            .open(image.clone())
            .unwrap();
        opened.current().header.data_write_guid
    };
    let before = guid_of(&image);
    with_log(&mut image, |log| {
        log.submit(&Transaction::new().write(TARGET, b"x")).unwrap();
        log.commit().unwrap();
    });
    let changed = guid_of(&image);
    assert_ne!(before, changed, "UPD-4");
    let replayed = OpenOptions::writable().open(image).unwrap().into_storage();
    assert_eq!(changed, guid_of(&replayed), "UPD-4: not on a mere replay");
}
