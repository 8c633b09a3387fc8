//! `/requests`: who asks to be let in, for the users of a branch and for staff; and for staff who wants a fresh link.

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::decide::{Asked, Form, Outcome, Owner, decide};
use super::form::{End, ends};
use crate::access::{Action, Place, Principal};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;

/// The most of each on the page.
const MOST: i64 = 200;

#[derive(Debug, Serialize)]
struct Page {
    open: Vec<Asked>,
    answered: Vec<Asked>,
    ends: Vec<End>,
    done: Option<&'static str>,
    /// Whether they can send fresh links.
    staff: bool,
    links: Vec<Wanted>,
}

/// Somebody who wants a fresh link.
#[derive(Debug, Serialize)]
struct Wanted {
    hash: String,
    name: String,
    address: String,
    /// `report`, `pdf`, `incident` or `clip`
    kind: String,
    site: String,
    night: String,
    at: String,
    /// When the old one was withdrawn, if it was.
    withdrawn: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(in crate::portal) struct Done {
    #[serde(default)]
    done: String,
}

pub(in crate::portal) async fn page(
    State(state): State<PortalState>,
    Query(done): Query<Done>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let l10n = viewer.l10n(&state)?;
    let branches = match &viewer.principal {
        Principal::User(user) if user.role.is_ours() => None,
        Principal::User(user) => Some(user.branches.as_slice()),
        _ => return Err(Fault::Forbidden),
    };
    let (mut open, mut answered) = (Vec::new(), Vec::new());
    for request in state.db.access_requests(branches, MOST).await? {
        viewer.may(Action::ManageWhitelist, Place::of(&request.branch))?;
        let asked = Asked::of(&state, &request, &l10n).await?;
        if request.is_open() { open.push(asked) } else { answered.push(asked) }
    }
    let staff = viewer.may(Action::Correct, Place::INSTALLATION).is_ok();
    let mut links = Vec::new();
    if staff {
        for wanted in state.db.wanted_links(MOST).await? {
            let site = state.db.location(&wanted.location).await?;
            let zone = site.as_ref().map_or(chrono_tz::Tz::UTC, |site| site.timezone);
            links.push(Wanted {
                hash: hex::encode(&wanted.token_hash),
                name: line(&wanted.name, 80),
                address: line(&wanted.email, 120),
                kind: wanted.kind,
                site: line(site.as_ref().map_or(wanted.location.as_str(), |site| &site.name), 120),
                night: l10n.date(wanted.night),
                at: l10n.date_time(wanted.asked_at, zone),
                withdrawn: wanted.withdrawn_at.map(|at| l10n.date_time(at, zone)),
            });
        }
    }
    let outcomes = [Outcome::Granted, Outcome::Declined, Outcome::Answered, Outcome::Refused, Outcome::Gone];
    let keys = outcomes.into_iter().map(Outcome::key).chain(["share-done-link", "share-done-sure"]);
    let done = keys.into_iter().find(|key| key.strip_prefix("share-done-") == Some(done.done.as_str()));
    let page = Page { open, answered, ends: ends(None, &l10n), done, staff, links };
    state.view.page("share/requests.html", &l10n, &viewer, &page).map(Html)
}

/// Back to the list, which says what happened.
pub(super) fn back(key: &str) -> Response {
    let word = key.strip_prefix("share-done-").unwrap_or_default();
    Redirect::to(&format!("/requests?done={word}")).into_response()
}

pub(in crate::portal) async fn answer(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NoSuchPage)?;
    let request = state.db.access_request(id).await?.ok_or(Fault::NoSuchPage)?;
    viewer.may(Action::ManageWhitelist, Place::of(&request.branch))?;
    let owner = Owner::of(&state, &viewer);
    Ok(back(decide(&state, &request, &owner, form.answer(state.clock.now())?).await?.key()))
}
