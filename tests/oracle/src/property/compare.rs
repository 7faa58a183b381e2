//! Compares two images sector by sector. A sector that is not stored is zero.

use std::cmp::Ordering;
use std::sync::Arc;

use vhdx_log::storage::Sector;
use vhdx_log_image::SECTOR_BYTES;

/// The bytes of a sector that is not stored.
pub(super) const ZEROS: &[u8; SECTOR_BYTES] = &[0; SECTOR_BYTES];

/// The number of the first sector in which two images differ; both lists are in order of number.
pub fn first_difference<'a>(
    left: impl Iterator<Item = (u64, &'a Sector)>,
    right: impl Iterator<Item = (u64, &'a Sector)>,
) -> Option<u64> {
    let differs = |(number, pair)| (!same(pair)).then_some(number);
    side_by_side(left, right).find_map(differs)
}

/// Each sector that at least one of two lists has, in order of number, as both have it.
pub(super) fn side_by_side<'a>(
    left: impl Iterator<Item = (u64, &'a Sector)>,
    right: impl Iterator<Item = (u64, &'a Sector)>,
) -> impl Iterator<Item = (u64, (Option<&'a Sector>, Option<&'a Sector>))> {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    std::iter::from_fn(move || {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((left, _)), Some((right, _))) => left.cmp(right),
        };
        let left = if order.is_le() { left.next() } else { None };
        let right = if order.is_ge() { right.next() } else { None };
        let (number, _) = left.or(right)?;
        Some((
            number,
            (
                left.map(|(_, sector)| sector),
                right.map(|(_, sector)| sector),
            ),
        ))
    })
}

fn same(pair: (Option<&Sector>, Option<&Sector>)) -> bool {
    match pair {
        (Some(left), Some(right)) => Arc::ptr_eq(left, right) || left == right,
        (Some(only), None) | (None, Some(only)) => **only == *ZEROS,
        (None, None) => true,
    }
}
