//! Render: a frozen [`Report`](crate::compose::Report) becomes what people read.
//!
//! The same report gives the same bytes. It must not read rows, clocks or the environment.

pub mod pdf;
