//! PDFs of frozen reports: that of a location's latest night, and that of the night of an incident.

use axum::extract::{Path, State};
use axum::response::Response;
use schemars::{Schema, json_schema};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::incidents::allowed_incident;
use super::problem::Problem;
use crate::access::Action;
use crate::portal::PortalState;
use crate::portal::branch;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/locations/{location}/report.pdf",
            ("getLatestPdf", "reports", "The PDF of a location's latest report, in the reader's language."),
            latest,
        )
        .parameter("location", "The location's ref.", None)
        .answers_as(200, "It.", "application/pdf", |_| pdf())
        .problem(410, "Retention took it away."),
        Endpoint::get(
            "/api/v1/incidents/{incident}/report.pdf",
            ("getIncidentPdf", "reports", "The PDF of the latest report that tells of an incident."),
            of_incident,
        )
        .parameter("incident", "The incident's ref.", None)
        .answers_as(200, "It, in the reader's language.", "application/pdf", |_| pdf())
        .problem(410, "Retention took it away."),
    ]
}

fn pdf() -> Schema {
    json_schema!({ "type": "string" })
}

async fn latest(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
) -> Result<Response, Problem> {
    caller.opens(Action::ReadLocation)?;
    Ok(branch::latest_pdf(State(state), caller.viewer, Path(location)).await?)
}

async fn of_incident(
    State(state): State<PortalState>,
    caller: Caller,
    Path(incident): Path<String>,
) -> Result<Response, Problem> {
    let incident = allowed_incident(&state, &caller, &incident).await?;
    let named = Path((incident.location.to_string(), incident.incident.to_string()));
    Ok(branch::incident_pdf(State(state), caller.viewer, named).await?)
}
