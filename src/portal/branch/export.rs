//! Exports: the incidents that a page lists, all of its pages at once, as CSV and as PDF.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::csv::{self, Pieces, Sheet, file_name};
use super::incidents::{Tab, Wanted};
use super::row::{Row, plain_time, said};
use super::witness;
use crate::access::Action;
use crate::db::incident_list::ListedIncident;
use crate::model::{IncidentRef, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;
use crate::render::pdf::{List, ListCell, ListColumn, render_list};

/// Rows read at once.
const STEP: i64 = 500;
/// A PDF, which people leaf through, holds no more, and says so.
const MOST_PDF: usize = 2_000;
/// Message keys of the columns of both, with their share of a PDF's width; none where only the CSV has it.
const COLUMNS: [(&str, Option<u32>); 13] = [
    ("branch-column-incident", None),
    ("branch-column-occurred", Some(20)),
    ("branch-column-case", Some(9)),
    ("branch-column-instance", Some(10)),
    ("branch-column-kind", Some(14)),
    ("branch-column-details", Some(44)),
    ("branch-column-reported-by", None),
    ("branch-column-shared", Some(20)),
    ("branch-column-photo", None),
    ("branch-column-videos", Some(9)),
    ("branch-column-comments", None),
    ("branch-column-sale", None),
    ("branch-column-said", Some(17)),
];

/// What a handler is asked.
pub(in crate::portal) type Asked = (State<PortalState>, Viewer, Path<String>, RawQuery);

pub(super) async fn recent_csv(
    state: State<PortalState>,
    viewer: Viewer,
    location: Path<String>,
    query: RawQuery,
) -> Result<Response, Fault> {
    as_csv((state, viewer, location, query), Tab::Recent).await
}

pub(super) async fn all_csv(
    state: State<PortalState>,
    viewer: Viewer,
    location: Path<String>,
    query: RawQuery,
) -> Result<Response, Fault> {
    as_csv((state, viewer, location, query), Tab::All).await
}

pub(super) async fn recent_pdf(
    state: State<PortalState>,
    viewer: Viewer,
    location: Path<String>,
    query: RawQuery,
) -> Result<Response, Fault> {
    as_pdf((state, viewer, location, query), Tab::Recent).await
}

pub(super) async fn all_pdf(
    state: State<PortalState>,
    viewer: Viewer,
    location: Path<String>,
    query: RawQuery,
) -> Result<Response, Fault> {
    as_pdf((state, viewer, location, query), Tab::All).await
}

/// A page of rows from one on; none after the last.
async fn page(state: &PortalState, wanted: &Wanted, offset: i64) -> Result<Vec<ListedIncident>, Fault> {
    match wanted.filter(STEP, offset) {
        Some(filter) => Ok(state.db.listed_incidents(&filter).await?),
        None => Ok(Vec::new()),
    }
}

/// Every row that matches, at most `most`; and how many there are.
async fn listed(state: &PortalState, wanted: &Wanted, most: usize) -> Result<(Vec<ListedIncident>, i64), Fault> {
    let mut all: Vec<ListedIncident> = Vec::new();
    while all.len() < most {
        let step = page(state, wanted, i64::try_from(all.len()).unwrap_or(i64::MAX)).await?;
        let done = i64::try_from(step.len()).unwrap_or(0) < STEP;
        all.extend(step);
        if done {
            break;
        }
    }
    let total = match wanted.filter(0, 0).filter(|_| all.len() >= most) {
        Some(filter) => state.db.count_incidents(&filter).await?,
        None => i64::try_from(all.len()).unwrap_or(i64::MAX),
    };
    all.truncate(most);
    Ok((all, total))
}

/// Every incident that is asked for, as CSV.
pub(in crate::portal) async fn as_csv(
    (State(state), viewer, Path(location), RawQuery(query)): Asked,
    tab: Tab,
) -> Result<Response, Fault> {
    let wanted = Wanted::of(&state, &viewer, (&location, query.as_deref()), (tab, Action::Export)).await?;
    let l10n = viewer.l10n(&state)?;
    let mut sheet = Sheet::new(wanted.query.get("bom") == "1");
    sheet.row(COLUMNS.iter().map(|(key, _)| l10n.message(key, &[])));
    witness::note(&state, &viewer, &wanted.site, ViewKind::Export, "incidents.csv".into())?;
    let name = format!("{}.csv", file(&wanted));
    csv::answer(&name, Incidents { state, wanted, l10n, sheet, offset: Some(0), told: HashSet::new() }).await
}

/// The rows of a CSV, a page after the other.
struct Incidents {
    state: PortalState,
    wanted: Wanted,
    l10n: Arc<L10n>,
    sheet: Sheet,
    /// Where the next page begins; none after the last.
    offset: Option<i64>,
    /// Those that stand in it: what is added meanwhile moves the others into the next page.
    told: HashSet<IncidentRef>,
}

impl Pieces for Incidents {
    async fn next(&mut self) -> Result<Option<String>, Fault> {
        let Some(offset) = self.offset else { return Ok(None) };
        let rows = page(&self.state, &self.wanted, offset).await?;
        self.offset = (i64::try_from(rows.len()).unwrap_or(0) == STEP).then(|| offset + STEP);
        for one in rows {
            if self.told.insert(one.known.incident.incident.clone()) {
                self.row(&one);
            }
        }
        Ok(Some(self.sheet.take()))
    }
}

impl Incidents {
    fn row(&mut self, one: &ListedIncident) {
        let (known, l10n, zone) = (&one.known, &self.l10n, self.wanted.site.location.timezone);
        let incident = &known.incident;
        let photo = incident.photo_key.as_ref().filter(|_| known.photo_present == Some(true));
        let yes = |there: bool| if there { l10n.message("branch-yes", &[]) } else { String::new() };
        self.sheet.row([
            incident.incident.as_str().to_owned(),
            plain_time(incident.occurred_at, zone),
            known.case_number.map(|number| number.to_string()).unwrap_or_default(),
            known.instance.map(|instance| instance.to_string()).unwrap_or_default(),
            incident.kind.clone(),
            incident.description.clone(),
            incident.reported_by.clone().unwrap_or_default(),
            one.shared_at.map(|at| plain_time(at, zone)).unwrap_or_default(),
            yes(photo.is_some()),
            incident.clips.len().to_string(),
            one.comments.to_string(),
            incident.transaction.as_ref().map(|sale| sale.as_str().to_owned()).unwrap_or_default(),
            one.disposition().map(|disposition| said(disposition, l10n)).unwrap_or_default(),
        ]);
    }
}

/// The same as PDF, which holds fewer.
pub(in crate::portal) async fn as_pdf(
    (State(state), viewer, Path(location), RawQuery(query)): Asked,
    tab: Tab,
) -> Result<Response, Fault> {
    let wanted = Wanted::of(&state, &viewer, (&location, query.as_deref()), (tab, Action::Export)).await?;
    let l10n = viewer.l10n(&state)?;
    let (rows, total) = listed(&state, &wanted, MOST_PDF).await?;
    witness::note(&state, &viewer, &wanted.site, ViewKind::Export, "incidents.pdf".into())?;
    let name = file(&wanted);
    let own = state.db.brand(&wanted.site.location.branch).await?.map(|kept| kept.brand);
    let drawing = state.clone();
    let (language, locale) = (viewer.language, viewer.locale.clone());
    // Setting thousands of rows takes a processor for a while.
    let bytes = tokio::task::spawn_blocking(move || {
        draw(&drawing, &wanted, (&rows, total), &l10n, (language, &locale, own.as_ref()))
    })
    .await
    .map_err(|error| Fault::Pdf(error.to_string()))??;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")),
    ];
    Ok((headers, bytes).into_response())
}

fn draw(
    state: &PortalState,
    wanted: &Wanted,
    (rows, total): (&[ListedIncident], i64),
    l10n: &L10n,
    (language, locale, own): (crate::model::Language, &str, Option<&crate::model::BranchBrand>),
) -> Result<Vec<u8>, Fault> {
    let renderer = &state.pipeline.renderer;
    let words = renderer.pdf_words(language, locale).map_err(|error| Fault::Pdf(error.to_string()))?;
    let site = &wanted.site;
    let say = |key: &str| l10n.message(key, &[]);
    let now = state.clock.now();
    let mut facts = vec![(say("branch-branch"), site.branch_name.clone())];
    facts.extend(site.location.address.clone().map(|address| (say("branch-address"), address)));
    if let Some((_, night)) = wanted.latest.filter(|_| wanted.tab == Tab::Recent) {
        facts.push((say("branch-night-label"), l10n.date_with_weekday(night)));
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let held = if count < total {
        l10n.message("branch-list-first", &[("count", count.into()), ("total", total.into())])
    } else {
        l10n.message("branch-incident-count", &[("count", count.into())])
    };
    facts.push((say("branch-incidents-label"), held));
    let made = l10n.message("branch-list-made", &[("at", l10n.date_time(now, site.location.timezone).into())]);
    let list = List {
        title: say(if wanted.tab == Tab::Recent { "branch-recent" } else { "branch-all" }),
        site: site.location.name.clone(),
        locale: site.location.locale.as_deref(),
        facts,
        columns: COLUMNS
            .iter()
            .filter_map(|(key, share)| Some(ListColumn { title: say(key), share: (*share)?, right: false }))
            .collect(),
        rows: rows.iter().map(|one| cells(&Row::of(one, site, l10n))).collect(),
        empty: say("branch-no-incidents"),
        at: (now, made),
        brand: &renderer.brand_with(own),
        words: &words,
    };
    render_list(&list).map_err(|error| Fault::Pdf(error.to_string()))
}

fn cells(row: &Row) -> Vec<ListCell> {
    let text = |text: &str| ListCell { text: text.to_owned(), alarming: false };
    let maybe = |found: &Option<String>| text(found.as_deref().unwrap_or_default());
    vec![
        text(&row.occurred),
        maybe(&row.case),
        maybe(&row.instance),
        text(&row.kind),
        text(&row.description),
        maybe(&row.shared),
        text(&row.videos.to_string()),
        ListCell { alarming: row.verdict.is_some(), ..maybe(&row.verdict) },
    ]
}

/// "lakeside-market-incidents", without its ending.
fn file(wanted: &Wanted) -> String {
    let location = file_name(wanted.site.location.location.as_str());
    if wanted.tab == Tab::Recent { format!("{location}-recent") } else { format!("{location}-incidents") }
}
