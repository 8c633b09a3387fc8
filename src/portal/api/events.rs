//! What happened: interactions, recordings and their footage.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::given;
use super::hosted::Level;
use super::input::Query;
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::Action;
use crate::archive::{Key, PresignOptions};
use crate::compose::timeline_url;
use crate::db::interactions::Interaction;
use crate::db::listing::{InteractionFilter, Last};
use crate::model::{CameraRef, ClipRef, InteractionRef, LocationRef, ViewKind};
use crate::portal::PortalState;
use crate::portal::shown::web_url;

/// The longest text that is looked for, in characters.
const LONGEST: usize = 200;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_location = |endpoint: Endpoint| endpoint.parameter("location", "The location's ref.", None);
    vec![
        of_location(
            Endpoint::get(
                "/api/v1/locations/{location}/interactions",
                ("listInteractions", "events", "A location's interactions, newest first."),
                interactions,
            )
            .query::<InteractionQuery>()
            .answers::<Page<InteractionView>>(200, "A page of them."),
        ),
        Endpoint::get(
            "/api/v1/interactions/{interaction}",
            ("getInteraction", "events", "One interaction, with what its operator noted and did."),
            interaction,
        )
        .parameter("interaction", "The interaction's ref.", None)
        .answers::<InteractionDetail>(200, "It; for a customer as the report told it that they were mailed."),
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

/// Which interactions.
#[derive(Deserialize, JsonSchema)]
struct InteractionQuery {
    /// Of the camera of this ref.
    #[schemars(length(max = 128))]
    camera: Option<String>,
    /// Of this type.
    #[schemars(length(max = 200))]
    r#type: Option<String>,
    /// Of this level only.
    level: Option<Level>,
    /// What notes, type, operator or ref contain.
    #[schemars(length(max = 200))]
    text: Option<String>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl InteractionQuery {
    fn filter<'a>(&self, location: &'a LocationRef) -> Result<InteractionFilter<'a>, Problem> {
        let wrong = |field: &str, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
        for (field, text) in [("type", &self.r#type), ("text", &self.text)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
                return Err(wrong(field, format!("has more than {LONGEST} characters")));
            }
        }
        let camera = self.camera.as_deref().filter(|camera| !camera.is_empty()).map(CameraRef::new).transpose();
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(InteractionFilter {
            location,
            camera: camera.map_err(|error| wrong("camera", error.to_string()))?,
            kind: some(&self.r#type),
            escalated: self.level.map(|level| level == Level::Escalated),
            text: some(&self.text).unwrap_or_default(),
        })
    }
}

async fn interactions(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(query): Query<InteractionQuery>,
) -> Result<Json<Page<InteractionView>>, Problem> {
    let location = caller.location(&state, &location, Action::ReadLocation).await?;
    let filter = query.filter(&location.location)?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let after = paging.after::<Last<InteractionRef>>()?;
    let found = state.db.interaction_page(&filter, after.as_ref(), paging.rows()?).await?;
    caller.looked(&state, &location.location, ViewKind::Page, "interactions".into())?;
    paging.page(found, |row| Last(row.started_at, row.interaction.clone()), InteractionView::from).map(Json)
}

/// A handled event, and where it can be seen.
#[derive(Serialize, JsonSchema)]
struct InteractionDetail {
    #[serde(flatten)]
    interaction: InteractionView,
    /// The camera's name.
    camera_name: Option<String>,
    /// The same second in the customer's own application.
    timeline_url: Option<String>,
}

async fn interaction(
    State(state): State<PortalState>,
    caller: Caller,
    Path(interaction): Path<String>,
) -> Result<Json<InteractionDetail>, Problem> {
    let (found, location) = given::interaction(&state, &caller, &interaction).await?;
    caller.looked(&state, &location.location, ViewKind::Page, format!("interaction:{}", found.interaction))?;
    let mut camera_name = None;
    if let Some(camera) = &found.camera {
        let mut tx = state.db.snapshot().await?;
        camera_name = tx.cameras(&[camera]).await?.pop().map(|camera| camera.name);
        tx.commit().await?;
    }
    let template = location.timeline_url.as_deref();
    let url = template.and_then(|template| timeline_url(template, found.camera.as_ref(), found.started_at));
    Ok(Json(InteractionDetail {
        camera_name,
        timeline_url: url.as_deref().and_then(web_url).map(String::from),
        interaction: found.into(),
    }))
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
