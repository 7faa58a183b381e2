//! Everything the harness claims, suite by suite.

mod command;
mod corpus;
mod images;
mod reading;
mod samples;
