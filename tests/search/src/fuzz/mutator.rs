//! The step that the engine takes from one input to the next, in place of flipping bits.

use super::Case;
use vhdx_log_image::generate::Rng;

/// Rewrites `data[..size]` with a neighbour of the case it means, no longer than `limit`, and
/// returns its length.
///
/// Mostly one to four steps of [`Case::mutate`]; now and then `bytewise`, the engine's own mutation
/// of the bytes with its dictionary and the constants it saw compared: those find what nobody
/// thought of putting into the steps.
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
        // Few of the dear ones: they are tried, and time is left for the others.
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
