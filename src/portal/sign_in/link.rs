//! `/sign-in/link/{token}` and `POST /sign-in/code`: what the letter carried comes back. The link's page has a button, and
//! only its POST signs in; the code works in the browser that asked for it.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::ask::ASKER;
use super::limits::{Limit, hold};
use super::pages::{self, Say, code_page};
use super::session::Button;
use super::{Means, admit, comer, letter};
use crate::access::Token;
use crate::db::sign_ins;
use crate::model::EmailAddress;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Open;
use crate::portal::viewer::{self, Viewer};

#[derive(Serialize)]
struct Page<'a> {
    token: &'a str,
    /// The address, masked: whoever finds the link learns nothing.
    address: String,
}

/// Shows the button; changes nothing.
pub(super) async fn look(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let known = Token::parse(&token).ok_or(Fault::NoSuchLink)?;
    let sign_in = state.db.sign_in(&known.hash()).await?.ok_or(Fault::NoSuchLink)?;
    if sign_in.used_at.is_some() || sign_in.expires_at <= state.clock.now() {
        return pages::page(&state, &viewer, &sign_in.next, "", Say::Over);
    }
    let address = EmailAddress::new(sign_in.address).map_err(|_| Fault::NoSuchLink)?;
    let page = Page { token: &token, address: address.to_string() };
    let html = state.view.page("sign_in_link.html", &*viewer.l10n(&state)?, &viewer, &page)?;
    Ok(Html(html).into_response())
}

/// The button.
pub(super) async fn enter(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(token): Path<String>,
    Open(Button {}): Open<Button>,
) -> Result<Response, Fault> {
    hold(&state, &viewer, Limit::ProofsFrom, &viewer.origin.network()).await?;
    let known = Token::parse(&token).ok_or(Fault::NoSuchLink)?;
    use_up(&state, &viewer, &known.hash(), Means::Link).await
}

#[derive(Deserialize)]
pub(super) struct Form {
    code: String,
}

/// The code.
pub(super) async fn code(
    State(state): State<PortalState>,
    viewer: Viewer,
    headers: HeaderMap,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    hold(&state, &viewer, Limit::ProofsFrom, &viewer.origin.network()).await?;
    let Some(asker) = viewer::cookie(&headers, ASKER) else { return code_page(&state, &viewer, true) };
    let mut tx = state.db.begin().await?;
    let found = sign_ins::count_try(&mut tx, &asker.hash(), state.clock.now()).await?;
    tx.commit().await?;
    let code: String = form.code.chars().filter(char::is_ascii_digit).take(12).collect();
    // Both are hashes that hold 160 bits of the cookie: how long the comparison takes tells nothing of use.
    match found.filter(|found| found.code_hash == letter::code_hash(&asker, &code)) {
        Some(found) => use_up(&state, &viewer, &found.token_hash, Means::Code).await,
        None => code_page(&state, &viewer, true),
    }
}

/// Uses a sign-in up; whoever may not come in any more is told that it is over.
async fn use_up(state: &PortalState, viewer: &Viewer, token_hash: &[u8], means: Means) -> Result<Response, Fault> {
    let Some(known) = state.db.sign_in(token_hash).await? else { return Err(Fault::NoSuchLink) };
    let comer = comer(state, &known.address).await?;
    let mut tx = state.db.begin().await?;
    let used = sign_ins::consume(&mut tx, token_hash, state.clock.now()).await?;
    let (Some(used), Some(comer)) = (used, comer) else {
        return pages::page(state, viewer, &known.next, "", Say::Over);
    };
    admit(state, viewer, tx, comer, means, &used.next).await
}
