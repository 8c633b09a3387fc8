//! Services: the servers around Daybreak, and Daybreak's own processes, as tests and benches start and stop them.
//!
//! What `tests/run` has started or installed stands in the environment; a test whose service is not there says so by
//! name and is skipped. It must not check anything: stories do.

mod cluster;
mod http;
mod installation;
mod mail_server;
mod ports;
mod seaweed;
mod shared;
mod sink;
mod sites;

pub(crate) use cluster::Cluster;
pub(crate) use http::open;
pub(crate) use installation::{Installation, Process};
pub(crate) use mail_server::{MailServer, Mood};
pub(crate) use ports::free_ports;
pub(crate) use seaweed::SeaweedFs;
pub(crate) use shared::{Bucket, Rows, named, shared_archive, shared_postgres};
pub(crate) use sink::Sink;
pub(crate) use sites::{SITE_ZONES, write_sites};
