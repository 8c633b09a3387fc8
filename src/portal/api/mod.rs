//! The portal's way in for programs: requests with a key become rows, answers and problems are JSON.
//!
//! It must not show anything of a night: pages do, behind their links.

mod bounces;
mod problem;

use super::rooms::{Door, Rooms};

/// The routes below `/api/v1`.
pub(super) fn rooms() -> Rooms {
    Rooms::default().get("/api/v1/bounces", Door::Key, bounces::only_post).post(
        "/api/v1/bounces",
        Door::Key,
        bounces::take,
    )
}
