//! Share: incidents are shown to people by links of their own, and who is not let in can ask.
//!
//! From an incident's page (of a mail's link, or of who is signed in) to a form, to a letter each, to the page of what
//! was shared; from a link that has ended to a request, to the owner's answer, to a letter. A GET changes nothing. It
//! must not decide by itself who may do what: `access::policy` does.

mod canonical;
mod change;
mod decide;
mod entry;
mod form;
mod found;
mod fresh;
mod letter;
mod list;
mod offer;
mod open;
mod order;
mod piece;
mod prove;
mod received;
mod request;
mod requests;
mod said;
mod sent;
mod sharer;
mod sheet;
mod submit;
mod thread;
mod whitelist;
mod whitelists;

use super::rooms::{Door, Rooms};
use crate::access::Action;

pub(super) use change::{end, resend, revoke};
pub(super) use decide::{Answer, Outcome, Owner, decide};
pub(super) use entry::{end_at, let_in, take_off};
pub(super) use form::{MOST_CHOSEN, of_list};
pub(super) use fresh::{Renewed, renew};
pub(super) use order::{LONGEST, MOST_INCIDENTS, Order, Ordered, Wrong, place};
pub(super) use piece::Piece;
pub(super) use received::{Received, content, contents, received, received_one};
pub(super) use request::{LONGEST as LONGEST_NOTE, LONGEST_NAME, for_incident, once_more};
pub(super) use said::{LONGEST as LONGEST_COMMENT, remark};
pub(super) use sent::{is_by, own};
pub(super) use sharer::Sharer;
pub(super) use thread::{
    Before, Comment, Earlier, MOST as MOST_COMMENTS, Mine, called, comments, earlier, history, mine, said, unshown,
};

/// Everything about showing incidents to others.
pub(super) fn rooms() -> Rooms {
    mailed().and(shared()).and(signed_in()).and(asked())
}

/// From an incident's page of a mail's link.
fn mailed() -> Rooms {
    Rooms::default()
        .get("/i/{token}/share", Door::Token, form::by_mail)
        .post("/i/{token}/share", Door::Token, submit::by_mail)
        .get("/i/{token}/shares/{id}", Door::Token, sent::by_mail)
        .post("/i/{token}/shares/{id}", Door::Token, change::by_mail)
}

/// For those with whom something was shared.
fn shared() -> Rooms {
    Rooms::default()
        .get("/s/{token}", Door::Token, open::page)
        .get("/s/{token}/{item}/clip/{number}", Door::Token, open::clip)
        .get("/s/{token}/{item}/photo", Door::Token, open::photo)
        .post("/s/{token}/comment", Door::Token, open::comment)
        .post("/s/{token}/request", Door::Token, request::by_share)
}

/// For who is signed in.
fn signed_in() -> Rooms {
    Rooms::default()
        .get("/incidents/{incident}", Door::Signed(Action::ReadLocation), canonical::page)
        .get("/incidents/{incident}/clip/{number}", Door::Signed(Action::ReadLocation), canonical::clip)
        .get("/incidents/{incident}/photo", Door::Signed(Action::ReadLocation), canonical::photo)
        .get("/incidents/{incident}/share", Door::Signed(Action::Share), form::signed_in)
        .post("/incidents/{incident}/share", Door::Signed(Action::Share), submit::signed_in)
        .get("/shares", Door::Signed(Action::Share), list::page)
        .get("/shares/{id}", Door::Signed(Action::Share), sent::signed_in)
        .post("/shares/{id}", Door::Signed(Action::Share), change::signed_in)
        .get("/whitelist", Door::Signed(Action::ManageWhitelist), whitelist::page)
        .post("/whitelist", Door::Signed(Action::ManageWhitelist), whitelist::add)
        .post("/whitelist/{id}", Door::Signed(Action::ManageWhitelist), whitelist::change)
}

/// Who asks, and who answers.
fn asked() -> Rooms {
    Rooms::default()
        .get("/incidents/{incident}/request", Door::Open, request::form)
        .post("/incidents/{incident}/request", Door::Open, request::by_incident)
        .get("/requests", Door::Signed(Action::ManageWhitelist), requests::page)
        .post("/requests/{id}", Door::Signed(Action::ManageWhitelist), requests::answer)
        .post("/requests/links/{hash}", Door::Signed(Action::Correct), fresh::send)
        .get("/d/{token}", Door::Token, decide::page)
        .post("/d/{token}", Door::Token, decide::answer)
}
