//! Shares: what was shown to whom, until when, and who has looked.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::page::Page;
use super::problem::Problem;
use crate::access::policy::{Action, Place};
use crate::access::share as shared;
use crate::db::shares::{Item, Recipient, Share};
use crate::model::{BranchRef, IncidentRef, LocationRef, ReportId, ShareId};
use crate::portal::PortalState;
use crate::portal::share;

/// The longest list.
const MOST: i64 = 500;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_share = |endpoint: Endpoint| endpoint.parameter("id", "The share's id.", Some("uuid"));
    vec![
        Endpoint::get(
            "/api/v1/shares",
            ("listShares", "shares", "What you have shared, or what was shared of a location, newest first."),
            shares,
        )
        .query::<ShareQuery>()
        .answers::<Page<ShareView>>(200, "The newest 500.")
        .problem(404, "There is no such location, or it is not for whoever asks."),
        of_share(
            Endpoint::get(
                "/api/v1/shares/{id}",
                ("getShare", "shares", "One share: its incidents, with whom it was shared, and who has looked."),
                detail,
            )
            .answers::<ShareDetail>(200, "It."),
        ),
    ]
}

/// Which shares.
#[derive(Deserialize, JsonSchema)]
struct ShareQuery {
    /// Those of this location, whoever made them, in place of one's own.
    location: Option<String>,
}

/// Incidents that somebody showed to others.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Share")]
struct ShareView {
    id: ShareId,
    location: LocationRef,
    branch: BranchRef,
    /// Who shared: an address, or a key.
    by: String,
    by_name: String,
    note: String,
    may_comment: bool,
    created_at: DateTime<Utc>,
    /// When the last of its links ends.
    expires_at: DateTime<Utc>,
    /// With how many addresses it was shared.
    recipients: usize,
    /// How many of them have looked, likely scanners left out.
    seen: usize,
}

/// A share as a whole.
#[derive(Serialize, JsonSchema)]
pub(super) struct ShareDetail {
    share: ShareView,
    incidents: Vec<SharedIncident>,
    recipients: Vec<RecipientView>,
}

/// An incident of a share.
#[derive(Serialize, JsonSchema)]
struct SharedIncident {
    number: i32,
    incident: IncidentRef,
    /// The frozen report that tells of it.
    report: Option<ReportId>,
}

/// Somebody with whom something was shared.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShareRecipient")]
struct RecipientView {
    id: Uuid,
    address: String,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    /// Whether the link leads anywhere.
    live: bool,
    /// How far the latest letter is.
    letter: Option<String>,
    /// How often they have looked, likely scanners left out.
    looks: i64,
    first_look_at: Option<DateTime<Utc>>,
    last_look_at: Option<DateTime<Utc>>,
}

async fn shares(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<ShareQuery>,
) -> Result<Json<Page<ShareView>>, Problem> {
    caller.opens(Action::Share)?;
    let found = match query.location {
        Some(location) => {
            let location = caller.location(&state, &location, Action::ManageWhitelist).await?;
            state.db.shares_of(&location.location, MOST).await?
        }
        None => state.db.shares_by(&caller.viewer.person(), MOST).await?,
    };
    let mut shown = Vec::with_capacity(found.len());
    for one in found {
        // A branch that is theirs no more is not seen any more, either.
        let place = Place::given(&one.branch, share::is_by(&caller.viewer, &one));
        if caller.may(Action::Share, place).is_ok() {
            shown.push(view(&state, one).await?);
        }
    }
    Ok(Json(Page::whole(shown)))
}

async fn view(state: &PortalState, share: Share) -> Result<ShareView, Problem> {
    Ok(ShareView {
        recipients: state.db.share_recipients(share.id).await?.len(),
        seen: shared::looks(&state.db, share.id).await?.len(),
        id: share.id,
        location: share.location,
        branch: share.branch,
        by: share.by_address,
        by_name: share.by_name,
        note: share.note,
        may_comment: share.may_comment,
        created_at: share.created_at,
        expires_at: share.expires_at,
    })
}

pub(super) async fn whole(state: &PortalState, id: ShareId) -> Result<ShareDetail, Problem> {
    let share = state.db.share(id).await?.ok_or_else(|| Problem::not_found("there is no such share"))?;
    let looks = shared::looks(&state.db, id).await?;
    let letters = state.db.share_letters(id).await?;
    let now = state.clock.now();
    let recipient = |one: Recipient| {
        let look = looks.get(&one.address);
        RecipientView {
            live: one.is_live(now),
            letter: letters.iter().find(|(of, ..)| *of == one.id).map(|(_, far, _)| far.clone()),
            looks: look.map_or(0, |look| look.count),
            first_look_at: look.map(|look| look.first_at),
            last_look_at: look.map(|look| look.last_at),
            id: one.id,
            address: one.address,
            expires_at: one.expires_at,
            revoked_at: one.revoked_at,
        }
    };
    let incident = |item: Item| SharedIncident { number: item.number, incident: item.incident, report: item.report };
    Ok(ShareDetail {
        incidents: state.db.share_items(id).await?.into_iter().map(incident).collect(),
        recipients: state.db.share_recipients(id).await?.into_iter().map(recipient).collect(),
        share: view(state, share).await?,
    })
}

async fn detail(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ShareDetail>, Problem> {
    caller.opens(Action::Share)?;
    let desk = share::own(&state, &caller.viewer, &id).await?;
    whole(&state, desk.share.id).await.map(Json)
}
