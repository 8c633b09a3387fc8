//! Desk: what staff look up and set right: nights in every revision, mails and what became of them, addresses.
//!
//! A page asks the same functions as the command line does, and enters what it changed in the audit log. It must not
//! show what a reader's link would record as the reader's own look.

mod contact;
mod difference;
mod feedback;
mod find;
mod letter;
mod mail;
mod mails;
mod night;
mod progress;
mod report;
mod send;
mod withdraw;
mod words;

pub(super) use contact::{found as contact, named, say as correct_contact};
pub(super) use difference::pair;
pub(super) use feedback::{Done, see_to};
pub(super) use mail::{open as open_mail, send_again};
pub(super) use night::{once_more, send_failed};
pub(super) use report::open;
pub(super) use send::{Circulated, Reader, circulate, readers, try_out};
pub(super) use withdraw::{standing, take_back};
pub(super) use words::{Said, Suppressed, night_path, path, signature};

use super::rooms::{Door, Rooms};
use crate::access::policy::Action;

/// Looking is for whoever may look things up, changing for whoever may correct.
pub(super) fn rooms() -> Rooms {
    let (look, correct) = (Door::Signed(Action::LookUp), Door::Signed(Action::Correct));
    Rooms::default()
        .get("/desk", look, find::find)
        .get("/desk/location", look, find::location)
        .get("/desk/night", look, night::night)
        .post("/desk/regenerate", correct, night::regenerate)
        .post("/desk/resend-failed", correct, night::resend_failed)
        .get("/desk/reports/{id}", look, report::report)
        .get("/desk/reports/{id}/events", look, progress::events)
        .get("/desk/reports/{id}/clip/{number}", look, report::clip)
        .get("/desk/reports/{id}/photo/{number}", look, report::photo)
        .get("/desk/reports/{id}/artifact", look, report::artifact)
        .get("/desk/reports/{id}/difference", look, difference::difference)
        .get("/desk/reports/{id}/send", correct, send::ask)
        .post("/desk/reports/{id}/send", correct, send::send)
        .post("/desk/reports/{id}/test", correct, send::test)
        .get("/desk/contact", correct, contact::ask)
        .post("/desk/contact", correct, contact::correct)
        .get("/desk/feedback", look, feedback::list)
        .get("/desk/feedback/{id}", look, feedback::one)
        .post("/desk/feedback/{id}", correct, feedback::handle)
        .get("/desk/mails", look, mails::mails)
        .get("/desk/mails/{id}", look, mail::mail)
        .get("/desk/mails/{id}/html", look, letter::html)
        .get("/desk/mails/{id}/text", look, letter::text)
        .get("/desk/mails/{id}/source", look, letter::source)
        .get("/desk/mails/{id}/resend", correct, mail::confirm)
        .post("/desk/mails/{id}/resend", correct, mail::resend)
        .post("/desk/mails/{id}/withdraw", correct, withdraw::withdraw)
}
