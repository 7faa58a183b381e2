//! Files with one short run, with everything that its entries can ask for: targets, order of
//! descriptors, file sizes (DSC-3 to DSC-9, RPL-1 to RPL-9).

use super::choices::Choose;
use vhdx_log_image::{Content, Data, Descriptor, Entry, MIB, Recipe, SECTOR, Tail, Target, Zero};

/// The length of the default image.
const FILE: u64 = 6 * MIB;

#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// The most descriptors of the older entry, and of the newer one.
    pub(super) descriptors: [usize; 2],
    /// Whether the entries' file sizes and the length of the file vary too.
    pub(super) sizes: bool,
}

const fn data(target: Target) -> Descriptor {
    Descriptor::Data(Data {
        target,
        content: Content::Own,
        more: 0,
    })
}

const fn zero(target: Target, length: u64) -> Descriptor {
    Descriptor::Zero(Zero {
        target,
        length,
        more: 0,
    })
}

/// Descriptors: valid ones that overlap one another, both sides of both ends of every forbidden
/// range, lengths that overflow.
const DESCRIPTORS: &[Descriptor] = &[
    data(Target::Payload(0)),
    data(Target::Payload(1)),
    Descriptor::Data(Data {
        target: Target::Payload(0),
        content: Content::Zeros,
        more: 0,
    }),
    zero(Target::Payload(0), 2 * SECTOR),
    zero(Target::Payload(1), SECTOR),
    zero(Target::Payload(0), 0),
    data(Target::Bat(0)),
    data(Target::Beyond(0)),
    data(Target::Beyond(300)),
    zero(Target::Beyond(0), SECTOR),
    data(Target::RegionTable(0)),
    data(Target::Header(31)),
    zero(Target::Header(31), 0),
    zero(Target::Identifier(0), SECTOR),
    zero(Target::RegionTable(0), MIB - (192 << 10)),
    zero(Target::RegionTable(0), MIB - (188 << 10)),
    zero(Target::RegionTable(0), 3 * MIB),
    data(Target::Log(0)),
    data(Target::Log(255)),
    data(Target::Log(256)),
    zero(Target::Log(255), SECTOR),
    zero(Target::Payload(0), 1 << 62),
    zero(Target::Payload(0), 0_u64.wrapping_sub(SECTOR)),
    data(Target::At((1 << 63) - SECTOR)),
    data(Target::At(0_u64.wrapping_sub(SECTOR))),
    data(Target::At((1 << 32) + 4 * MIB)),
    // Enough for a second descriptor sector, and for a third.
    Descriptor::Zero(Zero {
        target: Target::Payload(1),
        length: SECTOR,
        more: 126,
    }),
    Descriptor::Zero(Zero {
        target: Target::Beyond(0),
        length: SECTOR,
        more: 254,
    }),
];

pub(super) fn make(bounds: &Bounds, choose: &mut impl Choose) -> Recipe {
    let entry = |most: usize, choose: &mut dyn FnMut(usize) -> usize| {
        let mut entry = Entry::empty();
        for _ in 0..choose(most + 1) {
            entry
                .descriptors
                .push(DESCRIPTORS[choose(DESCRIPTORS.len())].clone());
        }
        entry
    };
    let [older, newer] = bounds.descriptors;
    let mut recipe = Recipe::default();
    let first = entry(older, &mut |bound| choose.choose(bound)).at(254);
    let mut second = entry(newer, &mut |bound| choose.choose(bound));
    second.tail = choose.pick(&[Tail::Item(0), Tail::Own]);
    if bounds.sizes {
        second.flushed_file_offset = choose.pick(&[
            None,
            Some(0),
            Some(FILE + MIB),
            Some(1 << 32),
            Some(1 << 63),
        ]);
        second.last_file_offset = choose.pick(&[
            None,
            Some(0),
            Some(FILE + 3 * MIB),
            Some(FILE + SECTOR + 1),
            Some(1 << 62),
            Some(u64::MAX),
        ]);
        recipe.length = choose.pick(&[
            None,
            Some(FILE - 1),
            Some(FILE - SECTOR),
            Some(FILE + SECTOR + 512),
        ]);
    }
    recipe.then(first).then(second)
}
