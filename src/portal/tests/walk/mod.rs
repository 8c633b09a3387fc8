//! The walk: every route, by everybody, at things that are not there, and at things that are somebody else's.

mod nowhere;
mod odd;
mod table;
mod theirs;
mod truth;
mod world;
