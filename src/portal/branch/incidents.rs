//! `/locations/{location}` and `/locations/{location}/incidents`: the incidents of the latest report, and all of them as
//! far back as the location was on an active plan.

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Serialize;

use super::pager::{self, Pager, Sort};
use super::query::Query;
use super::row::{Row, said};
use super::select::Picking;
use super::site::{Head, Site, admit};
use super::witness;
use crate::access::Action;
use crate::db::incident_list::{IncidentFilter, IncidentOrder, Said, Span};
use crate::model::{Disposition, NightDate, ReportId, ViewKind, instant_of};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// What these pages understand.
pub(super) const KNOWN: [&str; 10] = ["q", "type", "said", "from", "to", "sort", "page", "done", "bom", "share"];
const NARROWING: [&str; 5] = ["q", "type", "said", "from", "to"];

/// Which incidents a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::portal) enum Tab {
    /// Those of the latest report.
    Recent,
    /// All.
    All,
}

#[derive(Serialize)]
struct Page {
    head: Head,
    tab: Tab,
    /// Address of this page without its query.
    here: String,
    /// The latest report, where there is one that the viewer may see.
    review: Option<Review>,
    filter: Filter,
    narrow: bool,
    kinds: Vec<String>,
    reasons: Vec<Reason>,
    columns: Columns,
    rows: Vec<Row>,
    count: String,
    pager: Option<Pager>,
    /// Query of the files that hold the same rows.
    query: String,
    /// Query of this very page, for forms that lead back to it.
    back: String,
    /// The same as `query` with a byte order mark.
    query_bom: String,
    /// How many incidents were just judged, in words.
    done: Option<String>,
    picking: Picking,
    /// Since when the location is on a plan.
    since: Option<String>,
}

#[derive(Serialize)]
struct Review {
    night: String,
    from: String,
    to: String,
    pdf: bool,
}

#[derive(Serialize)]
struct Filter {
    q: String,
    kind: String,
    said: String,
    from: String,
    to: String,
    sort: String,
}

/// A reason to set an incident aside.
#[derive(Serialize)]
pub(super) struct Reason {
    word: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Columns {
    case: Sort,
    shared: Sort,
    occurred: Sort,
    kind: Sort,
}

impl Columns {
    fn of(query: &Query) -> Self {
        Self {
            case: pager::sort(query, ("case", "ascending"), None),
            shared: pager::sort(query, ("shared", "descending"), None),
            occurred: pager::sort(query, ("", "descending"), Some(("oldest", "ascending"))),
            kind: pager::sort(query, ("type", "ascending"), None),
        }
    }
}

/// The rows that somebody asks for, on whichever page, or in a file.
pub(in crate::portal) struct Wanted {
    pub(in crate::portal) site: Site,
    pub(super) tab: Tab,
    pub(super) query: Query,
    /// The latest report, and its night.
    pub(in crate::portal) latest: Option<(ReportId, NightDate)>,
    /// When the location was on a plan; empty for always.
    spans: Vec<Span>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    /// When it was asked.
    now: DateTime<Utc>,
}

impl Wanted {
    /// Lets the viewer in and understands what they want.
    pub(in crate::portal) async fn of(
        state: &PortalState,
        viewer: &Viewer,
        (raw, query): (&str, Option<&str>),
        (tab, action): (Tab, Action),
    ) -> Result<Self, Fault> {
        let site = admit(state, viewer, raw, action).await?;
        let query = Query::parse(query, &KNOWN);
        let latest = site.latest(state).await?;
        let zone = site.location.timezone;
        // A day begins at its midnight, or when the clocks get there.
        let begins = |day: NaiveDate| instant_of(day.and_time(NaiveTime::MIN), zone);
        let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).map(begins);
        let day = |name: &str| query.get(name).parse::<NightDate>().ok().map(NightDate::date);
        let (mut from, mut to) = (day("from").map(begins), day("to").and_then(after));
        if tab == Tab::Recent {
            let window = latest.map(|(_, night)| site.location.hours.window(night, zone));
            from = window.map(|window| window.start);
            to = window.map(|window| window.end);
        }
        let plans = match tab {
            Tab::All => state.db.plans_of(&site.location.location).await?,
            Tab::Recent => Vec::new(),
        };
        let window = |night| site.location.hours.window(night, zone);
        let spans = plans.iter().map(|plan| {
            // The days around its nights belong to a plan, too.
            let end = plan.last_night.map(|night| window(night).end.max(begins(night.plus(1).date())));
            (Some(begins(plan.first_night.date())), end)
        });
        let spans = spans.collect();
        Ok(Self { site, tab, query, latest, spans, from, to, now: state.clock.now() })
    }

    /// The filter of `limit` rows after `offset`; none where there can be no row.
    pub(in crate::portal) fn filter(&self, limit: i64, offset: i64) -> Option<IncidentFilter<'_>> {
        if self.tab == Tab::Recent && self.latest.is_none() {
            return None;
        }
        let said = match self.query.get("said") {
            "open" => Said::Nothing,
            "aside" => Said::Something,
            word => word.parse().map_or(Said::Anything, Said::This),
        };
        let order = match self.query.get("sort") {
            "oldest" => IncidentOrder::Oldest,
            "case" => IncidentOrder::Case,
            "type" => IncidentOrder::Kind,
            "shared" => IncidentOrder::Shared,
            _ => IncidentOrder::Newest,
        };
        Some(IncidentFilter {
            location: &self.site.location.location,
            spans: &self.spans,
            from: self.from,
            to: self.to,
            given_to: self.site.mailed_to.as_deref().map(|address| (address, self.now)),
            text: self.query.get("q").to_owned(),
            kind: self.query.get("type").to_owned(),
            said,
            order,
            limit,
            offset,
        })
    }

    /// Since when the location is on a plan, where it was not always.
    fn since(&self, l10n: &L10n) -> Option<String> {
        let first = self.spans.first().and_then(|(from, _)| *from)?;
        Some(l10n.date(NightDate::new(first.with_timezone(&self.site.location.timezone).date_naive())))
    }
}

/// The reasons to set an incident aside.
pub(super) fn reasons(l10n: &L10n) -> Vec<Reason> {
    let all = Disposition::ALL.iter().filter(|one| **one != Disposition::Restored);
    all.map(|one| Reason { word: one.as_str(), text: said(*one, l10n) }).collect()
}

pub(super) async fn recent(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, (&location, query.as_deref()), Tab::Recent).await
}

pub(super) async fn all(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, (&location, query.as_deref()), Tab::All).await
}

async fn page(
    state: &PortalState,
    viewer: &Viewer,
    asked: (&str, Option<&str>),
    tab: Tab,
) -> Result<Html<String>, Fault> {
    let wanted = Wanted::of(state, viewer, asked, (tab, Action::ReadLocation)).await?;
    let l10n = viewer.l10n(state)?;
    let query = &wanted.query;
    let (listed, total) = match wanted.filter(pager::ROWS, pager::offset(query)) {
        Some(filter) => (state.db.listed_incidents(&filter).await?, state.db.count_incidents(&filter).await?),
        None => (Vec::new(), 0),
    };
    let kinds = match wanted.site.mailed_to {
        // The types of what they may not see are not theirs to know.
        Some(_) => Vec::new(),
        None => state.db.incident_kinds(&wanted.site.location.location).await?,
    };
    let subject = match wanted.latest.filter(|_| tab == Tab::Recent) {
        Some((report, _)) => format!("report:{report}"),
        None => "incidents".to_owned(),
    };
    witness::note(state, viewer, &wanted.site, ViewKind::Page, subject)?;
    let base = wanted.site.base();
    let get = |name: &str| query.get(name).to_owned();
    let head = wanted.site.head(viewer);
    let page = Page {
        tab,
        here: if tab == Tab::All { format!("{base}/incidents") } else { base },
        review: review(state, &wanted, &l10n).await?,
        narrow: query.has_any(&NARROWING),
        kinds,
        reasons: reasons(&l10n),
        columns: Columns::of(query),
        rows: listed.iter().map(|one| Row::of(one, &wanted.site, &l10n)).collect(),
        count: l10n.message("branch-incident-count", &[("count", total.into())]),
        pager: pager::pager(query, listed.len(), total, &l10n),
        query: query.with(&[("done", ""), ("bom", ""), ("share", "")]),
        back: query.with(&[("done", ""), ("bom", ""), ("share", ""), ("page", query.get("page"))]),
        query_bom: query.with(&[("done", ""), ("bom", "1"), ("share", "")]),
        done: (query.get("done").parse::<u32>().ok())
            .map(|count| l10n.message("branch-judged", &[("count", count.into())])),
        picking: Picking::of(&wanted, &head, total, &l10n),
        head,
        since: wanted.since(&l10n),
        filter: Filter {
            q: get("q"),
            kind: get("type"),
            said: get("said"),
            from: get("from"),
            to: get("to"),
            sort: get("sort"),
        },
    };
    state.view.page("branch_incidents.html", &l10n, viewer, &page).map(Html)
}

async fn review(state: &PortalState, wanted: &Wanted, l10n: &L10n) -> Result<Option<Review>, Fault> {
    let Some((report, night)) = wanted.latest.filter(|_| wanted.tab == Tab::Recent) else { return Ok(None) };
    let zone = wanted.site.location.timezone;
    let window = wanted.site.location.hours.window(night, zone);
    let names = state.db.artifacts(report).await?;
    Ok(Some(Review {
        night: l10n.date_with_weekday(night),
        from: l10n.time(window.start, zone),
        to: l10n.time(window.end, zone),
        pdf: names.iter().any(|artifact| artifact.content_type == "application/pdf"),
    }))
}
