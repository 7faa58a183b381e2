//! One log entry: what it says, and why what stands in the log is not one.
//!
//! Serves ENT-1 to ENT-9, DSC-1 to DSC-4, DAT-1 and DAT-2. The demands on *targets* (DSC-5 to
//! DSC-7) do not make an entry invalid (DSC-9); they are checked when a replay is planned.

mod assembly;
mod descriptor;
pub(crate) mod layout;
mod summary;

pub(crate) use assembly::{Assembly, Progress};
pub(crate) use descriptor::parse_descriptor;
pub use descriptor::{Descriptor, DescriptorKind};
pub use summary::Entry;
