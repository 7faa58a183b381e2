//! What our writer leaves when the power fails: a random workload, cut at a random point.

use std::sync::Arc;

use vhdx_log::storage::SparseMemory;
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::faults::FaultPlan;
use vhdx_log_crash::states::{Epoch, arbitrary};
use vhdx_log_crash::writer::{BaseImage, Writer, generate_workload};
use vhdx_log_image::generate::Rng;
use vhdx_log_image::{Geometry, Recipe};
use vhdx_log_search::fuzz::as_patches;

/// A crash state as a recipe: the clean base image, with patches. `None` when the workload wrote
/// nothing.
pub(super) fn crashed(rng: &mut Rng) -> Option<Recipe> {
    thread_local! {
        static BASE: BaseImage = BaseImage::new();
    }
    let state = BASE.with(|base| {
        let writer = Writer::new(base, generate_workload(rng));
        let run = writer.run(FaultPlan::default()).ok()?;
        let epochs: Vec<Epoch> = Epoch::all(&run.recording.base, &run.recording.trace).collect();
        let epoch = epochs.get(rng.index(epochs.len()))?;
        Some(epoch.crash(&arbitrary(epoch, rng.next_u64())))
    })?;
    Some(as_patches(base_recipe(), &in_memory(&state)))
}

/// The recipe of the image that workloads run on.
fn base_recipe() -> Recipe {
    Recipe {
        geometry: Geometry {
            present_blocks: 1,
            ..Geometry::default()
        },
        ..Recipe::clean()
    }
}

fn in_memory(state: &DiskImage) -> SparseMemory {
    let numbers = state.present(0..u64::MAX).into_iter();
    let sectors = numbers.map(|number| (number, Arc::new(*state.contents(number))));
    SparseMemory::from_sectors(state.length(), sectors)
}
