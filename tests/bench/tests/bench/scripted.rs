//! A subject that does what a test says.

use vhdx_log_oracle::subject::{Case, Outcome, Profile, Subject};

/// What it does with an image.
type Script = Box<dyn Fn(&Case<'_>) -> Outcome + Send + Sync>;

/// A subject with an outcome made by a test.
pub(super) struct Scripted {
    script: Script,
    profile: Profile,
}

impl Scripted {
    pub(super) fn new(script: impl Fn(&Case<'_>) -> Outcome + Send + Sync + 'static) -> Self {
        Self {
            script: Box::new(script),
            profile: Profile::default(),
        }
    }

    pub(super) fn with_profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }
}

impl Subject for Scripted {
    fn name(&self) -> String {
        "scripted".to_owned()
    }

    fn open(&self, case: &Case<'_>) -> Outcome {
        (self.script)(case)
    }

    fn profile(&self) -> Profile {
        self.profile.clone()
    }
}
