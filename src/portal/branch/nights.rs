//! `/locations/{location}/nights`: the nights of a location with the reports of them, for who is signed in: customers see
//! those that they were mailed, and open them as from the mail; who sees the whole location sees all.
//!
//! Opening a night leads to the hosted report by the mail's own link; where that has ended, by one of a day, which follows
//! from the mail and the day. A GET changes nothing that a person would see.

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{Datelike, Days, NaiveTime};
use serde::Serialize;

use super::pager::{self, Pager};
use super::pdf;
use super::query::Query;
use super::site::{Head, Site, admit};
use super::witness;
use crate::access::{Action, Token, mint, mint_again};
use crate::db::links::{self, NewLink};
use crate::db::mailed::ReportedNight;
use crate::model::{DeliveryId, LinkTarget, NightDate, ReportId, ReportState, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// Nights of other years there are none, and not every database knows them.
const SENSIBLE: std::ops::RangeInclusive<i32> = 1970..=9998;

#[derive(Serialize)]
struct Page {
    head: Head,
    /// Address of this page without its query.
    here: String,
    /// Whether these are only those that were mailed to who looks.
    own: bool,
    rows: Vec<Row>,
    count: String,
    pager: Option<Pager>,
}

#[derive(Serialize)]
struct Row {
    /// Address of the report, where there is one to open.
    href: Option<String>,
    night: String,
    incidents: i64,
    interactions: String,
    /// Set where it is not the first.
    revision: Option<String>,
    /// Address of its PDF.
    pdf: Option<String>,
    removed: bool,
}

impl Row {
    fn of(one: &ReportedNight, base: &str, l10n: &L10n) -> Self {
        let there = !one.removed;
        Self {
            href: (there && one.delivery.is_some()).then(|| format!("{base}/{}", one.night)),
            night: l10n.date_with_weekday(one.night),
            incidents: one.incidents,
            interactions: l10n.integer(one.interactions),
            revision: (one.revision > 1).then(|| l10n.message("nights-revision", &[("number", one.revision.into())])),
            pdf: (there && one.pdf).then(|| format!("{base}/{}/pdf", one.night)),
            removed: one.removed,
        }
    }
}

pub(super) async fn nights(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Fault> {
    let site = admit(&state, &viewer, &location, Action::ReadLocation).await?;
    let l10n = viewer.l10n(&state)?;
    let query = Query::parse(query.as_deref(), &["page"]);
    let (place, leaf) = (&site.location.location, (pager::ROWS, pager::offset(&query)));
    let (found, total) = match &site.mailed_to {
        Some(address) => {
            (state.db.mailed_nights(place, address, leaf).await?, state.db.count_mailed_nights(place, address).await?)
        }
        None => {
            (state.db.reported_nights(place, own(&viewer), leaf).await?, state.db.count_reported_nights(place).await?)
        }
    };
    witness::note(&state, &viewer, &site, ViewKind::Page, "reports".to_owned())?;
    let here = format!("{}/nights", site.base());
    let page = Page {
        head: site.head(&viewer),
        own: site.mailed_to.is_some(),
        rows: found.iter().map(|one| Row::of(one, &here, &l10n)).collect(),
        count: l10n.message("nights-count", &[("count", total.into())]),
        pager: pager::pager(&query, found.len(), total, &l10n),
        here,
    };
    state.view.page("branch_nights.html", &l10n, &viewer, &page).map(Html)
}

/// The address by which who looks may have been mailed reports.
fn own(viewer: &Viewer) -> &str {
    viewer.principal.address().unwrap_or_default()
}

/// A night of a location that the viewer may see, and what they were mailed of it.
async fn found(
    state: &PortalState,
    viewer: &Viewer,
    (location, night): (&str, &str),
) -> Result<(Site, NightDate, Option<(ReportId, DeliveryId)>), Fault> {
    let site = admit(state, viewer, location, Action::ReadLocation).await?;
    let night: NightDate = night.parse().map_err(|_| Fault::NoSuchPage)?;
    if !SENSIBLE.contains(&night.date().year()) {
        return Err(Fault::NoSuchPage);
    }
    let mailed = state.db.mailed_night((&site.location.location, night), own(viewer)).await?;
    if mailed.is_none() && site.mailed_to.is_some() {
        return Err(Fault::NoSuchPage);
    }
    Ok((site, night, mailed))
}

/// Leads on to the hosted report; who sees the location but was not mailed the night is led to its incidents.
pub(super) async fn open(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((location, night)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (site, night, mailed) = found(&state, &viewer, (&location, &night)).await?;
    let Some((report, delivery)) = mailed else {
        let (from, to) = (night, night.plus(1));
        return Ok(Redirect::to(&format!("{}/incidents?from={from}&to={to}", site.base())).into_response());
    };
    frozen::not_removed(&state, report).await?;
    let token = way_in(&state, report, delivery).await?;
    Ok(Redirect::to(&format!("/{}/{token}", LinkTarget::Report.path_prefix())).into_response())
}

/// The token of a link to a report that works: the mail's own, or one of today's.
async fn way_in(state: &PortalState, report: ReportId, delivery: DeliveryId) -> Result<Token, Fault> {
    let (now, key, target) = (state.clock.now(), &state.pipeline.link_key, LinkTarget::Report);
    let mailed = mint(key, delivery, &target);
    let link = state.db.link(&mailed.hash()).await?;
    if link.is_some_and(|link| link.revoked_at.is_none() && link.expires_at > now) {
        return Ok(mailed);
    }
    let today = now.date_naive();
    let token = mint_again(key, delivery, &target, today);
    if state.db.link(&token.hash()).await?.is_none() {
        // Until the end of tomorrow (UTC): nobody who opens it at midnight is shut out at once.
        let ends = (today + Days::new(2)).and_time(NaiveTime::MIN).and_utc();
        let link = NewLink { token_hash: token.hash(), delivery, report, target, expires_at: ends };
        let mut tx = state.db.begin().await?;
        links::insert(&mut tx, &[link]).await?;
        tx.commit().await?;
    }
    Ok(token)
}

/// The PDF of a night: of the latest revision that the viewer may see.
pub(super) async fn pdf(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((location, night)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (site, night, mailed) = found(&state, &viewer, (&location, &night)).await?;
    let report = if let (Some((report, _)), Some(_)) = (mailed, &site.mailed_to) {
        report
    } else {
        // Who sees the whole location has the latest, whatever they were mailed.
        let built = state.db.revisions(&site.location.location, night).await?;
        let built = built.into_iter().filter(|row| row.state == ReportState::Built);
        built.max_by_key(|row| row.revision).ok_or(Fault::NoPdf)?.id
    };
    pdf::send(&state, &viewer, &site, report).await
}
