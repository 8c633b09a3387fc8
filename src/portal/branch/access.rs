//! `/locations/{location}/access`: who looked at what of a location, when, from where, and with which program.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, Response};
use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::csv::{self, Pieces, Sheet, file_name};
use super::query::Query;
use super::row::plain_time;
use super::site::{Head, Site, admit};
use super::subject::Nights;
use super::witness;
use crate::access::Action;
use crate::db::access_log::{Looker, ViewFilter};
use crate::db::sites::Location;
use crate::db::views::Viewed;
use crate::model::ViewKind;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

const KNOWN: [&str; 6] = ["q", "as", "what", "scanner", "before", "bom"];
const NARROWING: [&str; 4] = ["q", "as", "what", "scanner"];
/// How people come, as rows say it.
const WAYS: [&str; 7] = ["branch", "customer", "link", "share", "staff", "operations", "key"];
/// How those could who were let in and never did.
const WHITELIST: &str = "whitelist";
const ROWS: i64 = 100;
/// Of the list of people.
const PEOPLE: i64 = 100;
/// Rows read at once for a file.
const STEP: i64 = 1_000;

#[derive(Serialize)]
struct Page {
    head: Head,
    here: String,
    people: Vec<Person>,
    filter: Filter,
    narrow: bool,
    ways: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    /// Query of the next page.
    older: Option<String>,
    /// Whether this is not the first page.
    later: bool,
    query: String,
    query_bom: String,
}

#[derive(Serialize)]
struct Filter {
    q: String,
    way: String,
    what: String,
    scanner: String,
}

#[derive(Serialize)]
struct Choice {
    word: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Person {
    address: String,
    way: String,
    /// None for who never did.
    last: Option<String>,
    times: String,
}

#[derive(Serialize)]
struct Row {
    at: DateTime<Utc>,
    when: String,
    person: String,
    way: String,
    what: String,
    subject: String,
    /// Address of what was looked at, where it has a page here.
    href: Option<String>,
    origin: String,
    agent: String,
    scanner: bool,
}

fn filter<'a>(site: &'a Site, query: &Query, limit: i64) -> ViewFilter<'a> {
    ViewFilter {
        location: &site.location.location,
        text: query.get("q").to_owned(),
        as_what: query.get("as").to_owned(),
        what: query.get("what").parse().ok(),
        scanner: match query.get("scanner") {
            "only" => Some(true),
            "none" => Some(false),
            _ => None,
        },
        before: before(query.get("before")),
        limit,
    }
}

/// Where a page begins: the instant and id of the last view of the page before it.
fn before(raw: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = raw.split_once('~')?;
    let at: DateTime<Utc> = at.parse().ok()?;
    // Of a year that both databases know.
    (1..=9_999).contains(&at.year()).then_some(())?;
    Some((at, id.parse().ok()?))
}

fn after(view: &Viewed) -> String {
    format!("{}~{}", view.at.to_rfc3339_opts(SecondsFormat::Nanos, true), view.id)
}

pub(super) async fn log(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Fault> {
    let site = admit(&state, &viewer, &location, Action::ReadViews).await?;
    let l10n = viewer.l10n(&state)?;
    let query = Query::parse(query.as_deref(), &KNOWN);
    let mut views = state.db.listed_views(&filter(&site, &query, ROWS + 1)).await?;
    let more = i64::try_from(views.len()).unwrap_or(0) > ROWS;
    views.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let older = views.last().filter(|_| more).map(|last| query.with(&[("before", &after(last))]));
    let get = |name: &str| query.get(name).to_owned();
    let nights = Nights::of(&state, &views, &l10n).await?;
    let page = Page {
        head: site.head(&viewer),
        here: format!("{}/access", site.base()),
        people: people(&state, &site, &l10n).await?,
        narrow: query.has_any(&NARROWING),
        ways: WAYS.iter().map(|word| Choice { word, text: way(word, &l10n) }).collect(),
        kinds: ViewKind::ALL.iter().map(|kind| Choice { word: kind.as_str(), text: kind_of(*kind, &l10n) }).collect(),
        rows: views.iter().map(|view| row(view, &site, &nights, &l10n)).collect(),
        older,
        later: !query.get("before").is_empty(),
        query: query.with(&[("before", ""), ("bom", "")]),
        query_bom: query.with(&[("before", ""), ("bom", "1")]),
        filter: Filter { q: get("q"), way: get("as"), what: get("what"), scanner: get("scanner") },
    };
    state.view.page("branch_access.html", &l10n, &viewer, &page).map(Html)
}

/// Everybody who looked at a location, and (with no look at all) everybody who may and never did.
pub(in crate::portal) async fn everybody(state: &PortalState, location: &Location) -> Result<Vec<Looker>, Fault> {
    let now = state.clock.now();
    let mut all = state.db.lookers(&location.location, PEOPLE).await?;
    let seen: HashSet<String> = all.iter().map(|one| one.person.to_lowercase()).collect();
    let listed = state.db.whitelist_of(&location.location, PEOPLE).await?;
    let in_force =
        listed.into_iter().filter(|one| one.revoked_at.is_none() && one.expires_at.is_none_or(|end| end > now));
    let whitelisted = in_force.map(|one| (one.address, WHITELIST));
    let users = state.db.users_of_branch(&location.branch).await?.into_iter().map(|user| (user, "branch"));
    let unseen: Vec<(String, &str)> =
        users.chain(whitelisted).filter(|(address, _)| !seen.contains(&address.to_lowercase())).collect();
    // Many have looked since: of these it is asked one by one.
    let addresses: Vec<&str> = unseen.iter().map(|(address, _)| address.as_str()).collect();
    let long_ago = state.db.looks_of(&location.location, &addresses).await?;
    let looked: HashSet<String> = long_ago.iter().map(|one| one.person.clone()).collect();
    all.extend(long_ago);
    let never = unseen.into_iter().filter(|(address, _)| !looked.contains(address));
    all.extend(never.map(|(person, way)| Looker { person, as_what: way.into(), last_at: None, times: 0 }));
    Ok(all)
}

async fn people(state: &PortalState, site: &Site, l10n: &L10n) -> Result<Vec<Person>, Fault> {
    let all = everybody(state, &site.location).await?;
    let shown = all.iter().map(|one| Person {
        address: line(&one.person, 200),
        way: way(&one.as_what, l10n),
        last: one.last_at.map(|at| l10n.date_time(at, site.location.timezone)),
        times: l10n.integer(one.times),
    });
    Ok(shown.collect())
}

/// The words for how somebody came, or could; a word that this version does not know stands as it is.
fn way(word: &str, l10n: &L10n) -> String {
    if word == WHITELIST || WAYS.contains(&word) {
        l10n.message(&format!("branch-way-{word}"), &[])
    } else {
        line(word, 40)
    }
}

fn kind_of(kind: ViewKind, l10n: &L10n) -> String {
    l10n.message(&format!("branch-view-{kind}"), &[])
}

fn row(view: &Viewed, site: &Site, nights: &Nights, l10n: &L10n) -> Row {
    let (subject, href) = nights.name(view, site, l10n);
    Row {
        at: view.at,
        when: l10n.date_time(view.at, site.location.timezone),
        person: line(&view.person, 200),
        way: way(&view.as_what, l10n),
        what: kind_of(view.what, l10n),
        subject,
        href,
        origin: line(&view.origin, 60),
        agent: line(&view.agent, 200),
        scanner: view.scanner,
    }
}

pub(super) async fn as_csv(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let site = admit(&state, &viewer, &location, Action::ReadViews).await?;
    let l10n = viewer.l10n(&state)?;
    let query = Query::parse(query.as_deref(), &KNOWN);
    let mut sheet = Sheet::new(query.get("bom") == "1");
    let columns = ["when", "person", "way", "what", "subject", "origin", "agent", "scanner"];
    sheet.row(columns.map(|column| l10n.message(&format!("branch-log-{column}"), &[])));
    witness::note(&state, &viewer, &site, ViewKind::Export, "access.csv".into())?;
    let name = format!("{}-access.csv", file_name(site.location.location.as_str()));
    let before = before(query.get("before"));
    csv::answer(&name, Looks { state, site, query, l10n, sheet, before, done: false }).await
}

/// The rows of a CSV, a page after the other.
struct Looks {
    state: PortalState,
    site: Site,
    query: Query,
    l10n: Arc<L10n>,
    sheet: Sheet,
    /// The last view that stands in it.
    before: Option<(DateTime<Utc>, Uuid)>,
    done: bool,
}

impl Pieces for Looks {
    async fn next(&mut self) -> Result<Option<String>, Fault> {
        if self.done {
            return Ok(None);
        }
        let asked = ViewFilter { before: self.before, ..filter(&self.site, &self.query, STEP) };
        let views = self.state.db.listed_views(&asked).await?;
        let l10n = &self.l10n;
        for view in &views {
            self.sheet.row([
                plain_time(view.at, self.site.location.timezone),
                view.person.clone(),
                way(&view.as_what, l10n),
                kind_of(view.what, l10n),
                view.subject.clone(),
                view.origin.clone(),
                view.agent.clone(),
                if view.scanner { l10n.message("branch-yes", &[]) } else { String::new() },
            ]);
        }
        self.before = views.last().map(|view| (view.at, view.id));
        self.done = i64::try_from(views.len()).unwrap_or(0) < STEP;
        Ok(Some(self.sheet.take()))
    }
}
