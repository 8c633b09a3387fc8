//! `/locations` and `/suspicious`: the locations that were reviewed lately, with what their latest reports say, and the
//! list of every location.
//!
//! The latest review of a location is its newest night with a frozen report. Lately is within `[portal] review_days`.

use std::collections::{HashMap, HashSet};

use axum::extract::{RawQuery, State};
use axum::response::Html;
use serde::Serialize;

use super::pager::{self, Pager, Sort};
use super::query::{Query, segment};
use super::site::{customer, given_locations};
use crate::access::Principal;
use crate::db::summaries::{ListedLocation, LocationFilter, LocationOrder, Mailed, ReviewCounts, Scope};
use crate::model::{BranchRef, LocationRef, NightDate, ReportId, Window};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

const KNOWN: [&str; 6] = ["branch", "q", "status", "type", "sort", "page"];
const NARROWING: [&str; 3] = ["q", "status", "type"];

#[derive(Serialize)]
struct Page {
    /// `/locations` or `/suspicious`.
    here: &'static str,
    /// Whether locations that were not reviewed lately are listed, too.
    every: bool,
    days: u32,
    branches: Vec<Branch>,
    /// Red and green.
    cards: Option<Cards>,
    filter: Filter,
    narrow: bool,
    /// Query without what narrows.
    reset: String,
    columns: Columns,
    rows: Vec<Row>,
    count: String,
    pager: Option<Pager>,
}

#[derive(Serialize)]
struct Branch {
    r#ref: String,
    name: String,
    chosen: bool,
}

/// Counts of reports, and the queries that list them.
#[derive(Serialize)]
struct Cards {
    red: Card,
    green: Card,
    /// Locations that were not reviewed lately.
    others: String,
    any_others: bool,
}

#[derive(Serialize)]
struct Card {
    number: String,
    count: i64,
    href: String,
    chosen: bool,
}

#[derive(Serialize)]
struct Filter {
    branch: String,
    q: String,
    status: String,
    kind: String,
    sort: String,
}

#[derive(Serialize)]
struct Columns {
    name: Sort,
    branch: Sort,
    latest: Sort,
    incidents: Sort,
}

#[derive(Serialize)]
struct Row {
    name: String,
    href: String,
    branch: String,
    /// `shop` or `site`.
    kind: &'static str,
    night: Option<String>,
    /// Whether it was reviewed lately.
    lately: bool,
    incidents: Option<i64>,
    set_aside: i64,
    missing: bool,
    sent: i64,
    mails: i64,
}

pub(super) async fn reviewed(
    State(state): State<PortalState>,
    viewer: Viewer,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, query.as_deref(), false).await
}

pub(super) async fn all(
    State(state): State<PortalState>,
    viewer: Viewer,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, query.as_deref(), true).await
}

/// What a viewer may list.
pub(in crate::portal) struct Reach<'a> {
    branches: Option<&'a [BranchRef]>,
    /// Set for who sees only what was given to this address.
    pub(in crate::portal) given: Option<Given<'a>>,
}

/// What was given to an address.
pub(in crate::portal) struct Given<'a> {
    address: &'a str,
    locations: Vec<LocationRef>,
    /// Those of which it is everything.
    whole: HashSet<LocationRef>,
    /// Those of which it is no report, and single incidents only.
    partly: HashSet<LocationRef>,
}

impl<'a> Reach<'a> {
    pub(in crate::portal) async fn of(state: &PortalState, viewer: &'a Viewer) -> Result<Self, Fault> {
        Ok(match &viewer.principal {
            Principal::User(user) if user.role.is_ours() => Self { branches: None, given: None },
            Principal::User(user) => Self { branches: Some(&user.branches), given: None },
            Principal::Key(key) => Self { branches: key.branches.as_deref(), given: None },
            _ => {
                let address = customer(viewer).unwrap_or_default();
                let locations = given_locations(state, address).await?;
                let now = state.clock.now();
                let whole: HashSet<_> = state.db.whitelisted_locations(address, now).await?.into_iter().collect();
                let mut partly: HashSet<_> = state.db.shared_locations(address, now).await?.into_iter().collect();
                let mailed: HashSet<_> = state.db.mailed_locations(address).await?.into_iter().collect();
                partly.retain(|location| !whole.contains(location) && !mailed.contains(location));
                Self { branches: Some(&[]), given: Some(Given { address, locations, whole, partly }) }
            }
        })
    }

    pub(in crate::portal) fn scope(&self) -> Scope<'_> {
        match (&self.given, self.branches) {
            (Some(given), _) => Scope::Locations(&given.locations),
            (None, Some(branches)) => Scope::Branches(branches),
            (None, None) => Scope::All,
        }
    }
}

async fn page(state: &PortalState, viewer: &Viewer, raw: Option<&str>, every: bool) -> Result<Html<String>, Fault> {
    let l10n = viewer.l10n(state)?;
    let query = Query::parse(raw, &KNOWN);
    let reach = Reach::of(state, viewer).await?;
    let days = state.config.portal.review_days;
    let since = NightDate::new(state.clock.now().date_naive()).minus(days.into());
    // Whoever sees only what was given to them is not told by a filter what else there is.
    let is_customer = reach.given.is_some();
    let branches = if is_customer { Vec::new() } else { branches(state, &reach, query.get("branch")).await? };
    let branch = branches.iter().find(|one| one.chosen).and_then(|one| one.r#ref.parse::<BranchRef>().ok());
    let mut filter = wanted(&reach, branch.clone(), &query, (!every).then_some(since));
    let counts =
        if is_customer { None } else { Some(state.db.review_counts(reach.scope(), branch.as_ref(), since).await?) };
    let known = counts.as_ref().and_then(|counts| counted(counts, &filter));
    filter.counted = known.is_none();
    let listed = state.db.listed_locations(&filter).await?;
    let total = known.or_else(|| listed.first()?.total).unwrap_or(0);
    let get = |name: &str| query.get(name).to_owned();
    let page = Page {
        here: if every { "/suspicious" } else { "/locations" },
        every,
        days,
        branches,
        cards: counts.map(|counts| cards(&counts, &query, &l10n)),
        narrow: query.has_any(&NARROWING),
        reset: query.with(&[("q", ""), ("status", ""), ("type", "")]),
        columns: Columns {
            name: pager::sort(&query, ("", "ascending"), None),
            branch: pager::sort(&query, ("branch", "ascending"), None),
            latest: pager::sort(&query, ("latest", "descending"), None),
            incidents: pager::sort(&query, ("incidents", "descending"), None),
        },
        count: l10n.message("branch-location-count", &[("count", total.into())]),
        pager: pager::pager(&query, pager::ROWS, (listed.len(), total), &l10n),
        rows: rows(state, &listed, (reach.given.as_ref(), since), &l10n).await?,
        filter: Filter {
            branch: get("branch"),
            q: get("q"),
            status: get("status"),
            kind: get("type"),
            sort: get("sort"),
        },
    };
    state.view.page("branch_locations.html", &l10n, viewer, &page).map(Html)
}

/// What the query asks for. Whoever sees only what was given to them gets all of that, whatever is asked of reports.
fn wanted<'a>(
    reach: &'a Reach<'_>,
    branch: Option<BranchRef>,
    query: &Query,
    since: Option<NightDate>,
) -> LocationFilter<'a> {
    let is_customer = reach.given.is_some();
    let either = |name: &str, yes: &str, no: &str| match query.get(name) {
        _ if is_customer => None,
        word if word == yes => Some(true),
        word if word == no => Some(false),
        _ => None,
    };
    LocationFilter {
        scope: reach.scope(),
        branch,
        text: query.get("q").to_owned(),
        incidents: either("status", "incidents", "none"),
        sells: either("type", "shop", "site"),
        since: since.filter(|_| !is_customer),
        order: match query.get("sort") {
            "branch" => LocationOrder::Branch,
            "latest" if !is_customer => LocationOrder::Latest,
            "incidents" if !is_customer => LocationOrder::Incidents,
            _ => LocationOrder::Name,
        },
        limit: pager::ROWS,
        offset: pager::offset(query, pager::ROWS),
        counted: true,
    }
}

/// How many locations a filter finds, where the cards know: by nothing else than they count by.
fn counted(counts: &ReviewCounts, filter: &LocationFilter<'_>) -> Option<i64> {
    if !filter.text.is_empty() || filter.sells.is_some() {
        return None;
    }
    match (filter.since, filter.incidents) {
        (None, None) => Some(counts.locations),
        (None, Some(_)) => None,
        (Some(_), None) => Some(counts.with_incidents + counts.without),
        (Some(_), Some(true)) => Some(counts.with_incidents),
        (Some(_), Some(false)) => Some(counts.without),
    }
}

/// The branches to choose from.
async fn branches(state: &PortalState, reach: &Reach<'_>, chosen: &str) -> Result<Vec<Branch>, Fault> {
    let names = state.db.branch_names(reach.branches).await?;
    let of = |(branch, name): (BranchRef, String)| Branch {
        name: line(&name, 120),
        chosen: branch.as_str() == chosen,
        r#ref: branch.as_str().to_owned(),
    };
    Ok(names.into_iter().map(of).collect())
}

fn cards(counts: &ReviewCounts, query: &Query, l10n: &L10n) -> Cards {
    let card = |count: i64, word: &str| {
        let chosen = query.get("status") == word;
        let href = query.with(&[("status", if chosen { "" } else { word })]);
        Card { number: l10n.integer(count), count, href, chosen }
    };
    let others = counts.locations - counts.with_incidents - counts.without;
    Cards {
        red: card(counts.with_incidents, "incidents"),
        green: card(counts.without, "none"),
        others: l10n.message("branch-others", &[("count", others.into())]),
        any_others: others > 0,
    }
}

async fn rows(
    state: &PortalState,
    listed: &[ListedLocation],
    (given, since): (Option<&Given<'_>>, NightDate),
    l10n: &L10n,
) -> Result<Vec<Row>, Fault> {
    let all = told(state, listed, given).await?;
    let row = |(one, told): (&ListedLocation, &Told)| {
        let seen = told.seen;
        let base = format!("/locations/{}", segment(one.location.as_str()));
        let Mailed { sent, all } = told.mailed.unwrap_or_default();
        Row {
            name: line(&one.name, 120),
            // Of what somebody only has single incidents, the list of these is the page to begin with.
            href: if given.is_some_and(|given| given.partly.contains(&one.location)) {
                format!("{base}/incidents")
            } else {
                base
            },
            branch: line(&one.branch_name, 120),
            kind: if one.sells == Some(true) { "shop" } else { "site" },
            night: one.night.filter(|_| seen).map(|night| l10n.date(night)),
            lately: one.night.is_some_and(|night| night >= since),
            incidents: one.incidents.filter(|_| seen),
            set_aside: told.set_aside,
            missing: seen && one.missing.is_some_and(|missing| missing > 0),
            sent,
            mails: all,
        }
    };
    Ok(listed.iter().zip(&all).map(row).collect())
}

/// What a list may say of a location's latest report to who looks at it.
pub(in crate::portal) struct Told {
    /// Whether anything of it: customers are told of what they were given.
    pub(in crate::portal) seen: bool,
    /// How many of its incidents were set aside.
    pub(in crate::portal) set_aside: i64,
    /// How its mails went, which is no customer's business.
    pub(in crate::portal) mailed: Option<Mailed>,
}

/// The same of each listed location.
pub(in crate::portal) async fn told(
    state: &PortalState,
    listed: &[ListedLocation],
    given: Option<&Given<'_>>,
) -> Result<Vec<Told>, Fault> {
    let reports: Vec<ReportId> = listed.iter().filter_map(|one| one.report).collect();
    let mailed = state.db.mailed(&reports).await?;
    let aside = set_aside(state, listed).await?;
    let mut own = HashSet::new();
    if let Some(given) = given {
        for report in &reports {
            if state.db.was_mailed(*report, given.address).await? {
                own.insert(*report);
            }
        }
    }
    let told = |one: &ListedLocation| {
        let whole = given.is_none_or(|given| given.whole.contains(&one.location));
        let seen = whole || one.report.is_some_and(|report| own.contains(&report));
        Told {
            seen,
            set_aside: if seen { aside.get(&one.location).copied().unwrap_or(0) } else { 0 },
            mailed: one.report.and_then(|report| mailed.get(&report)).copied().filter(|_| given.is_none()),
        }
    };
    Ok(listed.iter().map(told).collect())
}

/// How many incidents of each location's latest night were set aside.
async fn set_aside(state: &PortalState, listed: &[ListedLocation]) -> Result<HashMap<LocationRef, i64>, Fault> {
    let windows = listed.iter().filter(|one| one.incidents.is_some_and(|incidents| incidents > 0)).filter_map(|one| {
        let window: Window = one.hours()?.window(one.night?, one.timezone.parse().ok()?);
        Some((one.location.clone(), window))
    });
    let windows: Vec<_> = windows.collect();
    Ok(state.db.set_aside(&windows).await?.into_iter().collect())
}
