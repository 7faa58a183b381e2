//! All flaws, and each by its name.

use std::sync::LazyLock;

use super::flaw::Flaw;
use super::{
    around, bat, disk, entries, geometry, guids, halves, headers, lengths, one_header, ranges,
    search, signatures, targets, updates, widths, write_back,
};

/// The flaws of the log, in the order of the clauses. Searches find each of them.
pub fn flaws() -> &'static [Flaw] {
    static ALL: LazyLock<Vec<Flaw>> = LazyLock::new(|| {
        [
            headers::FLAWS,
            one_header::FLAWS,
            entries::FLAWS,
            search::FLAWS,
            around::FLAWS,
            targets::FLAWS,
            updates::FLAWS,
            ranges::FLAWS,
            lengths::FLAWS,
            write_back::FLAWS,
            widths::FLAWS,
            halves::FLAWS,
            signatures::FLAWS,
        ]
        .concat()
    });
    &ALL
}

/// The flaws that show only on disks and files of another geometry than the images of the searches
/// have: large ones, or ones of which the guest's disk is read; and those in fields that are the
/// same in all images of the searches. The vectors are measured with them.
pub fn geometry_flaws() -> &'static [Flaw] {
    static ALL: LazyLock<Vec<Flaw>> =
        LazyLock::new(|| [geometry::FLAWS, bat::FLAWS, disk::FLAWS, guids::FLAWS].concat());
    &ALL
}

/// [`flaws`] and [`geometry_flaws`].
pub fn all_flaws() -> impl Iterator<Item = &'static Flaw> {
    flaws().iter().chain(geometry_flaws())
}

/// The flaw of that name.
pub fn flaw(name: &str) -> Option<&'static Flaw> {
    all_flaws().find(|flaw| flaw.name == name)
}
