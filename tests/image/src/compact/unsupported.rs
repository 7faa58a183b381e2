//! The one error of the compact form: a type that it does not cover. No recipe has one.

#[derive(Debug, thiserror::Error)]
#[error("the compact form does not cover {0}")]
pub(super) struct Unsupported(pub(super) String);

impl serde::ser::Error for Unsupported {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::de::Error for Unsupported {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}
