//! What programs meet at the API's addresses.

mod brand;
mod document;
mod feed;
mod media;
mod reading;
mod room;
mod writing;
