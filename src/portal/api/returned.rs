//! Returned: which mails came back, and what operators were told of what is not well.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::mail::allowed_delivery;
use super::page::Page;
use super::problem::Problem;
use crate::access::policy::{Action, Place};
use crate::db::alerts::Alert;
use crate::db::bounces::{Bounce, BounceFilter};
use crate::model::{BounceKind, DeliveryId, EmailAddress};
use crate::portal::PortalState;

/// The longest list.
const MOST: i64 = 500;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/bounces",
            ("listBounces", "mail", "Which mails to an address came back, newest first."),
            of_address,
        )
        .query::<Whose>()
        .answers::<Page<BounceView>>(200, "The newest 500."),
        Endpoint::get(
            "/api/v1/deliveries/{id}/bounces",
            ("listDeliveryBounces", "mail", "How a mail came back, newest first."),
            of_delivery,
        )
        .parameter("id", "The delivery's id.", Some("uuid"))
        .answers::<Page<BounceView>>(200, "The newest 500."),
        Endpoint::get(
            "/api/v1/alerts",
            ("listAlerts", "operations", "What operators were told of what is not well, newest first."),
            alerts,
        )
        .answers::<Page<AlertView>>(200, "The newest 500."),
    ]
}

/// Whose mails.
#[derive(Deserialize, JsonSchema)]
struct Whose {
    /// The address.
    address: String,
}

/// A mail that came back.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Bounce")]
struct BounceView {
    /// Which.
    delivery: DeliveryId,
    /// To whom it had gone.
    address: String,
    received_at: DateTime<Utc>,
    /// Whether the address is dead, the mail came back for now, or its reader complained.
    kind: BounceKind,
    /// Enhanced status code (RFC 3463).
    status: Option<String>,
    /// What a server said.
    diagnostic: String,
}

impl From<Bounce> for BounceView {
    fn from(row: Bounce) -> Self {
        Self {
            delivery: row.delivery,
            address: row.address,
            received_at: row.received_at,
            kind: row.kind,
            status: row.status,
            diagnostic: row.diagnostic,
        }
    }
}

async fn found(state: &PortalState, filter: BounceFilter) -> Result<Json<Page<BounceView>>, Problem> {
    let found = state.db.bounces(&BounceFilter { limit: MOST, ..filter }).await?;
    Ok(Json(Page::whole(found.into_iter().map(BounceView::from).collect())))
}

async fn of_address(
    State(state): State<PortalState>,
    caller: Caller,
    Query(whose): Query<Whose>,
) -> Result<Json<Page<BounceView>>, Problem> {
    // An address may be known to several branches.
    caller.may(Action::LookUp, Place::INSTALLATION)?;
    if whose.address.contains('\0') {
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "address", "is no address"));
    }
    let address = Some(EmailAddress::normalized(&whose.address));
    found(&state, BounceFilter { address, ..BounceFilter::default() }).await
}

async fn of_delivery(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<BounceView>>, Problem> {
    let delivery = Some(allowed_delivery(&state, &caller, &id, Action::ReadViews).await?.id);
    found(&state, BounceFilter { delivery, ..BounceFilter::default() }).await
}

/// Something that operators were told.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Alert")]
struct AlertView {
    id: Uuid,
    /// `mail` or `hook`.
    channel: String,
    created_at: DateTime<Utc>,
    subject: String,
    /// `pending`, `sending`, `sent` or `failed`.
    state: String,
    /// How often it was tried.
    attempts: i32,
    finished_at: Option<DateTime<Utc>>,
    /// What was answered.
    reply: Option<String>,
}

impl From<Alert> for AlertView {
    fn from(row: Alert) -> Self {
        Self {
            id: row.id,
            channel: row.channel,
            created_at: row.created_at,
            subject: row.subject,
            state: row.state,
            attempts: row.attempts,
            finished_at: row.finished_at,
            reply: row.reply,
        }
    }
}

async fn alerts(State(state): State<PortalState>, caller: Caller) -> Result<Json<Page<AlertView>>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    let alerts = state.db.alerts(MOST).await?;
    Ok(Json(Page::whole(alerts.into_iter().map(AlertView::from).collect())))
}
