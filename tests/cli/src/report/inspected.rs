//! The image of a vector, as `inspect` shows it.

use std::io;

use vhdx_log::storage::SparseMemory;
use vhdx_log_inspect::document::Inspection;
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_model::Image;

/// The image in memory.
pub(super) fn storage(image: &Image) -> SparseMemory {
    let sectors = image.sectors();
    let sectors = sectors.map(|(number, sector)| (number, sector.clone()));
    SparseMemory::from_sectors(image.length(), sectors)
}

/// What the image of the vector `id` holds; `columns` is the width of the log's picture.
pub(super) fn inspection(
    id: &str,
    storage: &SparseMemory,
    columns: usize,
) -> io::Result<Inspection> {
    let extent = Extent {
        columns,
        ..Extent::default()
    };
    inspect(storage, format!("{id}.vhdx"), extent).map_err(io::Error::other)
}
