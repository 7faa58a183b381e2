//! The result of a run, one writer a file, all from one [`Record`](vhdx_log_bench::record::Record).
//!
//! | for | file |
//! |---|---|
//! | a person at a terminal | `text` |
//! | a person with a browser | `html` |
//! | a program | `ndjson` (while it runs); as JSON the record itself |
//! | continuous integration | `junit`, `markdown` |
//!
//! What they share is in `view` (the record arranged, beside the texts of the corpus), `mark` (how
//! a verdict is shown), `words` (sentences) and `hex`.

pub(crate) mod form;
pub(crate) mod hex;
mod html;
mod junit;
mod mark;
mod markdown;
pub(crate) mod ndjson;
mod text;
pub(crate) mod view;
pub(crate) mod words;
