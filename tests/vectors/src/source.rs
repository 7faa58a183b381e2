//! The source of one vector: a recipe, and what its author means to happen when the image is
//! opened.
//!
//! A table writes `vector(id, title, why)` and then says, in any order, which clauses the vector
//! exercises, how the image is opened, how it is made, and what the expected results are. The
//! result is stated in terms of the recipe ("items 1 and 2 of the log are applied"), so that no
//! implementation has a part in it.

use vhdx_log_corpus::{Access, Clauses, Needs, Strength, Topic};
use vhdx_log_image::Recipe;

/// A vector before it is made.
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
    pub(crate) limit_ms: Option<u32>,
    pub(crate) recipe: Recipe,
    pub(crate) readings: Vec<(String, Intent)>,
    pub(crate) flaws: Vec<String>,
}

/// What the author means to happen when the image is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// These items of the recipe's log are applied, in this order; the last is the head.
    Replays(Vec<usize>),
    /// The same, and the file is then at least this long, whatever the head's LastFileOffset says.
    ReplaysTo(Vec<usize>, u64),
    /// As [`Replays`](Self::Replays), and a guest sees the old contents of blocks that are not
    /// present, undefined or unmapped (DSK-3).
    ReplaysWithOldBlocks(Vec<usize>),
    /// The log is empty.
    Clean,
    /// The log is empty, and nothing is written, headers included.
    Untouched,
    /// It is refused, by one of these clauses.
    Refuses(Vec<String>),
}

/// Begins a vector: its id, what is special about the image, and what a program that gets it wrong
/// does to its user. By default it is a MUST, and the image is opened for writing.
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
        limit_ms: None,
        recipe: Recipe::default(),
        readings: Vec::new(),
        flaws: Vec::new(),
    }
}

/// The intent that these items are applied, in this order.
pub fn items(range: impl IntoIterator<Item = usize>) -> Intent {
    Intent::Replays(range.into_iter().collect())
}

/// The intent of a refusal by one of these clauses, separated by spaces.
pub fn refuses(clauses: &str) -> Intent {
    Intent::Refuses(words(clauses))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl VectorSource {
    /// The clauses, separated by spaces, of which the vector shows that what satisfies them is
    /// accepted, or done.
    #[must_use]
    pub fn accepts(mut self, clauses: &str) -> Self {
        self.clauses.accepts = words(clauses);
        self
    }

    /// The clauses, separated by spaces, of which the vector shows that what violates them is
    /// refused, ignored or left undone.
    #[must_use]
    pub fn ignores(mut self, clauses: &str) -> Self {
        self.clauses.refuses = words(clauses);
        self
    }

    /// The result is not in the text; it follows from safety.
    #[must_use]
    pub fn safe(self) -> Self {
        Self {
            strength: Strength::Safe,
            ..self
        }
    }

    /// This clause leaves the result open: every [`reading`](Self::reading) is allowed.
    #[must_use]
    pub fn open(self, clause: &str) -> Self {
        Self {
            strength: Strength::Open,
            open: Some(clause.into()),
            ..self
        }
    }

    /// The image is opened read-only.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self {
            access: Access::ReadOnly,
            ..self
        }
    }

    /// The guest-visible disk does not show the difference; the file has to be compared.
    #[must_use]
    pub fn by_file(self) -> Self {
        Self {
            needs: Some(Needs::File),
            ..self
        }
    }

    /// The program is run with this limit on the size of the file.
    #[must_use]
    pub fn limited_to(self, max_file_size: u64) -> Self {
        Self {
            max_file_size: Some(max_file_size),
            ..self
        }
    }

    /// The program is given this many milliseconds.
    #[must_use]
    pub fn within_ms(self, limit_ms: u32) -> Self {
        Self {
            limit_ms: Some(limit_ms),
            ..self
        }
    }

    #[must_use]
    pub fn made_by(self, recipe: Recipe) -> Self {
        Self { recipe, ..self }
    }

    /// The flaws, separated by spaces, that the image is for. It catches each of them, and nothing
    /// else about it is hard: what a program with such a flaw gets wrong is this.
    #[must_use]
    pub fn shows(self, flaws: &str) -> Self {
        Self {
            flaws: words(flaws),
            ..self
        }
    }

    /// One more allowed result. The first one is what `core` and the model do.
    #[must_use]
    pub fn reading(mut self, name: &str, intent: Intent) -> Self {
        self.readings.push((name.into(), intent));
        self
    }

    /// The only allowed result: these items are applied, in this order.
    #[must_use]
    pub fn replays(self, range: impl IntoIterator<Item = usize>) -> Self {
        self.reading("replay", items(range))
    }

    /// The only allowed result: the log is empty.
    #[must_use]
    pub fn is_clean(self) -> Self {
        self.reading("clean", Intent::Clean)
    }

    /// The only allowed result: a refusal by one of these clauses, separated by spaces.
    #[must_use]
    pub fn is_refused(self, clauses: &str) -> Self {
        self.reading("refuse", refuses(clauses))
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// The names of the flaws that the image [is for](Self::shows).
    pub fn flaws(&self) -> &[String] {
        &self.flaws
    }
}

/// The intent that these items are applied, and the file is then exactly as long as LastFileOffset
/// says, without rounding (ENT-9).
pub fn exactly(range: impl IntoIterator<Item = usize>, length: u64) -> Intent {
    Intent::ReplaysTo(range.into_iter().collect(), length)
}
