//! `/desk/night`: a night in all its revisions, its mails, and the wish for another revision.

use axum::extract::{Query, RawQuery, State};
use axum::response::{Html, Redirect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::feedback::{self, Shown};
use super::words::{self, Mail, Revision, Said, Site};
use crate::access::policy::{Action, Place};
use crate::audit::Change;
use crate::db::deliveries::DeliveryFilter;
use crate::db::sites::Location;
use crate::model::{DeliveryId, LocationRef, NightDate, ReportId};
use crate::pipeline::{Again, Planned, SiteNight};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::hosted::{Leaf, Leaves, Turn};
use crate::portal::posted::Posted;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;

/// More mails than a night has: each recipient has one of each revision.
const MOST: i64 = 10_000;
/// A reason is a sentence or two: it stands in the customer's mail.
const LONGEST_REASON: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct Which {
    location: String,
    night: String,
}

#[derive(Serialize)]
struct Page {
    site: Site,
    location: String,
    night_ref: String,
    night: String,
    before: String,
    after: String,
    said: Option<String>,
    revisions: Vec<Revision>,
    /// What readers said about the night.
    feedback: Vec<Shown>,
    /// Those of the leaf that was asked for.
    mails: Vec<Mail>,
    leaf: Option<Leaf>,
    /// How many of them failed or came back.
    failed: usize,
    /// The revision that a regeneration makes.
    next: Option<i32>,
    may_correct: bool,
    longest: usize,
}

async fn found(state: &PortalState, location: &str, night: &str) -> Result<(Location, NightDate), Fault> {
    let location: LocationRef = location.parse().map_err(|_| Fault::NoSuchPage)?;
    let night: NightDate = night.parse().map_err(|_| Fault::NoSuchPage)?;
    let site = state.db.location(&location).await?.ok_or(Fault::NoSuchPage)?;
    Ok((site, night))
}

pub(super) async fn night(
    State(state): State<PortalState>,
    Query(which): Query<Which>,
    Query(said): Query<Said>,
    RawQuery(query): RawQuery,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let (site, night) = found(&state, &which.location, &which.night).await?;
    viewer.may(Action::LookUp, Place::of(&site.branch))?;
    let l10n = viewer.l10n(&state)?;
    let mut rows = state.db.revisions(&site.location, night).await?;
    rows.reverse();
    let filter = DeliveryFilter {
        location: Some(site.location.clone()),
        night: Some(night),
        limit: MOST,
        ..DeliveryFilter::default()
    };
    let listed = state.db.deliveries(&filter).await?;
    let turn = Turn::of(query.as_deref(), &["location", "night"], "mails");
    let all: Vec<Mail> = listed.iter().map(|one| Mail::of(one, site.timezone, &l10n)).collect();
    let (range, leaf) = Leaves::cut(all.iter().map(Mail::weight)).turned(&turn);
    let page = Page {
        revisions: words::revisions(&state, &rows, site.timezone, &l10n).await?,
        feedback: feedback::of_night(&state, &site, night, &l10n).await?,
        failed: listed.iter().filter(|one| matches!(one.delivery.state.as_str(), "failed" | "bounced")).count(),
        mails: all.into_iter().skip(range.start).take(range.len()).collect(),
        leaf,
        next: state.pipeline.next_revision(&site.location, night).await?,
        may_correct: viewer.may(Action::Correct, Place::of(&site.branch)).is_ok(),
        said: said.of(&["reason", "nothing", "resent", "no-report"]),
        location: site.location.to_string(),
        night_ref: night.to_string(),
        night: l10n.date_with_weekday(night),
        before: words::night_path(&site.location, night.minus(1)),
        after: words::night_path(&site.location, night.plus(1)),
        site: Site::of(&site, state.clock.now(), &l10n),
        longest: LONGEST_REASON,
    };
    state.view.page("desk/night.html", &l10n, &viewer, &page).map(Html)
}

#[derive(Deserialize)]
pub(super) struct Wish {
    location: String,
    night: String,
    #[serde(default)]
    reason: String,
}

/// Plans a new revision and mails nobody; its page shows how far it is.
pub(super) async fn regenerate(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(wish): Posted<Wish>,
) -> Result<Redirect, Fault> {
    let (site, night) = found(&state, &wish.location, &wish.night).await?;
    viewer.may(Action::Correct, Place::of(&site.branch))?;
    let back = |said: &str| {
        let pairs = [("location", site.location.as_str()), ("night", &wish.night), ("said", said)];
        Redirect::to(&words::path("/desk/night", &pairs))
    };
    let reason = line(&wish.reason, LONGEST_REASON);
    if reason.is_empty() {
        return Ok(back("reason"));
    }
    match once_more(&state, &viewer, (&site, night), (reason, false)).await? {
        Some((id, _)) => Ok(Redirect::to(&format!("/desk/reports/{id}"))),
        None => Ok(back("no-report")),
    }
}

/// Plans another revision of a night, which says who wanted it and why; none where no report of it was ever built.
pub(in crate::portal) async fn once_more(
    state: &PortalState,
    viewer: &Viewer,
    (site, night): (&Location, NightDate),
    (reason, send): (String, bool),
) -> Result<Option<(ReportId, Planned)>, Fault> {
    let Some(revision) = state.pipeline.next_revision(&site.location, night).await? else { return Ok(None) };
    let id = ReportId::of(&site.location, night, revision);
    let change = Change {
        actor: viewer.actor(),
        action: "report.regenerate",
        object: format!("report:{id}"),
        branch: Some(&site.branch),
        detail: json!({
            "location": site.location, "night": night.to_string(), "revision": revision, "reason": reason, "send": send,
        }),
        origin: &viewer.origin.address,
    };
    let again = Again {
        sites: vec![SiteNight { location: site.location.clone(), night, revision }],
        reason,
        by: words::signature(viewer),
        send,
    };
    let planned = state.pipeline.regenerate(again, Some(change)).await?;
    state.pipeline.queue.wake();
    Ok(Some((id, planned)))
}

/// Sends a night's mails once more that failed or came back.
pub(super) async fn resend_failed(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(wish): Posted<Wish>,
) -> Result<Redirect, Fault> {
    let (site, night) = found(&state, &wish.location, &wish.night).await?;
    viewer.may(Action::Correct, Place::of(&site.branch))?;
    let reopened = send_failed(&state, &viewer, &site, night).await?;
    let said = if reopened.is_empty() { "nothing" } else { "resent" };
    let pairs = [("location", site.location.as_str()), ("night", &wish.night), ("said", said)];
    Ok(Redirect::to(&words::path("/desk/night", &pairs)))
}

/// The same, of whoever may; returns which these are.
pub(in crate::portal) async fn send_failed(
    state: &PortalState,
    viewer: &Viewer,
    site: &Location,
    night: NightDate,
) -> Result<Vec<DeliveryId>, Fault> {
    let ids = state.pipeline.failed_mails(Some(site.location.clone()), Some(night)).await?;
    let change = Change {
        actor: viewer.actor(),
        action: "delivery.resend",
        object: format!("location:{}", site.location),
        branch: Some(&site.branch),
        detail: json!({ "night": night.to_string(), "deliveries": ids }),
        origin: &viewer.origin.address,
    };
    let reopened = state.pipeline.resend(&ids, false, Some(change)).await?;
    state.pipeline.queue.wake();
    Ok(reopened)
}
