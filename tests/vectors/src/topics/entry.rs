//! Topic `entry`: what makes the header of an entry valid, field by field.
//!
//! Most images hold a valid entry (number 100, its own tail) and directly after it a newer one
//! (101, its own tail) with one thing wrong. A reader that takes the newer one for valid applies it
//! alone, and sector 2 of the disk shows that.

mod checksum;
mod fields;
mod halves;
mod length;
mod newer;
mod shapes;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        checksum::vectors(),
        length::vectors(),
        fields::vectors(),
        shapes::vectors(),
        halves::vectors(),
    ]
    .concat()
}
