//! `/account/domains`: to which domains a branch's incidents may go.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::head::{Asked, Head, branch, head, tab_of};
use crate::access::domains;
use crate::audit::{self, Change};
use crate::db::domain_rules::{self, DomainRule};
use crate::db::share_rules::{self, ShareRule};
use crate::db::sites::Branch;
use crate::model::BranchRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::viewer::Viewer;

/// A branch has no more.
const MOST: usize = 200;

#[derive(Serialize)]
struct Page {
    head: Head,
    rules: Vec<DomainRule>,
    /// Whether who opens a shared link proves their address.
    prove: bool,
}

pub(super) async fn list(
    State(state): State<PortalState>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = asked.unwrap_or_default();
    let branch = branch(&state, &viewer, &asked.branch).await?;
    let say = (asked.done == "saved").then_some("account-saved");
    page(&state, &viewer, &branch, say, false).await
}

async fn page(
    state: &PortalState,
    viewer: &Viewer,
    branch: &Branch,
    say: Option<&'static str>,
    wrong: bool,
) -> Result<Response, Fault> {
    let rules = state.db.domain_rules(&branch.branch).await?;
    let prove = state.db.share_rule(&branch.branch).await?.is_some_and(|rule| rule.prove);
    let page = Page { head: head(state, viewer, branch, "domains", say, wrong).await?, rules, prove };
    let html = state.view.page("account_domains.html", &*viewer.l10n(state)?, viewer, &page)?;
    Ok((if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, Html(html)).into_response())
}

#[derive(Deserialize)]
pub(super) struct Form {
    branch: String,
    domain: String,
    #[serde(default)]
    rule: String,
}

pub(super) async fn add(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, &form.branch).await?;
    let known = state.db.domain_rules(&branch.branch).await?;
    let domain = domains::parse(&form.domain).filter(|_| known.len() < MOST);
    let Some(domain) = domain else {
        return page(&state, &viewer, &branch, Some("account-domain-wrong"), true).await;
    };
    let now = state.clock.now();
    let rule =
        DomainRule { domain, allowed: form.rule == "allow", added_at: now, added_by: viewer.actor().to_string() };
    let mut tx = state.db.begin().await?;
    domain_rules::put(&mut tx, &branch.branch, &rule).await?;
    let detail = json!({ "allowed": rule.allowed });
    audit::record(&mut tx, entry(&viewer, &branch.branch, "domain.rule", &rule.domain, detail), now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&tab_of("domains", &branch.branch, "saved")).into_response())
}

pub(super) async fn remove(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, &form.branch).await?;
    let mut tx = state.db.begin().await?;
    if domain_rules::remove(&mut tx, &branch.branch, &form.domain).await? {
        let change = entry(&viewer, &branch.branch, "domain.free", &form.domain, json!({}));
        audit::record(&mut tx, change, state.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&tab_of("domains", &branch.branch, "saved")).into_response())
}

#[derive(Deserialize)]
pub(super) struct Proof {
    branch: String,
    /// A check mark that is not set is not sent.
    #[serde(default)]
    prove: String,
}

/// Whether who opens a shared link proves the address that it was sent to: from the next opening on, for links that are
/// out, too.
pub(super) async fn prove(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Proof>,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, &form.branch).await?;
    want_proof(&state, &viewer, &branch.branch, !form.prove.is_empty()).await?;
    Ok(Redirect::to(&tab_of("domains", &branch.branch, "saved")).into_response())
}

/// The same of a branch whose account the viewer manages; nothing changes where it is so already.
pub(in crate::portal) async fn want_proof(
    state: &PortalState,
    viewer: &Viewer,
    branch: &BranchRef,
    prove: bool,
) -> Result<(), Fault> {
    let before = state.db.share_rule(branch).await?.is_some_and(|rule| rule.prove);
    if prove == before {
        return Ok(());
    }
    let now = state.clock.now();
    let rule = ShareRule { prove, changed_at: now, changed_by: viewer.actor().to_string() };
    let mut tx = state.db.begin().await?;
    share_rules::put(&mut tx, branch, &rule).await?;
    let object = format!("branch:{branch}");
    let change = Change { object, ..entry(viewer, branch, "share.rule", "", json!({ "prove": prove })) };
    audit::record(&mut tx, change, now).await?;
    Ok(tx.commit().await?)
}

fn entry<'a>(
    viewer: &'a Viewer,
    branch: &'a BranchRef,
    action: &'static str,
    domain: &str,
    detail: serde_json::Value,
) -> Change<'a> {
    Change {
        actor: viewer.actor(),
        action,
        object: format!("domain:{domain}"),
        branch: Some(branch),
        detail,
        origin: &viewer.origin.address,
    }
}
