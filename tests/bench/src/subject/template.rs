//! A command line with places to fill in: `prog --repair {image}`. No shell takes part.

use std::ffi::OsString;
use std::path::Path;

use vhdx_log_corpus::Access;

/// The limit that is filled in where a vector sets none: the largest disk of the format.
const NO_LIMIT: u64 = 64 << 40;

/// The words of a command, with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    words: Vec<String>,
}

/// Something that is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The path of the image, a private copy.
    Image,
    /// The path where the disk that a guest sees is to be written.
    Output,
    /// The limit on the size of the replayed file, in bytes.
    Limit,
    /// `replay` or `read-only`.
    Access,
}

/// Why a text is not a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("`{0}`: a quote is not closed")]
    Quotes(String),
    #[error("an empty command: name the program first")]
    Empty,
    #[error("`{command}`: {placeholder} is missing: {what}")]
    Missing {
        command: String,
        placeholder: &'static str,
        what: &'static str,
    },
    #[error(
        "`{command}`: unknown placeholder {found}; there are {{image}}, {{output}}, {{limit}} and \
         {{access}}"
    )]
    Unknown { command: String, found: String },
}

/// What is filled in for one image.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    pub image: &'a Path,
    pub output: &'a Path,
    pub limit: Option<u64>,
    pub access: Access,
}

impl Placeholder {
    const ALL: [Self; 4] = [Self::Image, Self::Output, Self::Limit, Self::Access];

    const fn text(self) -> &'static str {
        match self {
            Self::Image => "{image}",
            Self::Output => "{output}",
            Self::Limit => "{limit}",
            Self::Access => "{access}",
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Image => "it stands for the path of the image",
            Self::Output => "it stands for the path where the disk that a guest sees is written",
            Self::Limit => "it stands for the limit on the file's size in bytes",
            Self::Access => "it stands for `replay` or `read-only`",
        }
    }
}

impl Template {
    /// Splits a line into words as a shell would, quotes included, and does nothing else that a
    /// shell does.
    ///
    /// # Errors
    /// When a quote is open, there is no word, a placeholder is unknown, or one that is needed is
    /// missing.
    pub fn parse(line: &str, needs: &[Placeholder]) -> Result<Self, TemplateError> {
        let words = shlex::split(line).ok_or_else(|| TemplateError::Quotes(line.to_owned()))?;
        Self::of_words(words, needs)
    }

    /// The same of words that are split already.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of_words(words: Vec<String>, needs: &[Placeholder]) -> Result<Self, TemplateError> {
        let command = words.join(" ");
        if words.first().is_none_or(String::is_empty) {
            return Err(TemplateError::Empty);
        }
        if let Some(found) = words.iter().find_map(|word| unknown(word)) {
            return Err(TemplateError::Unknown { command, found });
        }
        let template = Self { words };
        let missing = needs.iter().find(|place| !template.uses(**place));
        match missing {
            Some(place) => Err(TemplateError::Missing {
                command,
                placeholder: place.text(),
                what: place.what(),
            }),
            None => Ok(template),
        }
    }

    /// The same with the paths of files that are here now made absolute, since programs start in
    /// their private folder.
    #[must_use]
    pub fn anchored(self) -> Self {
        let words = self.words.into_iter().enumerate();
        let anchor = |(index, word): (usize, String)| {
            let path = Path::new(&word);
            // A program without a folder is looked for in PATH.
            let is_name = index == 0 && path.components().count() == 1;
            match std::path::absolute(path) {
                Ok(absolute) if !is_name && path.is_file() => absolute.display().to_string(),
                _ => word,
            }
        };
        Self {
            words: words.map(anchor).collect(),
        }
    }

    /// The program: the first word.
    pub fn program(&self) -> &str {
        &self.words[0]
    }

    /// The words, unfilled.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether a placeholder is in it.
    pub fn uses(&self, placeholder: Placeholder) -> bool {
        let text = placeholder.text();
        self.words.iter().any(|word| word.contains(text))
    }

    /// The arguments, without the program.
    pub fn fill(&self, filling: &Filling<'_>) -> Vec<OsString> {
        let fill = |word: &String| fill_word(word, filling);
        self.words[1..].iter().map(fill).collect()
    }
}

/// A path may hold what looks like a placeholder, and is not text everywhere: each piece of the
/// word is filled in once.
fn fill_word(word: &str, filling: &Filling<'_>) -> OsString {
    let mut filled = OsString::new();
    let mut rest = word;
    let next = |rest: &str| {
        let found = Placeholder::ALL.into_iter();
        let found = found.filter_map(|place| Some((rest.find(place.text())?, place)));
        found.min_by_key(|(at, _)| *at)
    };
    while let Some((at, place)) = next(rest) {
        filled.push(&rest[..at]);
        match place {
            Placeholder::Image => filled.push(filling.image),
            Placeholder::Output => filled.push(filling.output),
            Placeholder::Limit => filled.push(filling.limit.unwrap_or(NO_LIMIT).to_string()),
            Placeholder::Access => filled.push(match filling.access {
                Access::Replay => "replay",
                Access::ReadOnly => "read-only",
            }),
        }
        rest = &rest[at + place.text().len()..];
    }
    filled.push(rest);
    filled
}

/// `{something}` of letters that is not a placeholder.
fn unknown(word: &str) -> Option<String> {
    let mut rest = word;
    while let Some(start) = rest.find('{') {
        rest = &rest[start..];
        let end = rest.find('}')?;
        let found = &rest[..=end];
        let is_name = end > 1
            && found[1..end]
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '-');
        if is_name && Placeholder::ALL.iter().all(|place| place.text() != found) {
            return Some(found.to_owned());
        }
        rest = &rest[1..];
    }
    None
}
