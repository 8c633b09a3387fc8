//! Witness: that somebody looked becomes a line of the access log.

use super::site::Site;
use crate::model::ViewKind;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::looked::witnessed;
use crate::portal::viewer::Viewer;

/// Notes that a signed-in person looked at something of a location.
pub(super) fn note(
    state: &PortalState,
    viewer: &Viewer,
    site: &Site,
    what: ViewKind,
    subject: String,
) -> Result<(), Fault> {
    witnessed(state, viewer, &site.location.location, (what, subject))
}
