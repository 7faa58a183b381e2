//! Contents, from the form that the harness keeps to the one of the model and back.

use std::sync::Arc;

use crate::disk::{DiskImage, Sector};

/// The visible contents in the model's form.
pub fn to_model(image: &DiskImage) -> vhdx_log_model::Image {
    let sectors = image
        .present(0..u64::MAX)
        .into_iter()
        .filter(|&number| image.is_visible(number));
    let sectors = sectors.map(|number| (number, Arc::new(*image.contents(number))));
    vhdx_log_model::Image::from_sectors(image.length(), Arc::new(sectors.collect()))
}

/// The visible contents after the model has changed these sectors.
pub fn follow(
    before: &DiskImage,
    model: &vhdx_log_model::Image,
    changed: impl IntoIterator<Item = u64>,
) -> DiskImage {
    let mut after = before.clone();
    after.set_length(model.length());
    for number in changed {
        if after.is_visible(number) {
            after.set(number, Sector::new(model.bytes(number)));
        }
    }
    after
}
