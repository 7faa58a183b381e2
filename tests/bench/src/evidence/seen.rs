//! Digests of what a subject did, to tell one outcome from another.
//!
//! What depends on chance is left out: random GUIDs, and the checksums over them. Of the headers
//! counts what they mean, not which of the two is current or how far their numbers went, so that two
//! programs that do the same have the same digest.

use std::fmt::Write;

use vhdx_log_corpus::Access;
use vhdx_log_image::{HEADER_SECTORS, SECTOR_BYTES};
use vhdx_log_model::Image;
use vhdx_log_oracle::digest::sha256;
use vhdx_log_oracle::subject::{Case, Outcome};
use vhdx_log_oracle::{headers_of, is_valid_header};

use crate::record::{Answer, Seen};

/// Digits of a digest.
const DIGITS: usize = 16;

/// The digests of an outcome. `answer` is what a record says of it.
pub fn seen(case: &Case<'_>, outcome: &Outcome, answer: &Answer) -> Seen {
    let mut seen = parts(case, outcome);
    let none = "-".to_owned();
    let [file, shown, guest] =
        [&seen.file, &seen.shown, &seen.guest].map(|part| part.as_ref().unwrap_or(&none));
    seen.digest = digest(&format!("{} {file} {shown} {guest}", kind(answer)));
    seen
}

fn parts(case: &Case<'_>, outcome: &Outcome) -> Seen {
    match outcome {
        Outcome::Accepted(accepted) => {
            // A replay that is written back shows what the file has.
            let shown = accepted
                .shown
                .as_ref()
                .filter(|_| case.access == Access::ReadOnly);
            let guest = accepted.guest.as_ref();
            Seen {
                digest: String::new(),
                file: accepted
                    .file
                    .as_ref()
                    .map(|file| file_digest(case.image, file)),
                shown: shown.map(|shown| digest(&contents(case.image, shown))),
                guest: guest.map(|guest| digest(&format!("{guest:?}"))),
            }
        }
        Outcome::Refused { file, .. } => Seen {
            file: file.as_ref().map(|file| file_digest(case.image, file)),
            ..Seen::default()
        },
        Outcome::Failed(failed) => {
            let answered = failed.answered.as_deref();
            let seen = answered.map_or_else(Seen::default, |answered| parts(case, answered));
            let file = failed.file.as_ref();
            let file = file.map(|file| file_digest(case.image, file));
            Seen {
                file: file.or(seen.file),
                ..seen
            }
        }
    }
}

/// The kind of an answer, without what depends on the machine.
pub(crate) fn kind(answer: &Answer) -> &'static str {
    match answer {
        Answer::Accepted => "accepted",
        Answer::Refused { .. } => "refused",
        Answer::Unsupported { .. } => "unsupported",
        Answer::Hung { .. } => "hung",
        Answer::Crashed { .. } => "crashed",
        Answer::Runaway { .. } => "runaway",
        Answer::Environment { .. } => "environment",
        Answer::NotRun { .. } => "not run",
    }
}

fn digest(text: &str) -> String {
    let mut digest = sha256(text.as_bytes());
    digest.truncate(DIGITS);
    digest
}

fn file_digest(before: &Image, file: &Image) -> String {
    digest(&(contents(before, file) + &headers(before, file)))
}

/// The length, and every sector that changed but the headers.
fn contents(before: &Image, file: &Image) -> String {
    let mut text = format!("{}\n", file.length());
    let changed = file.difference(before).into_iter();
    for number in changed.filter(|number| !HEADER_SECTORS.contains(number)) {
        let _ = writeln!(text, "{number} {}", sha256(file.bytes(number)));
    }
    text
}

/// What the headers mean: the current one first.
fn headers(before: &Image, file: &Image) -> String {
    let same = |number: &u64| file.bytes(*number) == before.bytes(*number);
    if HEADER_SECTORS.iter().all(same) {
        return "headers as before".to_owned();
    }
    let old = headers_of(before).map_or(0, |(slot, _)| slot);
    let old = before.bytes(HEADER_SECTORS[old]);
    let current = headers_of(file).map_or(0, |(slot, _)| slot);
    let [current, other] = [current, 1 - current].map(|slot| file.bytes(HEADER_SECTORS[slot]));
    format!("{} {}", header(old, current), header(old, other))
}

fn header(old: &[u8; SECTOR_BYTES], new: &[u8; SECTOR_BYTES]) -> String {
    if !is_valid_header(new) {
        return "invalid".to_owned();
    }
    let number = |bytes: &[u8; SECTOR_BYTES]| {
        bytes[8..16]
            .iter()
            .rev()
            .fold(0, |all, &byte| all << 8 | u64::from(byte))
    };
    let is_same = |part: std::ops::Range<usize>| old[part.clone()] == new[part];
    format!(
        "newer {} file-guid-kept {} data-guid-kept {} log-guid-kept {} log-guid-zero {} rest-kept {}",
        number(new) > number(old),
        is_same(16..32),
        is_same(32..48),
        is_same(48..64),
        new[48..64].iter().all(|&byte| byte == 0),
        is_same(64..SECTOR_BYTES),
    )
}
