//! The custom mutator: a step from one input to the next by structure, instead of flipping bits.

use vhdx_log_image::generate::Rng;

use super::case::Case;

/// Replaces the case in `data[..size]` by a neighbour of at most `limit` bytes, and returns its
/// length.
///
/// Mostly this is one to four steps of [`Case::mutate`]. One time in eight it is `bytewise`, the
/// engine's own mutation of bytes, with its dictionary and the constants that it saw compared: it
/// finds what the steps do not cover.
pub fn mutate<C: Case>(
    data: &mut [u8],
    size: usize,
    limit: usize,
    seed: u32,
    bytewise: impl FnOnce(&mut [u8], usize) -> usize,
) -> usize {
    let mut rng = Rng::new(seed.into());
    let input = data.get(..size).unwrap_or_default();
    if rng.below(8) > 0 {
        let mut case = C::from_bytes(input);
        for _ in 0..rng.weighted(&[(8, 1), (4, 2), (2, 3), (1, 4)]) {
            case.mutate(&mut rng);
        }
        // Only one in eight of the expensive cases is tried, to leave time for the others.
        let worth_it = !case.is_expensive() || rng.below(8) == 0;
        let bytes = case.to_bytes();
        if let Some(target) = data
            .get_mut(..limit)
            .and_then(|room| room.get_mut(..bytes.len()))
            && worth_it
            && *target != bytes[..]
        {
            target.copy_from_slice(&bytes);
            return bytes.len();
        }
    }
    bytewise(data, size)
}
