//! What a program's messages mean: its words for clauses.

/// Parts of messages, and the clauses that they are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The first that is in the message counts.
    pub words: Vec<(String, String)>,
}

impl Said {
    /// The clause that a message is about, where its words are known.
    pub fn clause(&self, message: &str) -> Option<String> {
        let known = self.words.iter().find(|(part, _)| message.contains(part));
        known.map(|(_, clause)| clause.clone())
    }
}
