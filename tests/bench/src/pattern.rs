//! Patterns for ids on the command line.
//!
//! The crate `globset` makes a regular expression of a pattern, which matches in linear time
//! whatever the pattern is.

use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

/// A longer pattern is not for ids, which have at most 64 characters.
const CHARACTERS_AT_MOST: usize = 256;

/// `*` matches any characters, `?` one, `[ab]` one of these, `{one,two}` one of these words.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

impl Pattern {
    pub fn matches(&self, id: &str) -> bool {
        self.matcher.is_match(id)
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() > CHARACTERS_AT_MOST {
            return Err(format!("at most {CHARACTERS_AT_MOST} characters"));
        }
        let glob = GlobBuilder::new(text).build();
        let matcher = glob
            .map_err(|error| error.kind().to_string())?
            .compile_matcher();
        Ok(Self {
            text: text.to_owned(),
            matcher,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn matches(pattern: &str, id: &str) -> bool {
        pattern.parse::<Pattern>().expect(pattern).matches(id)
    }

    #[test]
    fn patterns() {
        for (pattern, id, matched) in [
            ("tail-own", "tail-own", true),
            ("tail-own", "tail-own-2", false),
            ("tail-*", "tail-own", true),
            ("*own", "tail-own", true),
            ("tail-??n", "tail-own", true),
            ("tail-?", "tail-own", false),
            ("tail-{own,other}", "tail-own", true),
            ("[st]ail-*", "tail-own", true),
            ("", "tail-own", false),
        ] {
            assert_eq!(matches(pattern, id), matched, "{pattern} {id}");
        }
    }

    /// Each `*` could take any part of the id: a naive matcher tries all ways to share it.
    #[test]
    fn many_stars_take_no_longer() {
        let pattern = "*".repeat(200) + "x";
        assert!(!matches(&pattern, &"a".repeat(64)));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for (text, said) in [
            ("[", "unclosed character class"),
            ("{a", "unclosed alternate group"),
            ("a\\", "dangling"),
            (&"*".repeat(300), "at most 256"),
        ] {
            let error = text.parse::<Pattern>().expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
