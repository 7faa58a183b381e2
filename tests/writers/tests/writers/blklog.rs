//! Logs of writes: what is written is read back, and hostile ones are refused with the offset.

use std::io::Cursor;

use vhdx_log_crash::trace::{Request, RequestKind, replay};
use vhdx_log_writers::blklog::{BadLog, Entries, Kind, MAGIC, encode};
use vhdx_log_writers::{BadRecording, Outside};

use super::ours::recording;

fn read(log: &[u8]) -> Result<usize, BadLog> {
    let entries = Entries::new(log, log.len() as u64)?;
    entries.map(|entry| entry.map(|_| 1)).sum()
}

/// A head, then entries of these fields and data.
fn log(sector_bytes: u32, entries: &[([u64; 4], &[u8])]) -> Vec<u8> {
    let size = sector_bytes as usize;
    let mut log = vec![0; size];
    for (field, value) in [MAGIC, 1, entries.len() as u64].into_iter().enumerate() {
        log[field * 8..][..8].copy_from_slice(&value.to_le_bytes());
    }
    log[24..28].copy_from_slice(&sector_bytes.to_le_bytes());
    for (fields, data) in entries {
        let mut head = vec![0; size];
        for (field, value) in fields.iter().enumerate() {
            head[field * 8..][..8].copy_from_slice(&value.to_le_bytes());
        }
        log.extend(head);
        log.extend(*data);
    }
    log
}

#[test]
fn the_trace_of_a_log_is_that_which_was_encoded() {
    let recorded = recording(1, None).expect("our writer does no wrong");
    let log = encode(&recorded.trace);
    let end = recorded.end();
    let outside = Outside::of_log(Cursor::new(&log), &recorded.base, Some(end.length()))
        .expect("a log that was encoded");
    let flushes = |trace: &[Request]| trace.iter().filter(|request| request.is_barrier()).count();
    assert_eq!(flushes(&outside.trace), flushes(&recorded.trace));
    let mut image = outside.base.clone();
    replay(&mut image, &outside.trace);
    assert_eq!(image.difference(&end), Vec::<u64>::new());
}

#[test]
fn flush_fua_discard_and_marks_are_read_in_sectors_of_both_sizes() {
    for size in [512_u32, 4096] {
        let data = vec![7; size as usize];
        let mut marked = log(
            size,
            &[
                ([8, 1, 1 | 2, 0], &data),
                ([8, 2, 4, 0], &[]),
                ([0, 0, 8, 5], &[]),
                ([0, 0, 1, 0], &[]),
            ],
        );
        let mark = size as usize * 4 + 32;
        marked[mark..mark + 5].copy_from_slice(b"after");
        let entries: Vec<_> = Entries::new(&marked[..], marked.len() as u64)
            .and_then(Iterator::collect)
            .expect("a log");
        let size = u64::from(size);
        assert!(entries[0].flush && entries[0].fua);
        assert_eq!(
            entries[0].kind,
            Kind::Write {
                offset: 8 * size,
                bytes: data
            }
        );
        let discard = Kind::Discard {
            offset: 8 * size,
            length: 2 * size,
        };
        assert_eq!(entries[1].kind, discard);
        assert_eq!(entries[2].kind, Kind::Mark("after".to_owned()));
        assert!(entries[3].flush);
        let base = vhdx_log_crash::disk::DiskImage::new(1 << 20, 256..512);
        let outside = Outside::of_log(Cursor::new(&marked), &base, None).expect("a log");
        let kinds: Vec<_> = outside.trace.iter().map(|request| request.kind).collect();
        use RequestKind::{Flush, Write, Zero};
        assert_eq!(kinds, [Flush, Write, Flush, Zero, Flush]);
        assert_eq!(outside.marks, [(4, "after".to_owned())]);
        assert_eq!(outside.counts.fua, 1);
    }
}

#[test]
fn a_log_that_is_cut_off_anywhere_is_refused_at_the_offset_where_it_ends() {
    let recorded = recording(2, None).expect("our writer does no wrong");
    let log = encode(&recorded.trace[..recorded.trace.len().min(40)]);
    assert!(read(&log).is_ok());
    for length in (0..log.len()).step_by(97) {
        match read(&log[..length]) {
            Err(BadLog::Truncated {
                offset,
                needs,
                length: found,
                ..
            }) => {
                assert_eq!(found, length as u64);
                assert!(
                    offset <= found && offset + needs > found,
                    "{offset} {needs} {found}"
                );
            }
            Err(BadLog::Wrong { offset: 0, .. }) if length < 28 => {}
            other => panic!("cut at {length}: {other:?}"),
        }
    }
}

#[test]
fn what_is_not_a_log_is_refused_and_says_where() {
    let good = log(512, &[([0, 0, 1, 0], &[])]);
    let changed = |at: usize, bytes: &[u8]| {
        let mut log = good.clone();
        log[at..at + bytes.len()].copy_from_slice(bytes);
        match read(&log) {
            Err(BadLog::Wrong { offset, .. }) => offset,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(changed(0, &[0]), 0, "another magic");
    assert_eq!(changed(8, &[2]), 8, "another version");
    assert_eq!(changed(24, &[1]), 24, "another size of sectors");
    assert_eq!(changed(512 + 16, &[0x20]), 512 + 16, "an unknown flag");
    assert_eq!(changed(512, &[0xff; 8]), 512, "past the last offset");
    assert_eq!(
        changed(512 + 8, &[0, 0, 0, 0, 0, 0, 0, 1]),
        512,
        "too many sectors"
    );
    assert_eq!(
        changed(512 + 16, &[8, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
        512 + 24,
        "a mark too long"
    );
}

#[test]
fn no_bytes_make_the_reader_or_the_checks_panic() {
    let recorded = recording(3, None).expect("our writer does no wrong");
    let log = encode(&recorded.trace[..recorded.trace.len().min(30)]);
    let mut state = 1_u64;
    for _ in 0..400 {
        let mut hostile = log.clone();
        for _ in 0..3 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let at = (state >> 33) as usize % hostile.len();
            hostile[at] ^= (state >> 20) as u8;
        }
        if let Ok(outside) = Outside::of_log(Cursor::new(&hostile), &recorded.base, None) {
            outside.protocol();
        }
    }
}

#[test]
fn a_length_that_the_writes_exceed_and_the_base_of_another_trace_are_refused() {
    let recorded = recording(1, None).expect("our writer does no wrong");
    let log = encode(&recorded.trace);
    let given = Outside::of_log(Cursor::new(&log), &recorded.base, Some(1 << 20));
    assert!(matches!(
        given,
        Err(BadRecording::Length {
            given: 0x0010_0000,
            ..
        })
    ));
    let mut other = recorded.end();
    // What the program left has another DataWriteGuid and other numbers than what it began with.
    other.set_length_only(recorded.base.length());
    let outside = Outside::of_log(Cursor::new(&log), &other, None);
    assert!(
        matches!(outside, Err(BadRecording::OtherBase { .. })),
        "{outside:?}"
    );
}
