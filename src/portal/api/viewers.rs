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
use super::sharing::{of_wrongs, within_a_year};
use crate::access::policy::Action;
use crate::db::access_log::ViewFilter;
use crate::db::listing::Last;
use crate::db::sites::Location;
use crate::db::views::Viewed;
use crate::db::whitelist::Listed;
use crate::model::{EmailAddress, LocationRef, ViewKind, WhitelistId};
use crate::portal::PortalState;
use crate::portal::share;

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
            .answers::<WhitelistView>(201, "It may.")
            .problem(409, "Somebody took it off at the same time, or the same request is under way."),
        ),
        Endpoint::post(
            "/api/v1/whitelist/{id}/revoke",
            ("takeOffWhitelist", "sites", "Take an address off."),
            take_off,
        )
        .parameter("id", "The entry.", Some("uuid"))
        .answers::<WhitelistView>(200, "It is off."),
        Endpoint::post(
            "/api/v1/whitelist/{id}/end",
            ("endWhitelistEntry", "sites", "Set until when an address may see a location."),
            end,
        )
        .parameter("id", "The entry.", Some("uuid"))
        .takes::<EntryEnd>()
        .answers::<WhitelistView>(200, "It is set; nothing changes where the address is off."),
        of_location(
            Endpoint::get(
                "/api/v1/locations/{location}/views",
                ("listViews", "sites", "Who looked at a location's pages, clips and reports, newest first."),
                views,
            )
            .query::<ViewQuery>()
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
    if new.expires_at.is_some_and(|end| end > state.clock.now() + LONGEST) {
        return Err(wrong("expires_at", "must be a hundred years ahead at most".into()));
    }
    let what = (address.as_str(), new.note.as_str());
    if let Err(all) = share::let_in(&state, &caller.viewer, &location, what, new.expires_at).await? {
        return Err(of_wrongs(&all));
    }
    // Where it was in already, the entry that stands is told.
    let stands = state.db.whitelist_of(&location.location, MOST).await?;
    let is_it = |entry: &Listed| entry.revoked_at.is_none() && entry.address == address.as_str() && entry.whole;
    let stands = stands.into_iter().find(is_it);
    let stands = stands.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "somebody has taken it off meanwhile"))?;
    Ok((StatusCode::CREATED, Json(WhitelistView::from(stands))).into_response())
}

/// An entry of a location with whose whitelist the caller may do something.
async fn entry(state: &PortalState, caller: &Caller, id: &str) -> Result<(Listed, Location), Problem> {
    let nothing = || Problem::not_found("there is no such entry, or it is not for you");
    caller.opens(Action::ManageWhitelist)?;
    let id: WhitelistId = id.parse().map_err(|_| nothing())?;
    let listed = state.db.whitelisted(id).await?.ok_or_else(nothing)?;
    let location = caller.location(state, listed.location.as_str(), Action::ManageWhitelist).await?;
    Ok((listed, location))
}

async fn now_of(state: &PortalState, listed: Listed) -> Result<Json<WhitelistView>, Problem> {
    let now = state.db.whitelisted(listed.id).await?;
    Ok(Json(now.unwrap_or(listed).into()))
}

async fn take_off(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WhitelistView>, Problem> {
    let (listed, location) = entry(&state, &caller, &id).await?;
    share::take_off(&state, &caller.viewer, &location, listed.id).await?;
    now_of(&state, listed).await
}

/// Until when.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EntryEnd {
    /// When the address may see it no more: a year ahead at most.
    expires_at: DateTime<Utc>,
}

async fn end(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<EntryEnd>, Problem>,
) -> Result<Json<WhitelistView>, Problem> {
    let (listed, location) = entry(&state, &caller, &id).await?;
    let Input(new) = input?;
    within_a_year(&state, new.expires_at)?;
    share::end_at(&state, &caller.viewer, &location, (listed.id, new.expires_at)).await?;
    now_of(&state, listed).await
}

/// A look at something.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "View")]
struct ViewView {
    at: DateTime<Utc>,
    /// The address of the person, or of the mail whose link was opened; of a program the beginning and name of its key.
    person: String,
    /// How they came: `link`, `share`, `customer`, `branch`, `staff`, `operations` or `key`.
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

/// Which looks.
#[derive(Deserialize, JsonSchema)]
struct ViewQuery {
    /// What person, subject, network address or program contain.
    #[schemars(length(max = 200))]
    text: Option<String>,
    /// How they came: `link`, `share`, `customer`, `branch`, `staff`, `operations` or `key`.
    #[schemars(length(max = 40))]
    came_as: Option<String>,
    /// At what.
    what: Option<ViewKind>,
    /// Likely mail scanners only, or none.
    scanner: Option<bool>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

async fn views(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(query): Query<ViewQuery>,
) -> Result<Json<Page<ViewView>>, Problem> {
    let location = caller.location(&state, &location, Action::ReadViews).await?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let text = query.text.unwrap_or_default();
    let came_as = query.came_as.unwrap_or_default();
    if text.chars().count() > 200 || came_as.chars().count() > 40 {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "text or came_as is too long"));
    }
    let filter = ViewFilter {
        location: &location.location,
        // No row holds a NUL, and PostgreSQL takes none.
        text: text.replace('\0', " "),
        as_what: came_as.replace('\0', " "),
        what: query.what,
        scanner: query.scanner,
        before: paging.after::<Last<Uuid>>()?.map(|Last(at, id)| (at, id)),
        limit: paging.rows()?,
    };
    let found = state.db.listed_views(&filter).await?;
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
