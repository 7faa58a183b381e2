//! For each flaw an image that shows it, one file a topic as in `model/src/flaws`.
//!
//! A row names the flaws that its image shows. The image starts as [`Small::dirty`].

mod around;
mod entries;
mod halves;
mod headers;
mod lengths;
mod one_header;
mod ranges;
mod row;
mod search;
mod signatures;
mod targets;
mod updates;
mod widths;
mod write_back;

use crate::small::Small;

/// The image that shows a flaw.
pub fn image_of(name: &str) -> Small {
    let tables = [
        headers::IMAGES,
        one_header::IMAGES,
        around::IMAGES,
        ranges::IMAGES,
        halves::IMAGES,
        signatures::IMAGES,
        entries::IMAGES,
        search::IMAGES,
        targets::IMAGES,
        updates::IMAGES,
        lengths::IMAGES,
        write_back::IMAGES,
        widths::IMAGES,
    ];
    let mut rows = tables.into_iter().flatten();
    let row = rows.find(|(names, _)| names.contains(&name));
    let (_, build) = row.unwrap_or_else(|| panic!("no image shows `{name}`"));
    let mut small = Small::dirty();
    build(&mut small);
    small
}
