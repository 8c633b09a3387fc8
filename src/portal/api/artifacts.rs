//! Artifacts: what was archived for a report, as it was frozen.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::page::Page;
use super::problem::Problem;
use super::reports::allowed;
use crate::access::Action;
use crate::access::policy;
use crate::db::artifacts::Artifact;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;

/// Artifacts below it are the mails themselves, with their readers' links.
const MAILS: &str = "deliveries/";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_report = |endpoint: Endpoint| endpoint.parameter("id", "The report's id.", Some("uuid"));
    vec![
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/artifacts",
                ("listArtifacts", "reports", "What was archived for a report."),
                artifacts,
            )
            .answers::<Page<ArtifactView>>(200, "All of it."),
        ),
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/artifacts/{name}",
                ("getArtifact", "reports", "An artifact as it was frozen, checked against its hash."),
                artifact,
            )
            .parameter("name", "Its name; a slash in it is written %2F.", None)
            .answers_as(200, "Its bytes, under its own content type.", "*/*", |_| true.into())
            .problem(410, "Retention took it away."),
        ),
    ]
}

/// What was archived under one name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Artifact")]
struct ArtifactView {
    name: String,
    content_type: String,
    size: i64,
    sha256: String,
}

/// Whether somebody who may read the report may have this of it.
fn is_for(caller: &Caller, name: &str) -> bool {
    !name.starts_with(MAILS) || policy::opens(&caller.principal, Action::LookUp)
}

async fn artifacts(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<ArtifactView>>, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    let all = state.db.artifacts(row.id).await?.into_iter().filter(|artifact| is_for(&caller, &artifact.name));
    let shown = |artifact: Artifact| ArtifactView {
        name: artifact.name,
        content_type: artifact.content_type,
        size: artifact.size,
        sha256: artifact.sha256,
    };
    Ok(Json(Page::whole(all.map(shown).collect())))
}

async fn artifact(
    State(state): State<PortalState>,
    caller: Caller,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    let nothing = || Problem::not_found("the report has no such artifact, or it is not for you");
    // No name has a control character, which PostgreSQL would refuse.
    if name.chars().any(char::is_control) || !is_for(&caller, &name) {
        return Err(nothing());
    }
    frozen::not_removed(&state, row.id).await.map_err(unreadable)?;
    let (artifact, bytes) = frozen::artifact(&state, &row, &name).await.map_err(unreadable)?.ok_or_else(nothing)?;
    let kind = header::HeaderValue::from_str(&artifact.content_type).map_err(|error| Problem::ours(&error, false))?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        // A mail's HTML is for mail programs; a browser saves it.
        (header::CONTENT_DISPOSITION, header::HeaderValue::from_static("attachment")),
    ];
    Ok((headers, bytes).into_response())
}

fn unreadable(fault: Fault) -> Problem {
    match fault {
        Fault::Removed(at) => {
            Problem::new(StatusCode::GONE, format!("it was deleted at {}, as [retention] says", at.to_rfc3339()))
        }
        Fault::Database(error) => error.into(),
        Fault::Archive(error) => error.into(),
        other => Problem::ours(&other, false),
    }
}
