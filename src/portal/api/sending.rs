//! Sending: a built revision goes to its recipients, to some of them, or as a test to whoever asks.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Input;
use super::page::Page;
use super::problem::Problem;
use crate::access::Action;
use crate::model::{ContactRef, DeliveryId, DeliveryState};
use crate::portal::PortalState;
use crate::portal::desk::{Circulated, Reader, circulate, open, readers, try_out};
use crate::portal::frozen;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_report = |endpoint: Endpoint| endpoint.parameter("id", "The report's id.", Some("uuid"));
    vec![
        of_report(
            Endpoint::post(
                "/api/v1/reports/{id}/send",
                (
                    "sendReport",
                    "reports",
                    "Mail a built revision, a correction, to its recipients who have not had it: to all, or to some.",
                ),
                send,
            )
            .takes::<ToWhom>()
            .answers::<Sent>(202, "They are on their way.")
            .problem(
                409,
                "A newer revision is the one to send, or it changed meanwhile, or the same request is under way.",
            ),
        ),
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/recipients",
                (
                    "listRecipients",
                    "reports",
                    "To whom a built revision goes, at the addresses that they have now, and whether they have had it.",
                ),
                recipients,
            )
            .answers::<Page<ReaderView>>(200, "All of them.")
            .problem(410, "Retention took the report away."),
        ),
        of_report(
            Endpoint::post(
                "/api/v1/reports/{id}/test",
                ("testReport", "reports", "Mail a built revision, marked TEST, to yourself and to nobody else."),
                test,
            )
            .answers::<Tried>(200, "What became of it."),
        ),
    ]
}

/// A recipient of a revision.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Recipient")]
struct ReaderView {
    contact: ContactRef,
    name: String,
    /// Where it was mailed, or would be now.
    email: String,
    /// The mail of this revision; null where they have none.
    delivery: Option<DeliveryId>,
    /// That mail's state.
    state: Option<DeliveryState>,
    /// Whether nothing is mailed to that address.
    suppressed: bool,
}

impl From<Reader> for ReaderView {
    fn from(reader: Reader) -> Self {
        let (delivery, state) = reader.mail.unzip();
        Self {
            contact: reader.contact,
            name: reader.name,
            email: reader.email,
            delivery,
            state,
            suppressed: reader.suppressed,
        }
    }
}

async fn recipients(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<ReaderView>>, Problem> {
    caller.opens(Action::LookUp)?;
    let opened = open(&state, &caller.viewer, &id, Action::LookUp).await?;
    if opened.row.object_key.is_none() {
        frozen::not_removed(&state, opened.row.id).await?;
        return Err(Problem::not_found("the report is not built"));
    }
    let all = readers(&state, &opened.row).await?;
    Ok(Json(Page::whole(all.into_iter().map(ReaderView::from).collect())))
}

/// To whom.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ToWhom {
    /// Refs of recipients; all of them if left out.
    #[serde(default)]
    contacts: Option<Vec<ContactRef>>,
}

/// Mails that are on their way.
#[derive(Serialize, JsonSchema)]
pub(super) struct Sent {
    /// Empty where there was nothing to send.
    pub(super) deliveries: Vec<DeliveryId>,
}

async fn send(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<ToWhom>, Problem>,
) -> Result<Response, Problem> {
    caller.opens(Action::Correct)?;
    let opened = open(&state, &caller.viewer, &id, Action::Correct).await?;
    let Input(whom) = input?;
    let conflict = |detail: &'static str| Problem::new(StatusCode::CONFLICT, detail);
    let deliveries = match circulate(&state, &caller.viewer, &opened, whom.contacts).await? {
        Circulated::Sent(deliveries) => deliveries,
        Circulated::Nobody => Vec::new(),
        Circulated::Superseded => return Err(conflict("a newer revision is the one to send")),
        Circulated::Meanwhile => return Err(conflict("the report changed meanwhile; look at it, and try again")),
    };
    Ok((StatusCode::ACCEPTED, Json(Sent { deliveries })).into_response())
}

/// What became of a test.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TestTried")]
struct Tried {
    /// Whether a server took it; none where none has said anything yet.
    left: Option<bool>,
}

async fn test(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Tried>, Problem> {
    caller.opens(Action::Correct)?;
    let opened = open(&state, &caller.viewer, &id, Action::Correct).await?;
    if caller.principal.address().is_none() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "a program has no address to which a test could go"));
    }
    let left = try_out(&state, &caller.viewer, opened).await?;
    Ok(Json(Tried { left }))
}
