//! `/operations/events`: the live part of the overview, sent whenever it says something else (server-sent events).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use tokio::sync::watch;

use super::board::Snapshot;
use super::page::{Fragment, may_change};
use super::shown::live;
use crate::access::policy::{Action, Place};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// After so long the browser asks anew, and is asked anew who it is. A session that was ended meanwhile sees no more, from
/// the next thing on that there would be to say.
const ONCE: Duration = Duration::from_mins(1);

pub(super) async fn events(State(state): State<PortalState>, viewer: Viewer) -> Result<impl IntoResponse, Fault> {
    viewer.may(Action::Operate, Place::INSTALLATION)?;
    let l10n = viewer.l10n(&state)?;
    let listener = Listener {
        news: state.board.listen(&state),
        last: String::new(),
        until: Instant::now() + ONCE,
        state,
        viewer,
        l10n,
    };
    Ok(Sse::new(stream(listener)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Listener {
    news: watch::Receiver<Option<Arc<Snapshot>>>,
    /// What was sent last.
    last: String,
    until: Instant,
    state: PortalState,
    viewer: Viewer,
    l10n: Arc<L10n>,
}

impl Listener {
    /// The next thing to say; none when it is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                () = self.state.stopping.cancelled() => return None,
                () = tokio::time::sleep_until(self.until.into()) => return None,
                changed = self.news.changed() => changed.ok()?,
            }
            let Some(snapshot) = self.news.borrow_and_update().clone() else { continue };
            if !self.viewer.is_still_in(&self.state).await {
                return None;
            }
            let page = Fragment { live: live(&snapshot, &self.l10n), may_change: may_change(&self.viewer) };
            match self.state.view.page("operations/live.html", &self.l10n, &self.viewer, &page) {
                Ok(html) if html == self.last => {}
                Ok(html) => {
                    self.last.clone_from(&html);
                    return Some(Event::default().event("board").data(html));
                }
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "operations cannot be shown live");
                    return None;
                }
            }
        }
    }
}

fn stream(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    })
}
