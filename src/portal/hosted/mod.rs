//! Hosted: what the browser's version of a morning report has beyond the mail's: the night drawn, leaves of a long
//! list, the reader's other nights and revisions, and what they say back.
//!
//! It shows frozen reports and writes feedback. It must not know how tokens are checked, and changes nothing on a GET.

mod about;
mod feedback;
mod given;
mod lanes;
mod leaves;
mod list;
mod revisions;
mod telling;
mod turn;

pub(super) use about::place;
pub(super) use feedback::said;
pub(super) use given::{Beside, beside};
pub(super) use lanes::{Drawing, draw};
pub(super) use leaves::{Leaf, Leaves};
pub(super) use list::List;
pub(super) use telling::{Written, tell};
pub(super) use turn::Turn;

use super::rooms::{Door, Rooms};

/// Beyond the report's page itself: whoever has the report's link gets in.
pub(super) fn rooms() -> Rooms {
    Rooms::default()
        .get("/r/{token}/revisions", Door::Token, revisions::revisions)
        .get("/r/{token}/feedback", Door::Token, feedback::ask)
        .post("/r/{token}/feedback", Door::Token, feedback::say)
}
