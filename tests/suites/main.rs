//! Everything the harness claims, suite by suite.

mod arrows;
mod command;
mod corpus;
mod crash;
mod enumerate;
mod images;
mod reading;
mod regressions;
mod samples;
mod score;
mod strategy;
