//! The columns of `corpus/TRACE.md`.

use std::fmt;

/// What the page shows of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Core,
    Model,
    Property,
    Vectors,
    Flaws,
}

impl Column {
    pub const ALL: [Self; 5] = [
        Self::Core,
        Self::Model,
        Self::Property,
        Self::Vectors,
        Self::Flaws,
    ];

    /// The folders whose sources are read for this column.
    pub(super) fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Core => &["core/src"],
            Self::Model => &["model/src"],
            Self::Property => &["tests/oracle/src", "tests/crash/src"],
            Self::Vectors | Self::Flaws => &[],
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Core => "core",
            Self::Model => "model",
            Self::Property => "property",
            Self::Vectors => "vectors",
            Self::Flaws => "flaws",
        })
    }
}
