//! Rules: what a branch wants of who opens a link that was shared, beyond the link.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Input;
use super::problem::Problem;
use crate::model::BranchRef;
use crate::portal::PortalState;
use crate::portal::account::want_proof;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_branch = |endpoint: Endpoint| endpoint.parameter("branch", "The branch's ref.", None);
    vec![
        of_branch(
            Endpoint::get(
                "/api/v1/branches/{branch}/share-rule",
                ("getShareRule", "people", "What who opens a shared link of a branch has to show."),
                look,
            )
            .answers::<RuleView>(200, "It."),
        ),
        of_branch(
            Endpoint::put(
                "/api/v1/branches/{branch}/share-rule",
                ("setShareRule", "people", "Set it, for links that are out, too."),
                set,
            )
            .takes::<NewRule>()
            .answers::<RuleView>(200, "It holds from the next opening on."),
        ),
    ]
}

/// What who opens a shared link has to show.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShareRule")]
struct RuleView {
    branch: BranchRef,
    /// Whether they prove the address that it was sent to.
    prove: bool,
    /// When it was set; null where nobody has.
    changed_at: Option<DateTime<Utc>>,
    /// By whom, as the audit log names them.
    changed_by: Option<String>,
}

async fn now_is(state: &PortalState, branch: BranchRef) -> Result<Json<RuleView>, Problem> {
    let rule = state.db.share_rule(&branch).await?;
    let prove = rule.as_ref().is_some_and(|rule| rule.prove);
    let (changed_at, changed_by) = rule.map(|rule| (rule.changed_at, rule.changed_by)).unzip();
    Ok(Json(RuleView { branch, prove, changed_at, changed_by }))
}

async fn look(
    State(state): State<PortalState>,
    caller: Caller,
    Path(wanted): Path<String>,
) -> Result<Json<RuleView>, Problem> {
    let branch = caller.account(&state, &wanted).await?;
    now_is(&state, branch).await
}

/// What they are to show.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewShareRule")]
#[serde(deny_unknown_fields)]
struct NewRule {
    /// Whether they prove the address that it was sent to.
    prove: bool,
}

async fn set(
    State(state): State<PortalState>,
    caller: Caller,
    Path(wanted): Path<String>,
    input: Result<Input<NewRule>, Problem>,
) -> Result<Json<RuleView>, Problem> {
    let branch = caller.account(&state, &wanted).await?;
    let Input(new) = input?;
    want_proof(&state, &caller.viewer, &branch, new.prove).await?;
    now_is(&state, branch).await
}
