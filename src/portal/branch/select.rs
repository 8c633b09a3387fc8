//! Selecting: the incidents that were ticked in a list, or all that it shows, become the form with which they are shown to
//! others.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

use super::incidents::{KNOWN, Tab, Wanted};
use super::query::{Query, segment};
use super::site::{Head, admit};
use crate::access::Action;
use crate::model::IncidentRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::share::{self, MOST_CHOSEN, Sharer};
use crate::portal::viewer::Viewer;
use crate::render::l10n::{Arg, L10n};

#[derive(Debug, Deserialize)]
pub(super) struct Selection {
    #[serde(default)]
    incident: Vec<String>,
    /// Filled in where it is all that the list shows.
    #[serde(default)]
    all: String,
    /// Of which list: `recent`, or `all`.
    #[serde(default)]
    tab: String,
    /// Its query.
    #[serde(default)]
    query: String,
}

/// What can be done with the rows of a list.
#[derive(Serialize)]
pub(super) struct Picking {
    /// Whether they can be selected.
    rows: bool,
    /// What the button says that shares all of the list, or as much of it as is shared at once; none where nothing can be.
    all: Option<String>,
    /// Why nothing was shared just now.
    refused: Option<String>,
}

impl Picking {
    /// Of a list of `total` incidents.
    pub(super) fn of(wanted: &Wanted, head: &Head, total: i64, l10n: &L10n) -> Self {
        // Whom nothing was mailed of the place has what others have shown them, which they do not pass on.
        let may_share = head.may_share() && (wanted.site.mailed_to.is_none() || wanted.latest.is_some());
        let args = [("count", Arg::from(total)), ("most", Arg::from(MOST_CHOSEN))];
        let over = usize::try_from(total).is_ok_and(|total| total > MOST_CHOSEN);
        let key = if over { "branch-share-most" } else { "branch-share-all" };
        let refused = match wanted.query.get("share") {
            "none" => Some("branch-share-none"),
            "refused" => Some("branch-share-refused"),
            _ => None,
        };
        Self {
            rows: head.may_judge() || may_share,
            all: (may_share && total > 0).then(|| l10n.message(key, &args)),
            refused: refused.map(|key| l10n.message(key, &[])),
        }
    }
}

/// Leads back to the list, which says why: `none` was selected, or all was `refused`.
fn back(base: &str, tab: Tab, query: &Query, why: &str) -> String {
    let query = query.with(&[("done", ""), ("bom", ""), ("share", why), ("page", query.get("page"))]);
    format!("{base}{}{query}", if tab == Tab::Recent { "" } else { "/incidents" })
}

/// A list by its name.
fn tab(name: &str) -> Tab {
    if name == "all" { Tab::All } else { Tab::Recent }
}

/// Leads on to the form. It is posted because the list's form is, and a query would carry what only forms should.
pub(super) async fn share(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    Posted(selection): Posted<Selection>,
) -> Result<Redirect, Fault> {
    let site = admit(&state, &viewer, &location, Action::Share).await?;
    let query = Query::parse(Some(selection.query.trim_start_matches('?')), &KNOWN);
    if !selection.all.is_empty() {
        let filter = query.with(&[("done", ""), ("bom", ""), ("share", "")]).replacen('?', "&", 1);
        let tab = if tab(&selection.tab) == Tab::All { "all" } else { "recent" };
        return Ok(Redirect::to(&format!("{}/share?tab={tab}{filter}", site.base())));
    }
    let mut chosen = Vec::new();
    // One more than a form takes, so that the form says so.
    for raw in selection.incident.iter().take(MOST_CHOSEN + 1) {
        chosen.push(raw.parse::<IncidentRef>().map_err(|_| Fault::NoSuchPage)?);
    }
    let tab = tab(&selection.tab);
    if chosen.is_empty() {
        return Ok(Redirect::to(&back(&site.base(), tab, &query, "none")));
    }
    let Some(first) = Sharer::first_of(&state, &viewer, &chosen).await? else {
        return Ok(Redirect::to(&back(&site.base(), tab, &query, "refused")));
    };
    let mut ticked = Serializer::new(String::new());
    for incident in &chosen {
        ticked.append_pair("incident", incident.as_str());
    }
    Ok(Redirect::to(&format!("/incidents/{}/share?{}", segment(first.as_str()), ticked.finish())))
}

/// The form with all that a list shows, as far as one form goes.
pub(super) async fn form(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let tab = tab(Query::parse(query.as_deref(), &["tab"]).get("tab"));
    let asked = (location.as_str(), query.as_deref());
    let wanted = Wanted::of(&state, &viewer, asked, (tab, Action::Share)).await?;
    let most = i64::try_from(MOST_CHOSEN).unwrap_or(i64::MAX);
    let (listed, total) = match wanted.filter(most, 0) {
        Some(filter) => (state.db.listed_incidents(&filter).await?, state.db.count_incidents(&filter).await?),
        None => (Vec::new(), 0),
    };
    let incidents: Vec<IncidentRef> = listed.into_iter().map(|one| one.known.incident.incident).collect();
    let base = wanted.site.base();
    let list = back(&base, tab, &wanted.query, "");
    if let Some(form) = share::of_list(&state, &viewer, (&incidents, total), list).await? {
        return Ok(form.into_response());
    }
    let why = if incidents.is_empty() { "none" } else { "refused" };
    Ok(Redirect::to(&back(&base, tab, &wanted.query, why)).into_response())
}
