//! The result of a run over the corpus; one writer a file.

mod json;
mod text;

pub(crate) use json::write_json;
pub(crate) use text::write_text;
