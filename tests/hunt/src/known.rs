//! The list of findings that are expected: masked, not reported.
//!
//! ```toml
//! [qemu-storage-daemon]
//! tail-ignored = { reason = "QEMU ignores the tail", link = "https://example.org/1" }
//! new-1a2b3c4d = { reason = "not looked into yet" }
//! ```
//!
//! A table for each program, a key for each finding: the name of a flaw, or that of a new finding.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use vhdx_log_model::{Flaw, flaw};

use crate::finding::Name;

/// Expected findings, by program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    subjects: BTreeMap<String, BTreeMap<String, Expected>>,
}

/// Why a finding is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What is wrong with a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KnownError {
    /// With line and column.
    #[error("{0}")]
    Syntax(String),
    #[error(
        "[{subject}]: `{name}` is neither a flaw nor the name of a new finding, such as \
         new-1a2b3c4d"
    )]
    Unknown { subject: String, name: String },
}

impl Known {
    /// Reads a list.
    ///
    /// # Errors
    /// When it is not such a list, or names a flaw that does not exist.
    pub fn parse(text: &str) -> Result<Self, KnownError> {
        let subjects: BTreeMap<String, BTreeMap<String, Expected>> =
            toml::from_str(text).map_err(|error| KnownError::Syntax(error.to_string()))?;
        for (subject, names) in &subjects {
            let is_known = |name: &str| name.starts_with("new-") || flaw(name).is_some();
            if let Some(name) = names.keys().find(|name| !is_known(name)) {
                return Err(KnownError::Unknown {
                    subject: subject.clone(),
                    name: name.clone(),
                });
            }
        }
        Ok(Self { subjects })
    }

    /// A list of these findings, to be given to the next hunt.
    pub fn write(subject: &str, names: &BTreeSet<Name>) -> String {
        let mut text = format!("[\"{}\"]\n", subject.replace(['"', '\\'], ""));
        for name in names {
            text += &format!("{name} = {{ reason = \"found by an earlier hunt\" }}\n");
        }
        text
    }

    /// The flaws that a program is expected to have.
    pub(crate) fn flaws(&self, subject: &str) -> Vec<&'static Flaw> {
        let names = self
            .subjects
            .get(subject)
            .into_iter()
            .flat_map(BTreeMap::keys);
        names.filter_map(|name| flaw(name)).collect()
    }

    /// Whether a finding of this name is expected.
    pub fn has(&self, subject: &str, name: &Name) -> bool {
        let names = self.subjects.get(subject);
        names.is_some_and(|names| names.contains_key(&name.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, KnownError};
    use crate::finding::Name;

    #[test]
    fn a_list_masks_what_it_names_for_its_program_alone() {
        let list = "[one]\ntail-ignored = { reason = \"known\" }\nnew-12 = { reason = \"x\" }\n";
        let known = Known::parse(list).expect("a list");
        assert!(known.has("one", &Name::Flaw("tail-ignored".to_owned())));
        assert!(known.has("one", &Name::New("12".to_owned())));
        assert!(!known.has("two", &Name::Flaw("tail-ignored".to_owned())));
        assert_eq!(known.flaws("one").len(), 1);
    }

    #[test]
    fn a_name_that_nothing_has_is_an_error() {
        let unknown = Known::parse("[one]\ntail-ignord = { reason = \"known\" }\n");
        assert!(
            matches!(unknown, Err(KnownError::Unknown { .. })),
            "{unknown:?}"
        );
        let no_reason = Known::parse("[one]\ntail-ignored = {}\n");
        assert!(
            matches!(no_reason, Err(KnownError::Syntax(_))),
            "{no_reason:?}"
        );
    }

    #[test]
    fn what_is_written_can_be_read() {
        let names = [
            Name::Flaw("tail-ignored".to_owned()),
            Name::New("12".to_owned()),
        ];
        let text = Known::write("a b", &names.clone().into());
        let known = Known::parse(&text).expect("a list");
        assert!(names.iter().all(|name| known.has("a b", name)));
    }
}
