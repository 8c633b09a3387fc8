//! Sent: what somebody has shared, who has looked, and the ways to end a link, to move its end, or to send it again.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::form::{DAYS, End, ends};
use super::found::{narrowed, of_item};
use super::letter;
use crate::access::{Action, Place, Principal, share};
use crate::audit::{self, Actor, Change};
use crate::compose::Report;
use crate::db::shares::{self, Item, Recipient, Share};
use crate::model::{EmailAddress, LetterKind, LocationRef};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::pages;
use crate::portal::posted::{Open, Posted};
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::portal::visitor::Visitor;
use crate::render::l10n::{Arg, L10n};

/// How often one link is sent again within an hour.
const MOST_LETTERS: i64 = 3;
/// The most shares on a page.
const MOST: i64 = 200;

/// What is to be done to a share.
#[derive(Debug, Deserialize)]
pub(in crate::portal) struct Form {
    /// `revoke`, `resend` or `end`.
    what: String,
    /// To which recipient; to all of them where there is none.
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    days: String,
}

#[derive(Debug, Serialize)]
struct Page<'a> {
    share: Shown,
    action: String,
    back: &'a str,
    rows: Vec<Row>,
    /// How many have looked, of how many.
    seen: String,
    ends: Vec<End>,
    live: bool,
}

/// A share as a page tells of it.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    site: String,
    by: String,
    at: String,
    until: String,
    note: String,
    may_comment: bool,
    incidents: Vec<String>,
}

/// A recipient.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    address: String,
    /// `live`, `expired` or `revoked`.
    state: &'static str,
    when: String,
    /// How far the letter is.
    letter: String,
    looks: String,
    first: Option<String>,
    last: Option<String>,
}

/// Somebody before a share of theirs.
struct Desk {
    share: Share,
    l10n: std::sync::Arc<L10n>,
    actor: Actor,
    /// Address of the page.
    here: String,
    back: String,
}

async fn mailed(state: &PortalState, token: &str, id: &str) -> Result<Desk, Fault> {
    let (visitor, _) = pages::admitted(state, token).await?;
    let share = find(state, id).await?;
    let Visitor { access, delivery } = &visitor;
    let own = delivery.as_ref().map(|delivery| EmailAddress::normalized(&delivery.email));
    if own.is_none_or(|own| own != share.by_address) {
        return Err(Fault::NoSuchPage);
    }
    let language = visitor.language();
    let l10n = state.view.l10n(language, language.tag())?;
    let back = format!("/i/{token}");
    Ok(Desk { actor: Actor::Link(access.delivery), l10n, here: format!("{back}/shares/{}", share.id), back, share })
}

async fn own(state: &PortalState, viewer: &Viewer, id: &str) -> Result<Desk, Fault> {
    let share = find(state, id).await?;
    let made = viewer.principal.address() == Some(share.by_address.as_str());
    let action = if made { Action::Share } else { Action::ManageWhitelist };
    // A user whose branch it is not any more does not see it any more, either.
    viewer.may(action, Place::given(&share.branch, made))?;
    let here = format!("/shares/{}", share.id);
    Ok(Desk { actor: viewer.actor(), l10n: viewer.l10n(state)?, here, back: "/shares".into(), share })
}

async fn find(state: &PortalState, id: &str) -> Result<Share, Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NoSuchPage)?;
    state.db.share(id.into()).await?.ok_or(Fault::NoSuchPage)
}

pub(in crate::portal) async fn by_mail(
    State(state): State<PortalState>,
    Path((token, id)): Path<(String, String)>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, &mailed(&state, &token, &id).await?).await
}

pub(in crate::portal) async fn signed_in(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, &own(&state, &viewer, &id).await?).await
}

pub(in crate::portal) async fn change_by_mail(
    State(state): State<PortalState>,
    Path((token, id)): Path<(String, String)>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    change(&state, &viewer, mailed(&state, &token, &id).await?, &form).await
}

pub(in crate::portal) async fn change_signed_in(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    change(&state, &viewer, own(&state, &viewer, &id).await?, &form).await
}

async fn page(state: &PortalState, viewer: &Viewer, desk: &Desk) -> Result<Html<String>, Fault> {
    let (share, now) = (&desk.share, state.clock.now());
    let recipients = state.db.share_recipients(share.id).await?;
    let looks = share::looks(&state.db, share.id).await?;
    let letters: BTreeMap<Uuid, String> =
        state.db.share_letters(share.id).await?.into_iter().map(|(id, far, _)| (id, far)).collect();
    let zone = zone(state, &share.location).await?;
    let l10n = &desk.l10n;
    let row = |recipient: &Recipient| {
        let look = looks.get(&recipient.address);
        let (word, when) = match recipient.revoked_at {
            Some(at) => ("revoked", at),
            None if recipient.expires_at <= now => ("expired", recipient.expires_at),
            None => ("live", recipient.expires_at),
        };
        Row {
            id: recipient.id.to_string(),
            address: recipient.address.clone(),
            state: word,
            when: l10n.date_time(when, zone),
            letter: letters.get(&recipient.id).cloned().unwrap_or_default(),
            looks: l10n.integer(look.map_or(0, |look| look.count)),
            first: look.map(|look| l10n.date_time(look.first_at, zone)),
            last: look.map(|look| l10n.date_time(look.last_at, zone)),
        }
    };
    let seen = recipients.iter().filter(|recipient| looks.contains_key(&recipient.address)).count();
    let args = [("seen", Arg::from(seen)), ("all", Arg::from(recipients.len()))];
    let page = Page {
        share: shown(state, share, (zone, l10n)).await?,
        action: desk.here.clone(),
        back: &desk.back,
        rows: recipients.iter().map(row).collect(),
        seen: l10n.message("share-seen", &args),
        ends: ends(None, l10n),
        live: recipients.iter().any(|recipient| recipient.is_live(now)),
    };
    state.view.page("share/sent.html", l10n, viewer, &page).map(Html)
}

async fn zone(state: &PortalState, location: &LocationRef) -> Result<chrono_tz::Tz, Fault> {
    Ok(state.db.location(location).await?.map_or(chrono_tz::Tz::UTC, |site| site.timezone))
}

async fn shown(state: &PortalState, share: &Share, (zone, l10n): (chrono_tz::Tz, &L10n)) -> Result<Shown, Fault> {
    let site = state.db.location(&share.location).await?;
    let report = report_of(state, &state.db.share_items(share.id).await?).await?;
    let told = report.iter().flat_map(|report| &report.escalations).filter_map(|told| told.incident.as_ref());
    let say = |at: DateTime<Utc>, kind: &str| format!("{}, {}", line(kind, 80), l10n.date_time(at, zone));
    Ok(Shown {
        id: share.id.to_string(),
        site: line(site.as_ref().map_or(share.location.as_str(), |site| &site.name), 120),
        by: line(&share.by_name, 80),
        at: l10n.date_time(share.created_at, zone),
        until: l10n.date_time(share.expires_at, zone),
        note: crate::model::clean(&share.note),
        may_comment: share.may_comment,
        incidents: told.map(|incident| say(incident.occurred_at, &incident.kind)).collect(),
    })
}

/// The incidents of a share as one report that tells of nothing else; none where all of it was taken away.
pub(super) async fn report_of(state: &PortalState, items: &[Item]) -> Result<Option<Report>, Fault> {
    let mut whole: Option<Report> = None;
    for item in items {
        let Some(found) = of_item(state, item).await? else { continue };
        let part = narrowed(&found.report, &BTreeSet::from([&item.incident]));
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.escalations.extend(part.escalations),
        }
    }
    Ok(whole)
}

async fn change(state: &PortalState, viewer: &Viewer, desk: Desk, form: &Form) -> Result<Response, Fault> {
    let recipient: Option<Uuid> = match form.recipient.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Fault::NoSuchPage)?),
    };
    let origin = &viewer.origin.address;
    match form.what.as_str() {
        "revoke" => revoke(state, &desk, recipient, origin).await?,
        "end" => end(state, &desk, recipient, form, origin).await?,
        "resend" => resend(state, &desk, recipient.ok_or(Fault::Form)?, origin).await?,
        _ => return Err(Fault::Form),
    }
    Ok(Redirect::to(&desk.here).into_response())
}

fn entry<'a>(desk: &'a Desk, action: &'static str, detail: serde_json::Value, origin: &'a str) -> Change<'a> {
    let object = share::subject(desk.share.id);
    Change { actor: desk.actor.clone(), action, object, branch: Some(&desk.share.branch), detail, origin }
}

async fn revoke(state: &PortalState, desk: &Desk, recipient: Option<Uuid>, origin: &str) -> Result<(), Fault> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let ended = share::revoke(&mut tx, &desk.share, recipient, &desk.actor.to_string(), now).await?;
    if ended > 0 {
        let detail = json!({"recipient": recipient, "links": ended});
        audit::record(&mut tx, entry(desk, "share.revoke", detail, origin), now).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn end(
    state: &PortalState,
    desk: &Desk,
    recipient: Option<Uuid>,
    form: &Form,
    origin: &str,
) -> Result<(), Fault> {
    let days: u16 = form.days.parse().ok().filter(|days| DAYS.contains(days)).ok_or(Fault::Form)?;
    let now = state.clock.now();
    let expires_at = now + TimeDelta::days(days.into());
    let mut tx = state.db.begin().await?;
    let moved = shares::end_at(&mut tx, desk.share.id, recipient, expires_at).await?;
    // Who is let in by it stays in as long as the link works, and no longer than they were.
    crate::db::whitelist::end_shared(&mut tx, &desk.share.location, &moved, expires_at).await?;
    let detail = json!({"recipient": recipient, "links": moved.len(), "expires_at": expires_at});
    audit::record(&mut tx, entry(desk, "share.end", detail, origin), now).await?;
    tx.commit().await?;
    Ok(())
}

async fn resend(state: &PortalState, desk: &Desk, recipient: Uuid, origin: &str) -> Result<(), Fault> {
    let now = state.clock.now();
    let known = state.db.share_recipients(desk.share.id).await?;
    let mut known = known.into_iter().find(|known| known.id == recipient).ok_or(Fault::NoSuchPage)?;
    if !known.is_live(now) {
        return Ok(());
    }
    let hour = TimeDelta::hours(1);
    if state.db.throttle(&format!("resend {recipient}"), hour, now).await? > MOST_LETTERS {
        return Err(Fault::TooMany);
    }
    let items = state.db.share_items(desk.share.id).await?;
    let report = report_of(state, &items).await?.ok_or(Fault::NoSuchPage)?;
    known.letter = state.random.id()?.into();
    let letter = letter::shared(state, &desk.share, &report, &known, LetterKind::Share)?;
    let token = share::token(&state.pipeline.link_key, recipient);
    let mut tx = state.db.begin().await?;
    if shares::resent(&mut tx, recipient, &token.hash(), known.letter).await? {
        letter.write(&mut tx, state, now).await?;
        let detail = json!({"recipient": recipient});
        audit::record(&mut tx, entry(desk, "share.resend", detail, origin), now).await?;
    }
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok(())
}

#[derive(Debug, Serialize)]
struct List {
    shares: Vec<Line>,
    location: Option<String>,
}

/// A share in a list.
#[derive(Debug, Serialize)]
struct Line {
    share: Shown,
    seen: String,
}

#[derive(Debug, Default, Deserialize)]
pub(in crate::portal) struct Which {
    #[serde(default)]
    location: String,
}

/// `/shares`: one's own, or (with `?location=`) those of a location of one's branch.
pub(in crate::portal) async fn list(
    State(state): State<PortalState>,
    axum::extract::Query(which): axum::extract::Query<Which>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let l10n = viewer.l10n(&state)?;
    let (found, location) = if which.location.is_empty() {
        (state.db.shares_by(viewer.principal.address().unwrap_or_default(), MOST).await?, None)
    } else {
        let location = LocationRef::new(which.location).map_err(|_| Fault::NoSuchPage)?;
        let site = state.db.location(&location).await?.ok_or(Fault::NoSuchPage)?;
        viewer.may(Action::ManageWhitelist, Place::of(&site.branch))?;
        (state.db.shares_of(&location, MOST).await?, Some(line(&site.name, 120)))
    };
    let mut lines = Vec::with_capacity(found.len());
    for share in found {
        let made = viewer.principal.address() == Some(share.by_address.as_str());
        let is_user = matches!(viewer.principal, Principal::User(_));
        if is_user && viewer.may(Action::Share, Place::given(&share.branch, made)).is_err() {
            continue;
        }
        let zone = zone(&state, &share.location).await?;
        let recipients = state.db.share_recipients(share.id).await?.len();
        let seen = share::looks(&state.db, share.id).await?.len();
        let args = [("seen", Arg::from(seen)), ("all", Arg::from(recipients))];
        let shown = shown(&state, &share, (zone, &l10n)).await?;
        lines.push(Line { share: shown, seen: l10n.message("share-seen", &args) });
    }
    state.view.page("share/list.html", &l10n, &viewer, &List { shares: lines, location }).map(Html)
}
