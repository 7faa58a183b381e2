//! Images and their recipes: what is built is what the recipe says, checked by the model, by QEMU
//! and by the guest-disk reader.

mod contents;
mod corruptions;
mod generated;
mod guest;
mod qemu;
mod recipes;
mod shrinking;
