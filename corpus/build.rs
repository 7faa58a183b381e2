//! Rebuilds the crate when a vector changes: `include_dir` embeds the files without telling cargo
//! which ones it read.

fn main() {
    println!("cargo:rerun-if-changed=vectors");
}
