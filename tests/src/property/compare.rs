//! Whether two images are the same, sector by sector. A sector that is not stored is zero.

use std::sync::Arc;

use vhdx_log::storage::{Sector, SparseMemory, Storage};
use vhdx_log_model as model;

/// The number of the first sector in which two lists of sectors, in order of their number, differ.
pub fn first_difference<'a>(
    left: impl Iterator<Item = (u64, &'a Sector)>,
    right: impl Iterator<Item = (u64, &'a Sector)>,
) -> Option<u64> {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    loop {
        let (number, same) = match (left.peek(), right.peek()) {
            (None, None) => return None,
            (Some(&(l, sector)), Some(&(r, other))) if l == r => {
                left.next();
                right.next();
                (l, Arc::ptr_eq(sector, other) || sector == other)
            }
            (Some(&(l, sector)), other) if other.is_none_or(|&(r, _)| l < r) => {
                left.next();
                (l, is_zero(sector))
            }
            (_, Some(&(r, sector))) => {
                right.next();
                (r, is_zero(sector))
            }
            (Some(_), None) => unreachable!("the arm before takes what only the left has"),
        };
        if !same {
            return Some(number);
        }
    }
}

/// The same image for the model; no byte is copied.
pub fn to_model(image: &SparseMemory) -> model::Image {
    let length = image.len().expect("memory knows its length");
    model::Image::from_sectors(length, image.shared().clone())
}

fn is_zero(sector: &Sector) -> bool {
    sector.iter().all(|&byte| byte == 0)
}
