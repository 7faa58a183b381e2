//! A recipe for an image that was made by changing bytes of another: the changes as patches.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::{Bytes, Patch, Recipe, SECTOR, SECTOR_BYTES};

/// Bytes that differ are in one patch when no more than this many equal ones are between them.
const GAP: usize = 16;

/// The recipe of the base, with patches and a length that make it this image.
pub fn as_patches(mut base: Recipe, image: &SparseMemory) -> Recipe {
    let length = image.len().expect("memory has a length");
    let built = base.build();
    if length != built.length() {
        base.length = Some(length);
    }
    let mut numbers: Vec<u64> = built
        .sectors()
        .chain(image.sectors())
        .map(|(number, _)| number)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let offset = number * SECTOR;
        let before = built
            .sector(number)
            .map_or([0; SECTOR_BYTES], |sector| **sector);
        let mut after = [0; SECTOR_BYTES];
        let within = length.saturating_sub(offset).min(SECTOR) as usize;
        if image.read_at(offset, &mut after[..within]).is_ok() {
            base.patches
                .extend(differences(&before[..within], &after[..within], offset));
        }
    }
    base
}

/// The ranges in which two pieces of the same length differ.
fn differences(before: &[u8], after: &[u8], offset: u64) -> Vec<Patch> {
    let mut patches: Vec<Patch> = Vec::new();
    for at in (0..after.len()).filter(|&at| before[at] != after[at]) {
        let here = offset + at as u64;
        match patches.last_mut() {
            Some(last) if here - last.at <= (last.bytes.0.len() + GAP) as u64 => {
                let start = (last.at - offset) as usize;
                last.bytes = Bytes(after[start..=at].to_vec());
            }
            _ => patches.push(Patch {
                at: here,
                bytes: Bytes(vec![after[at]]),
            }),
        }
    }
    patches
}
