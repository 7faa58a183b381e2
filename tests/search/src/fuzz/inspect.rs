//! The target `inspect`: any file, inspected.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::Recipe;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

use super::case::Case;
use super::inspection::check_inspection;
use super::replay::Replay;

/// A file: an image as for the target `replay` or, when the first byte of the input has bit 1 set,
/// the other bytes as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inspect {
    Image(Replay),
    Bytes(Vec<u8>),
}

impl Inspect {
    fn image(&self) -> SparseMemory {
        match self {
            Self::Image(replay) => replay.image(),
            Self::Bytes(bytes) => {
                let mut image = SparseMemory::new(bytes.len() as u64);
                image.write_at(0, bytes).expect("memory");
                image
            }
        }
    }
}

impl Case for Inspect {
    const TARGET: &'static str = "inspect";

    fn from_bytes(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((mode, rest)) if mode & 2 != 0 => Self::Bytes(rest.to_vec()),
            _ => Self::Image(Replay::from_bytes(bytes)),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Image(replay) => replay.to_bytes(),
            Self::Bytes(bytes) => [&[2], bytes.as_slice()].concat(),
        }
    }

    fn mutate(&mut self, rng: &mut Rng) {
        match self {
            Self::Image(replay) => replay.mutate(rng),
            Self::Bytes(bytes) => {
                let at = rng.index(bytes.len() + 1);
                let keep = rng.index(bytes.len() + 1);
                match rng.below(3) {
                    0 => bytes.truncate(keep),
                    1 => bytes.insert(at, rng.next_u64() as u8),
                    _ => bytes.extend(rng.next_u64().to_le_bytes()),
                }
            }
        }
    }

    fn seeds() -> Vec<(String, Self)> {
        let images = Replay::seeds()
            .into_iter()
            .map(|(name, replay)| (name, Self::Image(replay)));
        let texts = [&b""[..], b"v", b"vhdxfile", b"vhdxfile\0w\0h\0o\0"]
            .into_iter()
            .enumerate();
        let files =
            texts.map(|(index, text)| (format!("bytes-{index}"), Self::Bytes(text.to_vec())));
        images.step_by(3).chain(files).collect()
    }

    fn recipe(&self) -> Option<Recipe> {
        match self {
            Self::Image(replay) => replay.recipe(),
            Self::Bytes(_) => None,
        }
    }

    fn is_expensive(&self) -> bool {
        matches!(self, Self::Image(replay) if replay.is_expensive())
    }

    fn check(&self) -> Result<(), Violation> {
        check_inspection(&self.image())
    }
}
