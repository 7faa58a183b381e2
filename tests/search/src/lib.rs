#![doc = include_str!("../README.md")]

pub mod enumerate;
pub mod fuzz;
pub mod score;
