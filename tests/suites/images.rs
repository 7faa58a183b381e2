//! Images and their recipes: what is built is what a recipe says, by everyone's judgement.

mod corruptions;
mod generated;
mod guest;
mod qemu;
mod recipes;
mod shrinking;
