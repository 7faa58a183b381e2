//! Why a text is not a token.

/// What a workload may cover; the searches stay below 3 MiB.
pub(super) const BYTES_AT_MOST: u64 = 64 << 20;
pub(super) const STEPS_AT_MOST: usize = 4096;

/// Why a text is not a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    #[error("the token is empty")]
    Empty,
    #[error(
        "the token does not end with a check, such as /h1a2b3c4d: it was cut off, or an earlier \
         version printed it; copy the whole token that a failure prints, or search again"
    )]
    Unchecked,
    #[error(
        "the check at the end of the token does not fit: it was cut off or changed; copy the whole \
         token that a failure prints"
    )]
    Damaged,
    #[error("cannot parse `{0}`")]
    Part(String),
    #[error("no I/O error can be injected into a trace file, as in `{0}`")]
    Injected(String),
    #[error("this is not the form in which a failure prints the token")]
    OtherForm,
    #[error(
        "the workload is too large: at most {STEPS_AT_MOST} steps, which cover at most {} MiB \
         together",
        BYTES_AT_MOST >> 20
    )]
    TooMuch,
}
