//! Stories from feed to inbox, the command line, and the rules of the house.

mod cli;
mod deliveries;
mod layers;
mod minneapolis;
mod pages;
mod regeneration;
mod samples;
mod support;
