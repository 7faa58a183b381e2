//! The parts of a VHDX file by name, for people.

use std::ops::Range;

use vhdx_log_crash::disk::DiskImage;
use vhdx_log_image::guest::Layout;
use vhdx_log_image::{HEADER_SECTORS, SECTOR};

use crate::source::Contents;

/// Where the parts are, in bytes.
#[derive(Clone, Debug)]
pub struct Places {
    parts: Vec<(Range<u64>, &'static str)>,
}

impl Places {
    /// The parts of an image. What cannot be read has no name.
    pub fn of(image: &DiskImage) -> Self {
        let [header_1, header_2] = HEADER_SECTORS;
        let sectors = |range: Range<u64>| range.start * SECTOR..range.end * SECTOR;
        let mut parts = vec![
            (0..64 << 10, "identifier"),
            (sectors(header_1..header_1 + 16), "header 1"),
            (sectors(header_2..header_2 + 16), "header 2"),
            (192 << 10..320 << 10, "region tables"),
            (sectors(image.log()), "log"),
        ];
        if let Ok(layout) = Layout::read(&Contents(image)) {
            let [bat, metadata] = layout.regions().clone();
            parts.extend([(bat, "BAT"), (metadata, "metadata")]);
        }
        Self { parts }
    }

    /// The part in which an offset is.
    pub fn name(&self, offset: u64) -> &'static str {
        let part = self.parts.iter().find(|(range, _)| range.contains(&offset));
        part.map_or("payload", |(_, name)| name)
    }
}
