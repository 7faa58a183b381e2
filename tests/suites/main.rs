//! The tests of the whole workspace, suite by suite.

mod bench;
mod command;
mod corpus;
mod crash;
mod dependency_rules;
mod enumerate;
mod field;
mod hunt;
mod images;
mod limits;
mod packaging;
mod reading;
mod readme;
mod regressions;
mod samples;
mod score;
mod strategy;
mod tidy;
mod writers;
