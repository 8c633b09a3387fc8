//! Witness: that somebody looked becomes a line of the access log.
//!
//! A page does not wait for it: on the embedded database the one writer may be busy with a night.

use super::site::Site;
use crate::db::views::Viewed;
use crate::model::ViewKind;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// Notes that a signed-in person looked at something of a location. Mail scanners have no session.
pub(super) fn note(
    state: &PortalState,
    viewer: &Viewer,
    site: &Site,
    what: ViewKind,
    subject: String,
) -> Result<(), Fault> {
    let view = Viewed {
        id: state.random.id()?,
        at: state.clock.now(),
        location: site.location.location.clone(),
        person: viewer.principal.address().unwrap_or_default().to_owned(),
        as_what: viewer.principal.word().to_owned(),
        what,
        subject,
        origin: viewer.origin.address.clone(),
        agent: viewer.origin.agent.clone(),
        scanner: false,
    };
    let db = state.db.clone();
    tokio::spawn(async move {
        if let Err(error) = db.insert_view(&view).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a view could not be noted");
        }
    });
    Ok(())
}
