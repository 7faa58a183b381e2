#![doc = include_str!("../README.md")]

mod chain;
mod check;
mod compare;
pub mod convert;
mod describe;
pub mod digest;
mod expect;
pub mod expectation;
mod headers;
mod judge;
pub mod observed;
pub mod property;
mod reader;
pub mod shard;
pub mod stop;
pub mod subject;
pub mod vector;
pub mod wide;
pub mod write_order;

pub use chain::chain;
pub use check::{check, check_case};
pub use compare::{Aspect, Difference, WrongSector, differences, file_differences};
pub use expect::{BLOCK_STATES, MAX_OUTCOMES, expect, model_expectation};
pub use expectation::{Expectation, Expectations};
pub use headers::{headers_of, is_valid as is_valid_header};
pub use judge::{Failure, Verdict, following, judge};
