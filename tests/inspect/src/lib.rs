//! What the command tells: of an image, of a replay; as text for people and as JSON for programs.

pub mod bounded;
pub mod inspection;
pub mod paint;
pub mod picture;
pub mod size;
pub mod survey;
pub mod table;
pub mod text;
