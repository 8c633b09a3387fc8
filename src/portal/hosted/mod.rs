//! Hosted: what the browser's version of a morning report has beyond the mail's: the night drawn, leaves of a long
//! list, the reader's other nights and revisions, and what they say back.
//!
//! It shows frozen reports and writes feedback. It must not know how tokens are checked, and changes nothing on a GET.

mod feedback;
mod given;
mod lanes;
mod leaves;
mod revisions;

pub(super) use feedback::{ask, said, say};
pub(super) use given::{Beside, beside};
pub(super) use lanes::{Drawing, Spot, draw};
pub(super) use leaves::{Leaf, Leaves};
pub(super) use revisions::revisions;
