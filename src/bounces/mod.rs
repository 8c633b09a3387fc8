//! Bounces: returned mail becomes a delivery's new state, a count, and, where the address is gone, its suppression.
//!
//! A mail is read ([`Notice`]), its delivery is found by a token that only our own mail carries, and everything that
//! follows from it is written in one transaction ([`take()`]). It must not send anything, and it must not suppress an
//! address that a text merely names: only the one to which the delivery was sent.

mod claims;
mod fields;
mod mail;
mod maildir;
mod mbox;
mod notice;
mod plain;
mod read;
mod report;
mod status;
mod take;
#[cfg(test)]
mod tests;

pub use claims::Claim;
pub use notice::{Failure, Form, Notice, Verdict};
pub use read::{ReadError, Told, check, is_within_reach, read_configured, read_path};
pub use status::Status;
pub use take::{MOST_BYTES, Taken, Tally, take};
