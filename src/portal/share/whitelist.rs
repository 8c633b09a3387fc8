//! `/whitelist?location=`: who may see a location without being its contact; let in, given an end, taken off.

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use uuid::Uuid;

use super::entry::{end_at, let_in, take_off};
use super::form::{DAYS, End, LONGEST_NOTE, ends};
use super::order::Wrong;
use super::submit::words;
use crate::access::{Action, Place};
use crate::db::sites::Location;
use crate::model::{LocationRef, WhitelistId, clean};
use crate::portal::PortalState;
use crate::portal::branch;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;

/// The most entries on the page.
const MOST: i64 = 500;

#[derive(Debug, Default, Deserialize)]
pub(in crate::portal) struct Which {
    #[serde(default)]
    location: String,
    /// Among which locations to choose, where none is named.
    #[serde(default)]
    q: String,
}

/// What was filled in.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::portal) struct Form {
    location: String,
    addresses: String,
    note: String,
    /// None for no end.
    days: String,
}

#[derive(Debug, Serialize)]
struct Page<'a> {
    location: &'a str,
    /// The same as a query.
    query: String,
    /// The location's own page.
    base: String,
    site: String,
    form: &'a Form,
    faults: Vec<String>,
    ends: Vec<End>,
    longest: usize,
    listed: Vec<Row>,
    /// Those that ended.
    past: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    address: String,
    /// Whether it is to see what was shared only.
    shared: bool,
    since: String,
    until: Option<String>,
    ended: Option<String>,
    by: String,
    note: String,
}

async fn site(state: &PortalState, viewer: &Viewer, location: &str) -> Result<Location, Fault> {
    let location = LocationRef::new(location).map_err(|_| Fault::NoSuchPage)?;
    let site = state.db.location(&location).await?.ok_or(Fault::NoSuchPage)?;
    viewer.may(Action::ManageWhitelist, Place::of(&site.branch))?;
    Ok(site)
}

pub(in crate::portal) async fn page(
    State(state): State<PortalState>,
    Query(which): Query<Which>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    if which.location.is_empty() {
        return super::whitelists::page(&state, &viewer, &which.q).await;
    }
    let site = site(&state, &viewer, &which.location).await?;
    show(&state, &viewer, &site, &Form::default(), Vec::new()).await
}

async fn show(
    state: &PortalState,
    viewer: &Viewer,
    site: &Location,
    form: &Form,
    faults: Vec<String>,
) -> Result<Html<String>, Fault> {
    let (l10n, now, zone) = (viewer.l10n(state)?, state.clock.now(), site.timezone);
    let (mut listed, mut past) = (Vec::new(), Vec::new());
    for entry in state.db.whitelist_of(&site.location, MOST).await? {
        let ended = entry.revoked_at.or(entry.expires_at.filter(|end| *end <= now));
        let shared = !entry.whole;
        let row = Row {
            id: entry.id.to_string(),
            address: entry.address,
            shared,
            since: l10n.date_time(entry.since, zone),
            until: entry.expires_at.map(|end| l10n.date_time(end, zone)),
            ended: ended.map(|end| l10n.date_time(end, zone)),
            by: by(state, &entry.granted_by).await?,
            note: if shared { String::new() } else { clean(&entry.note) },
        };
        if ended.is_none() { listed.push(row) } else { past.push(row) }
    }
    let page = Page {
        location: site.location.as_str(),
        query: query(&site.location),
        base: branch::path_of(&site.location),
        site: line(&site.name, 120),
        form,
        faults,
        ends: ends(form.days.parse().ok(), &l10n),
        longest: LONGEST_NOTE,
        listed,
        past,
    };
    state.view.page("share/whitelist.html", &l10n, viewer, &page).map(Html)
}

/// Who let somebody in, in words: a user's name, else what the audit log calls them.
async fn by(state: &PortalState, actor: &str) -> Result<String, Fault> {
    if let Some(id) = actor.strip_prefix("user:").and_then(|id| id.parse::<Uuid>().ok())
        && let Some(user) = state.db.user(id.into()).await?
    {
        return Ok(line(&user.name, 80));
    }
    if let Some(id) = actor.strip_prefix("link:").and_then(|id| id.parse::<Uuid>().ok())
        && let Some(delivery) = state.db.delivery(id.into()).await?
    {
        return Ok(line(&delivery.name, 80));
    }
    Ok(line(actor.strip_prefix("address:").unwrap_or(actor), 120))
}

pub(super) fn query(location: &LocationRef) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("location", location.as_str()).finish()
}

fn back(location: &LocationRef) -> Response {
    Redirect::to(&format!("/whitelist?{}", query(location))).into_response()
}

pub(in crate::portal) async fn add(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let site = site(&state, &viewer, &form.location).await?;
    let days: Option<u16> = form.days.parse().ok().filter(|days| DAYS.contains(days));
    let l10n = viewer.l10n(&state)?;
    if days.is_none() && !form.days.is_empty() {
        let faults = vec![words(&Wrong::End, &l10n)];
        return Ok(show(&state, &viewer, &site, &form, faults).await?.into_response());
    }
    let expires_at = days.map(|days| state.clock.now() + TimeDelta::days(days.into()));
    match let_in(&state, &viewer, &site, (&form.addresses, &form.note), expires_at).await? {
        Ok(_) => Ok(back(&site.location)),
        Err(wrong) => {
            let faults = wrong.iter().map(|wrong| words(wrong, &l10n)).collect();
            Ok(show(&state, &viewer, &site, &form, faults).await?.into_response())
        }
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::portal) struct Changed {
    /// `revoke` or `end`.
    what: String,
    #[serde(default)]
    days: String,
}

pub(in crate::portal) async fn change(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(form): Posted<Changed>,
) -> Result<Response, Fault> {
    let id: WhitelistId = id.parse().map_err(|_| Fault::NoSuchPage)?;
    let entry = state.db.whitelisted(id).await?.ok_or(Fault::NoSuchPage)?;
    let site = site(&state, &viewer, entry.location.as_str()).await?;
    match form.what.as_str() {
        "revoke" => {
            take_off(&state, &viewer, &site, id).await?;
        }
        "end" => {
            let days: u16 = form.days.parse().ok().filter(|days| DAYS.contains(days)).ok_or(Fault::Form)?;
            let expires_at = state.clock.now() + TimeDelta::days(days.into());
            end_at(&state, &viewer, &site, (id, expires_at)).await?;
        }
        _ => return Err(Fault::Form),
    }
    Ok(back(&site.location))
}
