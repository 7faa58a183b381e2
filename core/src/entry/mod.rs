//! One log entry: parsing it, and why a sector that begins like one is not one.
//!
//! Serves ENT-1 to ENT-9, DSC-1 to DSC-4, DAT-1 and DAT-2. Two OPEN clauses are decided by not
//! checking: Reserved (ENT-8, DSC-8) and whether FlushedFileOffset and LastFileOffset are multiples
//! of 1 MiB (ENT-9; the plan rounds up where it uses one). *Targets* (DSC-5 to DSC-7) do not make
//! an entry invalid (DSC-9); they are checked when a replay is planned.
//!
//! Pure. Any bytes are judged without a panic; an [`Assembly`] keeps about 100 bytes.

mod assembly;
mod descriptor;
pub(crate) mod layout;
mod summary;

pub(crate) use assembly::{Assembly, Progress};
pub(crate) use descriptor::parse_descriptor;
pub use descriptor::{Descriptor, DescriptorKind};
pub use summary::Entry;
