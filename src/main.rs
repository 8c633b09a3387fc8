//! The `daybreak` command.

fn main() {}
