//! Why a text is not a profile: with line and column, and the name that was probably meant.

use std::ops::Range;

use crate::nearest::unknown;

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", self.place())]
pub struct ProfileError {
    /// Line and column, both from 1, where it is about a place.
    pub at: Option<(usize, usize)>,
    pub message: String,
}

impl ProfileError {
    pub(super) fn whole(message: String) -> Self {
        Self { at: None, message }
    }

    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let message = error.message();
        Self {
            at: error.span().map(|span| line_and_column(text, &span)),
            message: nearest_field(message).unwrap_or_else(|| message.to_owned()),
        }
    }

    /// An error about the first place where `found` is in the text.
    pub(super) fn at_text(text: &str, found: &str, message: String) -> Self {
        // The text of a command may be written with escapes: then the first word of it will do.
        let first = found.split(' ').next().unwrap_or_default();
        let start = text.find(found).or_else(|| text.find(first));
        Self {
            at: start.map(|start| line_and_column(text, &(start..start))),
            message,
        }
    }

    fn place(&self) -> String {
        match self.at {
            Some((line, column)) => format!("line {line}, column {column}: "),
            None => String::new(),
        }
    }
}

/// Of "unknown field `expor`, expected one of `name`, ..." a sentence that names the nearest.
fn nearest_field(message: &str) -> Option<String> {
    let mut quoted = message
        .strip_prefix("unknown field ")?
        .split('`')
        .skip(1)
        .step_by(2);
    let given = quoted.next()?;
    let known: Vec<&str> = quoted.collect();
    Some(unknown("key", given, known, ""))
}

fn line_and_column(text: &str, span: &Range<usize>) -> (usize, usize) {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}
