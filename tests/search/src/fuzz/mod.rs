//! What the fuzz targets do: any bytes are a case, and a case is held against the claims of
//! [`property`].
//!
//! The engine (libFuzzer) only makes bytes. Here is what they mean ([`Case::from_bytes`], total:
//! every sequence of bytes means something), how to step from one case to a neighbour
//! ([`Case::mutate`]), where to begin ([`seeds`]), and what is claimed ([`Case::check`], which
//! calls a property and has no claims of its own). Everything here can be run without the engine:
//! the regressions are, by plain `cargo test`, and so can be the measurement of how soon a flaw is
//! found.
//!
//! ```text
//!   seeds --+                    +-- from_bytes --> case -- check --> property
//!           v                    |
//!   corpus of bytes -- mutator --+      mutator = from_bytes, Case::mutate once or more, to_bytes
//! ```
//!
//! Bytes, not `derive(Arbitrary)`: that reads cases from bytes and cannot write them back, so there
//! could be neither seeds nor steps from case to case. The compact form of [`image`](vhdx_log_image)
//! does both.
//!
//! [`property`]: vhdx_log_oracle::property

mod bytes;
mod canary;
mod crash;
mod dictionary;
mod entry;
mod headers;
mod inspect;
mod inspection;
mod mutator;
mod patches;
mod raw;
mod replay;
mod seeds;
pub mod shrink;
mod targets;
mod workload;
mod write;

use vhdx_log_crash::Failure;
use vhdx_log_image::Recipe;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

pub use canary::Canary;
pub use crash::Crash;
pub use dictionary::dictionary;
pub use entry::Entry;
pub use headers::Headers;
pub use inspect::Inspect;
pub use inspection::inspecting;
pub use mutator::mutate;
pub use raw::{Patch, Place, Raw};
pub use replay::Replay;
pub use seeds::{folder, seeds, store, stored};
pub use targets::Target;
pub use write::Write;

/// One input of a fuzz target.
pub trait Case: Sized {
    /// The target's name, which is also that of its folder of seeds.
    const TARGET: &'static str;

    /// What the bytes mean. Any bytes mean something.
    fn from_bytes(bytes: &[u8]) -> Self;

    /// The bytes that mean this case.
    fn to_bytes(&self) -> Vec<u8>;

    /// One step to a neighbouring case: the same for the same rng.
    fn mutate(&mut self, rng: &mut Rng);

    /// Where the search begins: a name for each, and the case. The same on every call.
    fn seeds() -> Vec<(String, Self)>;

    /// The recipe that makes its image, where it is one.
    fn recipe(&self) -> Option<Recipe> {
        None
    }

    /// What goes wrong in its workload, where it is one.
    fn failure(&self) -> Option<Box<Failure>> {
        None
    }

    /// Whether it costs as much as dozens of others. The engine tries such a case and does not go
    /// on from it, so that the cases it comes by stay fast.
    fn is_expensive(&self) -> bool {
        false
    }

    /// Holds the case against the claims.
    ///
    /// # Errors
    /// The first property that does not hold.
    fn check(&self) -> Result<(), Violation>;
}

/// Runs one input of a target. Returns whether the engine may go on from it.
///
/// # Panics
/// When a property does not hold, which is how a fuzz engine learns of it.
pub fn run<C: Case>(bytes: &[u8]) -> bool {
    let case = C::from_bytes(bytes);
    if let Err(violation) = case.check() {
        panic!(
            "{violation}\n  to see it small: vhdx-log finding --target {} FILE",
            C::TARGET
        );
    }
    !case.is_expensive()
}
