//! Lookers: who looks at a location, when last, and who may and never did.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::page::Page;
use super::problem::Problem;
use crate::access::policy::Action;
use crate::db::access_log::Looker;
use crate::portal::PortalState;
use crate::portal::branch::everybody;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/locations/{location}/viewers",
            ("listViewers", "sites", "Who looks at a location, and when last; then those who may and never did."),
            viewers,
        )
        .parameter("location", "The location's ref.", None)
        .answers::<Page<LookerView>>(200, "The hundred who looked last, and those who never did."),
    ]
}

/// Somebody who looks at a location, or may.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Viewer")]
struct LookerView {
    /// The address of the person, or of the mail whose link was opened; of a program the beginning and name of its key.
    person: String,
    /// How they come: `link`, `share`, `customer`, `branch`, `staff`, `operations` or `key`; `whitelist` for who never
    /// did.
    came_as: String,
    /// When they looked last, likely mail scanners left out; null for never.
    last_at: Option<DateTime<Utc>>,
    /// How often, likely mail scanners left out.
    times: i64,
}

impl From<Looker> for LookerView {
    fn from(one: Looker) -> Self {
        Self { person: one.person, came_as: one.as_what, last_at: one.last_at, times: one.times }
    }
}

async fn viewers(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
) -> Result<Json<Page<LookerView>>, Problem> {
    let location = caller.location(&state, &location, Action::ReadViews).await?;
    let all = everybody(&state, &location).await?;
    Ok(Json(Page::whole(all.into_iter().map(LookerView::from).collect())))
}
