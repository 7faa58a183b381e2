//! Outside programs on the bench: that they are held, and that what they do is called by its name.

#[cfg(target_os = "linux")]
mod adapters;
#[cfg(target_os = "linux")]
mod command_line;
#[cfg(target_os = "linux")]
mod containment;
#[cfg(target_os = "linux")]
mod liars;
#[cfg(target_os = "linux")]
mod marked;
#[cfg(target_os = "linux")]
mod proof;
