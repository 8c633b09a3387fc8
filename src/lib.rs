//! Daybreak mails every monitored site its night.
//!
//! `feed` checks what producers send and imports it as rows; `schedule` wakes and asks what is due; a due run
//! enqueues one build task a location on the `engine`; `pipeline` takes a build through `collect` (rows → Night),
//! `compose` (Night → Report), `render` (Report → subject, HTML, text, PDF) and `archive` (bytes under keys that
//! follow from the report), and marks the report built, inserts its deliveries and enqueues their tasks in one
//! transaction; `deliver` sends the archived bytes to one contact and records the attempt. Portal and command line
//! read the same rows and bytes; nobody renders twice.

pub mod access;
pub mod app;
pub mod archive;
pub mod audit;
pub mod bounces;
pub mod cli;
pub mod clock;
pub mod collect;
pub mod compose;
pub mod config;
pub mod db;
pub mod deliver;
pub mod engine;
pub mod feed;
pub mod identity;
pub mod letters;
pub mod meter;
pub mod model;
pub mod pipeline;
pub mod portal;
pub mod random;
pub mod render;
pub mod retention;
pub mod schedule;
#[cfg(test)]
pub(crate) mod testing;
pub mod watch;
