//! The demo's index: every mail as its recipient sees it, for whoever tries Daybreak on their own machine.
//!
//! Mounted on request only, and it must be reached from the same machine only: it shows everybody's mail.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::http::uri::Authority;
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use mail_parser::{MessageParser, MimeHeaders};
use serde::Serialize;

use super::PortalState;
use super::fault::Fault;
use super::frozen;
use super::pages;
use super::shown::line;
use super::visitor::Visitor;
use crate::access::Access;
use crate::db::deliveries::{DeliveryFilter, ListedDelivery};
use crate::model::{DeliveryId, EmailAddress, Language, LinkTarget, NightDate, ReportId};

/// How many mails the index shows.
const MOST: i64 = 500;
const PDF: &str = "application/pdf";
/// Mails bring their own styles; nothing else may act or load.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Serialize)]
struct Page {
    mails: Vec<Mail>,
}

#[derive(Serialize)]
struct Mail {
    id: DeliveryId,
    subject: String,
    name: String,
    address: String,
    language: String,
    site: String,
    night: String,
    revision: Option<i32>,
    state: &'static str,
    readable: bool,
    pdf: bool,
}

pub(super) fn routes() -> Router<PortalState> {
    Router::new()
        .route("/", get(index))
        .route("/demo/mail/{delivery}", get(html))
        .route("/demo/mail/{delivery}/text", get(text))
        .route("/demo/mail/{delivery}/source", get(source))
        .route("/demo/mail/{delivery}/pdf", get(pdf))
        .route("/demo/mail/{delivery}/part/{number}", get(part))
        .route_layer(from_fn(loopback_only))
}

/// A page elsewhere that points its own name at this machine (DNS rebinding) must not read everybody's mail: the
/// index answers to the loopback's names only.
async fn loopback_only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    match authority.as_ref().map(Authority::host) {
        // Browsers always send a name.
        None if host.is_none() => next.run(request).await,
        Some("localhost" | "127.0.0.1" | "[::1]") => next.run(request).await,
        _ => Fault::NoSuchPage.into_response(),
    }
}

async fn index(State(state): State<PortalState>) -> Result<Html<String>, Fault> {
    let listed = state.db.deliveries(&DeliveryFilter { limit: MOST, ..DeliveryFilter::default() }).await?;
    let l10n = state.view.l10n(Language::En, "en")?;
    let mut pdfs: HashMap<ReportId, bool> = HashMap::new();
    let mut mails = Vec::with_capacity(listed.len());
    for listed in listed {
        let report = listed.delivery.report;
        let pdf = match pdfs.get(&report) {
            Some(known) => *known,
            None => state.db.artifacts(report).await?.iter().any(|artifact| artifact.content_type == PDF),
        };
        pdfs.insert(report, pdf);
        mails.push(mail(listed, pdf, |night| l10n.date(night)));
    }
    state.view.render("demo.html", &l10n, &Page { mails }).map(Html)
}

fn mail(listed: ListedDelivery, pdf: bool, date: impl Fn(NightDate) -> String) -> Mail {
    let delivery = listed.delivery;
    Mail {
        id: delivery.id,
        subject: line(&delivery.subject, 200),
        name: line(&delivery.name, 100),
        // Masked by its type; an impossible address is masked whole.
        address: EmailAddress::new(delivery.email).map_or_else(|_| "***".to_owned(), |address| address.to_string()),
        language: delivery.language,
        site: line(listed.location.as_str(), 128),
        night: date(listed.night),
        revision: (listed.revision > 1).then_some(listed.revision),
        state: delivery.state.as_str(),
        readable: !delivery.artifact.is_empty(),
        pdf,
    }
}

/// The archived message, exactly as it was sent.
async fn message(state: &PortalState, delivery: &str) -> Result<(DeliveryId, Bytes), Fault> {
    let id: DeliveryId = delivery.parse().map_err(|_| Fault::NoSuchPage)?;
    let delivery = state.db.delivery(id).await?.ok_or(Fault::NoSuchPage)?;
    let row = state.db.report(delivery.report).await?.ok_or(Fault::NoSuchPage)?;
    let found = frozen::artifact(state, &row, &delivery.artifact).await?;
    found.map(|(_, bytes)| (id, bytes)).ok_or(Fault::NoSuchPage)
}

async fn html(State(state): State<PortalState>, Path(delivery): Path<String>) -> Result<Response, Fault> {
    let (id, bytes) = message(&state, &delivery).await?;
    let parsed = MessageParser::default().parse(&bytes).ok_or(Fault::Mail("it is no message"))?;
    let mut html = parsed.body_html(0).ok_or(Fault::Mail("it has no HTML part"))?.into_owned();
    for (number, part) in parsed.parts.iter().enumerate() {
        if let Some(cid) = part.content_id() {
            html = html.replace(&format!("cid:{cid}"), &format!("/demo/mail/{id}/part/{number}"));
        }
    }
    Ok(([(header::CONTENT_SECURITY_POLICY, MAIL_POLICY)], Html(html)).into_response())
}

async fn text(State(state): State<PortalState>, Path(delivery): Path<String>) -> Result<Response, Fault> {
    let (_, bytes) = message(&state, &delivery).await?;
    let parsed = MessageParser::default().parse(&bytes).ok_or(Fault::Mail("it is no message"))?;
    let text = parsed.body_text(0).ok_or(Fault::Mail("it has no text part"))?.into_owned();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

async fn source(State(state): State<PortalState>, Path(delivery): Path<String>) -> Result<Response, Fault> {
    let (id, bytes) = message(&state, &delivery).await?;
    let headers = [
        (header::CONTENT_TYPE, "message/rfc822".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.eml\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// The PDF that went with the mail.
async fn pdf(State(state): State<PortalState>, Path(delivery): Path<String>) -> Result<Response, Fault> {
    let id: DeliveryId = delivery.parse().map_err(|_| Fault::NoSuchPage)?;
    let delivery = state.db.delivery(id).await?.ok_or(Fault::NoSuchPage)?;
    let (report, expires_at) = (delivery.report, state.clock.now());
    let access = Access { delivery: id, report, target: LinkTarget::Pdf, expires_at };
    pages::send_pdf(&state, &Visitor { access, delivery: Some(delivery) }).await
}

/// A picture within the mail, or the PDF that is attached to it.
async fn part(
    State(state): State<PortalState>,
    Path((delivery, number)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (_, bytes) = message(&state, &delivery).await?;
    let parsed = MessageParser::default().parse(&bytes).ok_or(Fault::Mail("it is no message"))?;
    let part = number.parse().ok().and_then(|number: usize| parsed.parts.get(number)).ok_or(Fault::NoSuchPage)?;
    let content_type = match part.content_type().map(|kind| (kind.ctype(), kind.subtype().unwrap_or_default())) {
        Some(("image", "png")) => "image/png",
        Some(("image", "jpeg")) => "image/jpeg",
        Some(("application", "pdf")) => PDF,
        _ => return Err(Fault::NoSuchPage),
    };
    Ok(([(header::CONTENT_TYPE, content_type)], part.contents().to_vec()).into_response())
}
