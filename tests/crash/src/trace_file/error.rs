//! Why bytes are not a trace file.

/// The first problem of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid trace file: at offset {offset:#x}, {problem}")]
pub struct BadTraceFile {
    pub offset: u64,
    /// What is wrong: what was expected and what was found.
    pub problem: String,
}
