//! The source of one vector: a recipe, and what its author means to happen when the image is opened.

use vhdx_log_corpus::{Access, Clauses, Needs, Strength, Topic};

use vhdx_log_image::Recipe;

/// A vector before it is made: the recipe, and its author's intent in words that no implementation
/// has a part in.
#[derive(Clone, Debug)]
pub struct VectorSource {
    pub(crate) id: String,
    pub(crate) topic: Topic,
    pub(crate) title: String,
    pub(crate) why: String,
    pub(crate) clauses: Clauses,
    pub(crate) strength: Strength,
    pub(crate) open: Option<String>,
    pub(crate) needs: Option<Needs>,
    pub(crate) access: Access,
    pub(crate) max_file_size: Option<u64>,
    pub(crate) recipe: Recipe,
    pub(crate) readings: Vec<(String, Intent)>,
}

/// What is meant to become of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// These items of the recipe's log are applied, one after another; the last is the head.
    Replays(Vec<usize>),
    /// The same; the file is then at least this long, whatever the head's LastFileOffset says.
    ReplaysTo(Vec<usize>, u64),
    /// The log is empty.
    Clean,
    /// It is refused, by one of these clauses.
    Refuses(Vec<String>),
}

/// A row with a name, what is special about it, and which mistake it finds. It is a MUST, opened
/// for writing.
pub fn vector(id: &str, title: &str, why: &str) -> VectorSource {
    VectorSource {
        id: id.into(),
        topic: Topic::Regression, // until its table says which
        title: title.into(),
        why: why.into(),
        clauses: Clauses::default(),
        strength: Strength::Must,
        open: None,
        needs: None,
        access: Access::Replay,
        max_file_size: None,
        recipe: Recipe::default(),
        readings: Vec::new(),
    }
}

/// These items, one after another.
pub fn items(range: impl IntoIterator<Item = usize>) -> Intent {
    Intent::Replays(range.into_iter().collect())
}

/// A refusal by one of these clauses, separated by spaces.
pub fn refuses(clauses: &str) -> Intent {
    Intent::Refuses(words(clauses))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl VectorSource {
    /// Shows these clauses, separated by spaces, from the side of what is accepted or done.
    #[must_use]
    pub fn accepts(mut self, clauses: &str) -> Self {
        self.clauses.accepts = words(clauses);
        self
    }

    /// Shows these clauses, separated by spaces, from the side of what is refused, ignored or left
    /// undone.
    #[must_use]
    pub fn ignores(mut self, clauses: &str) -> Self {
        self.clauses.refuses = words(clauses);
        self
    }

    /// It follows from safety.
    #[must_use]
    pub fn safe(self) -> Self {
        Self {
            strength: Strength::Safe,
            ..self
        }
    }

    /// This clause leaves it open; each [`reading`](Self::reading) is right.
    #[must_use]
    pub fn open(self, clause: &str) -> Self {
        Self {
            strength: Strength::Open,
            open: Some(clause.into()),
            ..self
        }
    }

    /// It is opened read-only.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self {
            access: Access::ReadOnly,
            ..self
        }
    }

    /// A guest could not tell: the file itself has to be looked at.
    #[must_use]
    pub fn by_file(self) -> Self {
        Self {
            needs: Some(Needs::File),
            ..self
        }
    }

    /// The program is to be given this limit.
    #[must_use]
    pub fn limited_to(self, max_file_size: u64) -> Self {
        Self {
            max_file_size: Some(max_file_size),
            ..self
        }
    }

    /// The recipe.
    #[must_use]
    pub fn made_by(self, recipe: Recipe) -> Self {
        Self { recipe, ..self }
    }

    /// One more reading that is right. The first is the one that `core` follows.
    #[must_use]
    pub fn reading(mut self, name: &str, intent: Intent) -> Self {
        self.readings.push((name.into(), intent));
        self
    }

    /// The one outcome that is right: these items are applied.
    #[must_use]
    pub fn replays(self, range: impl IntoIterator<Item = usize>) -> Self {
        self.reading("replay", items(range))
    }

    /// The one outcome that is right: the log is empty.
    #[must_use]
    pub fn is_clean(self) -> Self {
        self.reading("clean", Intent::Clean)
    }

    /// The one outcome that is right: a refusal by one of these clauses, separated by spaces.
    #[must_use]
    pub fn is_refused(self, clauses: &str) -> Self {
        self.reading("refuse", refuses(clauses))
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// These items are applied, and LastFileOffset is taken as it is.
pub fn exactly(range: impl IntoIterator<Item = usize>, length: u64) -> Intent {
    Intent::ReplaysTo(range.into_iter().collect(), length)
}
