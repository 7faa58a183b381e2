//! The parts of the file that a replay writes: the targets of all updates, adjacent ones merged.

use vhdx_log::storage::Storage;
use vhdx_log::{MAX_OVERLAY_UPDATES, OpenError, ReplayPlan, Source};

use super::regions::{TABLE_BYTES, TABLES};
use crate::document::list::{Filling, List};
use crate::document::{Regions, Target};

/// The targets of the plan's updates, in order; `None` when there are too many updates to sort.
///
/// # Errors
/// I/O errors.
pub fn targets<S: Storage>(
    storage: &S,
    plan: &ReplayPlan,
    regions: Option<&Regions>,
    all: bool,
) -> Result<Option<List<Target>>, OpenError> {
    if plan.data_updates.saturating_add(plan.zero_updates) > MAX_OVERLAY_UPDATES as u64 {
        return Ok(None);
    }
    let mut parts = Vec::new();
    for update in plan.updates(storage) {
        let update = update?;
        if update.length() > 0 {
            parts.push((
                update.target.0,
                update.length(),
                matches!(update.source, Source::Data { .. }),
            ));
        }
    }
    parts.sort_unstable_by_key(|&(offset, ..)| offset);
    let mut joined = Filling::new(all);
    let mut open: Option<Target> = None;
    for (offset, length, is_data) in parts {
        let region = region_at(offset, regions);
        let zero_updates = u64::from(!is_data);
        match &mut open {
            Some(target) if joins(target, offset, region) => {
                target.length = target.length.max(offset + length - target.offset);
                target.data_updates += u64::from(is_data);
                target.zero_updates += zero_updates;
            }
            _ => {
                let begun = Target {
                    offset,
                    length,
                    data_updates: u64::from(is_data),
                    zero_updates,
                    region,
                };
                if let Some(ended) = open.replace(begun) {
                    joined.push(ended);
                }
            }
        }
    }
    if let Some(last) = open {
        joined.push(last);
    }
    Ok(Some(joined.finish()))
}

/// Whether a part at `offset` overlaps the target, or continues it in the same region.
fn joins(target: &Target, offset: u64, region: Option<&'static str>) -> bool {
    let end = target.offset + target.length;
    offset < end || (offset == end && region == target.region)
}

/// The region, or region table, at an offset after the replay.
fn region_at(offset: u64, regions: Option<&Regions>) -> Option<&'static str> {
    if TABLES
        .iter()
        .any(|&table| (table..table + TABLE_BYTES as u64).contains(&offset))
    {
        return Some("region table");
    }
    let within =
        |start: u64, length: u32| (start..start.saturating_add(length.into())).contains(&offset);
    let regions = regions.map_or(&[][..], |regions| &regions.items.items);
    regions
        .iter()
        .find(|region| within(region.offset, region.length))
        .map(|region| region.name)
}
