//! Every text that a person reads when a file, an entry or a change is refused: what is wrong,
//! where, what was expected and found, what to do, and the clause.
//!
//! Word for word, so that a text changes only when somebody means it to.

mod errors;
mod faults;
#[path = "../image/mod.rs"]
mod image;
mod refusals;

#[track_caller]
fn say<T: ToString>(rows: impl IntoIterator<Item = (T, &'static str)>) {
    for (value, expected) in rows {
        assert_eq!(value.to_string(), expected);
    }
}
