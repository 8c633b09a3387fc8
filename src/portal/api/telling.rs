//! Telling: whoever was mailed a report says something about one of its events, as by the link of the mail, and reads what
//! they said and what staff answered.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::{Door, Endpoint};
use super::input::Input;
use super::page::Page;
use super::problem::{FieldError, Problem};
use crate::access::Action;
use crate::db::deliveries::Delivery;
use crate::db::feedback::Feedback;
use crate::model::ReportId;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::hosted::{Written, tell};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post(
            "/api/v1/reports/{id}/feedback",
            ("giveFeedback", "reports", "Say something about an event of a report that you were mailed."),
            give,
        )
        .behind(Door::Person)
        .parameter("id", "The report's id.", Some("uuid"))
        .takes::<Words>()
        .answers_with_nothing(202, "It reaches staff; the same again is the same.")
        .problem(410, "Retention took the report away.")
        .problem(429, "Nobody says as much within a day."),
        Endpoint::get(
            "/api/v1/reports/{id}/feedback",
            ("listOwnFeedback", "reports", "What you said about events of a report that you were mailed."),
            own,
        )
        .behind(Door::Person)
        .parameter("id", "The report's id.", Some("uuid"))
        .answers::<Page<SaidView>>(200, "All of it, first to last, with what staff answered."),
    ]
}

/// What somebody says about an event.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewFeedback")]
#[serde(deny_unknown_fields)]
struct Words {
    /// What kind of event it is.
    #[schemars(extend("enum" = ["incident", "interaction"]))]
    subject: String,
    /// Its ref.
    #[schemars(length(min = 1, max = 128))]
    r#ref: String,
    /// `ours`: it was one of us. `call`: call me. `wrong`: it was otherwise. `other`: as the words say.
    #[schemars(extend("enum" = ["ours", "call", "wrong", "other"]))]
    kind: String,
    /// In one's own words; wanted where the kind is `other`.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    text: String,
    /// Where to call.
    #[serde(default)]
    #[schemars(length(max = 40))]
    phone: String,
}

/// The mail by which a report came to who is signed in.
async fn mail_of(state: &PortalState, caller: &Caller, report: &str) -> Result<Delivery, Problem> {
    let nothing = || Problem::not_found("there is no such report, or you were not mailed it");
    caller.opens(Action::ManageSelf)?;
    let own = caller.principal.address().ok_or_else(nothing)?;
    let report: ReportId = report.parse().map_err(|_| nothing())?;
    let mail = state.db.mail_of(report, own).await?.ok_or_else(nothing)?;
    state.db.delivery(mail).await?.ok_or_else(nothing)
}

async fn give(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Words>, Problem>,
) -> Result<StatusCode, Problem> {
    let mail = mail_of(&state, &caller, &id).await?;
    let Input(new) = input?;
    let frozen = frozen::report(&state, mail.report).await?;
    let (event, words) = ((new.subject.as_str(), new.r#ref.as_str()), (&*new.kind, &*new.text, &*new.phone));
    let by = (caller.actor.clone(), caller.origin.as_str());
    match tell(&state, (&frozen, &mail), event, words, by).await? {
        Some(Written::Down) => Ok(StatusCode::ACCEPTED),
        Some(Written::TooMuch) => Err(Fault::TooMany.into()),
        Some(Written::Wrong(faults)) => Err(wrong(&faults)),
        None => Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "ref", "is no event of the report")),
    }
}

/// What a page says of a form, field by field.
fn wrong(faults: &[&'static str]) -> Problem {
    let error = |fault: &&'static str| {
        let (field, detail) = match *fault {
            "hosted-fault-kind" => ("kind", "is none of ours, call, wrong, other"),
            "hosted-fault-empty" => ("text", "says nothing"),
            "hosted-fault-long" => ("text", "has more than 2000 characters"),
            _ => ("phone", "is no telephone number"),
        };
        FieldError { line: None, field: field.into(), detail: detail.into() }
    };
    let errors = faults.iter().map(error).collect();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "what was sent cannot be done; see errors").with_errors(errors, 0)
}

/// What somebody said about an event, and what became of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnFeedback")]
struct SaidView {
    id: Uuid,
    /// `incident` or `interaction`.
    subject: String,
    /// Its ref.
    r#ref: String,
    /// `ours`, `call`, `wrong` or `other`.
    kind: String,
    words: String,
    phone: Option<String>,
    at: DateTime<Utc>,
    /// When staff saw to it.
    handled_at: Option<DateTime<Utc>>,
    /// What they answered.
    reply: Option<String>,
}

impl From<Feedback> for SaidView {
    fn from(row: Feedback) -> Self {
        Self {
            id: row.id,
            subject: row.subject,
            r#ref: row.of,
            kind: row.kind,
            words: row.words,
            phone: row.phone,
            at: row.at,
            handled_at: row.handled_at,
            reply: row.reply,
        }
    }
}

async fn own(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<SaidView>>, Problem> {
    let mail = mail_of(&state, &caller, &id).await?;
    let mut said = state.db.feedback_by(mail.id).await?;
    said.sort_by_key(|one| (one.at, one.id));
    Ok(Json(Page::whole(said.into_iter().map(SaidView::from).collect())))
}
