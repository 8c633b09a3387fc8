//! One's own page: language, password, second factor and sessions of whoever is signed in.

mod page;
mod password;
mod second;
mod sessions;

pub(super) use page::{mark, own, speak};
pub(super) use password::{WRONG as WRONG_PASSWORD, change as change_password};
pub(super) use second::{Kept, Offer, keep as keep_second, take_away as take_second_away};
pub(super) use sessions::end_those;

use super::rooms::{Door, Rooms};
use crate::access::policy::Action;

pub(super) fn rooms() -> Rooms {
    let own = Door::Signed(Action::ManageSelf);
    Rooms::default()
        .get("/me", own, page::me)
        .post("/me/language", own, page::language)
        .post("/me/password", own, password::set)
        .get("/me/second-factor", own, second::begin)
        .post("/me/second-factor", own, second::set)
        .post("/me/second-factor/remove", own, second::remove)
        .post("/me/sessions/end", own, sessions::end)
        .post("/me/sessions/end-others", own, sessions::end_others)
}
