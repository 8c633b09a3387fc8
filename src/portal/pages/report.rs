//! `/r/{token}`: the morning report, with filters, an order, and footage to play.

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use serde::Serialize;

use crate::db::reports::ReportRow;
use crate::model::{LinkTarget, ReportState, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::hosted::{self, Beside, Drawing, Leaf, List};
use crate::portal::looked::{Looker, looked};
use crate::portal::shown::{self, Banners, Choices, Event, Figures, Filter, Heading, Sale};
use crate::portal::visitor::admit;

#[derive(Serialize)]
struct Page<'a> {
    heading: Heading,
    banners: Banners,
    beside: Beside,
    /// None on a night without events.
    drawing: Option<Drawing>,
    figures: Figures,
    /// Address of the page without its query.
    base: &'a str,
    filter: &'a Filter,
    narrow: bool,
    choices: Choices,
    total: usize,
    shown: usize,
    parts: Vec<Part>,
    /// None where everything stands on one page.
    leaf: Option<Leaf>,
    /// Transactions that no incident names.
    sales: Vec<Sale>,
    pdf: bool,
}

/// Events under a title.
#[derive(Serialize)]
struct Part {
    /// Message key.
    title: &'static str,
    events: Vec<Event>,
}

pub(in crate::portal) async fn report(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    looker: Looker,
) -> Result<Html<String>, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Report).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let seen = (ViewKind::Page, format!("report:{}", frozen.row.id));
    looked(&state, &visitor, &looker, &frozen.row.location, seen).await;
    let report = &frozen.report;
    let l10n = visitor.l10n(&state, report)?;
    let filter = Filter::parse(query.as_deref());
    let base = format!("/r/{token}");
    let mut events = shown::events(report, &base, &l10n);
    hosted::said(&state, &visitor, (&frozen, &base), &mut events, &l10n).await?;
    let (total, choices) = (events.len(), Choices::of(&events));
    let list = List::of(events, report, &filter, &l10n);
    let page = Page {
        heading: shown::heading(report, visitor.access.expires_at, &l10n),
        banners: shown::banners(report, latest(&state, &frozen.row).await?, &l10n),
        beside: hosted::beside(&state, &visitor, &frozen.row, &l10n).await?,
        drawing: hosted::draw(report, list.spots, &l10n),
        figures: shown::figures(report, &l10n),
        base: &base,
        narrow: filter.is_narrow(),
        choices,
        total,
        shown: list.shown,
        parts: parts(list.events, filter.is_mixed()),
        leaf: list.leaf,
        filter: &filter,
        sales: list.sales,
        pdf: report.has_pdf(),
    };
    state.view.render("report.html", &l10n, &page).map(Html)
}

/// The newest revision of the night that was built.
pub(in crate::portal) async fn latest(state: &PortalState, row: &ReportRow) -> Result<i32, Fault> {
    let revisions = state.db.revisions(&row.location, row.night).await?;
    let built = revisions.iter().filter(|known| known.state == ReportState::Built);
    Ok(built.map(|known| known.revision).max().unwrap_or(row.revision))
}

/// Escalated ones first under their own title, or all in one list.
fn parts(events: Vec<Event>, mixed: bool) -> Vec<Part> {
    let parts = if mixed {
        vec![Part { title: "page-events", events }]
    } else {
        let (escalated, normal) = events.into_iter().partition(Event::is_escalated);
        vec![Part { title: "page-escalations", events: escalated }, Part { title: "page-normals", events: normal }]
    };
    parts.into_iter().filter(|part| !part.events.is_empty()).collect()
}
