//! Every flaw shows: for each there is an image of which the flawed reader makes something else
//! than the format does.

mod small;
#[path = "small/widths.rs"]
mod widths;

use small::*;
use vhdx_log_model::{
    Access, Flaw, Image, Options, Ring, SECTOR, Verdict, flaws, read, read_with, search,
};

/// The flaw that shows only where a file has no room for it.
const BEHIND_THE_LOG: &str = "entry-longer-than-log-accepted";

/// Whether two verdicts differ in what becomes of the file; the clause that a refusal names does
/// not count.
fn differ(format: &Verdict, flawed: &Verdict) -> bool {
    match (format, flawed) {
        (Verdict::Refused(right), Verdict::Refused(wrong)) => {
            (right.clause == "HANG") != (wrong.clause == "HANG")
                || right.operations != wrong.operations
        }
        (right, wrong) => right != wrong,
    }
}

/// The image on which a flaw shows.
fn shown_by(name: &str) -> Small {
    let mut s = Small::dirty();
    let t = TARGET;
    match name {
        "file-identifier-unchecked" => one(&mut s).image.write(0, b"vhdxfil_"),
        "header-signature-unchecked" => {
            one(&mut s);
            let mut bytes = s.headers[1].to_bytes();
            bytes[0..8].copy_from_slice(b"HEAD\0\0\0\0");
            let checksum = crc32c::crc32c(&bytes);
            bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
            s.header(0, |header| header.log_guid = [0; 16]);
            s.image.write(128 << 10, &bytes);
        }
        "header-checksum-unchecked" => one(&mut s).image.write((128 << 10) + 48, &[9; 16]),
        "header-reserved-bytes-not-checksummed" => {
            one(&mut s);
            s.header(0, |header| header.log_guid = [0; 16]);
            let mut bytes = s.headers[1].to_bytes();
            bytes[4..8].fill(0);
            bytes[4000] = 1;
            let checksum = crc32c::crc32c(&bytes);
            bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
            s.image.write(128 << 10, &bytes);
        }
        "smaller-header-number-wins" | "first-valid-header-wins" => {
            one(&mut s).header(0, |header| header.log_guid = [0; 16]);
        }
        "second-valid-header-wins" => {
            one(&mut s)
                .header(0, |header| header.sequence_number = 9)
                .header(1, |header| header.log_guid = [0; 16]);
        }
        "header-numbers-signed" | "header-numbers-32-bit" => {
            let top = if name.ends_with("signed") {
                1 << 63
            } else {
                1 << 32
            };
            one(&mut s).header(1, |header| header.sequence_number = top);
            s.header(0, |header| {
                (header.sequence_number, header.log_guid) = (top - 1, [0; 16])
            });
        }
        "equal-header-numbers-accepted" => {
            one(&mut s).header(0, |header| {
                (header.sequence_number, header.data_write_guid) = (8, [9; 16])
            });
        }
        "no-header-is-clean" => {
            s.image.write(64 << 10, &[0; 4096]);
            s.image.write(128 << 10, &[0; 4096]);
        }
        "version-unchecked" => _ = one(&mut s).header(1, |header| header.version = 2),
        "log-version-unchecked" => _ = one(&mut s).header(1, |header| header.log_version = 1),
        "log-length-alignment-unchecked" => {
            one(&mut s).header(1, |header| header.log_length += 4096);
        }
        "log-offset-alignment-unchecked" => {
            s.log.0 += SECTOR;
            one(&mut s).header(1, |header| header.log_offset += SECTOR);
        }
        "log-in-header-section-accepted" => {
            s.log.0 = 0;
            s.entry(512 << 10, 5, 512 << 10, &[Data(t, 1)])
                .header(1, |header| header.log_offset = 0);
        }
        "log-beyond-file-end-accepted" => {
            s.log.0 = LENGTH - MIB;
            s.entry(0, 5, 0, &[Data(2 * MIB, 1)]);
            s.header(1, |header| {
                (header.log_offset, header.log_length) = (LENGTH - MIB, 2 << 20)
            });
        }
        "zero-log-guid-not-noticed" | "clean-log-replayed" | "last-header-number-unnoticed" => {
            s = Small::clean();
            if name.starts_with("last") {
                s.header(1, |header| header.sequence_number = u64::MAX);
            }
        }
        "log-guid-zero-by-first-field" => {
            s.guid[..4].fill(0);
            let guid = s.guid;
            one(&mut s).both_headers(|header| header.log_guid = guid);
        }
        "log-length-zero-is-clean" => _ = one(&mut s).header(1, |header| header.log_length = 0),
        "last-header-number-not-readable" => {
            _ = one(&mut s).header(1, |header| header.sequence_number = u64::MAX)
        }

        "entry-signature-unchecked" => {
            _ = one(&mut s)
                .entry(8192, 6, 8192, &[Data(t, 2)])
                .bend(8192, 0, b"LOGE")
        }
        "entry-checksum-unchecked" => {
            one(&mut s)
                .entry(8192, 6, 8192, &[Data(t, 2)])
                .log_write(12288 + 100, b"torn");
        }
        "checksum-over-descriptors" => {
            one(&mut s)
                .entry(8192, 6, 8192, &[Data(t, 2)])
                .seal_over(8192, 4096);
        }
        "entry-length-alignment-unchecked" => {
            one(&mut s).entry(8192, 6, 8192, &[Data(t, 2)]).bend(
                8192,
                8,
                &(8192u32 - 100).to_le_bytes(),
            );
        }
        "zero-entry-length-hangs" => {
            _ = one(&mut s)
                .entry(65536, 4, 65536, &[])
                .log_write(65536 + 8, &[0; 4])
        }
        "entry-as-long-as-log-refused" => {
            let updates: Vec<_> = (0..254)
                .map(|n| Data(2 * MIB + n * SECTOR, n as u8))
                .collect();
            s.entry(0, 5, 0, &updates);
        }
        "tail-alignment-unchecked" => _ = run(&mut s, 0).bend(8192, 12, &100u32.to_le_bytes()),
        "tail-outside-log-unchecked" => {
            _ = run(&mut s, 0).bend(16384, 12, &(1u32 << 20).to_le_bytes())
        }
        "entry-number-zero-accepted" => _ = s.entry(0, 0, 0, &[Data(t, 1)]),
        "last-entry-number-refused" => {
            s.entry(0, u64::MAX - 1, 0, &[Data(t, 1)])
                .entry(8192, u64::MAX, 0, &[Data(t, 2)]);
        }
        "entry-length-too-short-accepted" => _ = one(&mut s).bend(0, 8, &4096u32.to_le_bytes()),
        "entry-guid-unchecked" => {
            s.guid = [9; 16];
            s.entry(65536, 50, 65536, &[Data(t, 2)]);
            s.guid = GUID;
            one(&mut s);
        }
        "entry-guid-by-first-field" => {
            s.guid[15] ^= 1;
            s.entry(65536, 50, 65536, &[Data(t, 2)]);
            s.guid = GUID;
            one(&mut s);
        }
        "empty-entry-refused" => {
            s.entry(0, 5, 0, &[Data(t, 1)])
                .entry(8192, 6, 0, &[])
                .entry(12288, 7, 0, &[Data(t + SECTOR, 2)]);
        }
        "descriptor-signature-unchecked" => {
            one(&mut s)
                .entry(8192, 6, 8192, &[Zero(t, SECTOR)])
                .bend(8192, 64, b"junk");
        }
        "descriptor-number-unchecked" => {
            one(&mut s)
                .entry(8192, 6, 8192, &[Data(t, 2)])
                .bend(8192, 64 + 24, &[5]);
        }
        "file-offset-alignment-unchecked" => {
            _ = one(&mut s).entry(8192, 6, 8192, &[Data(t + 512, 2)])
        }
        "zero-length-alignment-unchecked" => _ = one(&mut s).entry(8192, 6, 8192, &[Zero(t, 512)]),
        "zero-length-zero-refused" => {
            one(&mut s).entry(8192, 6, 0, &[Zero(t, 0), Data(t, 2)]);
        }
        "data-signature-unchecked" => {
            _ = one(&mut s)
                .entry(8192, 6, 8192, &[Data(t, 2)])
                .bend(8192, 4096, b"DATA")
        }
        "sequence-high-unchecked" => {
            _ = one(&mut s)
                .entry(8192, 6, 8192, &[Data(t, 2)])
                .bend(8192, 4100, &[1])
        }
        "sequence-low-unchecked" => {
            _ = one(&mut s)
                .entry(8192, 6, 8192, &[Data(t, 2)])
                .bend(8192, 8188, &[1])
        }
        "descriptor-sectors-counted-without-header"
        | "first-sector-holds-128-descriptors"
        | "every-sector-holds-126-descriptors"
        | "descriptors-after-first-sector-ignored" => _ = s.entry(0, 5, 0, &many(127)),
        "zero-descriptor-takes-data-sector" | "zero-descriptors-ignored" => {
            s.old(t, 9)
                .entry(0, 5, 0, &[Zero(t, SECTOR), Data(t + SECTOR, 1)]);
        }
        "descriptor-sectors-do-not-wrap" => _ = s.entry(LAST, 5, LAST, &many(127)),
        "data-sectors-do-not-wrap" | "checksum-does-not-wrap" | "wrapped-entry-ignored" => {
            s.entry(LAST, 5, LAST, &[Data(t, 1)]);
        }
        "entry-at-log-end-refused" => _ = s.entry(LAST - SECTOR, 5, LAST - SECTOR, &[Data(t, 1)]),
        "junk-descriptor-fails-open" => {
            one(&mut s)
                .entry(65536, 4, 65536, &[Data(t, 2)])
                .bend(65536, 64, b"junk");
        }
        "torn-entry-fails-open" => {
            _ = one(&mut s)
                .entry(8192, 6, 0, &[Data(t, 2)])
                .log_write(12288 + 100, b"torn")
        }
        "invalid-entry-skipped-by-its-length" => {
            s.entry(0, 4, 0, &many(20))
                .entry(4096, 5, 4096, &[Data(t, 1)]);
        }
        "log-long-invalid-entry-hangs" => {
            one(&mut s)
                .entry(65536, 4, 65536, &[])
                .log_write(65536 + 8, &(1u32 << 20).to_le_bytes());
        }

        "second-entry-unchecked" => _ = one(&mut s).entry(8192, 2, 8192, &[Data(t, 2)]),
        "entry-numbers-unchecked" => _ = run(&mut s, 0).entry(24576, 2, 24576, &[Data(t, 9)]),
        "entry-numbers-may-jump" => _ = run(&mut s, 0).entry(24576, 9, 0, &[Data(t, 9)]),
        "entry-numbers-32-bit" => {
            _ = one(&mut s).entry(8192, (1 << 32) + 6, 0, &[Data(t + SECTOR, 2)])
        }
        "run-does-not-wrap" | "own-tail-part-wins" => wrapped(&mut s, LAST),
        "entry-after-log-end-not-at-start" => wrapped(&mut s, LAST - SECTOR),
        "tail-unchecked" => _ = one(&mut s).bend(0, 12, &(LAST as u32).to_le_bytes()),
        "tail-inside-entry-accepted" => _ = run(&mut s, 4096),
        "tail-in-old-entry-accepted" => {
            _ = run(&mut s, 65536).entry(65536, 2, 65536, &[Data(t, 9)])
        }
        "tail-of-first-entry" => _ = run(&mut s, 8192),
        "tail-behind-head-refused" => wrapped(&mut s, LAST),
        "tail-must-be-first-entry" => _ = run(&mut s, 16384),
        "first-entries-compared" => {
            run(&mut s, 16384).entry(65536, 6, 65536, &[Data(t, 9)]);
        }
        "later-sequence-wins-tie" => _ = one(&mut s).entry(65536, 5, 65536, &[Data(t, 2)]),
        "sequences-compared-signed" | "sequences-compared-32-bit" => {
            let top = if name.ends_with("signed") {
                1 << 63
            } else {
                1 << 32
            };
            s.entry(0, top - 1, 0, &[Data(t, 1)])
                .entry(65536, top, 65536, &[Data(t, 2)]);
        }
        "longest-sequence-wins" | "last-sequence-wins" | "scan-stops-at-first-sequence" => {
            let (old, new) = if name.starts_with("last") {
                (65536, 0)
            } else {
                (0, 65536)
            };
            for n in 0..3 {
                s.entry(old + n * 8192, 5 + n, old, &[Data(t, n as u8)]);
            }
            s.entry(new, 50, new, &[Data(t, 9)]);
        }
        "scan-stops-at-gap" => _ = s.entry(4096, 5, 4096, &[Data(t, 1)]),
        "full-log-hangs" | "full-log-refused" => {
            for n in 0..128 {
                s.entry(n * 8192, 5 + n, 0, &[Data(t, n as u8)]);
            }
        }
        "wrapped-search-costs-its-square" => s = widths::shown_by("log-of-one-mib-assumed"),
        "no-sequence-is-clean" => {}
        "truncation-unchecked" => _ = one(&mut s).lengths(0, LENGTH + MIB, LENGTH + MIB),
        "truncation-by-tail" | "truncation-by-any-entry" => {
            run(&mut s, 0).lengths(0, LENGTH + MIB, LENGTH);
        }
        "truncation-by-last-file-offset"
        | "last-file-offset-ignored"
        | "last-file-offset-only-when-unaligned"
        | "growth-not-written-back"
        | "extended-to-flushed-file-offset" => _ = one(&mut s).lengths(0, LENGTH, LENGTH + MIB),
        "tail-ignored" => {
            s.old(t, 8)
                .entry(0, 5, 0, &[Data(t, 1)])
                .entry(8192, 6, 8192, &[Data(t + SECTOR, 2)]);
        }
        "only-head-replayed" => _ = run(&mut s, 0),

        "target-range-unchecked" => _ = s.entry(0, 5, 0, &[Data(1 << 63, 1)]),
        "header-targets-accepted" | "bad-target-passed-over" => {
            _ = s.entry(0, 5, 0, &[Data(64 << 10, 1)])
        }
        "log-targets-accepted" => _ = s.entry(0, 5, 0, &[Data(LOG, 1)]),
        "target-running-into-log-accepted" => {
            _ = s.entry(0, 5, 0, &[Zero(LOG - SECTOR, 2 * SECTOR)])
        }
        "only-file-identifier-protected" => _ = s.entry(0, 5, 0, &[Data(128 << 10, 1)]),
        "region-table-targets-refused" => _ = s.entry(0, 5, 0, &[Data(192 << 10, 1)]),
        "empty-target-refused" => _ = s.entry(0, 5, 0, &[Zero(0, 0), Data(t, 1)]),
        "old-bad-target-fails-open" => {
            s.entry(0, 5, 0, &[Data(64 << 10, 1)])
                .entry(8192, 6, 8192, &[Data(t, 2)]);
        }
        "buffer-reused" => _ = run(&mut s, 0),
        "newest-entry-first" => {
            s.entry(0, 5, 0, &[Data(t, 1)])
                .entry(8192, 6, 0, &[Data(t, 2)]);
        }
        "entries-in-log-order" => {
            s.entry(LAST, 5, LAST, &[Data(t, 1)])
                .entry(4096, 6, LAST, &[Data(t, 2)]);
        }
        "descriptors-reversed" => _ = s.entry(0, 5, 0, &[Data(t, 1), Data(t, 2)]),
        "zeros-after-data" => _ = s.entry(0, 5, 0, &[Zero(t, SECTOR), Data(t, 1)]),
        "zeros-before-data" => _ = s.entry(0, 5, 0, &[Data(t, 1), Zero(t, SECTOR)]),
        "zero-length-in-sectors" => {
            s.old(t, 8)
                .old(t + SECTOR, 9)
                .entry(0, 5, 0, &[Zero(t, SECTOR)]);
        }
        "one-sector-zeroed" => {
            _ = s
                .old(t, 8)
                .old(t + SECTOR, 9)
                .entry(0, 5, 0, &[Zero(t, 2 * SECTOR)])
        }
        "huge-zero-range-hangs" => _ = s.entry(0, 5, 0, &[Zero(t, 1 << 40)]),
        "targets-beyond-end-dropped" | "targets-beyond-end-refused" => {
            s.entry(0, 5, 0, &[Data(LENGTH + SECTOR, 1)]);
        }
        "last-file-offset-rounded-down" => _ = one(&mut s).lengths(0, LENGTH, LENGTH + 512),
        "file-cut-to-last-file-offset" => _ = one(&mut s).lengths(0, LENGTH, LENGTH - MIB),
        "last-file-offset-of-tail" => _ = run(&mut s, 0).lengths(16384, LENGTH, LENGTH + MIB),
        "tail-never-goes-back" => _ = run(&mut s, 0).bend(8192, 12, &8192u32.to_le_bytes()),
        "sequences-compared-by-tail" => _ = run(&mut s, 0).entry(65536, 6, 65536, &[Data(t, 9)]),
        "most-to-replay-wins" => _ = run(&mut s, 0).entry(65536, 50, 65536, &[Data(t, 9)]),
        "header-2-targets-accepted" => _ = s.entry(0, 5, 0, &[Data(128 << 10, 1)]),
        "target-around-log-accepted" => {
            _ = s.entry(0, 5, 0, &[Zero(LOG - SECTOR, MIB + 2 * SECTOR)])
        }
        "zeros-beyond-end-dropped" => _ = s.entry(0, 5, 0, &[Zero(LENGTH + SECTOR, SECTOR)]),
        "zero-ranges-merged-across-gap" => {
            s.old(t + SECTOR, 9)
                .entry(0, 5, 0, &[Zero(t, SECTOR), Zero(t + 2 * SECTOR, SECTOR)]);
        }
        "region-tables-read-before-replay" => _ = one(&mut s),
        "metadata-read-before-replay" => {
            one(&mut s).image.write(192 << 10, b"regi");
            s.image
                .write((192 << 10) + 16, &0x8B7C_A206_u32.to_le_bytes());
        }
        "refused-file-changed" => {}
        "last-file-offset-of-any-entry" => _ = run(&mut s, 0).lengths(0, LENGTH, LENGTH + MIB),
        "size-limit-unchecked" => _ = one(&mut s).lengths(0, LENGTH, 1 << 62),

        // Shown by any dirty file.
        "dirty-log-ignored"
        | "checksum-over-first-sector"
        | "checksum-over-header"
        | "checksum-field-not-zeroed"
        | "entry-guid-in-text-order"
        | "tail-must-not-be-head"
        | "file-of-flushed-length-refused"
        | "tail-entry-not-replayed"
        | "head-not-replayed"
        | "leading-bytes-lost"
        | "trailing-bytes-lost"
        | "leading-and-trailing-bytes-lost"
        | "leading-and-trailing-bytes-swapped"
        | "file-offset-from-wrong-field"
        | "file-offset-from-log-start"
        | "no-header-update"
        | "header-update-after-replay"
        | "current-header-overwritten"
        | "header-number-kept"
        | "file-write-guid-kept"
        | "data-write-guid-changed"
        | "log-guid-cleared-before-replay"
        | "log-place-cleared"
        | "header-updates-not-flushed"
        | "replay-not-flushed"
        | "marked-empty-before-replay"
        | "log-not-marked-empty"
        | "one-header-marked-empty"
        | "creator-overwritten"
        | "read-only-open-writes" => _ = one(&mut s),
        _ => return widths::shown_by(name),
    }
    s
}

/// One entry that writes pattern 1.
fn one(s: &mut Small) -> &mut Small {
    s.entry(0, 5, 0, &[Data(TARGET, 1)])
}

/// Entries 5, 6 and 7 at 0, 8192 and 16384 that write patterns 1, 2 and 3 to sectors of their own.
fn run(s: &mut Small, head_tail: u64) -> &mut Small {
    for n in 0..3 {
        let tail = if n == 2 { head_tail } else { 0 };
        s.entry(
            n * 8192,
            5 + n,
            tail,
            &[Data(TARGET + n * SECTOR, n as u8 + 1)],
        );
    }
    s
}

/// An entry at `offset`, two sectors long, and a newer one after it at the log's start.
fn wrapped(s: &mut Small, offset: u64) {
    let next = (offset + 2 * SECTOR) % MIB;
    s.entry(offset, 5, offset, &[Data(TARGET, 1)]).entry(
        next,
        6,
        offset,
        &[Data(TARGET + SECTOR, 2)],
    );
}

fn many(count: u64) -> Vec<Update> {
    (0..count)
        .map(|n| Data(2 * MIB + n * SECTOR, n as u8))
        .collect()
}

fn all_options() -> [Options; 4] {
    let options = |access, max_file_size| Options {
        access,
        max_file_size,
        fresh_guid: *b"0f1e2d3c4b5a6978",
    };
    [
        options(Access::ReadOnly, Options::default().max_file_size),
        options(Access::Writable, Options::default().max_file_size),
        options(Access::ReadOnly, u64::MAX),
        options(Access::Writable, 5 * MIB),
    ]
}

/// Every flaw of the catalogue makes something else of its image than the format does.
#[test]
fn each_flaw_shows() {
    let hidden: Vec<_> = flaws()
        .iter()
        .filter(|flaw| flaw.name != BEHIND_THE_LOG)
        .filter(|flaw| {
            let image = shown_by(flaw.name).image;
            let same = |o: &Options| !differ(&read(&image, o), &read_with(&image, o, flaw.rules));
            all_options().iter().all(same)
        })
        .map(|flaw| flaw.name)
        .collect();
    assert!(
        hidden.is_empty(),
        "flaws that their image does not show: {hidden:?}"
    );
}

/// Images that tell apart flaws which all refuse (or all accept) the images of one another.
fn telling_apart() -> Vec<Small> {
    let new = |build: &dyn Fn(&mut Small)| {
        let mut s = Small::dirty();
        build(&mut s);
        s
    };
    let (t, behind) = (TARGET, LOG + MIB);
    vec![
        // A newer sequence in front of a longer one, of which only the last entry is to be
        // replayed.
        new(&|s| {
            s.entry(65536, 50, 65536, &[Data(t, 9)]);
            for n in 0..3 {
                s.entry(
                    131_072 + n * 8192,
                    5 + n,
                    131_072 + n * 8192,
                    &[Data(t, n as u8)],
                );
            }
        }),
        new(&|s| _ = one(s).lengths(0, LENGTH - MIB, LENGTH)),
        new(&|s| _ = one(s).seal_over(0, 64)),
        new(&|s| _ = s.entry(0, 5, 0, &many(127)).seal_over(0, 8192)),
        new(&|s| {
            s.guid = *b"abbaccdd01234567";
            let guid = s.guid;
            one(s).both_headers(|header| header.log_guid = guid);
        }),
        // The 127th descriptor stands 64 bytes late.
        new(&|s| {
            s.entry(0, 5, 0, &many(127));
            let late: [u8; 32] = s.image.bytes(LOG / SECTOR + 1)[..32].try_into().unwrap();
            s.log_write(4096, b"junk").bend(0, 4096 + 64, &late);
        }),
        // What stands behind the log is what the wrapped entry's data sector holds, or nearly so.
        new(&|s| {
            s.entry(LAST, 5, LAST, &[Data(t, 1)]);
            let data = *s.image.bytes(LOG / SECTOR);
            s.image.write(behind, &data);
        }),
        new(&|s| {
            s.entry(LAST, 5, LAST, &[Data(t, 1)]);
            let data = *s.image.bytes(LOG / SECTOR);
            s.image.write(behind, &data);
            s.image.write(behind + 100, b"other");
        }),
        new(&|s| _ = run(s, 16384).lengths(0, LENGTH + MIB, LENGTH)),
        new(&|s| _ = s.entry(0, 5, 0, &[Data(0, 1)])),
        new(&|s| {
            s.image.set_length(s.image.length().max(LENGTH + 512));
            one(s).lengths(0, LENGTH + 512, LENGTH);
        }),
    ]
}

/// No two flaws are the same: on some image they come to different ends.
#[test]
fn flaws_differ_from_each_other() {
    let listed: Vec<_> = flaws()
        .iter()
        .filter(|flaw| flaw.name != BEHIND_THE_LOG)
        .collect();
    let images: Vec<_> = listed
        .iter()
        .map(|flaw| shown_by(flaw.name))
        .chain(telling_apart())
        .collect();
    let [reading, writing, unlimited, _] = all_options();
    // Flaws that no image has told apart so far stand together.
    let mut alike = vec![listed];
    for (image, options) in images
        .iter()
        .flat_map(|s| [reading, writing, unlimited].map(|options| (&s.image, options)))
    {
        alike.retain(|flaws| flaws.len() > 1);
        alike = alike
            .into_iter()
            .flat_map(|flaws| told_apart(flaws, image, &options))
            .collect();
    }
    alike.retain(|flaws| flaws.len() > 1);
    let names: Vec<Vec<_>> = alike
        .iter()
        .map(|flaws| flaws.iter().map(|flaw| flaw.name).collect())
        .collect();
    assert!(
        names.is_empty(),
        "flaws that no image tells apart: {names:?}"
    );
}

/// Flaws by what becomes of an image.
fn told_apart<'f>(flaws: Vec<&'f Flaw>, image: &Image, options: &Options) -> Vec<Vec<&'f Flaw>> {
    let mut groups: Vec<(Verdict, Vec<&Flaw>)> = Vec::new();
    for flaw in flaws {
        let verdict = read_with(image, options, flaw.rules);
        match groups
            .iter_mut()
            .find(|(other, _)| !differ(other, &verdict))
        {
            Some((_, same)) => same.push(flaw),
            None => groups.push((verdict, vec![flaw])),
        }
    }
    groups.into_iter().map(|(_, flaws)| flaws).collect()
}

/// The one flaw whose image is too small for a file: a ring of two sectors, and an entry of three.
#[test]
fn entry_longer_than_its_log_shows() {
    let mut s = Small::dirty();
    s.image = Image::new(3 * SECTOR);
    s.log = (0, 3 * SECTOR);
    s.entry(0, 5, 0, &[Data(TARGET, 1), Data(TARGET + SECTOR, 2)]);
    let ring = Ring::of_log(&s.image, 0, 2 * SECTOR);
    let flaw = vhdx_log_model::flaw(BEHIND_THE_LOG).unwrap();
    assert_eq!(search(&ring, &GUID, &vhdx_log_model::Format), None);
    assert!(search(&ring, &GUID, flaw.rules).is_some());
}

/// Names are unique and in kebab case, clauses look like clauses, and there are at least 75.
#[test]
fn the_catalogue_is_well_formed() {
    let names: std::collections::BTreeSet<_> = flaws().iter().map(|flaw| flaw.name).collect();
    assert_eq!(names.len(), flaws().len());
    assert!(names.len() >= 75);
    for flaw in flaws() {
        assert!(
            flaw.name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        );
        assert!(
            !flaw.clauses.is_empty() && flaw.clauses.iter().all(|clause| clause.contains('-')),
            "{flaw:?}"
        );
        assert!(!flaw.description.is_empty() && !flaw.shown_by.is_empty());
        assert_eq!(
            vhdx_log_model::flaw(flaw.name).map(|found| found.name),
            Some(flaw.name)
        );
    }
}

/// No flawed reader panics or loops: all of them on all images, and on the images with bytes
/// changed.
#[test]
fn no_flaw_panics() {
    let mut random = 1u64;
    let mut next = move |below: u64| {
        random = random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (random >> 33) % below
    };
    let images: Vec<_> = flaws()
        .iter()
        .filter(|flaw| flaw.name != BEHIND_THE_LOG)
        .map(|flaw| shown_by(flaw.name))
        .collect();
    for mut s in images {
        for _ in 0..4 {
            let [reading, writing, unlimited, _] = all_options();
            for flaw in flaws() {
                for options in [reading, writing, unlimited] {
                    let _ = read_with(&s.image, &options, flaw.rules);
                }
            }
            // Bend a field of an entry or a descriptor, with a right checksum.
            let extreme = [
                0,
                1,
                4096,
                u64::MAX,
                1 << 63,
                (1 << 63) - 4096,
                u64::MAX - 4095,
                0xFFFF_F000,
            ];
            let value = extreme[next(8) as usize].to_le_bytes();
            let starts: Vec<u64> = (0..256)
                .map(|n| n * SECTOR)
                .filter(|at| s.image.bytes((s.log.0 + at) / SECTOR).starts_with(b"loge"))
                .collect();
            if !starts.is_empty() {
                let (start, at) = (starts[next(starts.len() as u64) as usize], 8 + 4 * next(24));
                let length = if at % 8 == 0 && at != 8 && at != 24 {
                    8
                } else {
                    4
                };
                s.log_write(start + at, &value[..length]);
                let claimed = s.image.bytes((s.log.0 + start) / SECTOR)[8..12]
                    .try_into()
                    .unwrap();
                s.seal_over(start, u64::from(u32::from_le_bytes(claimed)).min(1 << 20));
            }
        }
    }
}
