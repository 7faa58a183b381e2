//! Colours, when standard output is a terminal that supports them.

use std::io::IsTerminal;

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading or the file's name.
    Heading,
    /// Details that can be skipped.
    Quiet,
    /// Correct; or applied by a replay.
    Good,
    /// Worth a look.
    Notable,
    /// Wrong.
    Bad,
    /// Already applied.
    Past,
    /// Of another generation.
    Old,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    pub const PLAIN: Self = Self { colour: false };
    pub const COLOURED: Self = Self { colour: true };

    /// Coloured when standard output is a terminal that supports it and `NO_COLOR` is unset or
    /// empty.
    pub fn for_stdout() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let able = cfg!(windows) || std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        Self {
            colour: wanted && able && std::io::stdout().is_terminal(),
        }
    }

    /// The text in the colour of its role, if it has one.
    pub fn paint(self, role: impl Into<Option<Role>>, text: &str) -> String {
        let Some(role) = role.into().filter(|_| self.colour && !text.is_empty()) else {
            return text.to_owned();
        };
        let code = match role {
            Role::Heading => "1",
            Role::Quiet => "2",
            Role::Good => "1;32",
            Role::Notable => "33",
            Role::Bad => "1;31",
            Role::Past => "36",
            Role::Old => "34",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
