//! What happened: interactions, recordings and their footage.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::given;
use super::input::Query;
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::Action;
use crate::archive::{Key, PresignOptions};
use crate::db::interactions::Interaction;
use crate::db::listing::Last;
use crate::model::{CameraRef, ClipRef, InteractionRef, LocationRef, ViewKind};
use crate::portal::PortalState;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_location = |endpoint: Endpoint| endpoint.parameter("location", "The location's ref.", None);
    vec![
        of_location(
            Endpoint::get(
                "/api/v1/locations/{location}/interactions",
                ("listInteractions", "events", "A location's interactions, newest first."),
                interactions,
            )
            .query::<Paging>()
            .answers::<Page<InteractionView>>(200, "A page of them."),
        ),
        Endpoint::get("/api/v1/clips/{clip}", ("getClip", "events", "One recording."), clip)
            .parameter("clip", "The clip's ref.", None)
            .answers::<ClipView>(200, "It."),
        Endpoint::get("/api/v1/clips/{clip}/media", ("getFootage", "events", "A recording's footage."), footage)
            .parameter("clip", "The clip's ref.", None)
            .answers_with_nothing(302, "It is there: for some minutes, or outside with the clip's password."),
    ]
}

/// A handled event.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Interaction")]
struct InteractionView {
    r#ref: InteractionRef,
    location: LocationRef,
    camera: Option<CameraRef>,
    /// 1 is normal, 2 and above escalated.
    level: i32,
    r#type: String,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    operator: Option<String>,
    notes: String,
    actions: Vec<String>,
    clip: Option<ClipRef>,
}

impl From<Interaction> for InteractionView {
    fn from(interaction: Interaction) -> Self {
        Self {
            r#ref: interaction.interaction,
            location: interaction.location,
            camera: interaction.camera,
            level: interaction.level,
            r#type: interaction.kind,
            started_at: interaction.started_at,
            ended_at: interaction.ended_at,
            operator: interaction.operator,
            notes: interaction.notes,
            actions: interaction.actions,
            clip: interaction.clip,
        }
    }
}

async fn interactions(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<InteractionView>>, Problem> {
    let location = caller.location(&state, &location, Action::ReadLocation).await?;
    let after = paging.after::<Last<InteractionRef>>()?;
    let found = state.db.interaction_page(&location.location, after.as_ref(), paging.rows()?).await?;
    caller.looked(&state, &location.location, ViewKind::Page, "interactions".into())?;
    paging.page(found, |row| Last(row.started_at, row.interaction.clone()), InteractionView::from).map(Json)
}

/// A recording.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Clip")]
struct ClipView {
    r#ref: ClipRef,
    location: LocationRef,
    camera: Option<CameraRef>,
    recorded_at: DateTime<Utc>,
    /// How long it is, in milliseconds.
    duration_ms: Option<i64>,
    content_type: Option<String>,
    /// Where it can be viewed outside, and the password that it asks for there.
    external_url: Option<String>,
    password: Option<String>,
}

async fn clip(
    State(state): State<PortalState>,
    caller: Caller,
    Path(clip): Path<String>,
) -> Result<Json<ClipView>, Problem> {
    let clip = given::clip(&state, &caller, &clip).await?;
    // It tells where else the footage can be viewed, and with which password.
    caller.looked(&state, &clip.location, ViewKind::Clip, format!("clip:{}", clip.clip))?;
    Ok(Json(ClipView {
        r#ref: clip.clip,
        location: clip.location,
        camera: clip.camera,
        recorded_at: clip.recorded_at,
        duration_ms: clip.duration_ms,
        content_type: clip.content_type,
        external_url: clip.external_url,
        password: clip.password,
    }))
}

async fn footage(
    State(state): State<PortalState>,
    caller: Caller,
    Path(clip): Path<String>,
) -> Result<Response, Problem> {
    let clip = given::clip(&state, &caller, &clip).await?;
    caller.looked(&state, &clip.location, ViewKind::Clip, format!("clip:{}", clip.clip))?;
    match (clip.object_key, clip.external_url) {
        (Some(key), _) => redirect(&state, &key, clip.content_type.as_deref()).await,
        (None, Some(url)) => found(&url),
        (None, None) => Err(Problem::not_found("the clip has no footage")),
    }
}

/// An object's address for some minutes.
pub(super) async fn redirect(state: &PortalState, key: &str, content_type: Option<&str>) -> Result<Response, Problem> {
    let key = Key::external(key).map_err(|error| Problem::ours(&error, false))?;
    let Some(there) = state.archive.head(&key).await? else {
        return Err(Problem::not_found("the archive has it not, or not yet"));
    };
    // Only what plays or shows goes out under its own type: a page among the footage must not run.
    let known = content_type.or(there.content_type.as_deref()).unwrap_or_default();
    let shows = (known.starts_with("video/") || known.starts_with("image/")) && !known.contains("svg");
    let content_type = Some(if shows { known } else { "application/octet-stream" });
    let options =
        PresignOptions { now: state.clock.now(), expires_in: state.links.presigned_for, content_type, file_name: None };
    found(state.archive.presign(&key, options).await?.as_str())
}

fn found(url: &str) -> Result<Response, Problem> {
    let location = header::HeaderValue::from_str(url).map_err(|error| Problem::ours(&error, false))?;
    Ok((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
}
