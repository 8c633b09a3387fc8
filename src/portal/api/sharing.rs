//! Sharing: incidents are shown to addresses by links of their own, and these links are ended, moved and sent again.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Input;
use super::problem::{FieldError, Problem};
use super::repeat::Repeat;
use super::shares::{ShareDetail, whole};
use crate::access::policy::Action;
use crate::access::share::MOST_ADDRESSES;
use crate::model::IncidentRef;
use crate::portal::PortalState;
use crate::portal::share::{self, LONGEST, MOST_INCIDENTS, Order, Ordered, Sharer, Wrong};

/// For how long something is shared where nobody says.
const USUAL: TimeDelta = TimeDelta::days(30);

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_share = |endpoint: Endpoint| endpoint.parameter("id", "The share's id.", Some("uuid"));
    vec![
        Endpoint::post(
            "/api/v1/shares",
            (
                "createShare",
                "shares",
                "Show incidents of one location, of any nights, to others: each gets a mail with a link of their own.",
            ),
            create,
        )
        .takes::<NewShare>()
        .answers::<ShareDetail>(201, "It is shared.")
        .answers::<ShareDetail>(200, "It was shared before, by a request with the same key.")
        .problem(404, "The first incident is not there, or not for whoever asks.")
        .problem(429, "Nobody shares as often within a day."),
        of_share(
            Endpoint::post(
                "/api/v1/shares/{id}/revoke",
                ("revokeShare", "shares", "End the link of one recipient, or of all, at once."),
                revoke,
            )
            .takes::<Whom>()
            .answers::<ShareDetail>(200, "It is ended."),
        ),
        of_share(
            Endpoint::post(
                "/api/v1/shares/{id}/end",
                ("endShare", "shares", "Move the end of the link of one recipient, or of all."),
                end,
            )
            .takes::<NewEnd>()
            .answers::<ShareDetail>(200, "It is moved."),
        ),
        of_share(
            Endpoint::post(
                "/api/v1/shares/{id}/resend",
                ("resendShare", "shares", "Send a recipient the letter with their link once more."),
                resend,
            )
            .takes::<OneRecipient>()
            .answers::<ShareDetail>(202, "It is on its way, unless the link has ended.")
            .problem(429, "It was sent three times within an hour."),
        ),
    ]
}

/// Incidents to be shown.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewShare {
    /// Refs of incidents of one location, of any nights.
    #[schemars(length(min = 1, max = 500), inner(length(min = 1, max = 128)))]
    incidents: Vec<String>,
    /// Who gets a mail with a link of their own.
    #[schemars(length(min = 1, max = 200))]
    addresses: Vec<String>,
    /// Stands in the mail and on the page.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    note: String,
    /// When the links end: a year ahead at most; in 30 days if left out.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
    /// Whether those who see it may comment.
    #[serde(default)]
    may_comment: bool,
}

async fn create(
    State(state): State<PortalState>,
    caller: Caller,
    repeat: Repeat,
    input: Result<Input<NewShare>, Problem>,
) -> Result<Response, Problem> {
    caller.opens(Action::Share)?;
    let Input(new) = input?;
    if new.incidents.len() > MOST_INCIDENTS || new.addresses.len() > MOST_ADDRESSES {
        let detail = format!("has more than {MOST_INCIDENTS}, or addresses more than {MOST_ADDRESSES}");
        return Err(wrong("incidents", detail));
    }
    let mut incidents = Vec::with_capacity(new.incidents.len());
    for raw in new.incidents {
        incidents.push(IncidentRef::new(raw).map_err(|error| wrong("incidents", error.to_string()))?);
    }
    let Some(first) = incidents.first() else { return Err(wrong("incidents", "names none".into())) };
    let mut sharer = Sharer::signed_in(&state, &caller.viewer, first).await?;
    sharer.choose(&state, &caller.viewer, &incidents).await?;
    let order = Order {
        id: repeat.id_or(&state.random)?.into(),
        incidents,
        addresses: new.addresses.join("\n"),
        note: new.note,
        until: Some(new.expires_at.unwrap_or(state.clock.now() + USUAL)),
        may_comment: new.may_comment,
    };
    let status = match share::place(&state, &sharer, &order).await? {
        Ordered::New => StatusCode::CREATED,
        Ordered::Before => StatusCode::OK,
        Ordered::Wrong(all) => return Err(of_wrongs(&all)),
    };
    Ok((status, Json(whole(&state, order.id).await?)).into_response())
}

/// What is wrong with addresses, note or end, field by field.
pub(super) fn of_wrongs(all: &[Wrong]) -> Problem {
    let error = |wrong: &Wrong| {
        let (field, detail) = match wrong {
            Wrong::Nothing => ("incidents", "names none".to_owned()),
            Wrong::Incidents(_) => {
                ("incidents", "must be incidents of one location, all of them there and yours to show".to_owned())
            }
            Wrong::ManyIncidents(most) => ("incidents", format!("has more than {most}")),
            Wrong::Addresses(bad) => ("addresses", format!("are none: {}", bad.join(", "))),
            Wrong::Domains(refused) => {
                ("addresses", format!("the account's rules let nothing go to: {}", refused.join(", ")))
            }
            Wrong::Nobody => ("addresses", "names none".to_owned()),
            Wrong::Many => ("addresses", format!("has more than {MOST_ADDRESSES}")),
            Wrong::Note => ("note", "has more than 2000 characters".to_owned()),
            Wrong::End => ("expires_at", "must be ahead, and not too far".to_owned()),
        };
        FieldError { line: None, field: field.to_owned(), detail }
    };
    let errors: Vec<FieldError> = all.iter().map(error).collect();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "what was sent cannot be done; see errors").with_errors(errors, 0)
}

fn wrong(field: &str, detail: String) -> Problem {
    Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail)
}

/// Whose link.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Whom {
    /// Id of a recipient; all of them if left out.
    #[serde(default)]
    recipient: Option<Uuid>,
}

async fn revoke(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Whom>, Problem>,
) -> Result<Json<ShareDetail>, Problem> {
    caller.opens(Action::Share)?;
    let desk = share::own(&state, &caller.viewer, &id).await?;
    let Input(whom) = input?;
    share::revoke(&state, &desk, whom.recipient, &caller.origin).await?;
    whole(&state, desk.share.id).await.map(Json)
}

/// Until when, and for whom.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewEnd {
    /// When the link ends: a year ahead at most.
    expires_at: DateTime<Utc>,
    /// Id of a recipient; all of them if left out.
    #[serde(default)]
    recipient: Option<Uuid>,
}

async fn end(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<NewEnd>, Problem>,
) -> Result<Json<ShareDetail>, Problem> {
    caller.opens(Action::Share)?;
    let desk = share::own(&state, &caller.viewer, &id).await?;
    let Input(new) = input?;
    within_a_year(&state, new.expires_at)?;
    share::end(&state, &desk, new.recipient, new.expires_at, &caller.origin).await?;
    whole(&state, desk.share.id).await.map(Json)
}

/// An end of a link must be ahead, and a year at most.
pub(super) fn within_a_year(state: &PortalState, end: DateTime<Utc>) -> Result<(), Problem> {
    let now = state.clock.now();
    if end > now && end <= now + LONGEST {
        return Ok(());
    }
    Err(wrong("expires_at", "must be from now to a year ahead".into()))
}

/// Whose letter.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OneRecipient {
    /// Id of a recipient.
    recipient: Uuid,
}

async fn resend(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<OneRecipient>, Problem>,
) -> Result<Response, Problem> {
    caller.opens(Action::Share)?;
    let desk = share::own(&state, &caller.viewer, &id).await?;
    let Input(whom) = input?;
    share::resend(&state, &desk, whom.recipient, &caller.origin).await?;
    Ok((StatusCode::ACCEPTED, Json(whole(&state, desk.share.id).await?)).into_response())
}
