//! Reports: the nights as they were frozen, in every revision, and the next one.

use std::collections::HashMap;

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
use super::mail::{DeliveryView, deliveries_of};
use super::page::{Page, Paging, is_sensible, night};
use super::problem::Problem;
use crate::access::{Action, policy};
use crate::db::listing::ReportPage;
use crate::db::reports::ReportRow;
use crate::model::{LocationRef, ReportId, ReportState, RunId, Trigger};
use crate::portal::PortalState;
use crate::portal::desk;
use crate::portal::shown::line;

const MOST_REASON: usize = 1_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_report = |endpoint: Endpoint| endpoint.parameter("id", "The report's id.", Some("uuid"));
    vec![
        Endpoint::get("/api/v1/reports", ("listReports", "reports", "Reports, newest night first."), reports)
            .query::<ReportQuery>()
            .answers::<Page<ReportView>>(200, "A page of them.")
            .problem(404, "There is no such location, or it is not for whoever asks."),
        of_report(
            Endpoint::get("/api/v1/reports/{id}", ("getReport", "reports", "One report."), report)
                .answers::<ReportView>(200, "It."),
        ),
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/revisions",
                ("listRevisions", "reports", "Every revision of a report's night, first to last."),
                revisions,
            )
            .answers::<Page<ReportView>>(200, "All of them."),
        ),
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/deliveries",
                ("listReportDeliveries", "mail", "To whom a report was mailed."),
                deliveries,
            )
            .answers::<Page<DeliveryView>>(200, "All of them."),
        ),
        of_report(
            Endpoint::post(
                "/api/v1/reports/{id}/regenerate",
                (
                    "regenerateReport",
                    "reports",
                    "Build the next revision of a report's night from what is known today.",
                ),
                regenerate,
            )
            .takes::<Regenerate>()
            .answers::<Planned>(202, "It is being built.")
            .problem(409, "Another regeneration of this night is under way, or no report of it was ever built."),
        ),
    ]
}

/// Which reports.
#[derive(Deserialize, JsonSchema)]
struct ReportQuery {
    /// Of this location only.
    location: Option<String>,
    /// Of this night and later ones.
    #[schemars(extend("format" = "date"))]
    from: Option<String>,
    /// Of this night and earlier ones.
    #[schemars(extend("format" = "date"))]
    to: Option<String>,
    /// In this state only.
    state: Option<ReportState>,
    /// Of this run only.
    run: Option<RunId>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A night of a location, in one revision.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
pub(super) struct ReportView {
    id: ReportId,
    run: RunId,
    location: LocationRef,
    /// The local date on which the night began.
    #[schemars(extend("format" = "date"))]
    night: String,
    /// 1 for the first; others are regenerations.
    revision: i32,
    /// What its run came of; null for who may not look runs up.
    cause: Option<Trigger>,
    state: ReportState,
    /// Why it was regenerated.
    reason: Option<String>,
    /// By whom.
    requested_by: Option<String>,
    planned_at: DateTime<Utc>,
    built_at: Option<DateTime<Utc>>,
    /// Why it is not built; null for customers.
    error: Option<String>,
    /// SHA-256 of its frozen data.
    data_sha256: Option<String>,
    interactions: i64,
    escalated: i64,
    incidents: i64,
    /// Recordings and photos that were missing when it was built.
    missing: i64,
}

/// Reports as who asks may see them.
pub(super) async fn views(
    state: &PortalState,
    caller: &Caller,
    rows: Vec<ReportRow>,
) -> Result<Vec<ReportView>, Problem> {
    let mut causes: HashMap<RunId, Option<Trigger>> = HashMap::new();
    let mut shown = Vec::with_capacity(rows.len());
    for mut row in rows {
        let cause = match causes.get(&row.run) {
            Some(known) => *known,
            None if policy::opens(&caller.principal, Action::LookUp) => {
                let cause = state.db.run(row.run).await?.map(|run| run.cause);
                causes.insert(row.run, cause);
                cause
            }
            None => None,
        };
        row.error = row.error.filter(|_| caller.customer().is_none());
        shown.push(ReportView::of(row, cause));
    }
    Ok(shown)
}

/// One of them.
async fn view(state: &PortalState, caller: &Caller, row: ReportRow) -> Result<ReportView, Problem> {
    let one = views(state, caller, vec![row]).await?.pop();
    one.ok_or_else(|| Problem::not_found("there is no such report, or it is not for you"))
}

impl ReportView {
    fn of(row: ReportRow, cause: Option<Trigger>) -> Self {
        Self {
            cause,
            id: row.id,
            run: row.run,
            location: row.location,
            night: row.night.to_string(),
            revision: row.revision,
            state: row.state,
            reason: row.reason,
            requested_by: row.requested_by,
            planned_at: row.planned_at,
            built_at: row.built_at,
            error: row.error,
            data_sha256: row.data_sha256,
            interactions: row.interactions,
            escalated: row.escalated,
            incidents: row.incidents,
            missing: row.missing,
        }
    }
}

async fn reports(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<ReportQuery>,
) -> Result<Json<Page<ReportView>>, Problem> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (mut location, mut given_to, mut branches) = (None, None, None);
    if let Some(named) = &query.location {
        let site = caller.site(&state, named, Action::ReadLocation).await?;
        (location, given_to) = (Some(site.location.location), site.mailed_to.map(|address| (address, Vec::new())));
    } else {
        caller.opens(Action::ReadLocation)?;
        if let Some(address) = caller.customer() {
            let whole = state.db.whitelisted_locations(address, state.clock.now()).await?;
            given_to = Some((address.to_owned(), whole));
        } else {
            branches = caller.branches().map(<[_]>::to_vec);
        }
    }
    let page = ReportPage {
        branches,
        location,
        given_to,
        from: night("from", query.from.as_deref())?,
        to: night("to", query.to.as_deref())?,
        state: query.state,
        run: query.run,
        after: paging.after()?,
    };
    if page.after.as_ref().is_some_and(|(night, ..)| !is_sensible(*night)) {
        return Err(Paging::no_such_cursor());
    }
    let found = state.db.report_page(&page, paging.rows()?).await?;
    let page = paging.page(found, |row| (row.night, row.location.clone(), row.revision), |row| row)?;
    Ok(Json(Page { items: views(&state, &caller, page.items).await?, next: page.next }))
}

/// A report with which the caller may do this.
pub(super) async fn allowed(
    state: &PortalState,
    caller: &Caller,
    id: &str,
    action: Action,
) -> Result<ReportRow, Problem> {
    let nothing = || Problem::not_found("there is no such report, or it is not for you");
    let id: ReportId = id.parse().map_err(|_| nothing())?;
    let row = state.db.report(id).await?.ok_or_else(nothing)?;
    caller.may_report(state, &row, action).await?;
    Ok(row)
}

async fn report(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ReportView>, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    view(&state, &caller, row).await.map(Json)
}

async fn revisions(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<ReportView>>, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    let mut seen = Vec::new();
    for revision in state.db.revisions(&row.location, row.night).await? {
        // A customer sees those that were mailed to them.
        if caller.may_report(&state, &revision, Action::ReadLocation).await.is_ok() {
            seen.push(revision);
        }
    }
    Ok(Json(Page::whole(views(&state, &caller, seen).await?)))
}

async fn deliveries(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadViews).await?;
    Ok(Json(Page::whole(deliveries_of(&state, row.id).await?)))
}

/// Why, and whether it is mailed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Regenerate {
    /// Why; it stands in the mail and in the report's record.
    #[schemars(length(min = 1, max = 1000))]
    reason: String,
    /// Whether the correction is mailed; if not, it can be looked at first.
    #[serde(default)]
    send: bool,
}

/// What was asked for.
#[derive(Serialize, JsonSchema)]
pub(super) struct Planned {
    /// Its run.
    pub(super) run: RunId,
    /// The reports that are being built.
    pub(super) reports: Vec<ReportId>,
}

async fn regenerate(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Regenerate>, Problem>,
) -> Result<Response, Problem> {
    let row = allowed(&state, &caller, &id, Action::Correct).await?;
    let Input(wish) = input?;
    let (long, reason) = (wish.reason.chars().count() > MOST_REASON, line(&wish.reason, MOST_REASON));
    if reason.is_empty() || long || wish.reason.contains('\0') {
        let detail = format!("must have from 1 to {MOST_REASON} characters");
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "reason", detail));
    }
    let conflict = |detail: &'static str| Problem::new(StatusCode::CONFLICT, detail);
    let under_way = || conflict("another regeneration of this night is under way");
    let site = state.db.location(&row.location).await?;
    let site = site.ok_or_else(|| Problem::not_found("the feed knows the report's location no more"))?;
    let revisions = state.db.revisions(&row.location, row.night).await?;
    if revisions.iter().any(|row| row.state == ReportState::Planned) {
        return Err(under_way());
    }
    let planned = desk::once_more(&state, &caller.viewer, (&site, row.night), (reason, wish.send)).await?;
    let (_, planned) =
        planned.ok_or_else(|| conflict("no report of this night was ever built; its job can be run again"))?;
    if planned.reports.is_empty() {
        return Err(under_way());
    }
    Ok((StatusCode::ACCEPTED, Json(Planned { run: planned.run, reports: planned.reports })).into_response())
}
