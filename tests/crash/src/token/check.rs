//! The check at the end of a token.

use super::error::BadToken;

/// The check is the last part, and no other part begins with this letter.
const LETTER: char = 'h';

pub(super) fn with_check(text: &str) -> String {
    format!("{text}/{LETTER}{:08x}", crc32c::crc32c(text.as_bytes()))
}

/// The text of a token without its check, which is right.
pub(super) fn checked(token: &str) -> Result<&str, BadToken> {
    if token.trim().is_empty() {
        return Err(BadToken::Empty);
    }
    let Some((text, check)) = token.rsplit_once('/') else {
        return Err(BadToken::Unchecked);
    };
    match check.strip_prefix(LETTER) {
        None => Err(BadToken::Unchecked),
        Some(_) if with_check(text) == token => Ok(text),
        Some(_) => Err(BadToken::Damaged),
    }
}
