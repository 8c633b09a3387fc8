//! Correcting: what staff know better than the feed or set right: an address, a mail that did not arrive, or one that
//! went to the wrong person.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Input;
use super::page::night;
use super::problem::Problem;
use super::sending::Sent;
use crate::access::policy::Action;
use crate::db::overrides::Reached;
use crate::model::{ContactRef, EmailAddress};
use crate::portal::PortalState;
use crate::portal::desk;
use crate::portal::shown::line;

/// The longest reason, in characters.
const LONGEST: usize = 400;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_contact = |endpoint: Endpoint| {
        endpoint.parameter("location", "The location's ref.", None).parameter("contact", "The contact's ref.", None)
    };
    vec![
        of_contact(
            Endpoint::get(
                "/api/v1/locations/{location}/contacts/{contact}",
                ("getContact", "people", "A location's contact as it stands: the feed's word, and a person's over it."),
                contact,
            )
            .answers::<CorrectedView>(200, "It."),
        ),
        of_contact(
            Endpoint::post(
                "/api/v1/locations/{location}/contacts/{contact}/correct",
                ("correctContact", "people", "Have a contact's mails go to another address, for a reason."),
                correct,
            )
            .takes::<Correction>()
            .answers::<CorrectedView>(
                200,
                "It stands from the next report on, and for revisions that are sent later (`sendReport`).",
            ),
        ),
        Endpoint::post(
            "/api/v1/locations/{location}/nights/{night}/resend-failed",
            ("resendFailed", "mail", "Send those mails of a night once more that failed or came back."),
            resend_failed,
        )
        .parameter("location", "The location's ref.", None)
        .parameter("night", "The local date on which the night began.", Some("date"))
        .answers::<Sent>(202, "They are on their way."),
        Endpoint::post(
            "/api/v1/deliveries/{id}/withdraw",
            ("withdraw", "mail", "Have the links of a mail lead nowhere any more, on every process at once."),
            withdraw,
        )
        .parameter("id", "The mail's id.", Some("uuid"))
        .takes::<Why>()
        .answers::<Withdrawn>(200, "They lead nowhere."),
    ]
}

/// A location's contact, and a person's word on its address.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CorrectedContact")]
struct CorrectedView {
    r#ref: ContactRef,
    name: String,
    /// Where mails go.
    email: String,
    /// The feed's address.
    fed_email: String,
    /// Whether mails go there.
    notify: bool,
    /// When the contact wanted no more mails of the location.
    unsubscribed_at: Option<DateTime<Utc>>,
    /// Who changed what the feed says, last; null where nobody did.
    changed: Option<ChangedView>,
}

/// A person's word on a contact.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ContactChange")]
struct ChangedView {
    by: String,
    at: DateTime<Utc>,
    reason: String,
}

async fn view(state: &PortalState, reached: Reached) -> Result<Json<CorrectedView>, Problem> {
    let changed = match state.db.contact_override(&reached.contact).await? {
        Some(over) => Some(ChangedView {
            by: desk::named(state, &over.changed_by).await?,
            at: over.changed_at,
            reason: over.reason,
        }),
        None => None,
    };
    Ok(Json(CorrectedView {
        r#ref: reached.contact,
        name: reached.name,
        email: reached.email,
        fed_email: reached.fed,
        notify: reached.notify,
        unsubscribed_at: reached.unsubscribed_at,
        changed,
    }))
}

async fn contact(
    State(state): State<PortalState>,
    caller: Caller,
    Path((location, contact)): Path<(String, String)>,
) -> Result<Json<CorrectedView>, Problem> {
    caller.opens(Action::LookUp)?;
    let (_, reached) = desk::contact(&state, &caller.viewer, (&contact, &location), Action::LookUp).await?;
    view(&state, reached).await
}

/// Where a contact's mails are to go.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Correction {
    /// The address; the feed's own if it is null or left out.
    #[serde(default)]
    #[schemars(extend("format" = "email"))]
    email: Option<String>,
    /// Why; it stands on record.
    #[schemars(length(min = 1, max = 400))]
    reason: String,
}

async fn correct(
    State(state): State<PortalState>,
    caller: Caller,
    Path((location, contact)): Path<(String, String)>,
    input: Result<Input<Correction>, Problem>,
) -> Result<Json<CorrectedView>, Problem> {
    caller.opens(Action::Correct)?;
    let named = (contact.as_str(), location.as_str());
    let (site, reached) = desk::contact(&state, &caller.viewer, named, Action::Correct).await?;
    let Input(wish) = input?;
    let wrong = |field, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
    let email = wish.email.map(|email| EmailAddress::new(EmailAddress::normalized(&email))).transpose();
    let email = email.map_err(|error| wrong("email", error.to_string()))?;
    let reason = reason(&wish.reason)?;
    desk::correct_contact(&state, &caller.viewer, (&site, &reached), email.as_ref(), &reason).await?;
    let (_, now) = desk::contact(&state, &caller.viewer, named, Action::Correct).await?;
    view(&state, now).await
}

/// A reason in one line, if it says anything and is not too long.
fn reason(raw: &str) -> Result<String, Problem> {
    let reason = line(raw, LONGEST);
    if reason.is_empty() || raw.chars().count() > LONGEST {
        let detail = format!("must have from 1 to {LONGEST} characters");
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "reason", detail));
    }
    Ok(reason)
}

async fn resend_failed(
    State(state): State<PortalState>,
    caller: Caller,
    Path((location, date)): Path<(String, String)>,
) -> Result<Response, Problem> {
    caller.opens(Action::Correct)?;
    let site = caller.location(&state, &location, Action::Correct).await?;
    let nothing = || Problem::not_found("there is no such night");
    let night = night("night", Some(&date)).ok().flatten().ok_or_else(nothing)?;
    let deliveries = desk::send_failed(&state, &caller.viewer, &site, night).await?;
    Ok((StatusCode::ACCEPTED, Json(Sent { deliveries })).into_response())
}

/// Why.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "WithdrawalReason")]
#[serde(deny_unknown_fields)]
struct Why {
    /// It stands on record.
    #[schemars(length(min = 1, max = 400))]
    reason: String,
}

/// What became of the links of a mail.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LinksWithdrawn")]
struct Withdrawn {
    /// How many there were to withdraw; none where all of them had been.
    withdrawn: u64,
}

async fn withdraw(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Why>, Problem>,
) -> Result<Json<Withdrawn>, Problem> {
    caller.opens(Action::Correct)?;
    let opened = desk::open_mail(&state, &caller.viewer, &id, Action::Correct).await?;
    let Input(why) = input?;
    let reason = reason(&why.reason)?;
    Ok(Json(Withdrawn { withdrawn: desk::take_back(&state, &caller.viewer, &opened, &reason).await? }))
}
