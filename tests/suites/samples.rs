//! Real files, made by other programs: what is known of them holds for the library and for the
//! command.
//!
//! The files are no part of the project. They are looked for in the folder that `VHDX_SAMPLES`
//! names, or else beside the workspace in `shared/samples`; a test that does not find its file says
//! so and passes.

mod files;
mod inspection;
mod replay;
