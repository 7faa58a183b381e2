//! A property that an image violates.

use std::fmt;

/// A property that does not hold for an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The statement that was checked.
    pub property: &'static str,
    /// What was expected and what was found.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "property violated: {}\n  {}", self.property, self.detail)
    }
}

impl std::error::Error for Violation {}

/// Checks a property.
///
/// # Errors
/// The violation, when it does not hold.
pub fn ensure(
    property: &'static str,
    holds: bool,
    detail: impl FnOnce() -> String,
) -> Result<(), Violation> {
    if holds {
        Ok(())
    } else {
        Err(Violation {
            property,
            detail: detail(),
        })
    }
}
