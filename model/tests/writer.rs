//! Section 6: what a crash may leave.

mod small;

use vhdx_log_model::{Image, Update, Writer, same_contents};

use small::*;

fn write(offset: u64, byte: u8) -> Update {
    Update::Write {
        offset,
        bytes: vec![byte; 600],
    }
}

fn recovered(writer: &Writer, found: &Image) -> Option<usize> {
    writer.recovered(found, LOG, MIB)
}

#[test]
fn wrt_9_a_crash_leaves_a_prefix_with_everything_acknowledged() {
    let mut writer = Writer::new(Small::clean().take());
    for n in 1..=3 {
        let count = writer.submit(vec![
            write(TARGET + 100, n),
            write(TARGET + 5000 * u64::from(n), n),
        ]);
        assert_eq!(count, usize::from(n));
    }
    assert_eq!(writer.allowed_after_crash().count(), 4);
    let states: Vec<_> = writer.allowed_after_crash().collect();
    writer.acknowledge(2);
    assert_eq!(writer.allowed_after_crash().count(), 2);
    let found: Vec<_> = states
        .iter()
        .map(|state| recovered(&writer, state))
        .collect();
    assert_eq!(found, [None, None, Some(2), Some(3)]);
    assert_eq!(states[3], writer.contents());
}

#[test]
fn wrt_9_a_transaction_is_whole_and_none_is_skipped() {
    let mut writer = Writer::new(Small::clean().take());
    writer.submit(vec![write(TARGET, 1), write(TARGET + 8192, 1)]);
    writer.submit(vec![write(TARGET + 16384, 2)]);
    let mut half = writer.state_after(0);
    half.write(TARGET, &[1; 600]);
    assert_eq!(recovered(&writer, &half), None);
    let mut without_first = writer.state_after(0);
    without_first.write(TARGET + 16384, &[2; 600]);
    assert_eq!(recovered(&writer, &without_first), None);
}

#[test]
fn wrt_6_a_partial_write_keeps_the_rest_of_its_sector() {
    let mut s = Small::clean();
    s.old(TARGET, 1);
    let mut writer = Writer::new(s.take());
    writer.submit(vec![
        Update::Write {
            offset: TARGET + 4090,
            bytes: vec![9; 10],
        },
        Update::Zero {
            offset: TARGET,
            length: 3,
        },
    ]);
    let contents = writer.contents();
    let sector = contents.bytes(TARGET / 4096);
    assert_eq!(sector[..3], [0; 3]);
    assert_eq!(sector[3..4090], pattern(1)[3..4090]);
    assert_eq!(sector[4090..], [9; 6]);
    assert_eq!(contents.bytes(TARGET / 4096 + 1)[..5], [9, 9, 9, 9, 0]);
}

#[test]
fn wrt_9_headers_and_log_are_not_compared() {
    let image = Small::clean().take();
    let mut other = image.clone();
    for at in [64 << 10, (192 << 10) - 1, LOG, LOG + MIB - 1] {
        other.write(at, &[0xEE]);
    }
    assert!(same_contents(&image, &other, LOG, MIB));
    for at in [(64 << 10) - 1, 192 << 10, LOG - 1, LOG + MIB] {
        let mut other = image.clone();
        other.write(at, &[0xEE]);
        assert!(!same_contents(&image, &other, LOG, MIB));
    }
}

#[test]
fn wrt_9_the_length_is_between_the_acknowledged_and_the_submitted_one() {
    let mut writer = Writer::new(Small::clean().take());
    writer.submit(vec![Update::SetLength(5 * MIB)]);
    writer.submit(vec![write(7 * MIB, 1)]);
    writer.acknowledge(1);
    let with_length = |length| {
        let mut found = writer.state_after(1);
        found.set_length(length);
        recovered(&writer, &found)
    };
    assert_eq!(with_length(5 * MIB - 1), None);
    assert_eq!(with_length(5 * MIB), Some(1));
    assert_eq!(
        with_length(8 * MIB),
        Some(1),
        "LastFileOffset of the second, in whole MiB"
    );
    assert_eq!(with_length(8 * MIB + 1), None);
}

#[test]
fn a_checkpoint_makes_everything_stable() {
    let mut writer = Writer::new(Small::clean().take());
    writer.submit(vec![write(TARGET, 1)]);
    writer.checkpoint();
    assert_eq!(writer.allowed_after_crash().count(), 1);
}
