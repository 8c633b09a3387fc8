//! Accounts: a branch's locations, contacts, domains, brand and users, as its own team, staff and operations see and change them.

mod brand;
mod contacts;
mod domains;
mod head;
mod people;
mod places;
mod upload;
mod users;

pub(super) use contacts::is_mine;
pub(super) use domains::want_proof;
pub(super) use users::desk;

use super::rooms::{Door, Rooms};
use crate::access::policy::Action;

pub(super) fn rooms() -> Rooms {
    let account = Door::Signed(Action::ManageAccount);
    let people = Door::Signed(Action::ManageUsers);
    Rooms::default()
        .get("/account", account, places::list)
        .get("/account/contacts", account, contacts::list)
        .post("/account/contacts", account, contacts::change)
        .get("/account/domains", account, domains::list)
        .post("/account/domains", account, domains::add)
        .post("/account/domains/remove", account, domains::remove)
        .post("/account/domains/proof", account, domains::prove)
        .get("/account/brand", account, brand::look)
        .post("/account/brand", account, brand::change)
        .post("/account/brand/logo", account, brand::bring_logo)
        .post("/account/brand/logo/remove", account, brand::remove_logo)
        .post("/account/brand/remove", account, brand::remove)
        .get("/account/users", account, users::list)
        .post("/account/users", people, users::add)
        .post("/account/users/{id}", people, users::assign)
        .post("/account/users/{id}/{verb}", people, users::act)
}
