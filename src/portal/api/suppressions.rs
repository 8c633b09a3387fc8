//! Suppressions: addresses to which nothing is mailed, why, and the way back.

use axum::Json;
use axum::extract::State;
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
use crate::access::policy::{Action, Place};
use crate::db::listing::Last;
use crate::db::suppressions::Suppression;
use crate::model::{DeliveryId, EmailAddress, SuppressionReason};
use crate::portal::PortalState;
use crate::portal::operations::{mail_again, mail_no_more};
use crate::portal::shown::line;

const LONGEST: usize = 1_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/suppressions",
            ("listSuppressions", "mail", "Addresses to which nothing is mailed, newest first."),
            suppressed,
        )
        .query::<SuppressionQuery>()
        .answers::<Page<SuppressionView>>(200, "A page of them."),
        Endpoint::post("/api/v1/suppressions", ("suppress", "mail", "Mail nothing to an address any more."), suppress)
            .takes::<Address>()
            .answers::<SuppressionView>(201, "Nothing is mailed to it.")
            .answers::<SuppressionView>(200, "That was so already.")
            .problem(409, "Somebody lifted it at the same time, or the same request is under way."),
        Endpoint::post(
            "/api/v1/suppressions/lift",
            ("liftSuppression", "mail", "Mail to an address again, from the next night on."),
            lift,
        )
        .takes::<Address>()
        .answers_with_nothing(204, "It is mailed to again.")
        .problem(404, "The address is not suppressed."),
    ]
}

/// Which suppressions.
#[derive(Deserialize, JsonSchema)]
struct SuppressionQuery {
    /// Of this address only, which staff may ask, too.
    address: Option<String>,
    /// Those that were lifted, too; counts for nothing where an address is named.
    lifted: Option<bool>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// An address to which nothing is mailed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suppression")]
pub(super) struct SuppressionView {
    address: String,
    since: DateTime<Utc>,
    reason: SuppressionReason,
    /// What the server said, or who asked.
    detail: String,
    /// The mail that came back.
    delivery: Option<DeliveryId>,
    lifted_at: Option<DateTime<Utc>>,
    /// Who lifted it, and why.
    lifted_for: Option<String>,
}

impl From<Suppression> for SuppressionView {
    fn from(row: Suppression) -> Self {
        Self {
            address: row.address,
            since: row.since,
            reason: row.reason,
            detail: row.detail,
            delivery: row.delivery,
            lifted_at: row.lifted_at,
            lifted_for: row.lifted_for,
        }
    }
}

async fn suppressed(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<SuppressionQuery>,
) -> Result<Json<Page<SuppressionView>>, Problem> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    if let Some(address) = &query.address {
        caller.may(Action::LookUp, Place::INSTALLATION)?;
        paging.rows()?;
        if address.contains('\0') {
            return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "address", "is no address"));
        }
        let found = state.db.suppression(&EmailAddress::normalized(address)).await?;
        return Ok(Json(Page::whole(found.into_iter().map(SuppressionView::from).collect())));
    }
    caller.may(Action::Operate, Place::INSTALLATION)?;
    let after = paging.after::<Last<String>>()?;
    if after.as_ref().is_some_and(|Last(_, address)| address.contains('\0')) {
        return Err(Paging::no_such_cursor());
    }
    let lifted = query.lifted.unwrap_or(false);
    let found = state.db.suppression_page(lifted, after.as_ref(), paging.rows()?).await?;
    paging.page(found, |row| Last(row.since, row.address.clone()), SuppressionView::from).map(Json)
}

/// An address, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    /// The address.
    #[schemars(extend("format" = "email"))]
    address: String,
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    reason: String,
}

impl Address {
    /// The address in its one form.
    fn checked(&self) -> Result<String, Problem> {
        let wrong = |field, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
        let address = EmailAddress::new(EmailAddress::normalized(&self.address));
        if self.reason.chars().count() > LONGEST {
            return Err(wrong("reason", format!("has more than {LONGEST} characters")));
        }
        address.map(|address| address.as_str().to_owned()).map_err(|error| wrong("address", error.to_string()))
    }
}

async fn suppress(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<Address>, Problem>,
) -> Result<Response, Problem> {
    caller.may(Action::RunJobs, Place::INSTALLATION)?;
    let Input(wish) = input?;
    let address = wish.checked()?;
    if let Some(new) = mail_no_more(&state, &caller.viewer, &address, &line(&wish.reason, LONGEST)).await? {
        return Ok((StatusCode::CREATED, Json(SuppressionView::from(new))).into_response());
    }
    let stands = state.db.suppression(&address).await?;
    let stands = stands.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "somebody has lifted it meanwhile"))?;
    Ok(Json(SuppressionView::from(stands)).into_response())
}

async fn lift(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<Address>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.may(Action::RunJobs, Place::INSTALLATION)?;
    let Input(wish) = input?;
    if mail_again(&state, &caller.viewer, &wish.checked()?, &line(&wish.reason, LONGEST)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("the address is not suppressed"))
    }
}
