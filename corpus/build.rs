//! Packs the vectors into what `src/embedded.rs` embeds.
//!
//! The files take 6 MB as they are, and less than a quarter of that here: most of a gzip file of an
//! image says again and again that there are zeros, so it is compressed once more. Two files are
//! made:
//!
//! - `list`: a JSON array, compressed, with a pair for each vector in the order of the images: the
//!   length of its packed image, and the vector;
//! - `images`: the packed images, one after the other. Each is its gzip file, compressed.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::DeflateEncoder;

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=vectors");
    let (mut list, mut images) = (String::new(), Vec::new());
    for topic in entries(Path::new("vectors"))? {
        for json in entries(&topic)? {
            if json.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let image = packed(&fs::read(json.with_extension("vhdx.gz"))?)?;
            let comma = if list.is_empty() { "" } else { "," };
            list += &format!("{comma}[{},{}]", image.len(), fs::read_to_string(&json)?);
            images.extend(image);
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("list"), packed(format!("[{list}]").as_bytes())?)?;
    fs::write(out.join("images"), images)
}

/// The paths in a folder, sorted by name, so that the package is the same wherever it is built.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}
