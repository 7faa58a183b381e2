//! The whole open, from the file identifier to the replayed file.
//!
//! This file fixes the order of the sections, and so which clause is reported when a file breaks
//! several of them (the README lists that order). It checks FID-1, HDR-13, SEQ-7 and SEQ-8 itself.
//! RPL-4: nothing but the file identifier, the headers and the log is read here.

use crate::image::Image;
use crate::outcome::{Access, Options, Refusal, Verdict};
use crate::rules::{Format, Rules};
use crate::{headers, replay, search};

/// Opens a file as the format says.
pub fn read(image: &Image, options: &Options) -> Verdict {
    read_with(image, options, &Format)
}

/// Opens a file by these rules.
pub fn read_with(image: &Image, options: &Options, rules: &dyn Rules) -> Verdict {
    open(image, options, rules).unwrap_or_else(|mut refusal| {
        if options.access == Access::Writable {
            refusal.operations = rules.before_refusal(image);
        }
        Verdict::Refused(refusal)
    })
}

fn open(image: &Image, options: &Options, rules: &dyn Rules) -> Result<Verdict, Refusal> {
    rules.require(
        "FID-1",
        "the file begins with `vhdxfile`",
        rules.signature(image.bytes(0), b"vhdxfile"),
    )?;
    let (slot, header) = headers::current_header(image, rules)?;
    let numbers_left = header
        .sequence_number
        .checked_add(rules.header_updates(options.access))
        .is_some();
    if rules.log_is_empty(&header) {
        rules.require(
            "HDR-13",
            "a clean file's header can be updated",
            numbers_left,
        )?;
        return Ok(Verdict::Clean);
    }
    let ring = headers::log_region(image, &header, rules)?;
    let active = search::find_active(&ring, &header.log_guid, rules)?;
    rules.require("SEQ-7", "the log holds a valid sequence", active.is_some())?;
    let Some(active) = active else {
        return Ok(Verdict::Clean);
    }; // only a flawed reader gets here
    let flushed = rules.flushed_file_offset(&active);
    rules.require(
        "SEQ-8",
        "the file reaches the head's FlushedFileOffset",
        flushed <= image.length(),
    )?;
    rules.before_replay(image)?;
    let replay = replay::replay(image, &ring, (slot, &header), &active, options, rules)?;
    rules.require(
        "HDR-13",
        "a dirty file's header can be updated",
        numbers_left,
    )?;
    Ok(Verdict::Replayed(replay))
}
