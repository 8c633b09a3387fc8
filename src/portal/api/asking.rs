//! Asking: who is signed in and was not given something asks its owners to be let in.
//!
//! Whatever is asked for, and whether it exists or not, the answer is the same; the owners' comes by mail.

use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

use super::caller::Caller;
use super::endpoint::{Door, Endpoint};
use super::input::Input;
use super::problem::Problem;
use crate::access::Action;
use crate::model::{IncidentRef, ShareId};
use crate::portal::PortalState;
use crate::portal::share::{LONGEST_NAME, LONGEST_NOTE, for_incident, once_more};
use crate::portal::viewer::address_in;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post(
            "/api/v1/requests",
            ("askForAccess", "shares", "Ask to be let in: to an incident, or to a share whose link to you has ended."),
            ask,
        )
        .behind(Door::Person)
        .takes::<NewRequest>()
        .answers_with_nothing(202, "Its owners are asked, if there is such a thing; the answer is mailed.")
        .problem(409, "The link of the share still works, or the same request is under way.")
        .problem(429, "Nobody asks as often."),
    ]
}

/// What is asked for: an incident, or a share.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewRequest {
    /// Ref of the incident.
    #[serde(default)]
    incident: Option<IncidentRef>,
    /// Id of a share whose link to the caller has ended.
    #[serde(default)]
    share: Option<ShareId>,
    /// Who asks, as the owners know them.
    #[schemars(length(min = 1, max = 80))]
    name: String,
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    note: String,
}

async fn ask(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<NewRequest>, Problem>,
) -> Result<StatusCode, Problem> {
    // A program has nobody to whom the answer could be mailed.
    caller.opens(Action::ManageSelf)?;
    let own = caller.principal.address().and_then(address_in);
    let own = own.ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "nobody can be written to at your address"))?;
    let Input(new) = input?;
    let wrong = |field, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
    if new.name.trim().is_empty() || new.name.chars().count() > LONGEST_NAME {
        return Err(wrong("name", format!("must have from 1 to {LONGEST_NAME} characters")));
    }
    if new.note.chars().count() > LONGEST_NOTE {
        return Err(wrong("note", format!("has more than {LONGEST_NOTE} characters")));
    }
    let words = (new.name.as_str(), new.note.as_str());
    match (&new.incident, new.share) {
        (Some(incident), None) => for_incident(&state, &caller.viewer, (incident, own), words).await?,
        (None, Some(share)) => {
            if !once_more(&state, &caller.viewer, (share, own), words).await? {
                return Err(Problem::new(StatusCode::CONFLICT, "the link still works: there is nothing to ask for"));
            }
        }
        _ => return Err(wrong("incident", "or else a share is asked for, one of the two".into())),
    }
    Ok(StatusCode::ACCEPTED)
}
