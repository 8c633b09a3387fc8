//! The portal through its router, over an embedded archive and a SQLite file.

mod accounts;
mod asked;
mod brands;
mod busy;
mod crowded;
mod demo;
mod footage;
mod given;
mod guests;
mod hosted;
mod house;
mod ledger;
mod links;
mod mends;
mod navigation;
mod nights;
mod openid;
mod programs;
mod reading;
mod returned;
mod scanned;
mod shared;
mod sharing;
mod signing_in;
mod strangers;
mod walk;
