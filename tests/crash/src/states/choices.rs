//! Which crash states of an epoch are checked.
//!
//! With at most [`Effort::subsets_of`] pending changes: every subset. With more: the subsets most
//! likely to matter (all before a point, all but one, one alone) and a random sample of the others.
//! In addition one sector is torn, in each way the effort names, combined with every subset of the
//! other changes while these are few.

use vhdx_log_image::generate::Rng;

use super::arrived::Arrived;
use super::epoch::{Change, Choice, Epoch, NewSpace};

/// How thoroughly an epoch is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Up to this many pending changes, every subset is taken.
    pub subsets_of: usize,
    /// How many subsets are drawn where there are more changes than that.
    pub samples: usize,
    /// How many points split an epoch with more changes than that: all before a point, all but one,
    /// one alone.
    pub points: usize,
    /// How many choices are drawn in which any number of sectors is torn.
    pub scattered: usize,
    /// The ways in which a sector is torn.
    pub tears: &'static [Arrived],
    /// The most *other* changes of which every subset is combined with a torn sector.
    pub torn_with_subsets_of: usize,
}

/// In an epoch with many changes: how many of its sectors are torn.
const TORN_AT_MOST: usize = 16;

/// How many subsets of the other changes are combined with a torn one when they are many.
const LIKELY_SUBSETS: u64 = 4;

/// One tear of each kind; [`Arrived::TORN`] has all 26.
pub const FEW_TEARS: [Arrived; 4] = [
    Arrived(0b0000_0001),
    Arrived(0b1111_1110),
    Arrived(0b1111_0111),
    Arrived(0b0001_0000),
];

impl Effort {
    /// Everything up to 12 pending changes, and every tear.
    pub const FULL: Self = Self {
        subsets_of: 12,
        samples: 256,
        points: 16,
        scattered: 0,
        tears: &Arrived::TORN,
        torn_with_subsets_of: 4,
    };
    /// Everything up to 12 pending changes, and one tear of each kind with the likeliest subsets.
    pub const LIGHT: Self = Self {
        subsets_of: 12,
        samples: 32,
        points: 16,
        scattered: 0,
        tears: &FEW_TEARS,
        torn_with_subsets_of: 1,
    };
    /// Subsets only.
    pub const SUBSETS: Self = Self {
        subsets_of: 6,
        samples: 16,
        points: 16,
        scattered: 0,
        tears: &[],
        torn_with_subsets_of: 0,
    };
    /// Everything up to four pending changes, and a few torn sectors.
    pub const FEW: Self = Self {
        subsets_of: 4,
        samples: 8,
        points: 8,
        scattered: 8,
        tears: &[],
        torn_with_subsets_of: 0,
    };
    /// A handful of states of each epoch, for workloads with hundreds of them.
    pub const SAMPLES: Self = Self {
        subsets_of: 2,
        samples: 2,
        points: 2,
        scattered: 3,
        tears: &[],
        torn_with_subsets_of: 0,
    };
}

/// Calls `each` with every choice of the effort, until it gives an error. `seed` decides the
/// samples.
///
/// # Errors
/// What `each` gives.
pub fn each<E>(
    epoch: &Epoch,
    effort: Effort,
    seed: u64,
    each: &mut dyn FnMut(&Choice) -> Result<(), E>,
) -> Result<(), E> {
    let count = epoch.pending.len();
    let mut choice = Choice {
        arrived: vec![Arrived::ABSENT; count],
        new_space: NewSpace::Zeros,
    };
    subsets(count, effort, seed, &mut choice, each)?;
    if epoch.grows() {
        for new_space in [NewSpace::Old, NewSpace::Pattern] {
            choice.new_space = new_space;
            subsets(count, effort, seed, &mut choice, each)?;
        }
        choice.new_space = NewSpace::Zeros;
    }
    if !effort.tears.is_empty() {
        for torn in torn(epoch) {
            tears(count, torn, effort, &mut choice, each)?;
        }
    }
    if count > 0 {
        let mut rng = Rng::new(!seed);
        for _ in 0..effort.scattered {
            each(&arbitrary(epoch, rng.next_u64()))?;
        }
    }
    Ok(())
}

/// How many choices [`each`] makes.
pub fn count(epoch: &Epoch, effort: Effort) -> u64 {
    let count = epoch.pending.len();
    let subsets = if count <= effort.subsets_of {
        1 << count
    } else {
        3 * points(count, effort.points).count() as u64 + effort.samples as u64
    };
    let subsets_with_torn = if count <= effort.torn_with_subsets_of + 1 {
        1 << (count.max(1) - 1)
    } else {
        LIKELY_SUBSETS
    };
    let torn = torn(epoch).count() as u64 * effort.tears.len() as u64 * subsets_with_torn;
    let scattered = if count > 0 {
        effort.scattered as u64
    } else {
        0
    };
    subsets * if epoch.grows() { 3 } else { 1 } + torn + scattered
}

/// The points of an epoch with many changes: all changes before a point arrive, none after it.
fn points(count: usize, at_most: usize) -> impl Iterator<Item = usize> {
    (0..=count).step_by(1 + count / at_most).chain([count])
}

/// The changes that are torn: a few of hundreds. The others are whole or absent.
fn torn(epoch: &Epoch) -> impl Iterator<Item = usize> {
    let count = epoch.pending.len();
    let is_sector = |&index: &usize| matches!(epoch.pending[index].change, Change::Sector(_));
    (0..count)
        .step_by(1 + count / TORN_AT_MOST)
        .filter(is_sector)
}

fn subsets<E>(
    count: usize,
    effort: Effort,
    seed: u64,
    choice: &mut Choice,
    each: &mut dyn FnMut(&Choice) -> Result<(), E>,
) -> Result<(), E> {
    if count <= effort.subsets_of {
        for subset in 0..1_u64 << count {
            set(choice, |index| subset >> index & 1 == 1);
            each(choice)?;
        }
        return Ok(());
    }
    for point in points(count, effort.points) {
        set(choice, |index| index < point);
        each(choice)?;
        set(choice, |index| index != point);
        each(choice)?;
        set(choice, |index| index == point);
        each(choice)?;
    }
    let mut rng = Rng::new(seed);
    for _ in 0..effort.samples {
        let odds = 2 + rng.below(6);
        let missing = rng.chance(50);
        choice.arrived.iter_mut().for_each(|arrived| {
            let rare = rng.below(odds) == 0;
            *arrived = if rare == missing {
                Arrived::ABSENT
            } else {
                Arrived::WHOLE
            };
        });
        each(choice)?;
    }
    Ok(())
}

fn tears<E>(
    count: usize,
    torn: usize,
    effort: Effort,
    choice: &mut Choice,
    each: &mut dyn FnMut(&Choice) -> Result<(), E>,
) -> Result<(), E> {
    for &tear in effort.tears {
        let others = count - 1;
        if others <= effort.torn_with_subsets_of {
            for subset in 0..1_u64 << others {
                set(choice, |index| {
                    subset >> (index - usize::from(index > torn)) & 1 == 1
                });
                choice.arrived[torn] = tear;
                each(choice)?;
            }
            continue;
        }
        let likely: [&dyn Fn(usize) -> bool; LIKELY_SUBSETS as usize] = [
            &|index| index < torn,
            &|index| index > torn,
            &|_| true,
            &|_| false,
        ];
        for arrives in likely {
            set(choice, arrives);
            choice.arrived[torn] = tear;
            each(choice)?;
        }
    }
    Ok(())
}

fn set(choice: &mut Choice, arrives: impl Fn(usize) -> bool) {
    for (index, arrived) in choice.arrived.iter_mut().enumerate() {
        *arrived = if arrives(index) {
            Arrived::WHOLE
        } else {
            Arrived::ABSENT
        };
    }
}

/// A choice made from a number: half of the changes arrive, and half of the others are torn.
pub fn arbitrary(epoch: &Epoch, number: u64) -> Choice {
    let mut rng = Rng::new(number);
    let arrived = epoch
        .pending
        .iter()
        .map(|pending| match (rng.below(4), &pending.change) {
            (0 | 1, _) => Arrived::WHOLE,
            (2, Change::Sector(_)) => rng.pick(&Arrived::TORN),
            _ => Arrived::ABSENT,
        });
    Choice {
        arrived: arrived.collect(),
        new_space: NewSpace::Zeros,
    }
}
