//! Posted: a form becomes its values, where it was sent from a page of ours.
//!
//! Two locks: [`own_site`] turns every changing request away that another site's page sent (`Sec-Fetch-Site`, else
//! `Origin`), and [`Posted`] wants the session's own word in the form. A form with several values of one name becomes
//! a list.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::PortalState;
use super::fault::Fault;
use super::plain::without_nul;
use super::viewer::Viewer;

/// A form is no larger.
const MOST: usize = 1024 * 1024;

/// The values of a form of a signed-in person.
#[derive(Debug)]
pub(super) struct Posted<T>(pub(super) T);

/// The values of a form that needs no session, because its address carries a token, or because it begins one.
#[derive(Debug)]
pub(super) struct Open<T>(pub(super) T);

#[derive(Deserialize)]
struct Word {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<PortalState> for Posted<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &PortalState) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let Ok(viewer) = Viewer::from_request_parts(&mut parts, state).await;
        let bytes = to_bytes(body, MOST).await.map_err(|_| Fault::TooLarge)?;
        let word: Word = values(&bytes)?;
        // Both are hashes of 160 random bits: how long the comparison takes tells nothing of use.
        if viewer.csrf.is_none_or(|csrf| csrf != word.csrf) {
            return Err(Fault::Form);
        }
        values(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<PortalState> for Open<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &PortalState) -> Result<Self, Fault> {
        let bytes = to_bytes(request.into_body(), MOST).await.map_err(|_| Fault::TooLarge)?;
        values(&bytes).map(Self)
    }
}

fn values<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Form)?;
    serde_html_form::from_str(&without_nul(text)).map_err(|_| Fault::Form)
}

/// Turns away what a page of another site wants to change. Programs, which send neither header, are not browsers and
/// carry nobody's cookies.
pub(super) async fn own_site(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_own(request.headers()) { next.run(request).await } else { Fault::Form.into_response() }
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).and_then(|host| host.parse::<Authority>().ok());
    let origin = Url::parse(origin).ok();
    match (origin, host) {
        (Some(origin), Some(host)) => {
            let port = |url: &Url| url.port_or_known_default();
            origin.host_str() == Some(host.host()) && host.port_u16().is_none_or(|wanted| port(&origin) == Some(wanted))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_change_something() {
        for own in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "https://nights.example.com"), ("host", "nights.example.com")],
            &[("origin", "http://localhost:8080"), ("host", "localhost:8080")],
        ] {
            assert!(is_own(&headers(own)), "{own:?}");
        }
        for foreign in [
            &[("sec-fetch-site", "cross-site")][..],
            &[
                ("sec-fetch-site", "same-site"),
                ("origin", "https://nights.example.com"),
                ("host", "nights.example.com"),
            ],
            &[("origin", "https://evil.example.com"), ("host", "nights.example.com")],
            &[("origin", "null"), ("host", "nights.example.com")],
            &[("origin", "http://localhost:9999"), ("host", "localhost:8080")],
        ] {
            assert!(!is_own(&headers(foreign)), "{foreign:?}");
        }
    }
}
