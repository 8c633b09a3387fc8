//! `/s/{token}`: what was shared, for the one with whom it was; and what is left of it once the link has ended.
//!
//! Every request looks the token up again, so a link that was revoked is dead in every process at once. It must not show
//! more of a report than was shared.

use std::collections::BTreeSet;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::found::{Found, narrowed, of_item};
use super::piece::way_to;
use super::prove;
use super::sheet::Sheet;
use super::{request, said};
use crate::access::share::{self, Opened};
use crate::compose::Report;
use crate::model::{Language, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::looked::{Looker, Someone, looked_as};
use crate::portal::pages;
use crate::portal::posted;
use crate::portal::shown;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// The page of a link that has ended.
#[derive(Serialize)]
struct Ended<'a> {
    token: &'a str,
    revoked: bool,
    longest: usize,
}

/// What a token opens: something live, or the answer that it is over.
pub(super) enum Door {
    Live(Opened),
    Ended(Opened),
}

/// Finds out whose link it is.
pub(super) async fn knock(state: &PortalState, token: &str) -> Result<Door, Fault> {
    let opened = share::open(&state.db, token).await?.ok_or(Fault::NoSuchLink)?;
    let live = opened.recipient.is_live(state.clock.now());
    Ok(if live { Door::Live(opened) } else { Door::Ended(opened) })
}

/// Lets the link's holder in, or answers why not.
async fn enter(state: &PortalState, viewer: &Viewer, token: &str) -> Result<Result<Opened, Response>, Fault> {
    Ok(match knock(state, token).await? {
        Door::Ended(opened) => Err(ended(state, viewer, token, &opened)?),
        Door::Live(opened) if prove::is_proved(state, viewer, &opened).await? => Ok(opened),
        Door::Live(opened) => Err(prove::page(state, viewer, token, &opened)?),
    })
}

/// Their language.
pub(super) fn l10n(state: &PortalState, opened: &Opened) -> Result<std::sync::Arc<L10n>, Fault> {
    let language = Language::of_locale(Some(&opened.recipient.language));
    state.view.l10n(language, &opened.recipient.language).or_else(|_| state.view.l10n(language, language.tag()))
}

/// 410, with the way to ask.
fn ended(state: &PortalState, viewer: &Viewer, token: &str, opened: &Opened) -> Result<Response, Fault> {
    let l10n = l10n(state, opened)?;
    let page = Ended { token, revoked: opened.recipient.revoked_at.is_some(), longest: request::LONGEST };
    let html = state.view.page("share/ended.html", &l10n, viewer, &page)?;
    Ok((StatusCode::GONE, Html(html)).into_response())
}

pub(in crate::portal) async fn page(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    looker: Looker,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let opened = match enter(&state, &viewer, &token).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    note(&state, &opened, &looker, (ViewKind::Page, share::subject(opened.share.id))).await?;
    let (l10n, base) = (l10n(&state, &opened)?, format!("/s/{token}"));
    let sheet = Sheet::of(&state, &opened, (&base, query.as_deref()), said::LONGEST, &l10n).await?;
    Ok(Html(state.view.page("share/open.html", &l10n, &viewer, &sheet)?).into_response())
}

/// Notes that they looked.
async fn note(state: &PortalState, opened: &Opened, looker: &Looker, seen: (ViewKind, String)) -> Result<(), Fault> {
    let letter = state.db.letter(opened.recipient.letter).await?;
    let since_sent = letter.and_then(|letter| letter.finished_at).map(|sent| state.clock.now() - sent);
    let someone = Someone { person: &opened.recipient.address, as_what: "share", since_sent };
    looked_as(state, someone, looker, &opened.share.location, seen).await;
    Ok(())
}

/// One shared incident, as a report that tells of nothing else.
async fn item(state: &PortalState, opened: &Opened, number: &str) -> Result<(Found, Report), Fault> {
    let number: i32 = number.parse().map_err(|_| Fault::NoSuchPage)?;
    let items = state.db.share_items(opened.share.id).await?;
    let item = items.into_iter().find(|item| item.number == number).ok_or(Fault::NoSuchPage)?;
    let found = of_item(state, &item).await?.ok_or(Fault::NoClip)?;
    let report = narrowed(&found.report, &BTreeSet::from([&item.incident]));
    Ok((found, report))
}

/// `/s/{token}/{item}/clip/{number}`: a clip of a shared incident by its place in it.
pub(in crate::portal) async fn clip(
    State(state): State<PortalState>,
    Path((token, number, place)): Path<(String, String, String)>,
    looker: Looker,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let opened = match enter(&state, &viewer, &token).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let (found, report) = item(&state, &opened, &number).await?;
    let escalation = pages::find(&report, &found.incident).ok_or(Fault::NoSuchPage)?;
    let clips = shown::clips_of(escalation);
    let place: usize = place.parse().map_err(|_| Fault::NoClip)?;
    let clip = clips.get(place).and_then(|clip| report.clip(clip)).ok_or(Fault::NoClip)?;
    note(&state, &opened, &looker, (ViewKind::Clip, format!("clip:{}", clip.clip))).await?;
    let l10n = l10n(&state, &opened)?;
    pages::play_for(&state, (opened.recipient.expires_at, &l10n), &report, clip).await
}

/// `/s/{token}/{item}/photo`: a shared incident's photo.
pub(in crate::portal) async fn photo(
    State(state): State<PortalState>,
    Path((token, number)): Path<(String, String)>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let opened = match enter(&state, &viewer, &token).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let (found, report) = item(&state, &opened, &number).await?;
    let incident = pages::find(&report, &found.incident).and_then(|escalation| escalation.incident.as_ref());
    pages::show(&state, incident.and_then(|incident| incident.photo.as_ref())).await
}

#[derive(Debug, Deserialize)]
pub(in crate::portal) struct Said {
    item: i32,
    text: String,
}

/// `POST /s/{token}/comment`: where the sharer lets them.
pub(in crate::portal) async fn comment(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
    posted::Open(said): posted::Open<Said>,
) -> Result<Response, Fault> {
    let opened = match enter(&state, &viewer, &token).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let back = Redirect::to(&format!("/s/{token}{}", way_to(said.item))).into_response();
    said::remark(&state, &viewer, &opened, (said.item, &said.text)).await?;
    Ok(back)
}
