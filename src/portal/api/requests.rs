//! Requests: who asks to be let in, and the answer, which they are mailed.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Input;
use super::page::Page;
use super::problem::Problem;
use super::sharing::within_a_year;
use crate::access::policy::{Action, Place};
use crate::db::access_requests::AccessRequest;
use crate::model::{BranchRef, IncidentRef, LocationRef, ShareId};
use crate::portal::PortalState;
use crate::portal::share::{Answer, Outcome, Owner, decide};

/// The longest list.
const MOST: i64 = 500;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_request = |endpoint: Endpoint| endpoint.parameter("id", "The request's id.", Some("uuid"));
    vec![
        Endpoint::get(
            "/api/v1/requests",
            ("listRequests", "shares", "Who asks to be let in: open requests first, then the newest."),
            requests,
        )
        .answers::<Page<RequestView>>(200, "500 of them at most."),
        of_request(
            Endpoint::post(
                "/api/v1/requests/{id}/grant",
                ("grantRequest", "shares", "Let somebody in who asked; they are mailed a link of their own."),
                grant,
            )
            .takes::<Grant>()
            .answers::<RequestView>(200, "They are let in.")
            .problem(409, "It was answered already, or what was asked for is gone, or the same request is under way."),
        ),
        of_request(
            Endpoint::post(
                "/api/v1/requests/{id}/decline",
                ("declineRequest", "shares", "Let somebody not in who asked; they are mailed that."),
                decline,
            )
            .answers::<RequestView>(200, "They are not let in.")
            .problem(409, "It was answered already, or the same request is under way."),
        ),
    ]
}

/// Somebody who asks to be let in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccessRequest")]
struct RequestView {
    id: Uuid,
    location: LocationRef,
    branch: BranchRef,
    /// What they want to see, or the share whose link has ended.
    incident: Option<IncidentRef>,
    share: Option<ShareId>,
    address: String,
    name: String,
    note: String,
    asked_at: DateTime<Utc>,
    /// `open`, `granted` or `declined`.
    state: String,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<String>,
}

impl From<AccessRequest> for RequestView {
    fn from(row: AccessRequest) -> Self {
        Self {
            id: row.id,
            location: row.location,
            branch: row.branch,
            incident: row.incident,
            share: row.share,
            address: row.address,
            name: row.name,
            note: row.note,
            asked_at: row.asked_at,
            state: row.state,
            decided_at: row.decided_at,
            decided_by: row.decided_by,
        }
    }
}

async fn requests(State(state): State<PortalState>, caller: Caller) -> Result<Json<Page<RequestView>>, Problem> {
    caller.opens(Action::ManageWhitelist)?;
    let mut shown = Vec::new();
    for request in state.db.access_requests(caller.branches(), MOST).await? {
        caller.may(Action::ManageWhitelist, Place::of(&request.branch))?;
        shown.push(request.into());
    }
    Ok(Json(Page::whole(shown)))
}

/// A request that the caller may answer.
async fn found(state: &PortalState, caller: &Caller, id: &str) -> Result<AccessRequest, Problem> {
    let nothing = || Problem::not_found("there is no such request, or it is not for you");
    caller.opens(Action::ManageWhitelist)?;
    let id: Uuid = id.parse().map_err(|_| nothing())?;
    let request = state.db.access_request(id).await?.ok_or_else(nothing)?;
    caller.may(Action::ManageWhitelist, Place::of(&request.branch))?;
    Ok(request)
}

/// For how long.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Grant {
    /// When their link ends: a year ahead at most.
    expires_at: DateTime<Utc>,
}

async fn grant(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Grant>, Problem>,
) -> Result<Json<RequestView>, Problem> {
    let request = found(&state, &caller, &id).await?;
    let Input(wish) = input?;
    within_a_year(&state, wish.expires_at)?;
    answer(&state, &caller, request, Answer::Grant { expires_at: wish.expires_at }).await
}

async fn decline(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RequestView>, Problem> {
    let request = found(&state, &caller, &id).await?;
    answer(&state, &caller, request, Answer::Decline).await
}

async fn answer(
    state: &PortalState,
    caller: &Caller,
    request: AccessRequest,
    answer: Answer,
) -> Result<Json<RequestView>, Problem> {
    let owner = Owner::of(state, &caller.viewer);
    let conflict = |detail: &'static str| Problem::new(StatusCode::CONFLICT, detail);
    match decide(state, &request, &owner, answer).await? {
        Outcome::Granted | Outcome::Declined => {}
        Outcome::Answered => return Err(conflict("it was answered already")),
        Outcome::Gone => return Err(conflict("what was asked for is gone")),
        Outcome::Refused => {
            let detail = "the account's rules let nothing go to the address of whoever asks";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
    }
    let now = state.db.access_request(request.id).await?;
    Ok(Json(now.unwrap_or(request).into()))
}
