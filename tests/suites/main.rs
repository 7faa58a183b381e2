//! Everything the harness claims, suite by suite.

mod images;
mod reading;
