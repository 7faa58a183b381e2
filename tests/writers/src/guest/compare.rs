//! Two views of the guest's disk, compared.

use std::sync::Arc;

use vhdx_log_image::SECTOR_BYTES;

use super::view::View;

/// Calls `each` with the number of each sector of the guest's disk that differs in two views, and
/// with what it holds in them.
pub fn for_each_changed(
    one: &View,
    other: &View,
    mut each: impl FnMut(u64, &[u8; SECTOR_BYTES], &[u8; SECTOR_BYTES]),
) {
    let mut sectors = Vec::new();
    let changed = one.image.difference(&other.image).into_iter();
    for in_file in changed.filter(|&number| one.image.is_visible(number)) {
        sectors.extend(one.structure.guest_sector(in_file));
        sectors.extend(other.structure.guest_sector(in_file));
    }
    if !Arc::ptr_eq(&one.structure, &other.structure) {
        for (view, than) in [(one, other), (other, one)] {
            for moved in view.structure.moved(&than.structure) {
                let stored = view.image.present(moved).into_iter();
                sectors.extend(stored.filter_map(|number| view.structure.guest_sector(number)));
            }
        }
    }
    sectors.sort_unstable();
    sectors.dedup();
    for number in sectors {
        let (found, expected) = (one.sector(number), other.sector(number));
        if found != expected {
            each(number, found, expected);
        }
    }
}
