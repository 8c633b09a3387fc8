//! Feedback: what readers of the hosted report say about its events, and that somebody has seen to it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::{Input, Query};
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::policy::{Action, Place};
use crate::db::feedback::{Feedback, Wanted};
use crate::db::listing::Last;
use crate::db::sites::Location;
use crate::model::{DeliveryId, LocationRef, ReportId};
use crate::portal::PortalState;
use crate::portal::desk::{Done, see_to};

/// The longest answer, in characters.
const LONGEST: usize = 1_000;
/// What may be asked for by how far it is, and by what kind it is.
const STATES: [&str; 3] = ["open", "handled", "all"];
const KINDS: [&str; 4] = ["ours", "call", "wrong", "other"];

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/feedback",
            ("listFeedback", "reports", "What readers said about events, newest first."),
            list,
        )
        .query::<FeedbackQuery>()
        .answers::<Page<FeedbackView>>(200, "A page of it.")
        .problem(404, "There is no such location, or it is not for whoever asks."),
        Endpoint::get("/api/v1/feedback/{id}", ("getFeedback", "reports", "Something that a reader said."), one)
            .parameter("id", "Its id.", Some("uuid"))
            .answers::<FeedbackView>(200, "It."),
        Endpoint::post(
            "/api/v1/feedback/{id}/handle",
            ("handleFeedback", "reports", "Note that somebody has seen to what a reader said."),
            handle,
        )
        .parameter("id", "Its id.", Some("uuid"))
        .takes::<Handled>()
        .answers::<FeedbackView>(200, "It is noted; the reader sees it on the report's page.")
        .problem(409, "Somebody had seen to it already, or the same request is under way."),
    ]
}

/// Of what.
#[derive(Deserialize, JsonSchema)]
struct FeedbackQuery {
    /// Of this location only; whoever may not see all of them must name one.
    location: Option<String>,
    /// What nobody has seen to yet (if left out), what somebody has, or both.
    #[schemars(extend("enum" = STATES))]
    state: Option<String>,
    /// Of this kind only.
    #[schemars(extend("enum" = KINDS))]
    kind: Option<String>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What a reader said about an event.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Feedback")]
struct FeedbackView {
    id: Uuid,
    report: ReportId,
    location: LocationRef,
    /// The local date on which the report's night began.
    #[schemars(extend("format" = "date"))]
    night: String,
    /// `incident` or `interaction`.
    subject: String,
    /// The event's ref.
    r#ref: String,
    /// By which mail's link it came.
    delivery: DeliveryId,
    name: String,
    email: String,
    /// `ours`, `call`, `wrong` or `other`.
    kind: String,
    words: String,
    phone: Option<String>,
    at: DateTime<Utc>,
    handled_at: Option<DateTime<Utc>>,
    handled_by: Option<String>,
    /// What the reader is answered on the page.
    reply: Option<String>,
    /// What is kept on record of it, and not told to the reader.
    remark: Option<String>,
}

impl From<Feedback> for FeedbackView {
    fn from(row: Feedback) -> Self {
        Self {
            id: row.id,
            report: row.report,
            location: row.location,
            night: row.night.to_string(),
            subject: row.subject,
            r#ref: row.of,
            delivery: row.delivery,
            name: row.name,
            email: row.email,
            kind: row.kind,
            words: row.words,
            phone: row.phone,
            at: row.at,
            handled_at: row.handled_at,
            handled_by: row.handled_by,
            reply: row.reply,
            remark: row.remark,
        }
    }
}

async fn list(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<FeedbackQuery>,
) -> Result<Json<Page<FeedbackView>>, Problem> {
    caller.opens(Action::LookUp)?;
    let location = if let Some(location) = &query.location {
        Some(caller.location(&state, location, Action::LookUp).await?.location)
    } else {
        caller.may(Action::LookUp, Place::INSTALLATION)?;
        None
    };
    let known = |field: &str, word: &Option<String>, words: &[&str]| match word {
        Some(word) if !words.contains(&word.as_str()) => {
            let detail = format!("is none of {}", words.join(", "));
            Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail))
        }
        _ => Ok(()),
    };
    known("state", &query.state, &STATES)?;
    known("kind", &query.kind, &KINDS)?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let wanted = Wanted {
        location: location.as_ref(),
        kind: query.kind.as_deref(),
        handled: match query.state.as_deref() {
            Some("all") => None,
            word => Some(word == Some("handled")),
        },
        before: paging.after::<Last<Uuid>>()?.map(|Last(at, id)| (at, id)),
    };
    let found = state.db.feedback_found(&wanted, paging.rows()?).await?;
    paging.page(found, |row| Last(row.at, row.id), FeedbackView::from).map(Json)
}

/// What the reader is told.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Handled {
    /// Stands on the report's page, for the reader.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    reply: String,
    /// Kept on record, and not told to the reader.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    remark: String,
}

/// Something that was said, with which the caller may do this.
async fn found(
    state: &PortalState,
    caller: &Caller,
    (id, action): (&str, Action),
) -> Result<(Feedback, Option<Location>), Problem> {
    let nothing = || Problem::not_found("nobody said that, or it is not for you");
    caller.opens(action)?;
    let id: Uuid = id.parse().map_err(|_| nothing())?;
    let said = state.db.feedback(id).await?.ok_or_else(nothing)?;
    let site = state.db.location(&said.location).await?;
    match &site {
        Some(site) => caller.may(action, Place::of(&site.branch))?,
        // A site that is gone is for those who may do it everywhere.
        None => caller.may(action, Place::INSTALLATION).map_err(|_| nothing())?,
    }
    Ok((said, site))
}

async fn one(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<FeedbackView>, Problem> {
    let (said, _) = found(&state, &caller, (&id, Action::LookUp)).await?;
    Ok(Json(said.into()))
}

async fn handle(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Handled>, Problem>,
) -> Result<Json<FeedbackView>, Problem> {
    let (said, site) = found(&state, &caller, (&id, Action::Correct)).await?;
    let Input(wish) = input?;
    if wish.reply.chars().count() > LONGEST {
        let detail = format!("has more than {LONGEST} characters");
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "reply", detail));
    }
    if wish.remark.chars().count() > LONGEST {
        let detail = format!("has more than {LONGEST} characters");
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "remark", detail));
    }
    let done = Done { reply: wish.reply, remark: wish.remark };
    if !see_to(&state, &caller.viewer, (&said, site.as_ref()), &done).await? {
        return Err(Problem::new(StatusCode::CONFLICT, "somebody had seen to it already"));
    }
    let now = state.db.feedback(said.id).await?;
    Ok(Json(now.unwrap_or(said).into()))
}
