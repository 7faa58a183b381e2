//! Where fresh GUIDs and first sequence numbers come from: the operating system's randomness, or a
//! series that a seed and the file decide, for tests that must repeat to the byte.
//!
//! A GUID that repeats on one file loses data: entries of an earlier generation with the same
//! LogGuid chain on to new ones (UPD-5, ENT-7). Options are made to be used again, and a seed in
//! them repeats. So every open takes [a source of its own](GuidSource::for_file), and a generation
//! takes no LogGuid that its ring holds already (`writer::protocol`).

use uuid::Uuid;

use crate::header::{Header, Headers};

/// A source of fresh GUIDs.
///
/// ```
/// use vhdx_log::GuidSource;
/// assert_eq!(GuidSource::seeded(7).fresh(), GuidSource::seeded(7).fresh());
/// # #[cfg(feature = "random")]
/// assert_ne!(GuidSource::random().fresh(), GuidSource::random().fresh());
/// ```
#[derive(Clone, Debug)]
pub struct GuidSource {
    seed: Option<u64>,
}

impl GuidSource {
    /// The operating system's randomness: for real files, and the default. Without the feature
    /// `random` there is none, and a writable open demands a [seed](Self::seeded).
    #[cfg(feature = "random")]
    pub const fn random() -> Self {
        Self::of_this_build()
    }

    /// What the options start with: randomness, if this build has it.
    pub(crate) const fn of_this_build() -> Self {
        Self { seed: None }
    }

    /// Whether there is nothing to make GUIDs from.
    pub(crate) const fn is_missing(&self) -> bool {
        cfg!(not(feature = "random")) && self.seed.is_none()
    }

    /// A series that repeats, for tests: the same seed and the same file give the same GUIDs. On a
    /// platform without randomness of its own the caller gives a random seed.
    ///
    /// One seed may serve any number of opens of one file. Each header update of an open changes
    /// what the next open [starts from](Self::for_file).
    pub const fn seeded(seed: u64) -> Self {
        Self { seed: Some(seed) }
    }

    /// The source that an open of a file with these headers uses.
    ///
    /// A seed is mixed with the SequenceNumbers and the GUIDs of the valid headers. A change of the
    /// file begins with a header update (UPD-1), so an open after it gets another series.
    #[must_use]
    pub fn for_file(&self, headers: &Headers) -> Self {
        let words = |header: &Header| {
            let guids = [
                header.file_write_guid,
                header.data_write_guid,
                header.log_guid,
            ];
            let halves = guids.map(|guid| guid.as_u64_pair());
            std::iter::once(header.sequence_number.0)
                .chain(halves.into_iter().flat_map(|(high, low)| [high, low]))
        };
        let valid = [&headers.first, &headers.second].into_iter().flatten();
        Self {
            seed: self.seed.map(|seed| {
                valid
                    .flat_map(words)
                    .fold(seed, |seed, word| next(seed ^ word).1)
            }),
        }
    }

    /// The next GUID, never nil.
    pub fn fresh(&mut self) -> Uuid {
        match self.seed {
            None => random(),
            Some(_) => Uuid::from_u64_pair(self.next_u64(), self.next_u64() | 1),
        }
    }

    /// The next 64 bits.
    pub(crate) fn next_u64(&mut self) -> u64 {
        let Some(seed) = &mut self.seed else {
            return random().as_u64_pair().0;
        };
        let value;
        (*seed, value) = next(*seed);
        value
    }

    /// Whether another source can give the same GUIDs.
    pub(crate) const fn repeats(&self) -> bool {
        self.seed.is_some()
    }
}

#[cfg(feature = "random")]
fn random() -> Uuid {
    Uuid::new_v4()
}

/// Not reached: an open refuses a [missing](GuidSource::is_missing) source first.
#[cfg(not(feature = "random"))]
const fn random() -> Uuid {
    Uuid::max()
}

/// One step of SplitMix64, which gives every seed a series of full length: the seed after it, and
/// its value.
const fn next(seed: u64) -> (u64, u64) {
    let seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (seed, mixed ^ (mixed >> 31))
}
