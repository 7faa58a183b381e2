//! Images that show flaws in how wide a number or a LogGuid is taken to be, and how it is rounded.

use super::small::*;
use vhdx_log_model::SECTOR;

/// The image on which such a flaw shows.
pub fn shown_by(name: &str) -> Small {
    let mut s = Small::dirty();
    let t = TARGET;
    let one = |s: &mut Small| _ = s.entry(0, 5, 0, &[Data(t, 1)]);
    let lengths = |s: &mut Small, flushed, last| {
        _ = s.entry(0, 5, 0, &[Data(t, 1)]).lengths(0, flushed, last)
    };
    let cut = |s: &mut Small, length| {
        s.entry(0, 5, 0, &[Data(t, 1)]);
        s.image.set_length(length);
    };
    match name {
        "header-number-zero-refused" => {
            one(&mut s);
            s.header(0, |header| header.sequence_number = 0);
            s.image.write(128 << 10, &[0; 4096]);
        }
        "log-guid-zero-by-first-half" => {
            s.guid[..8].fill(0);
            let guid = s.guid;
            one(&mut s);
            s.both_headers(|header| header.log_guid = guid);
        }
        "entry-guid-by-last-half" | "entry-guid-in-either-order" => {
            one(&mut s);
            if name.ends_with("half") {
                s.guid[0] ^= 1;
            } else {
                s.guid[..4].reverse();
                s.guid[4..6].reverse();
                s.guid[6..8].reverse();
            }
            s.entry(65536, 50, 65536, &[Data(t, 2)]);
        }
        "zero-entry-guid-fits-all" => {
            one(&mut s);
            s.guid = [0; 16];
            s.entry(65536, 50, 65536, &[Data(t, 2)]);
        }
        "entry-number-signed" => _ = s.entry(0, 1 << 63, 0, &[Data(t, 1)]),
        "checksum-zero-unchecked" => {
            one(&mut s);
            s.entry(8192, 6, 8192, &[Data(t, 2)])
                .log_write(8192 + 4, &[0; 4]);
        }
        "full-descriptor-sector-counted-twice" => _ = s.entry(0, 5, 0, &zeros(126)),
        "mixed-data-sector-fails-open" => {
            one(&mut s);
            s.entry(8192, 6, 8192, &[Data(t, 2)]).bend(8192, 8188, &[1]);
        }
        "second-descriptor-sector-fails-open" => {
            one(&mut s);
            s.entry(65536, 4, 65536, &zeros(127));
        }
        "two-descriptor-sectors-at-most" => _ = s.entry(0, 5, 0, &zeros(255)),
        "last-sector-not-searched" => _ = s.old(t, 9).entry(LAST, 5, LAST, &[Zero(t, SECTOR)]),
        "log-of-one-mib-assumed" | "ring-length-as-mask" => {
            let mib = if name.starts_with("log") { 2 } else { 3 };
            s.image.set_length(8 * MIB);
            s.log.1 = mib * MIB;
            let start = s.log.1 - SECTOR;
            s.both_headers(|header| header.log_length = (mib * MIB) as u32);
            s.entry(start, 5, start, &[Data(6 * MIB, 1)]);
        }
        "flushed-file-offset-32-bit" => lengths(&mut s, (4 << 30) + MIB, LENGTH),
        "flushed-file-offset-signed" => lengths(&mut s, (1 << 63) + MIB, LENGTH),
        "file-length-in-whole-mib" => cut(&mut s, LENGTH - SECTOR),
        "file-length-in-whole-sectors" => cut(&mut s, LENGTH - 1),
        "file-offset-32-bit" => _ = s.entry(0, 5, 0, &[Data((4 << 30) + t, 1)]),
        "zero-length-32-bit" => _ = s.old(t, 9).entry(0, 5, 0, &[Zero(t, 4 << 30)]),
        "last-file-offset-32-bit" => lengths(&mut s, LENGTH, (4 << 30) + 8 * MIB),
        "last-file-offset-signed" => lengths(&mut s, LENGTH, 1 << 63),
        "last-file-offset-overflows" => lengths(&mut s, LENGTH, u64::MAX),
        "file-extended-to-whole-mib" => {
            s.image.set_length(LENGTH + SECTOR);
            one(&mut s);
        }
        "file-extended-to-whole-sector" => {
            s.image.set_length(LENGTH + 512);
            one(&mut s);
        }
        _ => panic!("no image shows `{name}`"),
    }
    s
}

fn zeros(count: u64) -> Vec<Update> {
    (0..count)
        .map(|n| Zero(TARGET + n % 8 * SECTOR, SECTOR))
        .collect()
}
