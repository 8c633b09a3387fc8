//! Received: what others have shared with who is signed in, and what they may say of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::endpoint::{Door, Endpoint};
use super::input::{Input, Query};
use super::judging::CommentView;
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sale::SaleView;
use crate::access::Action;
use crate::access::share::{self as shared, Opened};
use crate::db::listing::Last;
use crate::db::shares::Item;
use crate::model::{ClipRef, IncidentRef, LocationRef, ShareId, ViewKind};
use crate::portal::PortalState;
use crate::portal::share::{self, LONGEST_COMMENT, Piece, Received};
use crate::portal::shown::clips_of;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_share = |endpoint: Endpoint| endpoint.parameter("id", "The share's id.", Some("uuid"));
    let all = vec![
        Endpoint::get(
            "/api/v1/me/shared",
            ("listShared", "shares", "What others have shared with you by links that still work."),
            list,
        )
        .query::<Paging>()
        .answers::<Page<ReceivedView>>(200, "A page of it, what works longest first."),
        of_share(
            Endpoint::get(
                "/api/v1/me/shared/{id}",
                ("getShared", "shares", "What a share with you shows: its incidents, as they were when it was made."),
                one,
            )
            .answers::<ReceivedDetail>(200, "It."),
        ),
        of_share(
            Endpoint::get(
                "/api/v1/me/shared/{id}/incidents/{number}",
                (
                    "getSharedIncident",
                    "shares",
                    "One incident of a share with you: what was said of it, and what else of its case you were given.",
                ),
                incident,
            )
            .parameter("number", "The incident's place in the share, from 1.", None)
            .answers::<IncidentDetail>(200, "It."),
        ),
        of_share(
            Endpoint::post(
                "/api/v1/me/shared/{id}/comments",
                ("commentOnShared", "shares", "Say something about an incident that was shared with you."),
                say,
            )
            .takes::<Words>()
            .answers::<CommentView>(201, "It stands, for everybody who may see the incident.")
            .problem(429, "Nobody says as much within a day."),
        ),
    ];
    all.into_iter().map(|endpoint| endpoint.behind(Door::Person)).collect()
}

/// Something that somebody shared with whoever asks.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SharedWithMe")]
struct ReceivedView {
    id: ShareId,
    location: LocationRef,
    /// Who shared it.
    by_name: String,
    note: String,
    may_comment: bool,
    shared_at: DateTime<Utc>,
    /// When the link to it ends.
    expires_at: DateTime<Utc>,
    /// Its page; null where only the letter has the link.
    href: Option<String>,
}

impl From<Received> for ReceivedView {
    fn from(received: Received) -> Self {
        let Opened { recipient, share } = received.opened;
        Self {
            id: share.id,
            location: share.location,
            by_name: share.by_name,
            note: share.note,
            may_comment: share.may_comment,
            shared_at: share.created_at,
            expires_at: recipient.expires_at,
            href: received.href,
        }
    }
}

/// A share, and what it shows.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SharedWithMeDetail")]
struct ReceivedDetail {
    share: ReceivedView,
    incidents: Vec<ItemView>,
}

/// An incident of a share.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReceivedIncident")]
struct ItemView {
    /// Its place in the share, from 1.
    number: i32,
    incident: IncidentRef,
    /// What is told of it; null where retention took it away.
    told: Option<ToldView>,
}

/// What a share tells of an incident.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ToldIncident")]
struct ToldView {
    /// The local date on which its night began.
    #[schemars(extend("format" = "date"))]
    night: String,
    occurred_at: DateTime<Utc>,
    r#type: String,
    description: String,
    reported_by: Option<String>,
    /// What the operator noted.
    notes: Option<String>,
    /// The case's number, for people.
    case_number: Option<i64>,
    /// Which of the case's incidents it is.
    instance: Option<i64>,
    /// Where its photo is; null where it has none, or only the letter has the link.
    photo: Option<String>,
    clips: Vec<ClipView>,
    /// What was sold and what was not paid, as the report has it.
    transaction: Option<SaleView>,
}

/// A recording of a shared incident.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SharedClip")]
struct ClipView {
    clip: ClipRef,
    recorded_at: DateTime<Utc>,
    camera: Option<String>,
    /// Where it is; null where only the letter has the link.
    href: Option<String>,
}

/// An incident of a share, and what belongs to it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReceivedIncidentDetail")]
struct IncidentDetail {
    #[serde(flatten)]
    item: ItemView,
    /// What was said of it, first to last: the first hundred.
    comments: Vec<CommentView>,
    /// The case's other incidents that you were mailed or shown, first to last.
    history: Vec<EarlierView>,
}

/// Another incident of a case.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CaseIncident")]
struct EarlierView {
    incident: IncidentRef,
    occurred_at: DateTime<Utc>,
    r#type: String,
    /// Its page.
    href: String,
}

impl From<share::Earlier> for EarlierView {
    fn from(earlier: share::Earlier) -> Self {
        let share::Earlier { incident, occurred_at, kind, href } = earlier;
        Self { incident, occurred_at, r#type: kind, href }
    }
}

/// The address of who is signed in.
fn own(caller: &Caller) -> Result<&str, Problem> {
    caller.opens(Action::ManageSelf)?;
    caller.principal.address().ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "nothing is shared with a program"))
}

async fn list(
    State(state): State<PortalState>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<ReceivedView>>, Problem> {
    let address = own(&caller)?;
    let after = paging.after::<Last<Uuid>>()?.map(|Last(end, id)| (end, id));
    let found = share::received(&state, address, after, paging.rows()?).await?;
    let place = |one: &Received| Last(one.opened.recipient.expires_at, one.opened.recipient.id);
    paging.page(found, place, ReceivedView::from).map(Json)
}

/// A share with who is signed in.
async fn found(state: &PortalState, caller: &Caller, id: &str) -> Result<Received, Problem> {
    let nothing = || Problem::not_found("nothing of that id is shared with you");
    let address = own(caller)?;
    let id: Uuid = id.parse().map_err(|_| nothing())?;
    share::received_one(state, address, id.into()).await?.ok_or_else(nothing)
}

async fn one(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ReceivedDetail>, Problem> {
    let received = found(&state, &caller, &id).await?;
    let share = &received.opened.share;
    caller.looked(&state, &share.location, ViewKind::Page, shared::subject(share.id))?;
    let contents = share::contents(&state, share.id).await?;
    let incidents = contents.into_iter().map(|(item, piece)| item_view(item, piece.as_ref(), received.href.as_deref()));
    Ok(Json(ReceivedDetail { incidents: incidents.collect(), share: received.into() }))
}

async fn incident(
    State(state): State<PortalState>,
    caller: Caller,
    Path((id, number)): Path<(String, String)>,
) -> Result<Json<IncidentDetail>, Problem> {
    let received = found(&state, &caller, &id).await?;
    let Opened { recipient, share } = &received.opened;
    let nothing = || Problem::not_found("the share has no incident of that number");
    let number: i32 = number.parse().map_err(|_| nothing())?;
    let (item, piece) = share::content(&state, share.id, number).await?.ok_or_else(nothing)?;
    caller.looked(&state, &share.location, ViewKind::Page, shared::subject(share.id))?;
    let mut detail = IncidentDetail {
        comments: Vec::new(),
        history: Vec::new(),
        item: item_view(item, piece.as_ref(), received.href.as_deref()),
    };
    if let Some(piece) = piece {
        let said = share::said(&state, &detail.item.incident).await?;
        detail.comments = said.into_iter().map(CommentView::for_others).collect();
        let earlier = share::earlier(&state, &recipient.address, piece.escalation()?).await?;
        detail.history = earlier.into_iter().map(EarlierView::from).collect();
    }
    Ok(Json(detail))
}

fn item_view(item: Item, piece: Option<&Piece>, page: Option<&str>) -> ItemView {
    let told = piece.and_then(|piece| told(&item, piece, page));
    ItemView { number: item.number, incident: item.incident, told }
}

fn told(item: &Item, piece: &Piece, page: Option<&str>) -> Option<ToldView> {
    let report = &piece.report;
    let escalation = piece.escalation().ok()?;
    let incident = escalation.incident.as_ref()?;
    let below = |rest: &str| page.map(|page| format!("{page}/{}/{rest}", item.number));
    let clips = clips_of(escalation).into_iter().enumerate().filter_map(|(place, clip)| {
        let clip = report.clip(clip)?;
        Some(ClipView {
            clip: clip.clip.clone(),
            recorded_at: clip.recorded_at,
            camera: clip.camera.clone(),
            href: below(&format!("clip/{place}")),
        })
    });
    let sale = incident.transaction.as_ref().and_then(|sale| report.transaction(sale));
    Some(ToldView {
        night: report.night.to_string(),
        occurred_at: incident.occurred_at,
        r#type: incident.kind.clone(),
        description: incident.description.clone(),
        reported_by: incident.reported_by.clone(),
        notes: escalation.interaction.as_ref().map(|handled| handled.notes.clone()),
        case_number: incident.case.as_ref().map(|case| case.number),
        instance: incident.case.as_ref().map(|case| case.instance),
        photo: incident.photo.as_ref().and_then(|_| below("photo")),
        clips: clips.collect(),
        transaction: sale.map(SaleView::from),
    })
}

/// What is said of an incident.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Words {
    /// The incident's place in the share.
    #[schemars(range(min = 1))]
    number: i32,
    /// The words.
    #[schemars(length(min = 1, max = 2000))]
    text: String,
}

async fn say(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Words>, Problem>,
) -> Result<Response, Problem> {
    let received = found(&state, &caller, &id).await?;
    let Input(words) = input?;
    let wrong = |field, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
    if words.text.chars().count() > LONGEST_COMMENT {
        return Err(wrong("text", format!("has more than {LONGEST_COMMENT} characters")));
    }
    let said = (words.number, words.text.as_str());
    let comment = share::remark(&state, &caller.viewer, &received.opened, said).await?;
    let comment = comment.ok_or_else(|| wrong("text", "says nothing".into()))?;
    Ok((StatusCode::CREATED, Json(CommentView::from(comment))).into_response())
}
