//! Our writer on the simulated disk, as a source of recordings.
//!
//! ```text
//!   Workload --runner--> writer --requests--> simulated disk --> Recording
//!                   \--> model: the versions and marks of the history
//! ```
//!
//! What the writer shows while the log is open is checked here as well: reads see what was
//! submitted (WRT-6), and after an I/O error the log refuses all work.

mod base_image;
mod generate;
mod generate_long;
mod model;
mod reads;
mod runner;
mod simpler;
mod source;

pub use base_image::BaseImage;
pub use generate::{generate_step, generate_workload};
pub use generate_long::{generate_long, generate_on_small_ring};
pub use runner::{Run, run};
pub use source::Writer;
