//! Operations: jobs and when they come, runs and how long their stages took, what waits, what failed and why, the queue
//! and who works on it; and the few things that operations set right.
//!
//! What is looked at is looked up once a second for everybody who looks, and shown live. It must not decide what is due.

mod board;
mod changes;
mod events;
mod job;
mod page;
mod rest;
mod run;
mod runs;
mod shown;

pub(super) use board::{Board, JobNow, PACE, jobs_now};
pub(super) use changes::{mail_again, mail_no_more};

use super::rooms::{Door, Rooms};
use crate::access::policy::Action;

/// Looking is for whoever may operate, changing for whoever may run jobs.
pub(super) fn rooms() -> Rooms {
    let (look, change) = (Door::Signed(Action::Operate), Door::Signed(Action::RunJobs));
    Rooms::default()
        .get("/operations", look, page::page)
        .get("/operations/events", look, events::events)
        .get("/operations/job", look, job::job)
        .get("/operations/list", look, rest::list)
        .get("/operations/runs/{id}", look, run::run)
        .post("/operations/run", change, changes::run)
        .post("/operations/pause", change, changes::pause)
        .post("/operations/resume", change, changes::resume)
        .post("/operations/release", change, changes::release)
        .post("/operations/lift", change, changes::lift)
}
