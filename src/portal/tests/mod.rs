//! The portal through its router, over an embedded archive and a SQLite file.

mod accounts;
mod demo;
mod footage;
mod guests;
mod house;
mod links;
mod openid;
mod reading;
mod returned;
mod signing_in;
mod walk;
