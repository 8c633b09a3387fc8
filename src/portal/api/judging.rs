//! Judging: what incidents turned out to be, and what people say to one another about them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::incidents::allowed_incident;
use super::input::Input;
use super::page::Page;
use super::problem::Problem;
use super::repeat::Repeat;
use crate::access::{Action, Place};
use crate::db::dispositions::Judged;
use crate::db::incident_comments::Comment;
use crate::db::incidents::Incident;
use crate::model::{Disposition, IncidentRef};
use crate::portal::PortalState;
use crate::portal::branch::{admit, remark, say};
use crate::portal::share::called;

/// So many incidents are judged at once.
const AT_ONCE: usize = 100;
/// So many comments are listed.
const MOST: i64 = 1_000;
/// The longest text, in characters.
const LONGEST: usize = 2_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_incident = |endpoint: Endpoint| endpoint.parameter("incident", "The incident's ref.", None);
    vec![
        Endpoint::post(
            "/api/v1/locations/{location}/judgements",
            ("judgeIncidents", "events", "Say what incidents of a location turned out to be, or take that back."),
            judge,
        )
        .parameter("location", "The location's ref.", None)
        .takes::<NewJudgement>()
        .answers::<Taken>(200, "It is said; the frozen reports stay as they are."),
        of_incident(
            Endpoint::get(
                "/api/v1/incidents/{incident}/judgements",
                (
                    "listJudgements",
                    "events",
                    "Everything that was said of what an incident turned out to be, first to last.",
                ),
                judgements,
            )
            .answers::<Page<JudgementView>>(200, "All of it."),
        ),
        of_incident(
            Endpoint::get(
                "/api/v1/incidents/{incident}/comments",
                ("listComments", "events", "The comments on an incident, first to last."),
                comments,
            )
            .answers::<Page<CommentView>>(200, "The first thousand."),
        ),
        of_incident(
            Endpoint::post(
                "/api/v1/incidents/{incident}/comments",
                ("addComment", "events", "Comment on an incident."),
                add,
            )
            .takes::<NewComment>()
            .answers::<CommentView>(201, "It stands."),
        ),
    ]
}

/// What incidents turned out to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewJudgement {
    /// Refs of incidents of the location.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 128)))]
    incidents: Vec<String>,
    /// What they turned out to be; `restored` takes back what was said last.
    reason: Disposition,
    /// In one's own words.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    note: String,
}

/// What became of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JudgementsTaken")]
struct Taken {
    /// Of how many incidents it was something new.
    changed: usize,
}

async fn judge(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    input: Result<Input<NewJudgement>, Problem>,
) -> Result<Json<Taken>, Problem> {
    caller.opens(Action::Judge)?;
    let site = admit(&state, &caller.viewer, &location, Action::Judge).await?.location;
    let Input(new) = input?;
    if !(1..=AT_ONCE).contains(&new.incidents.len()) {
        return Err(wrong("incidents", format!("must be from 1 to {AT_ONCE}")));
    }
    short("note", &new.note)?;
    let mut listed = Vec::with_capacity(new.incidents.len());
    for raw in new.incidents {
        let incident = IncidentRef::new(raw).map_err(|error| wrong("incidents", error.to_string()))?;
        let found = state.db.listed_incident(&site.location, &incident).await?;
        listed.push(found.ok_or_else(|| wrong("incidents", "names one that the location has not".into()))?);
    }
    let changed = say(&state, &caller.viewer, &site, &listed, (new.reason, &new.note)).await?;
    Ok(Json(Taken { changed }))
}

/// What somebody said that an incident turned out to be.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Judgement")]
struct JudgementView {
    at: DateTime<Utc>,
    reason: Disposition,
    /// By whom, as the audit log names people.
    actor: String,
    name: String,
    note: String,
}

async fn judgements(
    State(state): State<PortalState>,
    caller: Caller,
    Path(incident): Path<String>,
) -> Result<Json<Page<JudgementView>>, Problem> {
    let incident = allowed_incident(&state, &caller, &incident).await?;
    let shown = |row: Judged| JudgementView {
        at: row.at,
        reason: row.reason,
        actor: row.actor,
        name: row.name,
        note: row.note,
    };
    let mut all = state.db.dispositions_of(&incident.incident).await?;
    if !sees_people(&state, &caller, &incident).await? {
        for row in &mut all {
            row.name = called(&row.name);
            row.actor = masked(&row.actor);
        }
    }
    Ok(Json(Page::whole(all.into_iter().map(shown).collect())))
}

/// What somebody said about an incident.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Comment")]
pub(super) struct CommentView {
    id: Uuid,
    at: DateTime<Utc>,
    name: String,
    text: String,
}

impl From<Comment> for CommentView {
    fn from(row: Comment) -> Self {
        Self { id: row.id, at: row.at, name: row.name, text: row.text }
    }
}

impl CommentView {
    /// As those see it with whom the incident was shared: who has no name has no address for them either.
    pub(super) fn for_others(row: Comment) -> Self {
        Self { name: called(&row.name), ..Self::from(row) }
    }
}

async fn comments(
    State(state): State<PortalState>,
    caller: Caller,
    Path(incident): Path<String>,
) -> Result<Json<Page<CommentView>>, Problem> {
    let incident = allowed_incident(&state, &caller, &incident).await?;
    let all = state.db.comments_on(&incident.incident, MOST).await?;
    let shown =
        if sees_people(&state, &caller, &incident).await? { CommentView::from } else { CommentView::for_others };
    Ok(Json(Page::whole(all.into_iter().map(shown).collect())))
}

/// Whether the caller may know the addresses of those who said something about an incident.
async fn sees_people(state: &PortalState, caller: &Caller, incident: &Incident) -> Result<bool, Problem> {
    let site = state.db.location(&incident.location).await?;
    Ok(site.is_some_and(|site| caller.may(Action::ReadViews, Place::of(&site.branch)).is_ok()))
}

/// Who the audit log says that somebody is, without the address of a customer.
fn masked(actor: &str) -> String {
    match actor.strip_prefix("address:") {
        Some(address) => format!("address:{}", called(address)),
        None => actor.to_owned(),
    }
}

/// Something to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewComment {
    /// The words.
    #[schemars(length(min = 1, max = 2000))]
    text: String,
}

async fn add(
    State(state): State<PortalState>,
    caller: Caller,
    repeat: Repeat,
    Path(incident): Path<String>,
    input: Result<Input<NewComment>, Problem>,
) -> Result<Response, Problem> {
    caller.opens(Action::Judge)?;
    let incident = allowed_incident(&state, &caller, &incident).await?;
    let site = admit(&state, &caller.viewer, incident.location.as_str(), Action::Judge).await?.location;
    let Input(new) = input?;
    short("text", &new.text)?;
    if new.text.trim().is_empty() {
        return Err(wrong("text", "says nothing".into()));
    }
    let id = repeat.id_or(&state.random)?;
    let comment = remark(&state, &caller.viewer, &site, &incident, (id, &new.text)).await?;
    Ok((StatusCode::CREATED, Json(CommentView::from(comment))).into_response())
}

fn short(field: &str, text: &str) -> Result<(), Problem> {
    if text.chars().count() <= LONGEST {
        return Ok(());
    }
    Err(wrong(field, format!("has more than {LONGEST} characters")))
}

fn wrong(field: &str, detail: String) -> Problem {
    Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail)
}
