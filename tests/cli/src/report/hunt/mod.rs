//! What a hunt found: on the terminal, as pages, and as scripts that repeat it.

mod about;
pub(crate) mod index;
pub(crate) mod page;
pub(crate) mod script;
pub(crate) mod text;
mod words;

pub(crate) use self::about::About;
