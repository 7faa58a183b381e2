//! From a case that a program gets wrong to a finding: shrunk, checked for reliability, named.
//!
//! | file | what it does |
//! |---|---|
//! | [`symptom`] | what makes two failures the same |
//! | [`suspects`] | the flaws of the model that do what the program did |
//! | [`shrink`] | the simplest recipe with the same failure, and everything seen on the way |
//! | [`diagnose`] | the name: a flaw, or *new* |
//! | [`skeleton`] | the name of a new one: what is special about its image |
//! | [`found`] | the finding as data |

mod diagnose;
mod found;
mod shrink;
mod skeleton;
mod suspects;
mod symptom;

pub(crate) use self::diagnose::diagnose;
pub use self::found::{Diagnosis, Finding, Name, Reliability};
pub(crate) use self::shrink::{Limits, Shrunk, reliability, shrunk};
pub(crate) use self::skeleton::{digest, skeleton};
pub(crate) use self::suspects::Suspects;
pub use self::symptom::Symptom;
