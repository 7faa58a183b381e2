//! The place of one image in the folder of an adapter.

use std::io;
use std::path::PathBuf;

use vhdx_log_corpus::Access;
use vhdx_log_model::Image;

use super::messages::Question;
use crate::contain::Folder;
use crate::subject::file::ImageFile;
use crate::subject::outcome::{IMAGE, OUTPUT};

/// A folder with an image in it, and a place for what the adapter writes.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    folder: PathBuf,
    access: Access,
    pub(super) image: ImageFile,
}

impl Place {
    /// Writes the image for the question with this number.
    pub(super) fn make(
        folder: &Folder,
        id: u64,
        image: &Image,
        access: Access,
    ) -> io::Result<Self> {
        let folder = folder.file(&id.to_string());
        std::fs::create_dir(&folder)?;
        let image = ImageFile::write(folder.join(IMAGE), image, access)?;
        Ok(Self {
            id,
            folder,
            access,
            image,
        })
    }

    /// Where the disk that a guest sees is to be written.
    pub(super) fn output(&self) -> PathBuf {
        self.folder.join(OUTPUT)
    }

    /// The question about the image.
    pub(super) fn question(&self, max_file_size: Option<u64>) -> Question {
        Question::Open {
            id: self.id,
            image: self.image.path().display().to_string(),
            output: self.output().display().to_string(),
            access: self.access,
            limit: max_file_size.map(|limit| limit.to_string()),
        }
    }
}
