//! Section 5, and the header updates of section 2 around it.

mod small;

use vhdx_log_model::{
    Access, HEADER_OFFSETS, Header, Options, Replay, SECTOR, Verdict, WriteOp, read,
};

use small::*;

const NEXT: u64 = TARGET + SECTOR;

fn options(access: Access, max_file_size: u64) -> Options {
    Options {
        access,
        max_file_size,
        fresh_guid: [0x77; 16],
    }
}

#[track_caller]
fn replayed(s: &Small) -> Replay {
    match read(&s.image, &options(Access::Writable, 16 * MIB)) {
        Verdict::Replayed(replay) => replay,
        other => panic!("{other:?}"),
    }
}

fn entry(updates: &[Update]) -> Small {
    let mut s = Small::dirty();
    s.entry(0, 5, 0, updates);
    s
}

#[test]
fn rpl_1_descriptors_apply_in_order_and_the_later_wins() {
    assert_eq!(
        tags(
            &entry(&[Data(TARGET, 1), Data(NEXT, 2)]).read(),
            [TARGET, NEXT]
        ),
        [Some(1), Some(2)]
    );
    assert_eq!(
        tags(&entry(&[Data(TARGET, 1), Data(TARGET, 2)]).read(), [TARGET]),
        [Some(2)]
    );
    assert_eq!(
        tags(
            &entry(&[Data(TARGET, 1), Zero(TARGET, SECTOR)]).read(),
            [TARGET]
        ),
        [Some(0)]
    );
    assert_eq!(
        tags(
            &entry(&[Zero(TARGET, SECTOR), Data(TARGET, 1)]).read(),
            [TARGET]
        ),
        [Some(1)]
    );
    let mut s = Small::dirty();
    s.entry(0, 5, 0, &[Data(TARGET, 1), Data(NEXT, 1)])
        .entry(12288, 6, 0, &[Data(TARGET, 2)]);
    assert_eq!(tags(&s.read(), [TARGET, NEXT]), [Some(2), Some(1)]);
}

#[test]
fn rpl_1_a_zero_descriptor_zeroes_exactly_its_range() {
    let mut s = entry(&[Zero(TARGET, 2 * SECTOR)]);
    s.old(TARGET - SECTOR, 3)
        .old(TARGET, 4)
        .old(NEXT, 5)
        .old(NEXT + SECTOR, 6);
    let targets = [TARGET - SECTOR, TARGET, NEXT, NEXT + SECTOR];
    assert_eq!(
        tags(&s.read(), targets),
        [Some(3), Some(0), Some(0), Some(6)]
    );
    assert_eq!(
        replayed(&s).image.difference(&s.image),
        [TARGET / SECTOR, NEXT / SECTOR].into()
    );
}

#[test]
fn rpl_1_writing_the_bytes_already_there_changes_nothing() {
    let mut s = entry(&[Data(TARGET, 1), Data(NEXT, 2), Zero(2 * MIB, SECTOR)]);
    s.old(TARGET, 1);
    assert_eq!(
        replayed(&s).image.difference(&s.image),
        [NEXT / SECTOR].into()
    );
}

#[test]
fn rpl_2_rpl_3_the_file_grows_as_needed() {
    let length = |s: &Small| replayed(s).image.length();
    assert_eq!(length(&entry(&[Data(LENGTH, 1)])), LENGTH + SECTOR);
    assert_eq!(
        length(&entry(&[Zero(LENGTH - SECTOR, 3 * SECTOR)])),
        LENGTH + 2 * SECTOR
    );
    assert_eq!(length(&entry(&[Zero(LENGTH + MIB, 0)])), LENGTH);
    for (last, expected) in [(0, 4), (4, 4), (5, 5)] {
        assert_eq!(
            length(entry(&[]).lengths(0, LENGTH, last * MIB)),
            expected * MIB
        );
    }
    assert_eq!(
        length(entry(&[]).lengths(0, LENGTH, LENGTH + 1)),
        LENGTH + MIB,
        "ENT-9"
    );
    let mut s = Small::dirty();
    s.entry(0, 5, 0, &[])
        .entry(4096, 6, 0, &[])
        .lengths(0, LENGTH, 9 * MIB);
    assert_eq!(length(&s), LENGTH, "only the head's counts");
}

#[test]
fn rpl_2_a_partial_last_sector_is_extended_with_zeros() {
    let mut s = entry(&[]);
    s.old(LENGTH - SECTOR, 1).lengths(0, 0, LENGTH);
    s.image.set_length(LENGTH - 100);
    let image = replayed(&s).image;
    assert_eq!(image.length(), LENGTH);
    assert_eq!(image.bytes(LENGTH / SECTOR - 1)[3996..], [0; 100]);
    assert_eq!(image.bytes(LENGTH / SECTOR - 1)[..3996], pattern(1)[..3996]);
}

#[test]
fn rpl_5_a_reader_shows_the_headers_unchanged() {
    let s = entry(&[Data(TARGET, 1)]);
    let Verdict::Replayed(replay) = read(&s.image, &options(Access::ReadOnly, 16 * MIB)) else {
        panic!()
    };
    assert_eq!(replay.image.difference(&s.image), [TARGET / SECTOR].into());
    assert_eq!((replay.written_back, replay.operations), (None, vec![]));
}

#[test]
fn rpl_9_the_limit_is_on_growth() {
    let verdict = |s: &Small, limit| in_short(&read(&s.image, &options(Access::ReadOnly, limit)));
    let mut s = entry(&[Data(LENGTH, 1)]);
    assert_eq!(verdict(&s, LENGTH + SECTOR), "replayed");
    assert_eq!(verdict(&s, LENGTH + SECTOR - 1), "RPL-9");
    assert_eq!(
        verdict(&entry(&[]), 0),
        "replayed",
        "longer than the limit, but it does not grow"
    );
    s.lengths(0, LENGTH, u64::MAX);
    assert_eq!(verdict(&s, u64::MAX), "RPL-9", "2^64 cannot be expressed");
    assert_eq!(verdict(&entry(&[Zero(TARGET, 1 << 62)]), 1 << 40), "RPL-9");
    let huge = entry(&[Zero(TARGET, 1 << 62)]);
    let Verdict::Replayed(replay) = read(&huge.image, &options(Access::Writable, u64::MAX)) else {
        panic!()
    };
    assert_eq!(replay.image.length(), TARGET + (1 << 62));
}

#[test]
fn dsc_5_dsc_6_dsc_7_forbidden_targets_are_refused() {
    let verdict = |update| {
        in_short(&read(
            &entry(&[update]).image,
            &options(Access::Writable, u64::MAX),
        ))
    };
    let top = 1 << 63;
    assert_eq!(verdict(Data(top - 2 * SECTOR, 1)), "replayed");
    assert_eq!(verdict(Data(top - SECTOR, 1)), "DSC-5");
    assert_eq!(verdict(Data(0u64.wrapping_sub(SECTOR), 1)), "DSC-5");
    assert_eq!(verdict(Zero(TARGET, 0u64.wrapping_sub(SECTOR))), "DSC-5");
    for bad in [0, 64 << 10, 128 << 10, (192 << 10) - SECTOR] {
        assert_eq!(verdict(Data(bad, 1)), "DSC-6");
        assert_eq!(verdict(Zero(bad, 0)), "replayed", "touches nothing");
    }
    assert_eq!(verdict(Data(192 << 10, 1)), "replayed");
    assert_eq!(verdict(Data(LOG - SECTOR, 1)), "replayed");
    assert_eq!(verdict(Zero(LOG - SECTOR, SECTOR)), "replayed");
    assert_eq!(verdict(Zero(LOG - SECTOR, 2 * SECTOR)), "DSC-7");
    assert_eq!(verdict(Data(LOG, 1)), "DSC-7");
    assert_eq!(verdict(Data(LOG + MIB - SECTOR, 1)), "DSC-7");
    assert_eq!(verdict(Data(LOG + MIB, 1)), "replayed");
    assert_eq!(verdict(Zero(LOG - SECTOR, 2 * MIB)), "DSC-7");
}

#[test]
fn dsc_9_targets_of_entries_before_the_tail_are_not_checked() {
    let mut s = Small::dirty();
    s.entry(0, 5, 0, &[Data(0, 1)])
        .entry(8192, 6, 8192, &[Data(TARGET, 2)]);
    assert_eq!(tags(&s.read(), [TARGET]), [Some(2)]);
    s.entry(8192, 6, 0, &[Data(TARGET, 2)]);
    assert_eq!(in_short(&s.read()), "DSC-6");
}

#[test]
fn the_first_broken_demand_is_the_verdict() {
    let mut s = entry(&[Data(1 << 63, 1), Data(0, 1)]);
    s.entry(12288, 6, 0, &[Data(LOG, 1)])
        .lengths(12288, u64::MAX, u64::MAX)
        .header(1, |h| h.sequence_number = u64::MAX);
    let verdict = |s: &Small| in_short(&read(&s.image, &options(Access::Writable, 0)));
    assert_eq!(verdict(&s), "SEQ-8");
    s.lengths(12288, 0, u64::MAX);
    assert_eq!(verdict(&s), "DSC-5");
    s.entry(0, 5, 0, &[Data(0, 1), Data(1 << 63, 1)]);
    assert_eq!(verdict(&s), "DSC-6");
    s.entry(0, 5, 0, &[Data(TARGET, 1), Data(NEXT, 1)]);
    assert_eq!(verdict(&s), "DSC-7");
    s.entry(12288, 6, 0, &[Data(LENGTH, 1)]);
    assert_eq!(verdict(&s), "RPL-9");
    s.entry(12288, 6, 0, &[Data(TARGET, 1)]);
    assert_eq!(verdict(&s), "HDR-13");
}

/// UPD-1 to UPD-4, RPL-6: the whole order, and what is unchanged.
#[test]
fn upd_1_upd_2_a_write_back_updates_both_headers_twice() {
    for current in [0, 1] {
        let mut s = entry(&[Data(TARGET, 1), Zero(NEXT, SECTOR)]);
        s.lengths(0, LENGTH, LENGTH + MIB)
            .header(current, |header| header.sequence_number = 20);
        let replay = replayed(&s);
        let old = s.headers[current];
        let header = |slot, sequence_number, log_guid| WriteOp::WriteHeader {
            slot,
            header: Header {
                sequence_number,
                log_guid,
                file_write_guid: [0x77; 16],
                ..old
            },
        };
        let other = 1 - current;
        let expected = [
            header(other, 21, GUID),
            WriteOp::Flush,
            header(current, 22, GUID),
            WriteOp::Flush,
            WriteOp::Update(vhdx_log_model::Update::SetLength(LENGTH + MIB)),
            WriteOp::Update(vhdx_log_model::Update::Write {
                offset: TARGET,
                bytes: pattern(1).into(),
            }),
            WriteOp::Update(vhdx_log_model::Update::Zero {
                offset: NEXT,
                length: SECTOR,
            }),
            WriteOp::Flush,
            header(other, 23, [0; 16]),
            WriteOp::Flush,
            header(current, 24, [0; 16]),
            WriteOp::Flush,
        ];
        assert_eq!(replay.operations, expected);

        let written_back = replay.written_back.unwrap();
        let headers = HEADER_OFFSETS.map(|offset| offset / SECTOR);
        let changed: Vec<_> = written_back.difference(&s.image).into_iter().collect();
        assert_eq!(changed, [headers[0], headers[1], TARGET / SECTOR]);
        assert_eq!(
            Header::parse(written_back.bytes(headers[current])).sequence_number,
            24
        );
        assert_eq!(
            read(&written_back, &options(Access::Writable, 0)),
            Verdict::Clean
        );
    }
}

/// RPL-7: after any number of whole operations the next open shows the same.
#[test]
fn rpl_7_a_write_back_may_stop_after_any_operation() {
    let mut s = entry(&[
        Data(TARGET, 1),
        Data(LENGTH + MIB, 2),
        Zero(TARGET, SECTOR),
        Data(TARGET, 3),
    ]);
    s.old(NEXT, 9).entry(16384, 6, 0, &[Zero(NEXT, SECTOR)]);
    let replay = replayed(&s);
    let mut image = s.image.clone();
    for operation in &replay.operations {
        operation.apply(&mut image);
        let shown = match read(&image, &Options::default()) {
            Verdict::Replayed(replay) => replay.image,
            Verdict::Clean => image.clone(),
            Verdict::Refused(refusal) => panic!("{refusal:?}"),
        };
        assert_eq!(shown.length(), replay.image.length());
        assert!(
            shown
                .difference(&replay.image)
                .iter()
                .all(|sector| [16, 32].contains(sector))
        );
    }
}
