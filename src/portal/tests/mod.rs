//! The portal through its router, over an embedded archive and a SQLite file.

mod accounts;
mod brands;
mod demo;
mod footage;
mod guests;
mod hosted;
mod house;
mod ledger;
mod links;
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
mod walk;
mod weights;
