//! The writers of `RunReport`, until the command `run` makes records.

mod json;
mod text;

pub(crate) use json::write_json;
pub(crate) use text::write_text;
