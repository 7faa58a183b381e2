//! A path in a command line that a person copies.

use std::path::Path;

/// The path as one word of a POSIX shell.
pub(crate) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
