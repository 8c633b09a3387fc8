//! PDFs of frozen reports, for the signed-in: that of the latest night, and that of the night of an incident.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::detail::admitted;
use super::site::{Site, admit};
use super::witness;
use crate::access::Action;
use crate::model::{Language, ReportId, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::viewer::Viewer;

/// That of the latest report.
pub(in crate::portal) async fn latest(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
) -> Result<Response, Fault> {
    let site = admit(&state, &viewer, &location, Action::ReadLocation).await?;
    let (report, _) = site.latest(&state).await?.ok_or(Fault::NoPdf)?;
    send(&state, &viewer, &site, report).await
}

/// That of the latest revision that tells of an incident, and that the viewer may see.
pub(in crate::portal) async fn of_incident(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((location, incident)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (site, listed) = admitted(&state, &viewer, (&location, &incident), Action::ReadLocation).await?;
    for report in state.db.reports_of_incident(&listed.known.incident.incident).await? {
        let given = match &site.mailed_to {
            Some(address) => state.db.was_mailed(report, address).await?,
            None => true,
        };
        if given {
            return send(&state, &viewer, &site, report).await;
        }
    }
    Err(Fault::NoPdf)
}

/// The PDF of a report, in the viewer's language where there is one.
pub(super) async fn send(state: &PortalState, viewer: &Viewer, site: &Site, id: ReportId) -> Result<Response, Fault> {
    let row = state.db.report(id).await?.ok_or(Fault::NoPdf)?;
    frozen::not_removed(state, id).await?;
    let artifacts = state.db.artifacts(id).await?;
    let editions: Vec<(&str, &str)> = artifacts
        .iter()
        .filter_map(|one| Some((one.name.as_str(), one.name.strip_prefix("report.")?.strip_suffix(".pdf")?)))
        .collect();
    let same = |(_, locale): &&(&str, &str)| Language::of_locale(Some(locale)) == viewer.language;
    let exact = editions.iter().find(|(_, locale)| *locale == viewer.locale);
    let (name, locale) = exact.or_else(|| editions.iter().find(same)).or(editions.first()).ok_or(Fault::NoPdf)?;
    let (_, bytes) = frozen::artifact(state, &row, name).await?.ok_or(Fault::NoPdf)?;
    witness::note(state, viewer, site, ViewKind::Pdf, format!("report:{id}"))?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_LANGUAGE, (*locale).to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"report-{}.pdf\"", row.night)),
        // A browser's own viewer brings its own styles and scripts.
        (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
