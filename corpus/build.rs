//! `include_dir` cannot tell cargo which files it reads, so a changed vector would go unnoticed:
//! this says it.

fn main() {
    println!("cargo:rerun-if-changed=vectors");
}
