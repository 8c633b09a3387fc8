//! The desk and operations, through the portal's router over whole installations.

mod browser;
mod operations;
mod staff;
