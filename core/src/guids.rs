//! Where fresh GUIDs and first sequence numbers come from: the operating system's randomness, or a
//! fixed series for tests that must repeat to the byte.

use uuid::Uuid;

/// A source of fresh GUIDs.
///
/// ```
/// use vhdx_log::GuidSource;
/// assert_eq!(GuidSource::seeded(7).fresh(), GuidSource::seeded(7).fresh());
/// assert_ne!(GuidSource::random().fresh(), GuidSource::random().fresh());
/// ```
#[derive(Clone, Debug)]
pub struct GuidSource {
    seed: Option<u64>,
}

impl GuidSource {
    /// The operating system's randomness: for real files.
    pub const fn random() -> Self {
        Self { seed: None }
    }

    /// A fixed series, for tests. Two opens of one file must not use the same seed: a generation
    /// would find the entries of an earlier one with the same LogGuid (UPD-5).
    pub const fn seeded(seed: u64) -> Self {
        Self { seed: Some(seed) }
    }

    /// The next GUID, never nil.
    pub fn fresh(&mut self) -> Uuid {
        match self.seed {
            None => Uuid::new_v4(),
            Some(_) => Uuid::from_u64_pair(self.next_u64(), self.next_u64() | 1),
        }
    }

    /// The next 64 bits.
    pub(crate) fn next_u64(&mut self) -> u64 {
        let Some(seed) = &mut self.seed else {
            return Uuid::new_v4().as_u64_pair().0;
        };
        // SplitMix64: every seed gives a series of full length.
        *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
