//! `/p/{token}`: the transaction report, out of the report's bundle.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::model::{Language, LinkTarget};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::visitor::{Visitor, admit};

pub(in crate::portal) async fn pdf(
    State(state): State<PortalState>,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Pdf).await?;
    send(&state, &visitor).await
}

/// The same from the report's page, whose link covers it.
pub(in crate::portal) async fn report_pdf(
    State(state): State<PortalState>,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Report).await?;
    send(&state, &visitor).await
}

async fn send(state: &PortalState, visitor: &Visitor) -> Result<Response, Fault> {
    let row = state.db.report(visitor.access.report).await?.ok_or(Fault::NoSuchLink)?;
    // The recipient's own language first; a mail that was made in another one has that one's PDF.
    let own = visitor.language();
    for language in [own].into_iter().chain(Language::ALL.into_iter().filter(|other| *other != own)) {
        let name = format!("report.{language}.pdf");
        if let Some((_, bytes)) = frozen::artifact(state, &row, &name).await? {
            let headers = [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (header::CONTENT_LANGUAGE, language.to_string()),
                (header::CONTENT_DISPOSITION, format!("inline; filename=\"report-{}.pdf\"", row.night)),
                // A browser's own viewer brings its own styles and scripts.
                (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'".to_owned()),
            ];
            return Ok((headers, bytes).into_response());
        }
    }
    Err(Fault::NoPdf)
}
