//! What the exit codes of a program mean.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// What an exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The image was opened.
    Accepted,
    /// The image was refused.
    Refused,
    /// The program cannot do what was asked.
    Unsupported,
}

/// The meaning of each exit code; one that has none is a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitMap(BTreeMap<i32, Meaning>);

/// Why a text is not an exit map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExitMapError {
    #[error("`{0}`: expected CODES=MEANING, such as `0,3=accepted;2=refused`")]
    Form(String),
    #[error("`{0}` is not an exit code: a number from 0 to 255")]
    Code(String),
    #[error("`{0}` is not a meaning: accepted, refused or unsupported")]
    Meaning(String),
    #[error("exit code {0} has two meanings")]
    Twice(i32),
    #[error("no exit code means {0}: such a program can never be right")]
    Never(Meaning),
}

impl ExitMap {
    /// What an exit code says; `None` for a crash.
    pub fn meaning(&self, code: i32) -> Option<Meaning> {
        self.0.get(&code).copied()
    }

    /// A map of codes and meanings.
    ///
    /// # Errors
    /// When a code has two meanings or is none, or nothing means accepted or refused.
    pub fn new(codes: impl IntoIterator<Item = (i32, Meaning)>) -> Result<Self, ExitMapError> {
        let mut map = BTreeMap::new();
        for (code, meaning) in codes {
            if !(0..=255).contains(&code) {
                return Err(ExitMapError::Code(code.to_string()));
            }
            if map
                .insert(code, meaning)
                .is_some_and(|other| other != meaning)
            {
                return Err(ExitMapError::Twice(code));
            }
        }
        for needed in [Meaning::Accepted, Meaning::Refused] {
            if map.values().all(|meaning| *meaning != needed) {
                return Err(ExitMapError::Never(needed));
            }
        }
        Ok(Self(map))
    }
}

impl Default for ExitMap {
    /// 0 accepted, exactly 1 refused, 77 unsupported.
    fn default() -> Self {
        Self(BTreeMap::from([
            (0, Meaning::Accepted),
            (1, Meaning::Refused),
            (77, Meaning::Unsupported),
        ]))
    }
}

impl fmt::Display for ExitMap {
    /// As [`from_str`](Self::from_str) reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (code, meaning)) in self.0.iter().enumerate() {
            let separator = if index > 0 { ";" } else { "" };
            write!(f, "{separator}{code}={meaning}")?;
        }
        Ok(())
    }
}

impl FromStr for ExitMap {
    type Err = ExitMapError;

    /// `0,3=accepted;2=refused`. What is left out is as in the default, unless a code of it is
    /// given another meaning or its meaning other codes.
    fn from_str(text: &str) -> Result<Self, ExitMapError> {
        let mut codes = Vec::new();
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let (numbers, meaning) = part
                .split_once('=')
                .ok_or_else(|| ExitMapError::Form(part.trim().to_owned()))?;
            let meaning = meaning.trim().parse()?;
            for number in numbers.split(',') {
                let number = number.trim();
                let code = number
                    .parse()
                    .map_err(|_| ExitMapError::Code(number.to_owned()))?;
                codes.push((code, meaning));
            }
        }
        if codes.is_empty() {
            return Err(ExitMapError::Form(text.to_owned()));
        }
        let given = codes.clone();
        let untouched = Self::default().0.into_iter().filter(|(code, meaning)| {
            let mut given = given.iter();
            given.all(|(other, its)| other != code && its != meaning)
        });
        codes.extend(untouched);
        Self::new(codes)
    }
}

impl FromStr for Meaning {
    type Err = ExitMapError;

    fn from_str(text: &str) -> Result<Self, ExitMapError> {
        match text {
            "accepted" => Ok(Self::Accepted),
            "refused" => Ok(Self::Refused),
            "unsupported" => Ok(Self::Unsupported),
            other => Err(ExitMapError::Meaning(other.to_owned())),
        }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Unsupported => "unsupported",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ExitMap;

    #[test]
    fn a_map_is_read_and_printed() {
        for (text, printed) in [
            (
                "0,3=accepted;2=refused",
                "0=accepted;2=refused;3=accepted;77=unsupported",
            ),
            ("5 = refused", "0=accepted;5=refused;77=unsupported"),
            (
                "1=accepted;0=refused",
                "0=refused;1=accepted;77=unsupported",
            ),
            ("77=refused;", "0=accepted;77=refused"),
        ] {
            let map: ExitMap = text
                .parse()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(map.to_string(), printed, "{text}");
            assert_eq!(map.to_string().parse().as_ref(), Ok(&map), "{text}");
        }
    }

    #[test]
    fn what_is_no_map_is_said() {
        for (text, said) in [
            (
                "",
                "``: expected CODES=MEANING, such as `0,3=accepted;2=refused`",
            ),
            ("0", "`0`: expected CODES=MEANING"),
            (
                "0=accept",
                "`accept` is not a meaning: accepted, refused or unsupported",
            ),
            (
                "x=accepted",
                "`x` is not an exit code: a number from 0 to 255",
            ),
            ("256=refused", "`256` is not an exit code"),
            ("-1=refused", "`-1` is not an exit code"),
            ("1=accepted,refused", "`accepted,refused` is not a meaning"),
            ("2=refused;2=accepted", "exit code 2 has two meanings"),
            ("0=refused", "no exit code means accepted"),
        ] {
            let error = text.parse::<ExitMap>().expect_err(text);
            assert!(error.to_string().starts_with(said), "{text}: {error}");
        }
    }
}
