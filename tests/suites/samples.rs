//! Real files, made by other programs: the library and the command show what is known about them.
//!
//! The files are not part of the project. They are looked for in the folder that `VHDX_SAMPLES`
//! names, or else next to the workspace in `shared/samples`; a test that does not find its file
//! prints that and passes.

mod files;
mod inspection;
mod replay;
