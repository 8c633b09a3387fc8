//! The form with which incidents are shown to others: which ones, to whom, with what note, until when.

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::sharer::Sharer;
use crate::access::share::MOST_ADDRESSES;
use crate::compose::Incident;
use crate::model::IncidentRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::{self, Heading, line};
use crate::portal::viewer::Viewer;
use crate::render::l10n::Arg;

/// For how many days something can be shared.
pub(super) const DAYS: [u16; 5] = [1, 7, 30, 90, 365];
/// What is chosen where nobody chooses.
pub(super) const USUAL_DAYS: u16 = 30;
/// The longest note, in characters.
pub(super) const LONGEST_NOTE: usize = 2_000;

/// What was filled in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    /// Names the sharing: the same form sent twice shares once.
    pub(super) once: String,
    pub(super) incident: Vec<String>,
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

/// An incident that can be chosen.
#[derive(Debug, Serialize)]
struct Choice {
    incident: String,
    title: String,
    meta: String,
    chosen: bool,
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
    back: &'a str,
    action: String,
    choices: Vec<Choice>,
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
    blank(&state, &viewer, &sharer, Vec::new())
}

pub(in crate::portal) async fn signed_in(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    RawQuery(query): RawQuery,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let incident = IncidentRef::new(incident).map_err(|_| Fault::NoSuchPage)?;
    let sharer = Sharer::signed_in(&state, &viewer, &incident).await?;
    // Those that were ticked in a list; what is not in the same report is not offered, and so not chosen.
    let pairs = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let ticked: Vec<String> =
        pairs.filter(|(name, _)| name == "incident").map(|(_, value)| value.into_owned()).collect();
    blank(&state, &viewer, &sharer, ticked)
}

fn blank(
    state: &PortalState,
    viewer: &Viewer,
    sharer: &Sharer,
    mut ticked: Vec<String>,
) -> Result<Html<String>, Fault> {
    ticked.push(sharer.found.incident.as_str().to_owned());
    let form = Form {
        once: state.random.id()?.to_string(),
        incident: ticked,
        days: USUAL_DAYS.to_string(),
        ..Form::default()
    };
    page(state, viewer, sharer, &form, Vec::new())
}

/// The form as it was filled in, with what is wrong.
pub(super) fn page(
    state: &PortalState,
    viewer: &Viewer,
    sharer: &Sharer,
    form: &Form,
    faults: Vec<String>,
) -> Result<Html<String>, Fault> {
    let (report, l10n) = (&sharer.found.report, &sharer.l10n);
    let offered = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    let page = Page {
        heading: shown::heading(report, state.clock.now(), l10n),
        back: &sharer.base,
        action: format!("{}/share", sharer.base),
        choices: offered.map(|incident| choice(incident, sharer, form)).collect(),
        ends: ends(form.days(), l10n),
        form,
        faults,
        most: MOST_ADDRESSES,
        longest: LONGEST_NOTE,
    };
    state.view.page("share/form.html", l10n, viewer, &page).map(Html)
}

fn choice(incident: &Incident, sharer: &Sharer, form: &Form) -> Choice {
    let (report, l10n) = (&sharer.found.report, &sharer.l10n);
    let case = incident.case.as_ref().map(|case| {
        let args = [("number", case.number.to_string().into()), ("instance", Arg::from(case.instance))];
        format!(" · {}", l10n.message("page-case", &args))
    });
    Choice {
        title: line(&incident.kind, 80),
        meta: format!("{}{}", l10n.date_time(incident.occurred_at, report.site.timezone), case.unwrap_or_default()),
        chosen: form.incident.iter().any(|chosen| chosen == incident.incident.as_str()),
        incident: incident.incident.as_str().to_owned(),
    }
}

/// The ends that can be chosen.
pub(super) fn ends(chosen: Option<u16>, l10n: &crate::render::l10n::L10n) -> Vec<End> {
    let chosen = chosen.unwrap_or(USUAL_DAYS);
    let label = |days: u16| l10n.message("share-days", &[("days", Arg::from(i64::from(days)))]);
    DAYS.into_iter().map(|days| End { days, label: label(days), chosen: days == chosen }).collect()
}
