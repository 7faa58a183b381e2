//! Everything the harness claims, suite by suite.

mod arrows;
mod command;
mod crash;
mod corpus;
mod exhaust;
mod images;
mod reading;
mod samples;
