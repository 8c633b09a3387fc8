//! Hosted: the events of a report as it was frozen, filtered and sorted as by its page in the browser.
//!
//! It must not tell anything that the frozen report does not.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::page::{Page, Paging};
use super::problem::Problem;
use super::reports::allowed;
use super::sale::SaleView;
use crate::access::Action;
use crate::compose::{Clip, Footage, Incident, Interaction, Report};
use crate::model::{ClipRef, InteractionRef, ViewKind};
use crate::portal::PortalState;
use crate::portal::frozen;
use crate::portal::shown::{self, Filter, clips_of, web_url};

/// The longest text that is looked for, in characters.
const LONGEST: usize = 200;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/reports/{id}/events",
            ("listEvents", "reports", "The incidents and interactions of a report, as it was frozen."),
            list,
        )
        .parameter("id", "The report's id.", Some("uuid"))
        .query::<EventQuery>()
        .answers::<Page<EventView>>(200, "A page of them.")
        .problem(410, "Retention took it away."),
    ]
}

/// Of which level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// Level 1.
    Normal,
    /// Level 2 and above, and incidents.
    Escalated,
}

/// In which order.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    Time,
    Latest,
    Camera,
    Type,
}

/// Which events.
#[derive(Deserialize, JsonSchema)]
struct EventQuery {
    /// Seen by the camera of this name: by itself, or in one of its recordings.
    #[schemars(length(max = 200))]
    camera: Option<String>,
    /// Of this type.
    #[schemars(length(max = 200))]
    r#type: Option<String>,
    /// Of this level only.
    level: Option<Level>,
    /// Words that description, notes and the like contain.
    #[schemars(length(max = 200))]
    text: Option<String>,
    /// Escalated ones first, each part by time, if left out.
    sort: Option<Order>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl EventQuery {
    /// What the query of the page would say.
    fn as_of_the_page(&self) -> Result<Filter, Problem> {
        for (field, text) in [("camera", &self.camera), ("type", &self.r#type), ("text", &self.text)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
                let detail = format!("has more than {LONGEST} characters");
                return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail));
            }
        }
        let level = self.level.map(|level| if level == Level::Normal { "normal" } else { "escalated" });
        let sort = self.sort.map(|sort| match sort {
            Order::Time => "time",
            Order::Latest => "latest",
            Order::Camera => "camera",
            Order::Type => "type",
        });
        let mut query = Serializer::new(String::new());
        for (name, value) in [
            ("camera", self.camera.as_deref()),
            ("type", self.r#type.as_deref()),
            ("level", level),
            ("q", self.text.as_deref()),
            ("sort", sort),
        ] {
            query.append_pair(name, value.unwrap_or_default());
        }
        Ok(Filter::parse(Some(&query.finish())))
    }
}

/// An incident or an interaction, as a report tells of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportEvent")]
struct EventView {
    /// `incident` or `interaction`.
    subject: &'static str,
    /// Its ref.
    r#ref: String,
    at: DateTime<Utc>,
    escalated: bool,
    r#type: String,
    /// Of the interaction, or of that behind the incident.
    #[serde(flatten)]
    handled: Handled,
    /// Of an incident: what happened.
    description: Option<String>,
    reported_by: Option<String>,
    /// The case's number, for people.
    case_number: Option<i64>,
    /// Which of the case's incidents it is.
    instance: Option<i64>,
    /// Whether it has a photo (`getPhoto`).
    photo: bool,
    /// Whether a photo was named that could not be had.
    photo_missing: bool,
    clips: Vec<RecordingView>,
    /// The same second in the customer's own application.
    timeline_url: Option<String>,
    /// What was sold, and what was not paid.
    sale: Option<SaleView>,
}

/// What is known of how something was handled.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "Handling")]
pub(super) struct Handled {
    /// The interaction's ref.
    interaction: Option<InteractionRef>,
    /// 1 is normal, 2 and above escalated.
    level: Option<i32>,
    /// The camera's name.
    camera_name: Option<String>,
    operator: Option<String>,
    notes: Option<String>,
    actions: Vec<String>,
}

impl Handled {
    pub(super) fn of(handled: Option<&Interaction>) -> Self {
        handled.map_or_else(Self::default, |handled| Self {
            interaction: Some(handled.interaction.clone()),
            level: Some(handled.level),
            camera_name: handled.camera.clone(),
            operator: handled.operator.clone(),
            notes: Some(handled.notes.clone()),
            actions: handled.actions.clone(),
        })
    }
}

/// A recording that an event names.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Recording")]
pub(super) struct RecordingView {
    clip: ClipRef,
    recorded_at: DateTime<Utc>,
    /// How long it is, in milliseconds.
    duration_ms: Option<i64>,
    /// The camera's name.
    camera_name: Option<String>,
    /// `archive` (`getFootage` leads there), `external` or `missing`.
    footage: &'static str,
    /// Where it can be viewed outside, and the password that it asks for there.
    external_url: Option<String>,
    password: Option<String>,
}

impl RecordingView {
    fn of(clip: &Clip) -> Self {
        let (footage, external_url, password) = match &clip.footage {
            Footage::Archive { .. } => ("archive", None, None),
            Footage::External { url, password } => ("external", Some(url.clone()), password.clone()),
            Footage::Missing => ("missing", None, None),
        };
        Self {
            clip: clip.clip.clone(),
            recorded_at: clip.recorded_at,
            duration_ms: clip.duration_ms,
            camera_name: clip.camera.clone(),
            footage,
            external_url,
            password,
        }
    }

    /// The recordings of some refs that a report knows.
    pub(super) fn all<'a>(clips: impl IntoIterator<Item = &'a ClipRef>, report: &Report) -> Vec<Self> {
        clips.into_iter().filter_map(|clip| report.clip(clip)).map(Self::of).collect()
    }
}

/// A link of the feed that leads to a page on the web, and nowhere else.
pub(super) fn timeline(incident: Option<&Incident>, handled: Option<&Interaction>) -> Option<String> {
    let of_incident = incident.and_then(|incident| incident.timeline_url.as_deref()).and_then(web_url);
    let url = of_incident.or_else(|| handled.and_then(|handled| handled.timeline_url.as_deref()).and_then(web_url));
    url.map(String::from)
}

/// The sale of an incident, where the report has it.
pub(super) fn sale_of(incident: &Incident, report: &Report) -> Option<SaleView> {
    incident.transaction.as_ref().and_then(|sale| report.transaction(sale)).map(SaleView::from)
}

/// The event at a place of a report's page: escalated ones first.
fn event(report: &Report, place: usize) -> Option<EventView> {
    let first = report.escalations.len();
    let Some(told) = report.escalations.get(place) else {
        let handled = report.interactions.get(place.checked_sub(first)?)?;
        return Some(of_interaction(handled, handled.level >= 2, report));
    };
    let handled = told.interaction.as_ref();
    let Some(incident) = &told.incident else { return handled.map(|handled| of_interaction(handled, true, report)) };
    Some(EventView {
        subject: "incident",
        r#ref: incident.incident.to_string(),
        at: incident.occurred_at,
        escalated: true,
        r#type: incident.kind.clone(),
        handled: Handled::of(handled),
        description: Some(incident.description.clone()),
        reported_by: incident.reported_by.clone(),
        case_number: incident.case.as_ref().map(|case| case.number),
        instance: incident.case.as_ref().map(|case| case.instance),
        photo: incident.photo.is_some(),
        photo_missing: incident.photo_missing,
        clips: RecordingView::all(clips_of(told), report),
        timeline_url: timeline(Some(incident), handled),
        sale: sale_of(incident, report),
    })
}

fn of_interaction(handled: &Interaction, escalated: bool, report: &Report) -> EventView {
    EventView {
        subject: "interaction",
        r#ref: handled.interaction.to_string(),
        at: handled.started_at,
        escalated,
        r#type: handled.kind.clone(),
        handled: Handled::of(Some(handled)),
        description: None,
        reported_by: None,
        case_number: None,
        instance: None,
        photo: false,
        photo_missing: false,
        clips: RecordingView::all(&handled.clip, report),
        timeline_url: timeline(None, Some(handled)),
        sale: None,
    }
}

async fn list(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<EventQuery>,
) -> Result<Json<Page<EventView>>, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    let filter = query.as_of_the_page()?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (rows, after) = (paging.rows()?, paging.after::<u32>()?.unwrap_or(0));
    if row.object_key.is_none() {
        frozen::not_removed(&state, row.id).await?;
        return Err(Problem::not_found("the report is not built"));
    }
    let report = frozen::report(&state, row.id).await?.report;
    caller.looked(&state, &row.location, ViewKind::Page, format!("report:{}", row.id))?;
    // The page's own events, its own filter and its own order.
    let mut events = shown::events(&report, "", &*caller.viewer.l10n(&state)?);
    filter.apply(&mut events);
    let size = usize::try_from(rows).unwrap_or(usize::MAX);
    let wanted = events.iter().skip(usize::try_from(after).unwrap_or(usize::MAX)).take(size);
    let place = |anchor: &str| anchor.strip_prefix('e')?.parse::<usize>().ok()?.checked_sub(1);
    let found = wanted.filter_map(|one| event(&report, place(&one.anchor)?)).collect();
    let next = after.saturating_add(u32::try_from(rows - 1).unwrap_or(u32::MAX));
    paging.page(found, |_| next, |event| event).map(Json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;
    use crate::model::Language;
    use crate::render::l10n::L10n;

    #[test]
    fn every_event_of_the_page_is_told_with_its_sale_and_its_recordings() {
        let report = Sample::Ordinary.report();
        let l10n = L10n::new(Language::En, "en").unwrap();
        let shown = shown::events(&report, "", &l10n);
        let told: Vec<EventView> = (0..shown.len()).filter_map(|place| event(&report, place)).collect();
        assert_eq!(told.len(), shown.len());
        for (told, shown) in told.iter().zip(&shown) {
            assert_eq!((told.at, told.escalated), (shown.at, shown.is_escalated()));
        }
        let sold = told.iter().find_map(|one| one.sale.as_ref()).expect("the sample has a sale");
        let sold = serde_json::to_value(sold).unwrap();
        assert!(sold["lines"].as_array().unwrap().iter().any(|line| line["paid"] == false), "{sold}");
        assert!(told.iter().any(|one| !one.clips.is_empty()));
        assert!(event(&report, shown.len()).is_none());
    }
}
