//! Digests of what a subject did, to tell one outcome from another.
//!
//! What depends on chance is left out: random GUIDs, and the checksums over them. Of the headers
//! counts what they mean, not which of the two is current or how far their numbers went, so that
//! two programs that do the same have the same digest.

use std::fmt::Write;

use vhdx_log_corpus::{Access, Guest};
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
    let mut seen = Seen::default();
    add(&mut seen, case, outcome);
    let parts = [&seen.file, &seen.headers, &seen.shown, &seen.guest];
    let parts = parts.map(|part| part.as_deref().unwrap_or("-")).join(" ");
    seen.digest = digest(&format!("{} {parts}", kind(answer)));
    seen
}

fn add(seen: &mut Seen, case: &Case<'_>, outcome: &Outcome) {
    match outcome {
        Outcome::Accepted(accepted) => {
            // A replay that is written back shows what the file has.
            if let Some(shown) = &accepted.shown
                && case.access == Access::ReadOnly
            {
                seen.shown = Some(digest(&contents(case.image, shown)));
            }
            let guest = accepted.guest.as_ref();
            seen.guest = guest.map(guest_digest);
            add_file(seen, case, accepted.file.as_ref());
        }
        Outcome::Refused { file, .. } => add_file(seen, case, file.as_ref()),
        Outcome::Failed(failed) => {
            if let Some(answered) = &failed.answered {
                add(seen, case, answered);
            }
            add_file(seen, case, failed.file.as_ref());
        }
    }
}

fn add_file(seen: &mut Seen, case: &Case<'_>, file: Option<&Image>) {
    if let Some(file) = file {
        seen.file = Some(digest(&contents(case.image, file)));
        seen.headers = Some(digest(&headers(case.image, file)));
    }
}

/// The digest of a disk that a guest sees.
pub(crate) fn guest_digest(guest: &Guest) -> String {
    digest(&format!("{guest:?}"))
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
        "newer {} file-guid-kept {} data-guid-kept {} log-guid-kept {} log-guid-zero {} \
         rest-kept {}",
        number(new) > number(old),
        is_same(16..32),
        is_same(32..48),
        is_same(48..64),
        new[48..64].iter().all(|&byte| byte == 0),
        is_same(64..SECTOR_BYTES),
    )
}
