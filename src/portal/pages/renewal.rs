//! `POST /new-link/{token}`: somebody asks for a fresh link in place of one that has ended.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Serialize;
use serde_json::json;

use crate::access::{Access, Refused, Token, resolve};
use crate::audit::{self, Actor, Change};
use crate::db::links;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;
use crate::portal::visitor::Visitor;

#[derive(Serialize)]
struct Page {}

/// Records the wish. The mail itself goes to the address that the old one went to, never to whoever asks here.
pub(in crate::portal) async fn ask(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let now = state.clock.now();
    let access: Access = match resolve(&state.db, &token, now).await {
        // It still works: no need to ask.
        Ok(access) => return Ok(Redirect::to(&format!("/{}/{token}", access.target.path_prefix())).into_response()),
        Err(Refused::Expired(access) | Refused::Revoked(access)) => access,
        Err(Refused::Unknown) => return Err(Fault::NoSuchLink),
        Err(Refused::LookUp(error)) => return Err(error.into()),
    };
    let token = Token::parse(&token).ok_or(Fault::NoSuchLink)?;
    let mut tx = state.db.begin().await?;
    let new = links::request(&mut tx, &token.hash(), access.delivery, now).await?;
    if new {
        let change = Change {
            actor: Actor::Link(access.delivery),
            action: "link.request",
            object: format!("delivery:{}", access.delivery),
            branch: None,
            detail: json!({ "report": access.report, "kind": access.target.kind() }),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    tracing::info!(delivery = %access.delivery, new, "a fresh link is asked for");
    let delivery = state.db.delivery(access.delivery).await?;
    let language = Visitor { access, delivery }.language();
    let l10n = state.view.l10n(language, language.tag())?;
    let html = state.view.render("asked.html", &l10n, &Page {})?;
    Ok((StatusCode::OK, Html(html)).into_response())
}
