//! Stories from feed to inbox, the command line, and the rules of the house.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a skipped test says so, and tests/run tells by the environment what is there"
)]

mod bounces;
mod branch;
mod brands;
mod browser;
mod chaos;
mod cli;
mod deliveries;
mod desk;
mod layers;
mod ledger;
mod mail;
mod minneapolis;
mod openapi;
mod pages;
mod plans;
mod production;
mod recovery;
mod regeneration;
mod retention;
mod samples;
mod services;
mod standing;
mod support;
mod traces;
mod watching;
mod workers;
