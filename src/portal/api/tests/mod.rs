//! What programs meet at the API's addresses.

mod addresses;
mod asking;
mod brand;
mod document;
mod feed;
mod media;
mod objects;
mod reading;
mod room;
mod secrets;
pub(in crate::portal) mod truth;
mod writing;
