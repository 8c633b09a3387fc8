//! Branch: the report portal, which a client's team opens first: their locations, what happened there, who looked.
//!
//! Signed-in people only, each asked about at [`site::admit`]; customers see what was mailed to them, and nothing else.
//! What is said here of an incident stands beside the frozen report and never changes it.

mod access;
pub(super) mod csv;
mod detail;
mod export;
mod incidents;
mod judge;
mod locations;
mod media;
mod nights;
mod pager;
mod pdf;
mod query;
mod row;
mod scene;
mod select;
mod site;
mod subject;
mod witness;

pub(super) use access::everybody;
pub(super) use detail::admitted;
pub(super) use export::{as_csv, as_pdf};
pub(super) use incidents::{Tab, Wanted};
pub(super) use judge::{remark, say};
pub(super) use locations::{Reach, Told, told};
pub(super) use media::pictured;
pub(super) use pdf::{latest as latest_pdf, of_incident as incident_pdf};
pub(super) use scene::{centre, scene};
pub(super) use site::{Site, admit, given_locations};

use super::rooms::{Door, Rooms};
use crate::access::Action;

pub(super) use site::path_of;

/// The pages of a branch's locations.
pub(super) fn rooms() -> Rooms {
    let (read, save) = (Door::Signed(Action::ReadLocation), Door::Signed(Action::Export));
    let (views, judge) = (Door::Signed(Action::ReadViews), Door::Signed(Action::Judge));
    Rooms::default()
        .get("/locations", read, locations::reviewed)
        .get("/suspicious", read, locations::all)
        .get("/locations/{location}", read, incidents::recent)
        .get("/locations/{location}/report.pdf", read, pdf::latest)
        .get("/locations/{location}/nights", read, nights::nights)
        .get("/locations/{location}/nights/{night}", read, nights::open)
        .get("/locations/{location}/nights/{night}/pdf", read, nights::pdf)
        .get("/locations/{location}/recent.csv", save, export::recent_csv)
        .get("/locations/{location}/recent.pdf", save, export::recent_pdf)
        .get("/locations/{location}/incidents", read, incidents::all)
        .get("/locations/{location}/incidents.csv", save, export::all_csv)
        .get("/locations/{location}/incidents.pdf", save, export::all_pdf)
        .post("/locations/{location}/judge", judge, judge::judge)
        .get("/locations/{location}/share", Door::Signed(Action::Share), select::form)
        .post("/locations/{location}/share", Door::Signed(Action::Share), select::share)
        .get("/locations/{location}/incidents/{incident}", read, detail::incident)
        .get("/locations/{location}/incidents/{incident}/pdf", read, pdf::of_incident)
        .post("/locations/{location}/incidents/{incident}/comments", judge, judge::comment)
        .get("/locations/{location}/access", views, access::log)
        .get("/locations/{location}/access.csv", views, access::as_csv)
        .get("/media/{location}/{incident}/photo", read, media::photo)
        .get("/media/{location}/{incident}/clip/{number}", read, media::clip)
}
