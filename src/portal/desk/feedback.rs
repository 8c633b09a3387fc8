//! `/desk/feedback`: what readers said about events, newest first; each with its event, until somebody marks it as
//! handled.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use axum::extract::{Path, Query, State};
use axum::response::{Html, Redirect};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::words::{self, Said};
use crate::access::policy::{Action, Place};
use crate::audit::{self, Change};
use crate::db::feedback::{self as rows, Feedback, Wanted};
use crate::db::sites::Location;
use crate::model::{LocationRef, NightDate, ReportId, clean};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen::{self, Frozen};
use crate::portal::hosted;
use crate::portal::posted::Posted;
use crate::portal::shown::{self, Event, Remark, line};
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// So much stands on a page.
const ROWS: usize = 50;
/// The longest answer or remark, in characters.
const LONGEST: usize = 1_000;
/// What may be said.
const KINDS: [&str; 4] = ["ours", "call", "wrong", "other"];
/// What is looked for by how far it is.
const STATES: [&str; 3] = ["open", "handled", "all"];

/// Something that a reader said, as staff read it.
#[derive(Serialize)]
pub(super) struct Shown {
    href: String,
    site: String,
    night: String,
    night_href: String,
    at: String,
    kind: String,
    name: String,
    email: String,
    mails: String,
    words: String,
    phone: Option<String>,
    /// When it was handled.
    handled: Option<String>,
    by: Option<String>,
    reply: Option<String>,
    remark: Option<String>,
    /// The event that it is about, where the page is about the night.
    about: Option<About>,
}

/// An event in its report.
#[derive(Serialize)]
struct About {
    href: String,
    title: String,
}

impl Shown {
    fn of(said: &Feedback, site: Option<&Location>, l10n: &L10n) -> Self {
        let zone = site.map_or(Tz::UTC, |site| site.timezone);
        let whole = |text: &String| clean(text).trim().to_owned();
        Self {
            href: format!("/desk/feedback/{}", said.id),
            site: line(site.map_or(said.location.as_str(), |site| &site.name), 120),
            night: l10n.date(said.night),
            night_href: words::night_path(&said.location, said.night),
            at: l10n.date_time(said.at, zone),
            kind: kind(said, l10n),
            name: line(&said.name, 100),
            email: line(&said.email, 254),
            mails: words::path("/desk/mails", &[("q", &said.email)]),
            words: whole(&said.words),
            phone: said.phone.as_deref().map(|phone| line(phone, 40)),
            handled: said.handled_at.map(|at| l10n.date_time(at, zone)),
            by: said.handled_by.as_deref().map(|by| line(by, 120)),
            reply: said.reply.as_ref().map(whole).filter(|text| !text.is_empty()),
            remark: said.remark.as_ref().map(whole).filter(|text| !text.is_empty()),
            about: None,
        }
    }
}

/// What it is about, in the reader's words; of a later version's kind, as something else.
fn kind(said: &Feedback, l10n: &L10n) -> String {
    let word = if KINDS.contains(&said.kind.as_str()) { &said.kind } else { "other" };
    l10n.message(&format!("feedback-kind-{word}"), &[])
}

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    location: String,
    #[serde(default)]
    before: String,
}

#[derive(Serialize)]
struct List {
    said: Vec<Shown>,
    states: [&'static str; 3],
    state: &'static str,
    kinds: [&'static str; 4],
    kind: &'static str,
    location: String,
    /// How much is still to be handled, everywhere.
    open: i64,
    /// The way to what was said before.
    older: Option<String>,
    /// Whether this is not the first page.
    newest: Option<String>,
}

/// Where a page ends, as its address says it.
fn mark(said: &Feedback) -> String {
    format!("{}.{}", said.at.timestamp_micros(), said.id)
}

/// The same read again; whatever else somebody wrote there is none.
fn marked(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('.')?;
    let at = at.parse().ok().filter(|at| (0..=4_102_444_800_000_000_i64).contains(at))?;
    Some((DateTime::from_timestamp_micros(at)?, id.parse().ok()?))
}

pub(super) async fn list(
    State(state): State<PortalState>,
    Query(wish): Query<Wish>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    viewer.may(Action::LookUp, Place::INSTALLATION)?;
    let l10n = viewer.l10n(&state)?;
    let how = STATES.into_iter().find(|word| *word == wish.state).unwrap_or("open");
    let kind = KINDS.into_iter().find(|word| *word == wish.kind);
    let location: Option<LocationRef> = wish.location.trim().parse().ok();
    let handled = match how {
        "open" => Some(false),
        "handled" => Some(true),
        _ => None,
    };
    let wanted = Wanted { location: location.as_ref(), kind, handled, before: marked(&wish.before) };
    let mut rows = state.db.feedback_found(&wanted, i64::try_from(ROWS).unwrap_or(50) + 1).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let named = location.as_ref().map(ToString::to_string).unwrap_or_default();
    let query = |before: Option<&str>| {
        let mut query = Serializer::new(String::new());
        query.append_pair("state", how);
        for (name, value) in [("kind", kind.unwrap_or_default()), ("location", &named)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(before) = before {
            query.append_pair("before", before);
        }
        format!("/desk/feedback?{}", query.finish())
    };
    let page = List {
        older: rows.last().filter(|_| more).map(|last| query(Some(&mark(last)))),
        newest: wanted.before.map(|_| query(None)),
        said: shown(&state, &rows, &l10n).await?,
        states: STATES,
        state: how,
        kinds: KINDS,
        kind: kind.unwrap_or_default(),
        open: state.db.open_feedback_count().await?,
        location: named.clone(),
    };
    state.view.page("desk/feedback_list.html", &l10n, &viewer, &page).map(Html)
}

async fn shown(state: &PortalState, rows: &[Feedback], l10n: &L10n) -> Result<Vec<Shown>, Fault> {
    let mut sites: HashMap<&LocationRef, Option<Location>> = HashMap::new();
    for row in rows {
        if !sites.contains_key(&row.location) {
            sites.insert(&row.location, state.db.location(&row.location).await?);
        }
    }
    Ok(rows.iter().map(|row| Shown::of(row, sites.get(&row.location).and_then(Option::as_ref), l10n)).collect())
}

/// What was said about a night, oldest first, each beside the event that it is about.
pub(super) async fn of_night(
    state: &PortalState,
    site: &Location,
    night: NightDate,
    l10n: &L10n,
) -> Result<Vec<Shown>, Fault> {
    let rows = state.db.feedback_of_night(&site.location, night).await?;
    let mut reports: HashMap<ReportId, Option<(Frozen, Vec<Event>)>> = HashMap::new();
    let mut said = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Entry::Vacant(place) = reports.entry(row.report) {
            place.insert(told(state, row.report, l10n).await?);
        }
        let about = reports.get(&row.report).and_then(Option::as_ref).and_then(|(frozen, events)| {
            let event = events.get(hosted::place(&frozen.report, &row.subject, &row.of)?)?;
            let href = format!("/desk/reports/{}{}", row.report, event.place());
            Some(About { href, title: format!("{} {}", event.time, event.kind) })
        });
        said.push(Shown { about, ..Shown::of(row, Some(site), l10n) });
    }
    Ok(said)
}

/// A report's events; none where its bytes are gone, which what was said outlives.
async fn told(state: &PortalState, id: ReportId, l10n: &L10n) -> Result<Option<(Frozen, Vec<Event>)>, Fault> {
    match frozen::report(state, id).await {
        Ok(frozen) => {
            let events = shown::events(&frozen.report, &format!("/desk/reports/{id}"), l10n);
            Ok(Some((frozen, events)))
        }
        Err(Fault::Removed(_) | Fault::NoSuchLink) => Ok(None),
        Err(fault) => Err(fault),
    }
}

#[derive(Serialize)]
struct Page {
    one: Shown,
    /// The event, as it stands in the report that the reader had before them.
    event: Option<Event>,
    /// Its place there.
    event_href: Option<String>,
    done: Option<String>,
    may_correct: bool,
    longest: usize,
}

async fn found(
    state: &PortalState,
    viewer: &Viewer,
    (id, action): (&str, Action),
) -> Result<(Feedback, Option<Location>), Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NoSuchPage)?;
    let said = state.db.feedback(id).await?.ok_or(Fault::NoSuchPage)?;
    let site = state.db.location(&said.location).await?;
    viewer.may(action, site.as_ref().map_or(Place::INSTALLATION, |site| Place::of(&site.branch)))?;
    Ok((said, site))
}

pub(super) async fn one(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    Query(done): Query<Said>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let (said, site) = found(&state, &viewer, (&id, Action::LookUp)).await?;
    let l10n = viewer.l10n(&state)?;
    let base = format!("/desk/reports/{}", said.report);
    let event = told(&state, said.report, &l10n).await?.and_then(|(frozen, events)| {
        let place = hosted::place(&frozen.report, &said.subject, &said.of)?;
        events.into_iter().nth(place)
    });
    let place = site.as_ref().map_or(Place::INSTALLATION, |site| Place::of(&site.branch));
    let page = Page {
        one: Shown::of(&said, site.as_ref(), &l10n),
        event_href: event.as_ref().map(|event| format!("{base}{}", event.place())),
        event,
        done: done.of(&["handled", "handled-before"]),
        may_correct: viewer.may(Action::Correct, place).is_ok(),
        longest: LONGEST,
    };
    state.view.page("desk/feedback.html", &l10n, &viewer, &page).map(Html)
}

/// What somebody says who has seen to it.
#[derive(Deserialize)]
pub(in crate::portal) struct Done {
    /// To the reader, on the report's page.
    #[serde(default)]
    pub(in crate::portal) reply: String,
    /// For the record.
    #[serde(default)]
    pub(in crate::portal) remark: String,
}

pub(super) async fn handle(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(done): Posted<Done>,
) -> Result<Redirect, Fault> {
    let (said, site) = found(&state, &viewer, (&id, Action::Correct)).await?;
    let new = see_to(&state, &viewer, (&said, site.as_ref()), &done).await?;
    let word = if new { "handled" } else { "handled-before" };
    Ok(Redirect::to(&format!("/desk/feedback/{}?said={word}", said.id)))
}

/// Marks what a reader said as handled; false where somebody had seen to it. The words are not entered in the audit log:
/// they are about a person, and the log forgets nothing.
pub(in crate::portal) async fn see_to(
    state: &PortalState,
    viewer: &Viewer,
    (said, site): (&Feedback, Option<&Location>),
    done: &Done,
) -> Result<bool, Fault> {
    let text = |raw: &str| {
        let text: String = raw.replace("\r\n", "\n").trim().chars().take(LONGEST).collect();
        (!text.is_empty()).then_some(text)
    };
    let (reply, remark) = (text(&done.reply), text(&done.remark));
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let new = rows::handle(&mut tx, said.id, &words::signature(viewer), reply.as_ref(), now).await?;
    if new {
        if let Some(remark) = &remark {
            rows::remark(&mut tx, said.id, remark).await?;
        }
        let change = Change {
            actor: viewer.actor(),
            action: "feedback.handle",
            object: format!("feedback:{}", said.id),
            branch: site.map(|site| &site.branch),
            detail: json!({
                "location": said.location, "night": said.night.to_string(), "kind": said.kind,
                "answered": reply.is_some(), "remarked": remark.is_some(),
            }),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    Ok(new)
}

/// Notes on each event of a report what its readers said about it, in whichever revision.
pub(super) async fn noted(
    state: &PortalState,
    frozen: &Frozen,
    events: &mut [Event],
    l10n: &L10n,
) -> Result<(), Fault> {
    let zone = frozen.report.site.timezone;
    for said in state.db.feedback_of_night(&frozen.row.location, frozen.row.night).await? {
        let place = hosted::place(&frozen.report, &said.subject, &said.of);
        let Some(event) = place.and_then(|place| events.get_mut(place)) else { continue };
        let args = [
            ("name", line(&said.name, 100).into()),
            ("address", line(&said.email, 254).into()),
            ("at", l10n.date_time(said.at, zone).into()),
            ("kind", kind(&said, l10n).into()),
        ];
        let mut text = l10n.message("feedback-on-event", &args);
        for more in [Some(&said.words), said.phone.as_ref()].into_iter().flatten().filter(|more| !more.is_empty()) {
            text = format!("{text}\n{}", clean(more).trim());
        }
        event.remarks.push(Remark {
            text,
            href: format!("/desk/feedback/{}", said.id),
            handled: said.handled_at.is_some(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_page_is_read_as_it_was_written_and_nothing_else_is() {
        let id = Uuid::from_u128(7);
        let at: DateTime<Utc> = "2026-03-29T05:00:00.123456Z".parse().unwrap();
        assert_eq!(marked(&format!("{}.{id}", at.timestamp_micros())), Some((at, id)));
        for wrong in
            ["", ".", "1.", "1.x", "x.1", "-1.00000000-0000-0000-0000-000000000000", "9999999999999999999999.1"]
        {
            assert_eq!(marked(wrong), None, "{wrong}");
        }
    }
}
