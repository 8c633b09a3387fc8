//! `/desk/reports/{id}/events`: how far a revision is, told as it happens (server-sent events).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures::Stream;

use super::report::{Opened, is_open, open};
use crate::access::policy::Action;
use crate::model::ReportId;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::operations::PACE;
use crate::portal::viewer::Viewer;

/// After so many looks the browser asks anew, and is asked anew who it is.
const LOOKS: u32 = 60;

/// Tells when the revision is built, held or given up; the page is then loaded again.
pub(super) async fn events(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<impl IntoResponse, Fault> {
    let Opened { row, .. } = open(&state, &viewer, &id, Action::LookUp).await?;
    Ok(Sse::new(looks(state, row.id)))
}

fn looks(state: PortalState, id: ReportId) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold((state, LOOKS), move |(state, left)| async move {
        if left == 0 {
            return None;
        }
        if left < LOOKS {
            pause(&state, PACE).await?;
        }
        let (event, left) = match state.db.report(id).await {
            Ok(Some(row)) if is_open(&row) => (Event::default().comment("not yet"), left - 1),
            // Whatever it is now, the page tells; there is nothing to add.
            Ok(_) => (Event::default().event("done").data("loaded again"), 0),
            Err(_) => (Event::default().comment("the database does not answer"), left - 1),
        };
        Some((Ok(event), (state, left)))
    })
}

/// Waits; none where the process stops meanwhile.
async fn pause(state: &PortalState, pace: Duration) -> Option<()> {
    tokio::select! {
        () = state.stopping.cancelled() => None,
        () = tokio::time::sleep(pace) => Some(()),
    }
}
