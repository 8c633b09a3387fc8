//! Letter: a mail's exact bytes, shown so that nothing in them can act.
//!
//! The HTML part stands in a frame without rights, with a policy that loads nothing; its pictures come as data. Its links
//! lead nowhere, so that staff do not open them in the reader's name.

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Message, MessageParser, MimeHeaders};

use super::mail::open;
use crate::access::policy::Action;
use crate::db::deliveries::Delivery;
use crate::model::chain;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;

/// Mails bring their own styles; nothing else may act or load, and only the mail's own page may frame it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; \
    sandbox; frame-ancestors 'self'";

/// A mail as its page shows it.
#[derive(Default)]
pub(super) struct Read {
    /// The header's fields by name, decoded by nobody.
    pub(super) head: Vec<(String, String)>,
    /// What is attached.
    pub(super) attachments: Vec<String>,
}

/// Reads a mail's header, or says why its bytes are not there.
pub(super) async fn read(state: &PortalState, delivery: &Delivery) -> Result<Read, String> {
    let (_, bytes) = state.pipeline.message(delivery).await.map_err(|error| line(&chain(&error), 300))?;
    let parsed = MessageParser::default().parse(&bytes).ok_or_else(|| "it is no message".to_owned())?;
    let head = parsed.headers_raw().map(|(name, value)| (line(name, 80), line(value, 2_000))).collect();
    let attachments = parsed.attachments().filter_map(|part| part.attachment_name()).map(|name| line(name, 200));
    Ok(Read { head, attachments: attachments.collect() })
}

async fn bytes(state: &PortalState, viewer: &Viewer, id: &str) -> Result<Vec<u8>, Fault> {
    let opened = open(state, viewer, id, Action::LookUp).await?;
    match state.pipeline.message(&opened.delivery).await {
        Ok((_, bytes)) => Ok(bytes),
        Err(error) if error.is_retryable() => Err(Fault::Damaged(chain(&error))),
        // Removed, erased, or never made: the mail's page says which.
        Err(_) => Err(Fault::NoSuchPage),
    }
}

pub(super) async fn html(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let bytes = bytes(&state, &viewer, &id).await?;
    let parsed = MessageParser::default().parse(&bytes).ok_or(Fault::Mail("it is no message"))?;
    let html = with_pictures(&parsed).ok_or(Fault::Mail("it has no HTML part"))?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    Ok((headers, Html(html)).into_response())
}

/// The HTML part with its pictures in it.
fn with_pictures(parsed: &Message<'_>) -> Option<String> {
    let mut html = parsed.body_html(0)?.into_owned();
    for part in &parsed.parts {
        let (Some(cid), Some(kind)) = (part.content_id(), part.content_type()) else { continue };
        let kind = match (kind.ctype(), kind.subtype().unwrap_or_default()) {
            ("image", "png") => "image/png",
            ("image", "jpeg") => "image/jpeg",
            _ => continue,
        };
        html = html.replace(&format!("cid:{cid}"), &format!("data:{kind};base64,{}", STANDARD.encode(part.contents())));
    }
    Some(inert(&html))
}

/// The same with links that lead nowhere: a frame without rights may still be led elsewhere by a click, and then a link
/// would be opened here in the reader's name.
fn inert(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let (mut shown, mut done) = (String::with_capacity(html.len() + 256), 0);
    for (at, name) in lower.match_indices("href") {
        if lower[at + name.len()..].trim_start().starts_with('=') {
            shown.push_str(&html[done..at]);
            shown.push_str("data-");
            done = at;
        }
    }
    shown.push_str(&html[done..]);
    shown
}

pub(super) async fn text(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let bytes = bytes(&state, &viewer, &id).await?;
    let parsed = MessageParser::default().parse(&bytes).ok_or(Fault::Mail("it is no message"))?;
    let text = parsed.body_text(0).ok_or(Fault::Mail("it has no text part"))?.into_owned();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// The exact bytes, to be saved.
pub(super) async fn source(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let bytes = bytes(&state, &viewer, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "message/rfc822".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"mail.eml\"".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_link_of_a_letter_that_is_shown_leads_anywhere() {
        assert_eq!(
            inert("<a href=\"/r/x\">Ż</a><A\nHREF = '/r/y'>href</A><svg><a xlink:href='/r/z'>"),
            "<a data-href=\"/r/x\">Ż</a><A\ndata-HREF = '/r/y'>href</A><svg><a xlink:data-href='/r/z'>"
        );
    }
}
