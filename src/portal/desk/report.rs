//! `/desk/reports/{id}`: one revision: the hosted report as its readers see it, its artifacts, and what to do with it; or
//! how far it is, while it is not built.

use axum::extract::{Path, Query, RawQuery, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::feedback;
use super::words::{self, Revision};
use crate::access::policy::{Action, Place};
use crate::db::reports::ReportRow;
use crate::db::sites::Location;
use crate::model::{ReportId, ReportState};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::hosted::{Leaf, List};
use crate::portal::pages;
use crate::portal::shown::{self, Banners, Choices, Event, Figures, Filter, Heading, Sale, line};
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// A revision that somebody of ours may look at.
pub(in crate::portal) struct Opened {
    pub(in crate::portal) row: ReportRow,
    /// None where the feed knows the site no more.
    pub(super) site: Option<Location>,
}

/// The revision of that id, if the viewer may do this with it.
pub(in crate::portal) async fn open(
    state: &PortalState,
    viewer: &Viewer,
    id: &str,
    action: Action,
) -> Result<Opened, Fault> {
    let id: ReportId = id.parse().map_err(|_| Fault::NoSuchPage)?;
    let row = state.db.report(id).await?.ok_or(Fault::NoSuchPage)?;
    let site = state.db.location(&row.location).await?;
    let place = site.as_ref().map_or(Place::INSTALLATION, |site| Place::of(&site.branch));
    viewer.may(action, place)?;
    Ok(Opened { row, site })
}

/// What stands above a revision of any state.
#[derive(Serialize)]
pub(super) struct Top {
    site: String,
    night: String,
    back: String,
    revision: i32,
    state: &'static str,
    /// The revision among the others of its night.
    revisions: Vec<Revision>,
    own: ReportId,
    base: String,
    may_correct: bool,
}

pub(super) async fn top(state: &PortalState, viewer: &Viewer, opened: &Opened, l10n: &L10n) -> Result<Top, Fault> {
    let Opened { row, site } = opened;
    let zone = words::zone_of(state, &row.location).await?;
    let mut rows = state.db.revisions(&row.location, row.night).await?;
    rows.reverse();
    let place = site.as_ref().map_or(Place::INSTALLATION, |site| Place::of(&site.branch));
    Ok(Top {
        site: site.as_ref().map_or_else(|| line(row.location.as_str(), 128), |site| line(&site.name, 120)),
        night: l10n.date_with_weekday(row.night),
        back: words::night_path(&row.location, row.night),
        revision: row.revision,
        state: row.state.as_str(),
        revisions: words::revisions(state, &rows, zone, l10n).await?,
        own: row.id,
        base: format!("/desk/reports/{}", row.id),
        may_correct: viewer.may(Action::Correct, place).is_ok(),
    })
}

#[derive(Serialize)]
struct Page<'a> {
    top: Top,
    heading: Heading,
    banners: Banners,
    figures: Figures,
    base: &'a str,
    filter: &'a Filter,
    narrow: bool,
    choices: Choices,
    total: usize,
    shown: usize,
    events: Vec<Event>,
    /// None where everything stands on one page.
    leaf: Option<Leaf>,
    sales: Vec<Sale>,
    artifacts: Vec<Artifact>,
}

#[derive(Serialize)]
struct Artifact {
    name: String,
    href: String,
    content_type: String,
    size: String,
    sha256: String,
}

#[derive(Serialize)]
struct Waiting {
    top: Top,
    error: Option<String>,
    removed: Option<String>,
}

pub(super) async fn report(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let opened = open(&state, &viewer, &id, Action::LookUp).await?;
    let l10n = viewer.l10n(&state)?;
    let top = top(&state, &viewer, &opened, &l10n).await?;
    let row = &opened.row;
    if row.object_key.is_none() {
        let zone = words::zone_of(&state, &row.location).await?;
        let removed = state.db.removal(row.id).await?.artifacts_removed_at;
        let page = Waiting {
            error: row.error.as_deref().map(|error| line(error, 600)),
            removed: removed.map(|at| l10n.date_time(at, zone)),
            top,
        };
        return state.view.page("desk/waiting.html", &l10n, &viewer, &page).map(Html);
    }
    let frozen = frozen::report(&state, row.id).await?;
    let report = &frozen.report;
    let base = top.base.clone();
    let filter = Filter::parse(query.as_deref());
    let mut events = shown::events(report, &base, &l10n);
    feedback::noted(&state, &frozen, &mut events, &l10n).await?;
    let (total, choices) = (events.len(), Choices::of(&events));
    let list = List::of(events, report, &filter, &l10n);
    let latest = top.revisions.iter().filter_map(Revision::built).max().unwrap_or(row.revision);
    let page = Page {
        heading: shown::heading(report, state.clock.now(), &l10n).of_the_house(),
        banners: shown::banners(report, latest, &l10n),
        figures: shown::figures(report, &l10n),
        base: &base,
        narrow: filter.is_narrow(),
        choices,
        total,
        shown: list.shown,
        events: list.events,
        leaf: list.leaf,
        filter: &filter,
        sales: list.sales,
        artifacts: artifacts(&state, row, &base, &l10n).await?,
        top,
    };
    state.view.page("desk/report.html", &l10n, &viewer, &page).map(Html)
}

async fn artifacts(state: &PortalState, row: &ReportRow, base: &str, l10n: &L10n) -> Result<Vec<Artifact>, Fault> {
    let rows = state.db.artifacts(row.id).await?;
    // Each mail's bytes stand on the mail's own page.
    let shown = rows.into_iter().filter(|artifact| !artifact.name.starts_with("deliveries/"));
    Ok(shown
        .map(|artifact| Artifact {
            href: words::path(&format!("{base}/artifact"), &[("name", &artifact.name)]),
            name: line(&artifact.name, 200),
            content_type: line(&artifact.content_type, 100),
            size: l10n.integer(artifact.size),
            sha256: artifact.sha256,
        })
        .collect())
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

/// An artifact's exact bytes: a PDF within the browser, anything else to be saved.
pub(super) async fn artifact(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    Query(named): Query<Named>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let Opened { row, .. } = open(&state, &viewer, &id, Action::LookUp).await?;
    frozen::not_removed(&state, row.id).await?;
    let found = frozen::artifact(&state, &row, &named.name).await?;
    let (artifact, bytes) = found.ok_or(Fault::NoSuchPage)?;
    let file: String =
        artifact.name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    let is_pdf = artifact.content_type == "application/pdf";
    let (kind, how) = if is_pdf {
        // A browser's own viewer brings its own styles and scripts.
        ("application/pdf", "inline")
    } else {
        ("application/octet-stream", "attachment")
    };
    let policy = if is_pdf { "frame-ancestors 'none'" } else { "default-src 'none'; sandbox; frame-ancestors 'none'" };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{how}; filename=\"{}-r{}-{file}\"", row.night, row.revision)),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// A clip of the report by its place in it.
pub(super) async fn clip(
    State(state): State<PortalState>,
    Path((id, number)): Path<(String, String)>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let Opened { row, .. } = open(&state, &viewer, &id, Action::LookUp).await?;
    let frozen = frozen::report(&state, row.id).await?;
    let clip = number.parse().ok().and_then(|number: usize| frozen.report.clips.get(number)).ok_or(Fault::NoClip)?;
    pages::archived(&state, clip).await?.ok_or(Fault::NoClip)
}

/// The photo of an escalation by its place in the report.
pub(super) async fn photo(
    State(state): State<PortalState>,
    Path((id, number)): Path<(String, String)>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let Opened { row, .. } = open(&state, &viewer, &id, Action::LookUp).await?;
    let frozen = frozen::report(&state, row.id).await?;
    let escalation = number.parse().ok().and_then(|number: usize| frozen.report.escalations.get(number));
    let incident = escalation.and_then(|escalation| escalation.incident.as_ref());
    pages::show(&state, incident.and_then(|incident| incident.photo.as_ref())).await
}

/// Whether a revision is still on its way to being built.
pub(super) fn is_open(row: &ReportRow) -> bool {
    row.state == ReportState::Planned
}
