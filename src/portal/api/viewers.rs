//! Viewers: who may see a location without being its contact, and who looked.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::{Input, Query};
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::policy::Action;
use crate::audit::{self, Change};
use crate::db::listing::Last;
use crate::db::views::Viewed;
use crate::db::whitelist::{self, Listed};
use crate::model::{EmailAddress, LocationRef, ViewKind, WhitelistId};
use crate::portal::PortalState;

/// The longest list that is one page.
const MOST: i64 = 1_000;
/// The longest time for which somebody is let in, but for good.
const LONGEST: TimeDelta = TimeDelta::days(36_500);

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_location = |endpoint: Endpoint| endpoint.parameter("location", "The location's ref.", None);
    vec![
        of_location(
            Endpoint::get(
                "/api/v1/locations/{location}/whitelist",
                ("listWhitelist", "sites", "Which addresses may see a location without being its contacts."),
                whitelisted,
            )
            .answers::<Page<WhitelistView>>(200, "The newest thousand, those that were taken off, too."),
        ),
        of_location(
            Endpoint::post(
                "/api/v1/locations/{location}/whitelist",
                ("addToWhitelist", "sites", "Let an address see a location."),
                let_in,
            )
            .takes::<NewListed>()
            .answers::<WhitelistView>(201, "It may."),
        ),
        Endpoint::post(
            "/api/v1/whitelist/{id}/revoke",
            ("takeOffWhitelist", "sites", "Take an address off."),
            take_off,
        )
        .parameter("id", "The entry.", Some("uuid"))
        .answers::<WhitelistView>(200, "It is off."),
        of_location(
            Endpoint::get(
                "/api/v1/locations/{location}/views",
                ("listViews", "sites", "Who looked at a location's pages, clips and reports, newest first."),
                views,
            )
            .query::<Paging>()
            .answers::<Page<ViewView>>(200, "A page of the access log."),
        ),
    ]
}

/// An address that may see a location.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WhitelistEntry")]
struct WhitelistView {
    id: WhitelistId,
    address: String,
    location: LocationRef,
    since: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    /// Who let it in.
    granted_by: String,
    note: String,
    /// When it was taken off.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Listed> for WhitelistView {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.id,
            address: listed.address,
            location: listed.location,
            since: listed.since,
            expires_at: listed.expires_at,
            granted_by: listed.granted_by,
            note: listed.note,
            revoked_at: listed.revoked_at,
        }
    }
}

async fn whitelisted(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
) -> Result<Json<Page<WhitelistView>>, Problem> {
    let location = caller.location(&state, &location, Action::ReadViews).await?;
    let listed = state.db.whitelist_of(&location.location, MOST).await?;
    Ok(Json(Page::whole(listed.into_iter().map(WhitelistView::from).collect())))
}

/// An address to be let in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewListed {
    /// The address.
    #[schemars(extend("format" = "email"))]
    address: String,
    /// Until when; for good if left out.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    note: String,
}

async fn let_in(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    input: Result<Input<NewListed>, Problem>,
) -> Result<Response, Problem> {
    let location = caller.location(&state, &location, Action::ManageWhitelist).await?;
    let Input(new) = input?;
    let wrong = |field, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
    let address = EmailAddress::new(EmailAddress::normalized(&new.address))
        .map_err(|error| wrong("address", error.to_string()))?;
    let now = state.clock.now();
    if new.expires_at.is_some_and(|end| end <= now || end > now + LONGEST) {
        return Err(wrong("expires_at", "must be from now to a hundred years ahead".into()));
    }
    if new.note.chars().count() > 2_000 {
        return Err(wrong("note", "has more than 2000 characters".into()));
    }
    let id = state.random.id().map_err(|error| Problem::ours(&error, true))?;
    let listed = Listed {
        id: id.into(),
        address: address.as_str().to_owned(),
        location: location.location.clone(),
        since: now,
        expires_at: new.expires_at,
        granted_by: caller.actor.to_string(),
        note: new.note,
        revoked_at: None,
    };
    let mut tx = state.db.begin().await?;
    whitelist::insert(&mut tx, &listed).await?;
    let detail = serde_json::json!({ "address": listed.address, "expires_at": listed.expires_at });
    let change = Change {
        actor: caller.actor.clone(),
        action: "whitelist.add",
        object: format!("location:{}", location.location),
        branch: Some(&location.branch),
        detail,
        origin: &caller.origin,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    // Where it was in already, the entry that stands is told.
    let stands = state.db.whitelist_of(&location.location, MOST).await?;
    let stands = stands.into_iter().find(|entry| entry.revoked_at.is_none() && entry.address == listed.address);
    Ok((StatusCode::CREATED, Json(WhitelistView::from(stands.unwrap_or(listed)))).into_response())
}

async fn take_off(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WhitelistView>, Problem> {
    let nothing = || Problem::not_found("there is no such entry, or it is not for you");
    let id: WhitelistId = id.parse().map_err(|_| nothing())?;
    let mut listed = state.db.whitelisted(id).await?.ok_or_else(nothing)?;
    let location = caller.location(&state, listed.location.as_str(), Action::ManageWhitelist).await?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    if whitelist::revoke(&mut tx, id, &caller.actor.to_string(), now).await? {
        listed.revoked_at = Some(now);
        let change = Change {
            actor: caller.actor.clone(),
            action: "whitelist.revoke",
            object: format!("whitelist:{id}"),
            branch: Some(&location.branch),
            detail: serde_json::json!({ "address": listed.address, "location": listed.location }),
            origin: &caller.origin,
        };
        audit::record(&mut tx, change, now).await?;
        tx.commit().await?;
    }
    Ok(Json(listed.into()))
}

/// A look at something.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "View")]
struct ViewView {
    at: DateTime<Utc>,
    /// The address of the person, or of the mail whose link was opened.
    person: String,
    /// How they came: `link`, `share`, `customer`, `branch`, `staff` or `operations`.
    came_as: String,
    what: ViewKind,
    /// Which report, incident or clip.
    subject: String,
    /// From which network address.
    origin: String,
    /// With which program.
    agent: String,
    /// Likely a mail scanner, and no person.
    scanner: bool,
}

async fn views(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<ViewView>>, Problem> {
    let location = caller.location(&state, &location, Action::ReadViews).await?;
    let after = paging.after::<Last<Uuid>>()?;
    let found = state.db.view_page(&location.location, after.as_ref(), paging.rows()?).await?;
    let shown = |row: Viewed| ViewView {
        at: row.at,
        person: row.person,
        came_as: row.as_what,
        what: row.what,
        subject: row.subject,
        origin: row.origin,
        agent: row.agent,
        scanner: row.scanner,
    };
    paging.page(found, |row| Last(row.at, row.id), shown).map(Json)
}
