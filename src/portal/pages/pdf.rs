//! `/p/{token}`: the transaction report, out of the report's bundle.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::model::{LinkTarget, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen::{self, Frozen};
use crate::portal::looked::{Looker, looked};
use crate::portal::visitor::{Visitor, admit};

pub(in crate::portal) async fn pdf(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    looker: Looker,
) -> Result<Response, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Pdf).await?;
    seen(&state, &visitor, &looker).await?;
    send_pdf(&state, &visitor).await
}

/// The same from the report's page, whose link covers it.
pub(in crate::portal) async fn report_pdf(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    looker: Looker,
) -> Result<Response, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Report).await?;
    seen(&state, &visitor, &looker).await?;
    send_pdf(&state, &visitor).await
}

async fn seen(state: &PortalState, visitor: &Visitor, looker: &Looker) -> Result<(), Fault> {
    let row = state.db.report(visitor.access.report).await?.ok_or(Fault::NoSuchLink)?;
    looked(state, visitor, looker, &row.location, (ViewKind::Pdf, format!("report:{}", row.id))).await;
    Ok(())
}

/// The PDF that went with a visitor's mail.
pub(in crate::portal) async fn send_pdf(state: &PortalState, visitor: &Visitor) -> Result<Response, Fault> {
    let Frozen { row, report } = frozen::report(state, visitor.access.report).await?;
    let names: Vec<String> = state.db.artifacts(row.id).await?.into_iter().map(|artifact| artifact.name).collect();
    let Some((name, locale)) = visitor.edition(&report, &names) else { return Err(Fault::NoPdf) };
    let Some((_, bytes)) = frozen::artifact(state, &row, name).await? else { return Err(Fault::NoPdf) };
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_LANGUAGE, locale.to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"report-{}.pdf\"", row.night)),
        // A browser's own viewer brings its own styles and scripts.
        (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
