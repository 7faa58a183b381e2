//! Which protections there are on this system, so that a run can say which are off.

/// What holds a program, and what does not on this system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protections {
    pub all: Vec<Protection>,
}

/// One protection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// What it does, as a noun: `write only in the private folder`.
    pub what: &'static str,
    /// Why it is off; `None` when it is on.
    pub off: Option<String>,
}

impl Protections {
    /// Those that are off.
    pub fn off(&self) -> impl Iterator<Item = &Protection> {
        self.all
            .iter()
            .filter(|protection| protection.off.is_some())
    }
}

impl Protection {
    pub(super) const fn on(what: &'static str) -> Self {
        Self { what, off: None }
    }

    pub(super) fn off(what: &'static str, why: impl Into<String>) -> Self {
        Self {
            what,
            off: Some(why.into()),
        }
    }
}
