//! One image and the way in which it is opened.

use serde::{Deserialize, Serialize};
use vhdx_log_corpus::Access;
use vhdx_log_image::Recipe;
use vhdx_log_model::Image;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::subject::{Case, Opens, Profile};

/// One generated input of a hunt: everything that a program is given, as a recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCase {
    pub recipe: Recipe,
    pub access: Access,
    /// The limit on the size of the replayed file in bytes; absent: the program's own.
    pub max_file_size: Option<u64>,
}

impl TestCase {
    /// A recipe that is opened for writing.
    pub fn new(recipe: Recipe) -> Self {
        Self {
            recipe,
            access: Access::Replay,
            max_file_size: None,
        }
    }

    /// The bytes.
    pub fn image(&self) -> Image {
        self.recipe.build().to_model()
    }

    /// What a subject is given, with the image that [`image`](Self::image) made.
    pub fn on<'a>(&self, image: &'a Image) -> Case<'a> {
        Case {
            image,
            access: self.access,
            max_file_size: self.max_file_size,
        }
    }

    /// The same with another recipe.
    #[must_use]
    pub fn with_recipe(&self, recipe: Recipe) -> Self {
        Self {
            recipe,
            access: self.access,
            max_file_size: self.max_file_size,
        }
    }

    /// The same as far as a program can be asked it: it is opened as the program opens files, and
    /// without a limit that it does not know. `None` when it has no code for the image at all.
    pub fn for_profile(mut self, profile: &Profile) -> Option<Self> {
        match profile.opens {
            Opens::Both => {}
            Opens::ForWriting => self.access = Access::Replay,
            Opens::ForReading => self.access = Access::ReadOnly,
        }
        if !profile.limits_size {
            self.max_file_size = None;
        }
        let is_differencing = self.recipe.geometry.has_parent;
        (!is_differencing || profile.opens_differencing).then_some(self)
    }

    /// Entries of the log.
    pub fn entries(&self) -> usize {
        self.recipe
            .log
            .iter()
            .filter(|item| item.entry().is_some())
            .count()
    }
}
