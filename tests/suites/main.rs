//! Everything the harness claims, suite by suite.

mod command;
mod images;
mod reading;
mod samples;
