//! What does not hold a program on systems other than Linux.

use super::protections::{Protection, Protections};

pub(super) fn protections() -> Protections {
    let off = [
        "processor time, memory, file size, disk, open files, processes",
        "no core dumps",
        "everything that was started is found and killed",
        "writing only in the private folder",
        "no signals to other programs",
        "no TCP connections",
    ];
    let off = off.map(|what| Protection::off(what, "only on Linux"));
    Protections {
        all: std::iter::once(Protection::on("time and output"))
            .chain(off)
            .collect(),
    }
}
