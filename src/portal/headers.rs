//! Headers that every answer carries, and the line that every request leaves in the log.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::PortalState;

/// What holds for every answer.
const FIXED: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// For a year after their last visit browsers come over TLS only (RFC 6797); other hosts of the domain are not ours to
/// speak for.
const ONLY_TLS: &str = "max-age=31536000";

/// Nothing inline, nothing foreign but the archive's pictures and footage.
fn policy(media_origin: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' {media_origin}; \
         media-src 'self' {media_origin}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The same for a page that shows one of our own documents within a frame.
pub(super) fn framing(media_origin: &str) -> String {
    format!("{}; frame-src 'self'", policy(media_origin))
}

/// Sets what a handler has not set itself.
pub(super) async fn secure(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if state.is_secure() {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static(ONLY_TLS));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy(&state.media_origin)) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}

/// Logs the route, never the path: a path carries a token, and a token opens doors.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    tracing::debug!(%method, route, status = response.status().as_u16(), "request");
    response
}
