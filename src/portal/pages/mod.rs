//! Pages: one file for each thing that a link leads to.

pub(super) mod footage;
mod health;
mod incident;
mod pdf;
mod renewal;
mod report;
mod unsubscribe;

use super::rooms::{Door, Rooms};
pub(super) use footage::{archived, play_for, show};
pub(super) use health::health;
pub(super) use incident::{admitted, find};
pub(super) use pdf::send_pdf;
pub(super) use report::latest;

/// What the links of mails lead to: whoever has the link gets in.
pub(super) fn rooms() -> Rooms {
    Rooms::default()
        .get("/r/{token}", Door::Token, report::report)
        .get("/r/{token}/clip/{number}", Door::Token, footage::report_clip)
        .get("/r/{token}/photo/{number}", Door::Token, footage::report_photo)
        .get("/r/{token}/pdf", Door::Token, pdf::report_pdf)
        .get("/i/{token}", Door::Token, incident::incident)
        .get("/i/{token}/clip/{number}", Door::Token, footage::incident_clip)
        .get("/i/{token}/photo", Door::Token, footage::incident_photo)
        .get("/p/{token}", Door::Token, pdf::pdf)
        .get("/c/{token}", Door::Token, footage::clip)
        .get("/u/{token}", Door::Token, unsubscribe::unsubscribe)
        .post("/u/{token}", Door::Token, unsubscribe::unsubscribe_now)
        .post("/new-link/{token}", Door::Token, renewal::ask)
}
