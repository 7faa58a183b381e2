//! Links the command at a fixed address on Linux.
//!
//! The flaws of the model are tables of functions. In a program that can be loaded anywhere, each
//! of these pointers is written at every start: some 30,000 of them, a quarter of a millisecond and
//! 0.7 MB of the file. Stack, heap and libraries are at random addresses as before.

use std::env::var;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| var(name).is_ok_and(|set| set == value);
    let linked_statically = var("CARGO_CFG_TARGET_FEATURE")
        .is_ok_and(|features| features.split(',').any(|feature| feature == "crt-static"));
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && !linked_statically
    {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
