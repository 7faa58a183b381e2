//! What the fuzz targets do: every input is a case, and a case is checked against the
//! [properties](vhdx_log_oracle::property).
//!
//! The engine (libFuzzer) only makes bytes. Defined here are what they mean ([`Case::from_bytes`]:
//! total, every sequence of bytes is a case), how to step from one case to a neighbour
//! ([`Case::mutate`]), where to start ([`seeds()`]), and what is checked ([`Case::check`]: a
//! property of the oracle, or of a crash state). Everything runs without the engine too: `cargo
//! test` runs the seeds and the regressions, and the mutation score measures how soon a flaw is
//! found.
//!
//! ```text
//!   seeds --+                    +-- from_bytes --> case -- check --> property
//!           v                    |
//!   corpus of bytes -- mutator --+      mutator = from_bytes, Case::mutate once or more, to_bytes
//! ```
//!
//! Cases are not made with `derive(Arbitrary)`, which reads a case from bytes but cannot write one:
//! there could be neither seeds nor steps from case to case. The [compact
//! form](vhdx_log_image::compact) does both. Flat inputs, in which every byte is a byte of the
//! image, are read with `arbitrary::Unstructured`.
//!
//! | file | what it does |
//! |---|---|
//! | `case.rs`, `targets.rs` | the trait, and the list of its implementations |
//! | `replay.rs`, `raw.rs`, `patch.rs`, `canary.rs` | cases that are images |
//! | `headers.rs`, `entry.rs`, `inspect.rs` | cases that are headers, a ring, any file |
//! | `write.rs`, `crash.rs`, `workload.rs`, `scenario.rs` | cases that are workloads |
//! | `inspection.rs` | the property of the target `inspect` |
//! | `repair.rs` | checksums made valid after bytes were changed |
//! | `mutator.rs`, `seeds.rs`, `dictionary.rs` | what libFuzzer is given |
//! | `shrink.rs`, `verdicts.rs`, `differences.rs` | from a failing input to a minimal recipe |

mod canary;
mod case;
mod crash;
mod dictionary;
mod differences;
mod entry;
mod headers;
mod inspect;
mod inspection;
mod mutator;
mod patch;
mod raw;
mod repair;
mod replay;
mod scenario;
mod seeds;
pub mod shrink;
mod targets;
mod verdicts;
mod workload;
mod write;

pub use canary::Canary;
pub use case::{Case, run};
pub use crash::Crash;
pub use dictionary::dictionary;
pub use differences::as_patches;
pub use entry::Entry;
pub use headers::Headers;
pub use inspect::Inspect;
pub use inspection::check_inspection;
pub use mutator::mutate;
pub use patch::{Patch, Place};
pub use raw::Raw;
pub use replay::Replay;
pub use seeds::{folder, seeds, store, stored};
pub use targets::Target;
pub use verdicts::Verdicts;
pub use write::Write;
