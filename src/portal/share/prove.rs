//! Prove: where an account wants it, who opens a shared link shows that the address it was sent to is theirs: by the
//! one-time code of the sign-in, or by a session of that address. Whoever may see the place anyhow need not.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use super::open;
use crate::access::share::Opened;
use crate::access::{Action, Place};
use crate::model::EmailAddress;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

#[derive(Serialize)]
struct Page<'a> {
    /// The address, masked: whoever got the link from somebody else learns nothing.
    address: String,
    /// Where to come back to.
    next: String,
    /// Whose session there is, which is not the one.
    own: Option<&'a str>,
}

/// Whether the link's holder has shown all that the account wants.
pub(super) async fn is_proved(state: &PortalState, viewer: &Viewer, opened: &Opened) -> Result<bool, Fault> {
    if viewer.principal.address() == Some(opened.recipient.address.as_str())
        || viewer.may(Action::ReadLocation, Place::of(&opened.share.branch)).is_ok()
    {
        return Ok(true);
    }
    Ok(state.db.share_rule(&opened.share.branch).await?.is_none_or(|rule| !rule.prove))
}

/// The page that asks for it, in the recipient's language; it tells nothing of what was shared.
pub(super) fn page(state: &PortalState, viewer: &Viewer, token: &str, opened: &Opened) -> Result<Response, Fault> {
    let l10n = open::l10n(state, opened)?;
    let address = EmailAddress::new(opened.recipient.address.as_str()).map_err(|_| Fault::NoSuchLink)?;
    let page = Page { address: address.to_string(), next: format!("/s/{token}"), own: viewer.principal.address() };
    let html = state.view.page("share/prove.html", &l10n, viewer, &page)?;
    Ok((StatusCode::FORBIDDEN, Html(html)).into_response())
}
