//! Incidents: those of the latest report, or all of them, filtered and in an order; and one of them.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::events::redirect;
use super::hosted::{Handled, RecordingView, sale_of, timeline};
use super::input::Query;
use super::page::{Page, Paging, night};
use super::problem::Problem;
use super::sale::SaleView;
use crate::access::Action;
use crate::db::incident_list::ListedIncident;
use crate::db::incidents::Incident;
use crate::model::{
    CaseRef, ClipRef, Disposition, IncidentRef, InteractionRef, LocationRef, ReportId, TransactionRef, ViewKind,
};
use crate::portal::PortalState;
use crate::portal::branch::{self, Tab, Wanted, admitted, centre, pictured, scene};
use crate::portal::shown::clips_of;
use crate::portal::viewer::Viewer;

/// The longest text that is looked for, in characters.
const LONGEST: usize = 200;
/// No list goes on for longer.
const FARTHEST: i64 = 100_000_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_incident = |endpoint: Endpoint| endpoint.parameter("incident", "The incident's ref.", None);
    vec![
        Endpoint::get(
            "/api/v1/locations/{location}/incidents",
            ("listIncidents", "events", "A location's incidents, of the latest report or all of them."),
            incidents,
        )
        .parameter("location", "The location's ref.", None)
        .query::<IncidentQuery>()
        .answers::<Page<IncidentView>>(200, "A page of them."),
        Endpoint::get(
            "/api/v1/locations/{location}/incidents.csv",
            (
                "exportIncidents",
                "events",
                "The same incidents as CSV, all pages at once; limit and cursor count for nothing.",
            ),
            as_csv,
        )
        .parameter("location", "The location's ref.", None)
        .query::<IncidentQuery>()
        .answers_as(200, "20,000 at most, in the reader's language.", "text/csv", |_| text_schema()),
        Endpoint::get(
            "/api/v1/locations/{location}/incidents.pdf",
            (
                "printIncidents",
                "events",
                "The same incidents as PDF, all pages at once; limit and cursor count for nothing.",
            ),
            as_pdf,
        )
        .parameter("location", "The location's ref.", None)
        .query::<IncidentQuery>()
        .answers_as(200, "2,000 at most, in the reader's language.", "application/pdf", |_| text_schema()),
        of_incident(
            Endpoint::get("/api/v1/incidents/{incident}", ("getIncident", "events", "One incident."), incident)
                .answers::<IncidentDetail>(200, "It, with what belongs to it."),
        ),
        of_incident(
            Endpoint::get("/api/v1/incidents/{incident}/photo", ("getPhoto", "events", "An incident's photo."), photo)
                .answers_with_nothing(302, "It is there, for some minutes."),
        ),
    ]
}

/// Of when.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Of {
    /// As far back as the location was on an active plan.
    All,
    /// Of the latest report.
    Recent,
}

/// In which order.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    Newest,
    Oldest,
    Case,
    Type,
    Shared,
}

/// Which incidents.
#[derive(Deserialize, JsonSchema)]
struct IncidentQuery {
    /// All of them, or those of the latest report; all if left out.
    of: Option<Of>,
    /// What type, description, ref or reporter contain.
    #[schemars(length(max = 200))]
    text: Option<String>,
    /// Of this type.
    #[schemars(length(max = 200))]
    r#type: Option<String>,
    /// What people said of them: `open` for those that count, `aside` for those that were set aside, or for what.
    #[schemars(extend("enum" = SAID))]
    said: Option<String>,
    /// Of this local day and later ones.
    #[schemars(extend("format" = "date"))]
    from: Option<String>,
    /// Of this local day and earlier ones.
    #[schemars(extend("format" = "date"))]
    to: Option<String>,
    /// The latest first if left out.
    sort: Option<Order>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What can be asked of what people said.
const SAID: [&str; 6] = [
    "open",
    "aside",
    Disposition::NotATheft.as_str(),
    Disposition::InvalidTheft.as_str(),
    Disposition::CutShort.as_str(),
    Disposition::Inconclusive.as_str(),
];

impl IncidentQuery {
    /// What a page's address would say.
    fn as_of_pages(&self) -> Result<String, Problem> {
        let wrong = |field, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
        for (field, text) in [("text", &self.text), ("type", &self.r#type)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
                return Err(wrong(field, format!("has more than {LONGEST} characters")));
            }
        }
        if self.said.as_ref().is_some_and(|said| !SAID.contains(&said.as_str())) {
            return Err(wrong("said", format!("is none of {}", SAID.join(", "))));
        }
        night("from", self.from.as_deref())?;
        night("to", self.to.as_deref())?;
        let sort = self.sort.map(|sort| match sort {
            Order::Newest => "",
            Order::Oldest => "oldest",
            Order::Case => "case",
            Order::Type => "type",
            Order::Shared => "shared",
        });
        let mut query = Serializer::new(String::new());
        for (name, value) in [
            ("q", self.text.as_deref()),
            ("type", self.r#type.as_deref()),
            ("said", self.said.as_deref()),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
            ("sort", sort),
        ] {
            query.append_pair(name, value.unwrap_or_default());
        }
        Ok(query.finish())
    }
}

/// An escalated event.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Incident")]
struct IncidentView {
    r#ref: IncidentRef,
    location: LocationRef,
    /// The interaction behind it.
    interaction: Option<InteractionRef>,
    /// The offender's case.
    case: Option<CaseRef>,
    /// The case's number, for people.
    case_number: Option<i64>,
    /// Which of the case's incidents it is.
    instance: Option<i64>,
    occurred_at: DateTime<Utc>,
    /// When the first mail of a report with it was taken by a server.
    shared_at: Option<DateTime<Utc>>,
    r#type: String,
    description: String,
    reported_by: Option<String>,
    /// Whether it has a photo.
    photo: bool,
    /// Whether the archive has that photo not, or not yet.
    photo_missing: bool,
    clips: Vec<ClipRef>,
    transaction: Option<TransactionRef>,
    /// What it turned out to be, where somebody set it aside.
    judgement: Option<Disposition>,
    /// How many comments there are.
    comments: i64,
}

/// An escalated event, with how it was handled, what was recorded and what was sold.
#[derive(Serialize, JsonSchema)]
struct IncidentDetail {
    #[serde(flatten)]
    incident: IncidentView,
    /// The interaction behind it.
    handled: Option<Handled>,
    recordings: Vec<RecordingView>,
    /// The same second in the customer's own application.
    timeline_url: Option<String>,
    /// What was sold, and what was not paid.
    sale: Option<SaleView>,
    /// The latest report that tells of it.
    report: Option<ReportId>,
}

impl From<ListedIncident> for IncidentView {
    fn from(listed: ListedIncident) -> Self {
        let judgement = listed.disposition();
        let known = listed.known;
        let incident = known.incident;
        Self {
            r#ref: incident.incident,
            location: incident.location,
            interaction: incident.interaction,
            case: incident.case,
            case_number: known.case_number,
            instance: known.instance,
            occurred_at: incident.occurred_at,
            shared_at: listed.shared_at,
            r#type: incident.kind,
            description: incident.description,
            reported_by: incident.reported_by,
            photo_missing: incident.photo_key.is_some() && known.photo_present != Some(true),
            photo: incident.photo_key.is_some(),
            clips: incident.clips,
            transaction: incident.transaction,
            judgement,
            comments: listed.comments,
        }
    }
}

async fn incidents(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(query): Query<IncidentQuery>,
) -> Result<Json<Page<IncidentView>>, Problem> {
    caller.opens(Action::ReadLocation)?;
    let (tab, asked) = match query.of.unwrap_or(Of::All) {
        Of::All => (Tab::All, query.as_of_pages()?),
        Of::Recent => (Tab::Recent, query.as_of_pages()?),
    };
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (rows, after) = (paging.rows()?, paging.after::<i64>()?.unwrap_or(0));
    if !(0..=FARTHEST).contains(&after) {
        return Err(Paging::no_such_cursor());
    }
    let allowed = (tab, Action::ReadLocation);
    let wanted = Wanted::of(&state, &caller.viewer, (&location, Some(&asked)), allowed).await?;
    let found = match wanted.filter(rows, after) {
        Some(filter) => state.db.listed_incidents(&filter).await?,
        None => Vec::new(),
    };
    caller.looked(&state, &wanted.site.location.location, ViewKind::Page, "incidents".into())?;
    // The place of the page's last row: the next one begins behind it.
    paging.page(found, |_| after + rows - 1, IncidentView::from).map(Json)
}

fn text_schema() -> Schema {
    json_schema!({ "type": "string" })
}

/// What a page's handler would be asked, and of which incidents.
type Asked = ((State<PortalState>, Viewer, Path<String>, RawQuery), Tab);

fn as_of_page(state: PortalState, caller: Caller, location: String, query: &IncidentQuery) -> Result<Asked, Problem> {
    caller.opens(Action::Export)?;
    // It counts for nothing here, and is still a number of items.
    Paging { limit: query.limit, cursor: None }.rows()?;
    let tab = match query.of.unwrap_or(Of::All) {
        Of::All => Tab::All,
        Of::Recent => Tab::Recent,
    };
    let query = RawQuery(Some(query.as_of_pages()?));
    Ok(((State(state), caller.viewer, Path(location), query), tab))
}

async fn as_csv(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(query): Query<IncidentQuery>,
) -> Result<Response, Problem> {
    let (asked, tab) = as_of_page(state, caller, location, &query)?;
    Ok(branch::as_csv(asked, tab).await?)
}

async fn as_pdf(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(query): Query<IncidentQuery>,
) -> Result<Response, Problem> {
    let (asked, tab) = as_of_page(state, caller, location, &query)?;
    Ok(branch::as_pdf(asked, tab).await?)
}

/// An incident that the caller may see, as the pages of its location show it.
async fn listed(state: &PortalState, caller: &Caller, incident: &str) -> Result<ListedIncident, Problem> {
    let nothing = || Problem::not_found("there is no such incident, or it is not for you");
    caller.opens(Action::ReadLocation)?;
    let incident = IncidentRef::new(incident).map_err(|_| nothing())?;
    let place = state.db.incident_place(&incident).await?.ok_or_else(nothing)?;
    // A customer who was not given the location may have been mailed the incident.
    let named = (place.location.as_str(), incident.as_str());
    let (_, listed) = admitted(state, &caller.viewer, named, Action::ReadLocation).await?;
    Ok(listed)
}

/// The same, without what people said of it.
pub(super) async fn allowed_incident(
    state: &PortalState,
    caller: &Caller,
    incident: &str,
) -> Result<Incident, Problem> {
    Ok(listed(state, caller, incident).await?.known.incident)
}

async fn incident(
    State(state): State<PortalState>,
    caller: Caller,
    Path(incident): Path<String>,
) -> Result<Json<IncidentDetail>, Problem> {
    let listed = listed(&state, &caller, &incident).await?;
    let of = &listed.known.incident;
    caller.looked(&state, &of.location, ViewKind::Page, format!("incident:{}", of.incident))?;
    let report = scene(&state, &listed.known).await?;
    let told = centre(&report, &of.incident)?;
    let handled = told.interaction.as_ref();
    Ok(Json(IncidentDetail {
        handled: handled.map(|handled| Handled::of(Some(handled))),
        recordings: RecordingView::all(clips_of(told), &report),
        timeline_url: timeline(told.incident.as_ref(), handled),
        sale: told.incident.as_ref().and_then(|incident| sale_of(incident, &report)),
        report: told_by(&state, &caller, of).await?,
        incident: listed.into(),
    }))
}

/// The latest report that tells of an incident, of those that who asks may see.
async fn told_by(state: &PortalState, caller: &Caller, of: &Incident) -> Result<Option<ReportId>, Problem> {
    let whole = caller.is_given(state, &of.location).await?;
    for report in state.db.reports_of_incident(&of.incident).await? {
        let given = match caller.customer() {
            Some(address) if !whole => state.db.was_mailed(report, address).await?,
            _ => true,
        };
        if given {
            return Ok(Some(report));
        }
    }
    Ok(None)
}

async fn photo(
    State(state): State<PortalState>,
    caller: Caller,
    Path(incident): Path<String>,
) -> Result<Response, Problem> {
    let nothing = || Problem::not_found("there is no such incident, or it is not for you");
    caller.opens(Action::ReadLocation)?;
    let incident = IncidentRef::new(incident).map_err(|_| nothing())?;
    let place = state.db.incident_place(&incident).await?.ok_or_else(nothing)?;
    let listed = pictured(&state, &caller.viewer, (place.location.as_str(), incident.as_str())).await?;
    let key = listed.known.incident.photo_key.ok_or_else(|| Problem::not_found("the incident has no photo"))?;
    redirect(&state, &key, None).await
}
