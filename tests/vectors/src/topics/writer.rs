//! Topic `writer`: what real writers leave in a log, what crashes leave in a file, and what a
//! replay must leave.

mod after;
mod build;
mod interrupted;
mod logs;
mod metadata;
mod stopped;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        logs::vectors(),
        interrupted::vectors(),
        after::vectors(),
        metadata::vectors(),
        stopped::vectors(),
    ]
    .concat()
}
