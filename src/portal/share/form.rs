//! The form with which incidents are shown to others: which ones, to whom, with what note, until when.

use std::collections::BTreeSet;

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::offer::Candidate;
use super::order::Wrong;
use super::sharer::Sharer;
use super::submit::words;
use crate::access::share::MOST_ADDRESSES;
use crate::model::IncidentRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::{self, Heading, line};
use crate::portal::viewer::Viewer;
use crate::render::l10n::{Arg, L10n};

/// For how many days something can be shared.
pub(super) const DAYS: [u16; 5] = [1, 7, 30, 90, 365];
/// What is chosen where nobody chooses.
pub(super) const USUAL_DAYS: u16 = 30;
/// So many incidents are chosen on a form.
pub(in crate::portal) const MOST_CHOSEN: usize = 100;
/// The longest note, in characters.
pub(super) const LONGEST_NOTE: usize = 2_000;

/// What was filled in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    /// Names the sharing: the same form sent twice shares once.
    pub(super) once: String,
    pub(super) incident: Vec<String>,
    /// What was offered of other nights, chosen or not.
    pub(super) offered: Vec<String>,
    pub(super) addresses: String,
    pub(super) note: String,
    pub(super) days: String,
    pub(super) comment: Option<String>,
}

impl Form {
    /// For how many days; none for what cannot be chosen.
    pub(super) fn days(&self) -> Option<u16> {
        self.days.parse().ok().filter(|days| DAYS.contains(days))
    }
}

/// A night whose incidents can be chosen.
#[derive(Debug, Serialize)]
struct Night {
    when: String,
    choices: Vec<Choice>,
}

/// An incident that can be chosen.
#[derive(Debug, Serialize)]
struct Choice {
    incident: String,
    title: String,
    meta: String,
    chosen: bool,
    /// Whether the form has to name it to offer it again: it is not of the report that the sharer came from.
    kept: bool,
}

/// An end that can be chosen.
#[derive(Debug, Serialize)]
pub(super) struct End {
    days: u16,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct Page<'a> {
    heading: Heading,
    back: String,
    action: String,
    nights: Vec<Night>,
    /// What is said of the choice before anything was sent.
    notes: Vec<String>,
    ends: Vec<End>,
    form: &'a Form,
    faults: Vec<String>,
    most: usize,
    longest: usize,
}

pub(in crate::portal) async fn by_mail(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let sharer = Sharer::by_mail(&state, &viewer, &token).await?;
    blank(&state, &viewer, &sharer, &[], Vec::new(), None)
}

pub(in crate::portal) async fn signed_in(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    RawQuery(query): RawQuery,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let incident = IncidentRef::new(incident).map_err(|_| Fault::NoSuchPage)?;
    let mut sharer = Sharer::signed_in(&state, &viewer, &incident).await?;
    // Those that were ticked in a list.
    let pairs = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let ticked: Vec<String> =
        pairs.filter(|(name, _)| name == "incident").map(|(_, value)| value.into_owned()).collect();
    let mut ticked = refs(&ticked)?;
    let mut notes = Vec::new();
    if ticked.len() > MOST_CHOSEN {
        ticked.truncate(MOST_CHOSEN);
        notes.push(words(&Wrong::ManyIncidents(MOST_CHOSEN), &sharer.l10n));
    }
    sharer.choose(&state, &viewer, &ticked).await?;
    blank(&state, &viewer, &sharer, &ticked, notes, None)
}

/// The form of a whole list, of which `incidents` are the first; none where none of them is the viewer's to show.
pub(in crate::portal) async fn of_list(
    state: &PortalState,
    viewer: &Viewer,
    (incidents, total): (&[IncidentRef], i64),
    back: String,
) -> Result<Option<Html<String>>, Fault> {
    let Some(sharer) = Sharer::of_any(state, viewer, incidents).await? else { return Ok(None) };
    let mut notes = Vec::new();
    if i64::try_from(incidents.len()).is_ok_and(|chosen| chosen < total) {
        let args = [("count", Arg::from(total)), ("most", Arg::from(incidents.len()))];
        notes.push(sharer.l10n.message("share-first-of-list", &args));
    }
    blank(state, viewer, &sharer, incidents, notes, Some(back)).map(Some)
}

/// Refs of incidents, each once; our own pages send nothing that is none.
pub(super) fn refs(raw: &[String]) -> Result<Vec<IncidentRef>, Fault> {
    let mut known = BTreeSet::new();
    let mut refs = Vec::with_capacity(raw.len());
    for raw in raw.iter().filter(|raw| known.insert(raw.as_str())) {
        refs.push(IncidentRef::new(raw.as_str()).map_err(|_| Fault::Form)?);
    }
    Ok(refs)
}

fn blank(
    state: &PortalState,
    viewer: &Viewer,
    sharer: &Sharer,
    ticked: &[IncidentRef],
    mut notes: Vec<String>,
    back: Option<String>,
) -> Result<Html<String>, Fault> {
    let missing = sharer.offer.missing(ticked);
    if missing > 0 {
        notes.push(words(&Wrong::Incidents(missing), &sharer.l10n));
    }
    let chosen = ticked.iter().chain([&sharer.found.incident]);
    let form = Form {
        once: state.random.id()?.to_string(),
        incident: chosen.map(|incident| incident.as_str().to_owned()).collect(),
        days: USUAL_DAYS.to_string(),
        ..Form::default()
    };
    page(state, viewer, (sharer, back), &form, (Vec::new(), notes))
}

/// The form as it was filled in, with what is wrong, and what else there is to say.
pub(super) fn page(
    state: &PortalState,
    viewer: &Viewer,
    (sharer, back): (&Sharer, Option<String>),
    form: &Form,
    (faults, notes): (Vec<String>, Vec<String>),
) -> Result<Html<String>, Fault> {
    let l10n = &sharer.l10n;
    let page = Page {
        heading: shown::heading(&sharer.found.report, state.clock.now(), l10n),
        back: back.unwrap_or_else(|| sharer.base.clone()),
        action: format!("{}/share", sharer.base),
        nights: nights(sharer, form),
        notes,
        ends: ends(form.days(), l10n),
        form,
        faults,
        most: MOST_ADDRESSES,
        longest: LONGEST_NOTE,
    };
    state.view.page("share/form.html", l10n, viewer, &page).map(Html)
}

/// What can be chosen, night by night.
fn nights(sharer: &Sharer, form: &Form) -> Vec<Night> {
    let chosen: BTreeSet<&str> = form.incident.iter().map(String::as_str).collect();
    let candidates = sharer.offer.candidates();
    let nights = candidates.chunk_by(|one, next| one.when == next.when).filter_map(|night| {
        let when = night.first()?.when.words(&sharer.l10n);
        Some(Night { when, choices: night.iter().map(|one| choice(one, &chosen, &sharer.l10n)).collect() })
    });
    nights.collect()
}

fn choice(candidate: &Candidate<'_>, chosen: &BTreeSet<&str>, l10n: &L10n) -> Choice {
    let (told, zone) = (candidate.told, candidate.report.site.timezone);
    let case = told.case.as_ref().map(|case| {
        let args = [("number", case.number.to_string().into()), ("instance", Arg::from(case.instance))];
        format!(" · {}", l10n.message("page-case", &args))
    });
    Choice {
        title: line(&told.kind, 80),
        meta: format!("{}{}", l10n.date_time(told.occurred_at, zone), case.unwrap_or_default()),
        chosen: chosen.contains(told.incident.as_str()),
        kept: candidate.source > 0,
        incident: told.incident.as_str().to_owned(),
    }
}

/// The ends that can be chosen.
pub(super) fn ends(chosen: Option<u16>, l10n: &L10n) -> Vec<End> {
    let chosen = chosen.unwrap_or(USUAL_DAYS);
    let label = |days: u16| l10n.message("share-days", &[("days", Arg::from(i64::from(days)))]);
    DAYS.into_iter().map(|days| End { days, label: label(days), chosen: days == chosen }).collect()
}
