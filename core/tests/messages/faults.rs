//! Why a header or an entry is not valid.

use vhdx_log::units::LogOffset;
use vhdx_log::{Clause, EntryFault, HeaderFault};

use crate::say;

/// The texts of entry faults: in a sentence, and in a column of a table.
const ENTRY_FAULTS: [(Clause, &str, &str); 14] = [
    (
        Clause::Ent1,
        "ENT-1 at 0x3000: bad entry signature: found \"junk\", expected \"loge\"",
        "\"junk\"",
    ),
    (
        Clause::Ent2,
        "ENT-2 at 0x3000: checksum mismatch: stored 0x6b6e756a, computed 0x00002000",
        "0x6b6e756a, not 0x2000",
    ),
    (
        Clause::Ent3,
        "ENT-3 at 0x3000: bad EntryLength 0x6b6e756a: expected a nonzero multiple of 0x1000, \
             at most the log's 0x2000",
        "0x6b6e756a",
    ),
    (
        Clause::Ent4,
        "ENT-4 at 0x3000: bad Tail 0x6b6e756a: expected a multiple of 0x1000 below the log's \
             length 0x2000",
        "0x6b6e756a",
    ),
    (
        Clause::Ent5,
        "ENT-5 at 0x3000: bad SequenceNumber 1802401130: expected more than 0",
        "0x6b6e756a",
    ),
    (
        Clause::Ent6,
        "ENT-6 at 0x3000: bad EntryLength 0x6b6e756a: the descriptors need 0x2000",
        "0x6b6e756a, not 0x2000",
    ),
    (
        Clause::Ent7,
        "ENT-7 at 0x3000: bad LogGuid: expected the current header's",
        "another",
    ),
    (
        Clause::Dsc1,
        "DSC-1 at 0x3000: bad descriptor signature: found \"junk\", expected \"desc\" or \
             \"zero\"",
        "\"junk\"",
    ),
    (
        Clause::Dsc2,
        "DSC-2 at 0x3000: bad SequenceNumber 1802401130 in a descriptor: expected the \
             entry's, 8192",
        "0x6b6e756a, not 0x2000",
    ),
    (
        Clause::Dsc3,
        "DSC-3 at 0x3000: bad FileOffset 0x6b6e756a: expected a multiple of 0x1000",
        "0x6b6e756a",
    ),
    (
        Clause::Dsc4,
        "DSC-4 at 0x3000: bad ZeroLength 0x6b6e756a: expected a multiple of 0x1000",
        "0x6b6e756a",
    ),
    (
        Clause::Dat1,
        "DAT-1 at 0x3000: bad data sector signature: found \"junk\", expected \"data\"",
        "\"junk\"",
    ),
    (
        Clause::Dat2,
        "DAT-2 at 0x3000: bad SequenceHigh and SequenceLow in a data sector: found \
             1802401130, expected the entry's, 8192",
        "0x6b6e756a, not 0x2000",
    ),
    (
        Clause::Rpl9,
        "RPL-9 at 0x3000: the cost of a replay is bounded: found 0x6b6e756a",
        "0x6b6e756a",
    ),
];

#[test]
fn of_entry_faults() {
    for (clause, sentence, found) in ENTRY_FAULTS {
        let fault = EntryFault {
            clause,
            at: LogOffset(0x3000),
            expected: 0x2000,
            found: u32::from_le_bytes(*b"junk").into(),
        };
        assert_eq!(
            (fault.to_string().as_str(), fault.found().as_str()),
            (sentence, found)
        );
    }
}

pub const MISSING: HeaderFault = HeaderFault::Missing;
pub const SIGNATURE: HeaderFault = HeaderFault::Signature { found: *b"he\0d" };
const CHECKSUM: HeaderFault = HeaderFault::Checksum {
    expected: 0x12,
    found: 0xABCD_EF01,
};

#[test]
fn of_header_faults() {
    say([
        (MISSING, "the file ends before it"),
        (SIGNATURE, "bad signature \"he\\x00d\" (expected \"head\")"),
        (
            CHECKSUM,
            "checksum mismatch (stored 0xabcdef01, computed 0x00000012)",
        ),
    ]);
}
