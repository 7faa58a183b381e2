//! What can be wrong with a crash state, by the harm it does.

use serde::Serialize;

/// The worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// The guest finds older data than what was stable, or acknowledged.
    Lost,
    /// The guest finds what it never wrote at a place that it wrote to.
    Foreign,
    /// Every reader that follows the format refuses the file.
    Refused,
    /// It is refused, and only because its log has no entry yet.
    NothingLogged,
    /// The file opens, and its structures cannot be right.
    Unsound,
    /// Bytes of the guest changed that nobody wrote.
    Unwritten,
    /// The program recovers the file to something else than a conforming reader does.
    RecoveredElse,
    /// A second recovery changes the file.
    NotOnce,
    /// Our own reader broke one of its properties: a bug of ours.
    OurReader,
}

impl Harm {
    pub const ALL: [Self; 9] = [
        Self::Lost,
        Self::Foreign,
        Self::Refused,
        Self::NothingLogged,
        Self::Unsound,
        Self::Unwritten,
        Self::RecoveredElse,
        Self::NotOnce,
        Self::OurReader,
    ];

    /// In a few words, for a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "data lost",
            Self::Foreign => "bytes that were never written",
            Self::Refused => "refused",
            Self::NothingLogged => "refused after a crash, nothing logged",
            Self::Unsound => "structure unsound",
            Self::Unwritten => "bytes changed that nobody wrote",
            Self::RecoveredElse => "recovered to something else",
            Self::NotOnce => "a second recovery changes something",
            Self::OurReader => "a bug of this harness",
        }
    }

    /// What it means to the owner of the data, in one or two sentences.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Lost => {
                "The guest reads older data than what the disk had already made stable, or what \
                 the program had acknowledged (WRT-9)."
            }
            Self::Foreign => {
                "At a place that the guest wrote to it reads neither the old data nor any that was \
                 written there (WRT-9)."
            }
            Self::Refused => {
                "A reader that follows the format refuses the file, so the whole disk is out of \
                 reach (WRT-9)."
            }
            Self::NothingLogged => {
                "The headers name a generation of the log of which no entry is stable, so SEQ-7 \
                 has every reader refuse the file. UPD-5, read to the letter, asks for this order, \
                 and WRT-9 forbids its result: make the first entry of a generation stable while \
                 the headers still say that the log is empty, then name it. Nothing is lost: the \
                 log can be marked empty by hand."
            }
            Self::Unsound => {
                "The file opens, and its BAT names a place that no block can have. The next write \
                 damages other data."
            }
            Self::Unwritten => "The guest reads other bytes at a place that nobody wrote to.",
            Self::RecoveredElse => {
                "The program's own recovery gives another disk than a reader that follows the \
                 format (RPL-1)."
            }
            Self::NotOnce => "Recovering the recovered file changes it again (RPL-7).",
            Self::OurReader => {
                "The reader of this harness broke one of its own properties. Please report it."
            }
        }
    }
}
