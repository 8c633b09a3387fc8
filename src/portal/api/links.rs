//! Links: readers whose links have ended and who asked for fresh ones, and the letters that bring them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::page::Page;
use super::problem::Problem;
use crate::access::policy::{Action, Place};
use crate::db::links::WantedLink;
use crate::model::{DeliveryId, LocationRef};
use crate::portal::PortalState;
use crate::portal::share::{Renewed, renew};

/// The longest list.
const MOST: i64 = 500;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/link-requests",
            ("listLinkRequests", "mail", "Which readers want a fresh link in the place of one that has ended."),
            wanted,
        )
        .answers::<Page<WantedView>>(200, "500 of them at most."),
        Endpoint::post(
            "/api/v1/link-requests/{hash}/renew",
            ("renewLink", "mail", "Mail a reader a fresh link to what theirs has led to."),
            send,
        )
        .parameter("hash", "`hash` of the request.", None)
        .query::<Sure>()
        .answers_with_nothing(204, "It is on its way.")
        .problem(
            409,
            "Somebody was quicker, or the contact was erased, or the link was withdrawn and `sure` is not true, or the \
             same request is under way.",
        )
        .problem(410, "Retention took away what it has led to."),
    ]
}

/// A reader who wants a fresh link.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LinkRequest")]
struct WantedView {
    /// SHA-256 of the old link's token, in hexadecimal digits.
    hash: String,
    /// Which mail carried it.
    delivery: DeliveryId,
    name: String,
    email: String,
    /// To what it led: `report`, `pdf`, `incident` or `clip`.
    kind: String,
    location: LocationRef,
    /// The local date on which the report's night began.
    #[schemars(extend("format" = "date"))]
    night: String,
    asked_at: DateTime<Utc>,
    /// When the old link was withdrawn; null where it has expired.
    withdrawn_at: Option<DateTime<Utc>>,
}

impl From<WantedLink> for WantedView {
    fn from(row: WantedLink) -> Self {
        Self {
            hash: hex::encode(&row.token_hash),
            delivery: row.delivery,
            name: row.name,
            email: row.email,
            kind: row.kind,
            location: row.location,
            night: row.night.to_string(),
            asked_at: row.asked_at,
            withdrawn_at: row.withdrawn_at,
        }
    }
}

async fn wanted(State(state): State<PortalState>, caller: Caller) -> Result<Json<Page<WantedView>>, Problem> {
    caller.may(Action::Correct, Place::INSTALLATION)?;
    let wanted = state.db.wanted_links(MOST).await?;
    Ok(Json(Page::whole(wanted.into_iter().map(WantedView::from).collect())))
}

/// Whether it is meant.
#[derive(Deserialize, JsonSchema)]
struct Sure {
    /// Send it although the old link was withdrawn.
    sure: Option<bool>,
}

async fn send(
    State(state): State<PortalState>,
    caller: Caller,
    Path(hash): Path<String>,
    Query(wish): Query<Sure>,
) -> Result<StatusCode, Problem> {
    caller.may(Action::Correct, Place::INSTALLATION)?;
    let conflict = |detail: &'static str| Problem::new(StatusCode::CONFLICT, detail);
    match renew(&state, &caller.viewer, &hash, wish.sure == Some(true)).await? {
        Renewed::Sent => Ok(StatusCode::NO_CONTENT),
        Renewed::Before => Err(conflict("somebody has sent it already")),
        Renewed::Gone => Err(conflict("there is no address any more to which it could go")),
        Renewed::Withdrawn => {
            Err(conflict("the link was withdrawn on purpose; ask with sure=true to send one all the same"))
        }
    }
}
