//! Changes to the two headers of a recipe.

use vhdx_log_image::{Header, LogGuid, Recipe};

use crate::recipes::{one, with};

/// The image of [`one`] with its two headers changed.
pub(super) fn headed(first: impl FnOnce(&mut Header), second: impl FnOnce(&mut Header)) -> Recipe {
    with(one(), |recipe| {
        first(&mut recipe.header_1);
        second(&mut recipe.header_2);
    })
}

/// The image of [`one`] with both headers changed in the same way.
pub(super) fn both(change: impl Fn(&mut Header)) -> Recipe {
    headed(&change, &change)
}

pub(super) fn same(_: &mut Header) {}

pub(super) fn clean(header: &mut Header) {
    header.log_guid = LogGuid::Zero;
}

pub(super) fn numbered(number: u64) -> impl Fn(&mut Header) {
    move |header| header.sequence_number = Some(number)
}
