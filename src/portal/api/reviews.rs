//! Reviews: what the latest report of each location says, as the portal's first page lists it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::Action;
use crate::db::summaries::{ListedLocation, LocationFilter, LocationOrder};
use crate::model::{BranchRef, LocationRef, NightDate, ReportId};
use crate::portal::PortalState;
use crate::portal::branch::{Reach, Told, told};

/// The longest text that is looked for, in characters.
const LONGEST: usize = 200;
/// No list goes on for longer.
const FARTHEST: i64 = 100_000_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/reviews",
            ("listReviews", "sites", "Locations with what their latest reports say, reviewed lately or not."),
            reviews,
        )
        .query::<ReviewQuery>()
        .answers::<Page<ReviewView>>(200, "A page of them."),
        Endpoint::get(
            "/api/v1/reviews/counts",
            ("countReviews", "sites", "How many locations were reviewed lately, with incidents and without."),
            counts,
        )
        .query::<BranchQuery>()
        .answers::<Counts>(200, "The figures of the red and green card."),
    ]
}

/// In which order.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    Name,
    Branch,
    Latest,
    Incidents,
}

/// Which locations.
#[derive(Deserialize, JsonSchema)]
struct ReviewQuery {
    /// Of this branch only.
    branch: Option<String>,
    /// What name, ref or address contain.
    #[schemars(length(max = 200))]
    text: Option<String>,
    /// Whose latest report has incidents, or has none.
    incidents: Option<bool>,
    /// Which sell, or do not.
    sells: Option<bool>,
    /// Only those that were reviewed within `[portal] review_days`.
    lately: Option<bool>,
    /// By name if left out.
    sort: Option<Order>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A location, and what its latest report says.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Review")]
struct ReviewView {
    location: LocationRef,
    name: String,
    branch_name: String,
    /// The latest report; none before the first, and none for whom it was not mailed to.
    report: Option<ReportId>,
    /// Its night's local date.
    #[schemars(extend("format" = "date"))]
    night: Option<String>,
    revision: Option<i32>,
    reviewed_at: Option<DateTime<Utc>>,
    /// Whether that was lately.
    lately: bool,
    incidents: Option<i64>,
    /// How many of these were set aside since.
    set_aside: Option<i64>,
    /// How many things are known to be missing in it.
    missing: Option<i64>,
    /// How many mails it was sent by; null for customers.
    mails: Option<i64>,
    /// How many of these servers have taken.
    mails_sent: Option<i64>,
    /// Whether the location ever sent a transaction.
    sells: Option<bool>,
}

fn branch(raw: Option<&String>) -> Result<Option<BranchRef>, Problem> {
    let wrong = |error: crate::model::RefError| {
        Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "branch", error.to_string())
    };
    raw.map(|raw| BranchRef::new(raw.as_str()).map_err(wrong)).transpose()
}

/// From which night on a review was lately.
fn since(state: &PortalState) -> NightDate {
    NightDate::new(state.clock.now().date_naive()).minus(state.config.portal.review_days.into())
}

async fn reviews(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<ReviewQuery>,
) -> Result<Json<Page<ReviewView>>, Problem> {
    caller.opens(Action::ReadLocation)?;
    let branch = branch(query.branch.as_ref())?;
    let text = query.text.unwrap_or_default();
    if text.chars().count() > LONGEST {
        let detail = format!("has more than {LONGEST} characters");
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "text", detail));
    }
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (rows, after) = (paging.rows()?, paging.after::<i64>()?.unwrap_or(0));
    if !(0..=FARTHEST).contains(&after) {
        return Err(Paging::no_such_cursor());
    }
    let reach = Reach::of(&state, &caller.viewer).await?;
    // Whoever sees only what was given to them is told by no filter what else there is.
    let sees_all = reach.given.is_none();
    let lately = since(&state);
    let filter = LocationFilter {
        scope: reach.scope(),
        branch,
        text: text.replace('\0', " "),
        incidents: query.incidents.filter(|_| sees_all),
        sells: query.sells.filter(|_| sees_all),
        since: query.lately.filter(|lately| *lately && sees_all).map(|_| lately),
        order: match query.sort {
            Some(Order::Branch) => LocationOrder::Branch,
            Some(Order::Latest) if sees_all => LocationOrder::Latest,
            Some(Order::Incidents) if sees_all => LocationOrder::Incidents,
            _ => LocationOrder::Name,
        },
        limit: rows,
        offset: after,
        // A program goes on until there is no next page.
        counted: false,
    };
    let found = state.db.listed_locations(&filter).await?;
    let told = told(&state, &found, reach.given.as_ref()).await?;
    let shown = |(row, told): (ListedLocation, Told)| ReviewView::of(row, &told, lately);
    paging.page(found.into_iter().zip(told).collect(), |_| after + rows - 1, shown).map(Json)
}

impl ReviewView {
    /// Of a location and what may be said of its latest report; a night from `lately` on was reviewed lately.
    fn of(row: ListedLocation, told: &Told, lately: NightDate) -> Self {
        let seen = told.seen;
        let night = row.night.filter(|_| seen);
        Self {
            lately: night.is_some_and(|night| night >= lately),
            location: row.location,
            name: row.name,
            branch_name: row.branch_name,
            report: row.report.filter(|_| seen),
            night: night.map(|night| night.to_string()),
            revision: row.revision.filter(|_| seen),
            reviewed_at: row.reviewed_at.filter(|_| seen),
            incidents: row.incidents.filter(|_| seen),
            set_aside: night.map(|_| told.set_aside),
            missing: row.missing.filter(|_| seen),
            mails: told.mailed.map(|mails| mails.all),
            mails_sent: told.mailed.map(|mails| mails.sent),
            sells: row.sells.filter(|_| seen),
        }
    }
}

/// Of which branch.
#[derive(Deserialize, JsonSchema)]
struct BranchQuery {
    /// Of this branch only.
    branch: Option<String>,
}

/// How many latest reports there are.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReviewCounts")]
struct Counts {
    /// Reviewed lately, with incidents.
    with_incidents: i64,
    /// Reviewed lately, without.
    without: i64,
    /// All locations, reviewed or not.
    locations: i64,
}

async fn counts(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<BranchQuery>,
) -> Result<Json<Counts>, Problem> {
    caller.opens(Action::ReadLocation)?;
    let branch = branch(query.branch.as_ref())?;
    let reach = Reach::of(&state, &caller.viewer).await?;
    if reach.given.is_some() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "you may not count what was not given to you"));
    }
    let found = state.db.review_counts(reach.scope(), branch.as_ref(), since(&state)).await?;
    Ok(Json(Counts { with_incidents: found.with_incidents, without: found.without, locations: found.locations }))
}
