//! Mail: what was sent to whom, and what servers answered.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::{Input, Query};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::reports::allowed;
use super::suppressions::SuppressionView;
use crate::access::Action;
use crate::access::policy::{self, Place};
use crate::db::attempts::Attempt;
use crate::db::deliveries::{Delivery, DeliveryFilter, ListedDelivery};
use crate::db::listing::Last;
use crate::model::{ContactRef, DeliveryId, DeliveryState, EmailAddress, LocationRef, ReportId};
use crate::portal::PortalState;
use crate::portal::desk;

/// The states of mails that have not arrived, as far as anybody knows.
const UNWELL: [&str; 6] = [
    DeliveryState::Pending.as_str(),
    DeliveryState::Sending.as_str(),
    DeliveryState::Deferred.as_str(),
    DeliveryState::Failed.as_str(),
    DeliveryState::Bounced.as_str(),
    DeliveryState::Unknown.as_str(),
];

/// More contacts than any site has.
const MOST: i64 = 10_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_delivery = |endpoint: Endpoint| endpoint.parameter("id", "The delivery's id.", Some("uuid"));
    vec![
        Endpoint::get(
            "/api/v1/deliveries",
            (
                "listDeliveries",
                "mail",
                "What an address was mailed, the mail of a Message-ID, or those in a state, newest first.",
            ),
            to,
        )
        .query::<AddressQuery>()
        .answers::<Page<DeliveryView>>(200, "A page of them."),
        of_delivery(
            Endpoint::get("/api/v1/deliveries/{id}", ("getDelivery", "mail", "One mail."), delivery)
                .answers::<DeliveryDetail>(200, "It."),
        ),
        of_delivery(
            Endpoint::get(
                "/api/v1/deliveries/{id}/attempts",
                ("listAttempts", "mail", "Each try of a mail, and what was answered."),
                attempts,
            )
            .answers::<Page<AttemptView>>(200, "All of them."),
        ),
        of_delivery(
            Endpoint::post("/api/v1/deliveries/{id}/resend", ("resend", "mail", "Send a mail once more."), resend)
                .takes::<Resend>()
                .answers::<DeliveryView>(202, "It is on its way.")
                .problem(409, "It is sent or on its way already, or has no message."),
        ),
    ]
}

/// A mail of a report to a contact.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Delivery")]
pub(super) struct DeliveryView {
    pub(super) id: DeliveryId,
    report: ReportId,
    location: LocationRef,
    /// The local date on which the report's night began.
    #[schemars(extend("format" = "date"))]
    night: String,
    revision: i32,
    contact: ContactRef,
    /// The contact's name and address then.
    name: String,
    email: String,
    /// `report`, `correction` or `test`.
    kind: String,
    state: DeliveryState,
    subject: String,
    message_id: String,
    /// SHA-256 of the exact bytes.
    sha256: String,
    attempts: i32,
    created_at: DateTime<Utc>,
    /// When it is tried next.
    next_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// Why it is not sent.
    error: Option<String>,
}

impl From<ListedDelivery> for DeliveryView {
    fn from(listed: ListedDelivery) -> Self {
        let Delivery { id, report, contact, name, email, kind, state, subject, message_id, .. } = listed.delivery;
        let Delivery { sha256, attempts, created_at, next_at, finished_at, error, .. } = listed.delivery;
        Self {
            id,
            report,
            location: listed.location,
            night: listed.night.to_string(),
            revision: listed.revision,
            contact,
            name,
            email,
            kind,
            state,
            subject,
            message_id,
            sha256,
            attempts,
            created_at,
            next_at,
            finished_at,
            error,
        }
    }
}

/// The mails of a report.
pub(super) async fn deliveries_of(state: &PortalState, report: ReportId) -> Result<Vec<DeliveryView>, Problem> {
    let filter = DeliveryFilter { report: Some(report), limit: MOST, ..DeliveryFilter::default() };
    Ok(state.db.deliveries(&filter).await?.into_iter().map(DeliveryView::from).collect())
}

/// Whose mails.
#[derive(Deserialize, JsonSchema)]
struct AddressQuery {
    /// The address.
    address: Option<String>,
    /// In its place the Message-ID of a mail.
    message_id: Option<String>,
    /// Or in their place the state of those that have not arrived; none of `sent` and `suppressed`.
    #[schemars(extend("enum" = UNWELL))]
    state: Option<String>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

async fn to(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<AddressQuery>,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    // An address may be a contact of several branches.
    caller.may(Action::LookUp, Place::INSTALLATION)?;
    let wrong = |field, detail: &str| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let after = paging.after::<Last<DeliveryId>>()?;
    let rows = paging.rows()?;
    let found = match (query.address, query.message_id, query.state) {
        (Some(address), None, None) if address.contains('\0') => return Err(wrong("address", "is no address")),
        (None, Some(message), None) if message.contains('\0') => return Err(wrong("message_id", "is none")),
        (Some(address), None, None) => {
            state.db.mail_page(&EmailAddress::normalized(&address), after.as_ref(), rows).await?
        }
        // There are few, most often one.
        (None, Some(message), None) => {
            let bare = message.trim().trim_start_matches('<').trim_end_matches('>');
            let found = state.db.delivery_by_message(bare).await?;
            return Ok(Json(Page::whole(found.into_iter().map(DeliveryView::from).collect())));
        }
        (None, None, Some(word)) => {
            let known = word.parse::<DeliveryState>().ok().filter(|known| UNWELL.contains(&known.as_str()));
            let known = known.ok_or_else(|| wrong("state", &format!("is none of {}", UNWELL.join(", "))))?;
            state.db.mails_in(known, after.as_ref(), rows).await?
        }
        _ => return Err(wrong("address", "or else a message_id or a state is asked for, one of the three")),
    };
    paging.page(found, |row| Last(row.delivery.created_at, row.delivery.id), DeliveryView::from).map(Json)
}

/// A mail of a report with which the caller may do this.
pub(super) async fn allowed_delivery(
    state: &PortalState,
    caller: &Caller,
    id: &str,
    action: Action,
) -> Result<DeliveryView, Problem> {
    let nothing = || Problem::not_found("there is no such mail, or it is not for you");
    let id: DeliveryId = id.parse().map_err(|_| nothing())?;
    let delivery = state.db.delivery(id).await?.ok_or_else(nothing)?;
    allowed(state, caller, &delivery.report.to_string(), action).await?;
    deliveries_of(state, delivery.report).await?.into_iter().find(|one| one.id == id).ok_or_else(nothing)
}

/// A mail, with what the desk knows of it.
#[derive(Serialize, JsonSchema)]
struct DeliveryDetail {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// In bytes.
    size: i64,
    /// BCP 47.
    language: String,
    /// How its links stand; null where it holds none, and for who may not look mails up.
    links: Option<LinksView>,
    /// Why nothing is mailed to its address any more; null where that is mailed, and for who may not look mails up.
    suppressed: Option<SuppressionView>,
}

/// How a mail's links stand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MailLinks")]
struct LinksView {
    /// `working`, `ended` or `withdrawn`.
    state: &'static str,
    /// Until when they work, or since when they do not.
    at: DateTime<Utc>,
}

async fn delivery(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<DeliveryDetail>, Problem> {
    let delivery = allowed_delivery(&state, &caller, &id, Action::ReadViews).await?;
    let row = state.db.delivery(delivery.id).await?;
    let row = row.ok_or_else(|| Problem::not_found("there is no such mail, or it is not for you"))?;
    let (mut links, mut suppressed) = (None, None);
    if policy::opens(&caller.principal, Action::LookUp) {
        let standing = desk::standing(&state.db.links_of(row.id).await?, state.clock.now());
        links = standing.map(|(state, at)| LinksView { state, at });
        suppressed = state.db.suppression(&EmailAddress::normalized(&row.email)).await?.map(SuppressionView::from);
    }
    Ok(Json(DeliveryDetail { delivery, size: row.size, language: row.language, links, suppressed }))
}

/// A try of a mail.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Attempt")]
struct AttemptView {
    number: i32,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    /// `accepted`, `transient`, `permanent` or `unknown`; absent while it is under way.
    outcome: Option<String>,
    /// Which server.
    server: String,
    /// What it answered.
    reply: Option<String>,
    duration_ms: Option<i64>,
}

async fn attempts(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<AttemptView>>, Problem> {
    let delivery = allowed_delivery(&state, &caller, &id, Action::ReadViews).await?;
    let shown = |attempt: Attempt| AttemptView {
        number: attempt.number,
        started_at: attempt.started_at,
        finished_at: attempt.finished_at,
        outcome: attempt.outcome,
        server: attempt.server,
        reply: attempt.reply,
        duration_ms: attempt.duration_ms,
    };
    Ok(Json(Page::whole(state.db.attempts(delivery.id).await?.into_iter().map(shown).collect())))
}

/// How a mail is sent once more.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Resend {
    /// Also where it was sent already, or may have been.
    #[serde(default)]
    even_sent: bool,
}

async fn resend(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Resend>, Problem>,
) -> Result<Response, Problem> {
    caller.opens(Action::Correct)?;
    let opened = desk::open_mail(&state, &caller.viewer, &id, Action::Correct).await?;
    let Input(wish) = input?;
    let conflict = |detail: &'static str| Problem::new(StatusCode::CONFLICT, detail);
    if opened.may_have_arrived() && !wish.even_sent {
        return Err(conflict("it was sent already, or may have been; `even_sent` sends it again"));
    }
    if !desk::send_again(&state, &caller.viewer, &opened).await? {
        return Err(conflict("it is on its way, or has no message"));
    }
    let now = allowed_delivery(&state, &caller, &id, Action::Correct).await?;
    Ok((StatusCode::ACCEPTED, Json(now)).into_response())
}
