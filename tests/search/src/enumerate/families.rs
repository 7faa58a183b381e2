//! The list of all families, with their bounds in words and as values.

use super::family::{Family, Kind};
use super::rings::{SequenceNumbers, Tails};
use super::{headers, replays, rings};

impl Family {
    /// Every family.
    pub const fn all() -> &'static [Self] {
        FAMILIES
    }
}

const FAMILIES: &[Family] = &[
    Family {
        name: "rings-free",
        bounds: "rings of 1 to 3 sectors; entries of 1 to 3 sectors at every place, \
                 overwritten ends, stray data sectors, holes; the sequence number of each \
                 entry any of three in a row, at 7, 2^32 - 2, 2^63 - 2, 2^64 - 3; the Tail of \
                 each entry any sector, the length of the ring, 512",
        quick: true,
        kind: Kind::Search(rings::Bounds {
            sectors: 1..=3,
            sequence_numbers: SequenceNumbers::Free,
            tails: Tails::Every,
            faults: 0,
            leftovers: true,
        }),
    },
    Family {
        name: "rings-faults",
        bounds: "rings of 1 to 4 sectors; entries of 1 to 3 sectors at every place, holes; \
                 sequence numbers ascending from any entry, in one run or two with a gap of 1 \
                 or 2^32, from the same four; one Tail for all, any entry's start; every \
                 single fault of every entry",
        quick: true,
        kind: Kind::Judge(rings::Bounds {
            sectors: 1..=4,
            sequence_numbers: SequenceNumbers::Ascending,
            tails: Tails::Starts,
            faults: 1,
            leftovers: false,
        }),
    },
    Family {
        name: "headers",
        bounds: "two headers, each with at most one of 31 deviations; a log with the right \
                 LogGuid, one with another, an empty one; seven lengths of the file, two \
                 identifiers; region or metadata tables broken",
        quick: true,
        kind: Kind::Headers(headers::Bounds {
            deviations: 1,
            files: true,
        }),
    },
    Family {
        name: "replays",
        bounds: "two entries, each with at most one of 28 descriptors; Tail at either; five \
                 FlushedFileOffsets, six LastFileOffsets, four lengths of the file",
        quick: true,
        kind: Kind::Replays(replays::Bounds {
            descriptors: [1, 1],
            sizes: true,
        }),
    },
    Family {
        name: "rings-free-4",
        bounds: "as rings-free, for rings of 4 sectors",
        quick: false,
        kind: Kind::Search(rings::Bounds {
            sectors: 4..=4,
            sequence_numbers: SequenceNumbers::Free,
            tails: Tails::Every,
            faults: 0,
            leftovers: true,
        }),
    },
    Family {
        name: "rings-heads",
        bounds: "rings of 5 and 6 sectors; entries of 1 to 3 sectors at every place, holes; \
                 the sequence number of each entry any of three in a row, from the same four; \
                 of the entries that none follows, one has every Tail, the others their own \
                 start or none",
        quick: false,
        kind: Kind::Search(rings::Bounds {
            sectors: 5..=6,
            sequence_numbers: SequenceNumbers::Free,
            tails: Tails::OneOfEveryHead,
            faults: 0,
            leftovers: false,
        }),
    },
    Family {
        name: "rings-faults-6",
        bounds: "as rings-faults, for rings of 5 and 6 sectors",
        quick: false,
        kind: Kind::Judge(rings::Bounds {
            sectors: 5..=6,
            sequence_numbers: SequenceNumbers::Ascending,
            tails: Tails::Starts,
            faults: 1,
            leftovers: false,
        }),
    },
    Family {
        name: "rings-pairs",
        bounds: "as rings-faults, with every pair of faults, for rings of 1 to 3 sectors",
        quick: true,
        kind: Kind::Judge(rings::Bounds {
            sectors: 1..=3,
            sequence_numbers: SequenceNumbers::Ascending,
            tails: Tails::Starts,
            faults: 2,
            leftovers: false,
        }),
    },
    Family {
        name: "rings-pairs-4",
        bounds: "as rings-faults, with every pair of faults, for rings of 4 sectors",
        quick: false,
        kind: Kind::Judge(rings::Bounds {
            sectors: 4..=4,
            sequence_numbers: SequenceNumbers::Ascending,
            tails: Tails::Starts,
            faults: 2,
            leftovers: false,
        }),
    },
    Family {
        name: "headers-pairs",
        bounds: "two headers, each with at most two of 31 deviations; the same three logs",
        quick: true,
        kind: Kind::Headers(headers::Bounds {
            deviations: 2,
            files: false,
        }),
    },
    Family {
        name: "replays-pairs",
        bounds: "two entries, each with at most two of 28 descriptors; Tail at either",
        quick: false,
        kind: Kind::Replays(replays::Bounds {
            descriptors: [2, 2],
            sizes: false,
        }),
    },
];
