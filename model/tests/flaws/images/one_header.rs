//! Headers that do not agree.

use vhdx_log_model::{HEADER_OFFSETS, Header};

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["header-of-other-version-passed-over"], |s| {
        newer_with(s, |header| header.version = 2)
    }),
    (&["header-of-other-log-version-passed-over"], |s| {
        newer_with(s, |header| header.log_version = 1)
    }),
    (&["header-with-bad-log-place-passed-over"], |s| {
        newer_with(s, |header| header.log_offset = 512 << 10)
    }),
    (&["older-header-tried-when-nothing-valid"], |s| {
        newer_with(s, |header| header.log_guid = [7; 16])
    }),
    (&["dirty-header-wins"], |s| {
        newer_with(s, |header| header.log_guid = [0; 16])
    }),
    (&["clean-header-wins"], |s| {
        older_with(s, |header| header.log_guid = [0; 16])
    }),
    (&["two-valid-headers-demanded"], |s| {
        s.first_entry().image.write(HEADER_OFFSETS[0], &[0; 4]);
    }),
    (&["version-of-both-headers-checked"], |s| {
        older_with(s, |header| header.version = 2)
    }),
    (&["log-version-of-both-headers-checked"], |s| {
        older_with(s, |header| header.log_version = 1)
    }),
    (&["log-place-of-both-headers-checked"], |s| {
        older_with(s, |header| header.log_offset = 512 << 10)
    }),
    (&["one-generation-demanded"], |s| {
        older_with(s, |header| header.log_guid = [7; 16])
    }),
    (&["consecutive-header-numbers-demanded"], |s| {
        older_with(s, |header| header.sequence_number = 3)
    }),
    (&["header-with-junk-behind-it-passed-over"], |s| {
        older_with(s, |header| header.log_guid = [0; 16]);
        s.image.write(HEADER_OFFSETS[1] + 8192, b"junk");
    }),
];

fn newer_with(s: &mut Small, change: impl Fn(&mut Header)) {
    s.first_entry().header(1, change);
}

fn older_with(s: &mut Small, change: impl Fn(&mut Header)) {
    s.first_entry().header(0, change);
}
