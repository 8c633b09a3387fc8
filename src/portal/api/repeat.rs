//! Repeats: a changing request that is sent once more under its `Idempotency-Key` is answered as it was the first time,
//! and changes nothing more (draft-ietf-httpapi-idempotency-key-header).
//!
//! A key is of who sent it, and holds for a day. Only what was done is kept: what was refused changed nothing and may be
//! tried again. Feeds and media need no key: what they bring is known by what it is. It must not know what is asked for,
//! and keeps nothing of passwords and second factors.

use std::convert::Infallible;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use tracing::Instrument as _;
use uuid::Uuid;

use super::caller::Caller;
use super::problem::Problem;
use crate::db::idempotency::{Answered, Claimed};
use crate::portal::PortalState;
use crate::random::Random;

/// The header.
pub(super) const HEADER: &str = "Idempotency-Key";
/// The longest key, in characters.
pub(super) const LONGEST: usize = 255;
/// Addresses that know by themselves what they were sent before.
const BY_THEMSELVES: [&str; 3] = ["/api/v1/feed", "/api/v1/media", "/api/v1/bounces"];
/// Addresses whose answers and requests hold what nobody else may ever read: nothing of them is kept. They need no key:
/// a password that is set, or a second factor that is there, is not set once more.
const NEVER_KEPT: [&str; 2] = ["/api/v1/me/password", "/api/v1/me/second-factor"];
/// More than any request that is taken as JSON has, in bytes.
const MOST: usize = 64 << 10;
/// More than any answer to a change has.
const MOST_ANSWER: usize = 4 << 20;
/// Namespace of the ids that follow from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x51c2_0d8e_6a7f_5b3c_9e14_7d20_aa61_c3f5);

/// The id of what a request makes, where its key names one: the same request makes the same thing, even where the first
/// answer was never kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Repeat(Option<Uuid>);

impl Repeat {
    /// The id, or a new one.
    pub(super) fn id_or(self, random: &Random) -> Result<Uuid, Problem> {
        self.0.map_or_else(|| random.id().map_err(|error| Problem::ours(&error, true)), Ok)
    }
}

impl<S: Sync> FromRequestParts<S> for Repeat {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(Self(None)))
    }
}

/// Whether requests to an address may carry a key.
pub(super) fn is_for(method: &str, path: &str) -> bool {
    let is_kept = !NEVER_KEPT.iter().any(|secret| path.starts_with(secret));
    method.eq_ignore_ascii_case("post") && path.starts_with("/api/") && !BY_THEMSELVES.contains(&path) && is_kept
}

/// Answers what was answered before, and keeps what is answered now.
pub(in crate::portal) async fn once(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let keyed = request.headers().contains_key(HEADER);
    if !keyed || *request.method() != Method::POST || !is_for("post", request.uri().path()) {
        return next.run(request).await;
    }
    match keep(&state, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn keep(state: &PortalState, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key_of(request.headers())?.to_owned();
    let (mut parts, body) = request.into_parts();
    let Ok(caller) = Caller::from_request_parts(&mut parts, state).await else {
        // Nobody whose key it could be; they are told at the address itself.
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {MOST} bytes"));
    let bytes = to_bytes(body, MOST).await.map_err(too_large)?;
    let kind = parts.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let key_hash = hashed(&[caller.actor.to_string().as_bytes(), key.as_bytes()]);
    let fingerprint = hashed(&[parts.method.as_str().as_bytes(), target.as_bytes(), kind, &bytes]);
    let now = state.clock.now();
    match state.db.claim_request(&key_hash, &fingerprint, now).await? {
        Claimed::New => {}
        Claimed::Before(answered) => return again(answered),
        Claimed::UnderWay => {
            let problem = Problem::new(StatusCode::CONFLICT, "the same request is under way; ask again in a second");
            return Ok(problem.with_header(header::RETRY_AFTER, HeaderValue::from_static("1")).into_response());
        }
        Claimed::Other => {
            let detail = "another request was sent with this Idempotency-Key; each needs a key of its own";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
    }
    let day = now.date_naive().to_string();
    let id = Uuid::new_v5(&NAMESPACE, &hashed(&[&key_hash, &fingerprint, day.as_bytes()]));
    parts.extensions.insert(Repeat(Some(id)));
    let (state, request) = (state.clone(), Request::from_parts(parts, Body::from(bytes)));
    // On a task of its own: what was begun is ended, and kept, though its sender hangs up.
    let doing =
        tokio::spawn(async move { answered(&state, &key_hash, next.run(request).await).await }.in_current_span());
    doing.await.unwrap_or_else(|error| Err(Problem::ours(&error, false)))
}

/// Keeps an answer, or that there is none.
async fn answered(state: &PortalState, key_hash: &[u8; 32], response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    if !parts.status.is_success() {
        if let Err(error) = state.db.forget_claim(key_hash).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a refused request keeps its key for some minutes"
            );
        }
        return Ok(Response::from_parts(parts, body));
    }
    let bytes = to_bytes(body, MOST_ANSWER).await.map_err(|error| Problem::ours(&error, false))?;
    let answered = Answered {
        status: parts.status.as_u16().into(),
        content_type: parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned),
        body: bytes.to_vec(),
    };
    if let Err(error) = state.db.keep_answer(key_hash, &answered).await {
        // It was done all the same, and that is what its sender must hear.
        tracing::error!(error = &error as &dyn std::error::Error, "an answer could not be kept for its repeats");
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn again(answered: Answered) -> Result<Response, Problem> {
    let status = u16::try_from(answered.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let kind = answered.content_type.as_deref().map(HeaderValue::from_str).transpose();
    let kind = kind.map_err(|error| Problem::ours(&error, false))?;
    let mut response = (status.unwrap_or(StatusCode::OK), answered.body).into_response();
    match kind {
        Some(kind) => drop(response.headers_mut().insert(header::CONTENT_TYPE, kind)),
        None => drop(response.headers_mut().remove(header::CONTENT_TYPE)),
    }
    Ok(response)
}

/// The key of a request: a string of structured headers (RFC 9651), with or without its quotes.
fn key_of(headers: &HeaderMap) -> Result<&str, Problem> {
    let wrong = || {
        let detail = format!("must be one key of 1 to {LONGEST} visible ASCII characters, best a new UUID each time");
        Problem::of_field(StatusCode::BAD_REQUEST, HEADER, detail)
    };
    let mut all = headers.get_all(HeaderName::from_static("idempotency-key")).iter();
    let (Some(one), None) = (all.next(), all.next()) else { return Err(wrong()) };
    let text = one.to_str().map_err(|_| wrong())?.trim();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let fits = (1..=LONGEST).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(bare) } else { Err(wrong()) }
}

/// SHA-256 of parts, each behind its length, so that nothing moves from one to the next.
fn hashed(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_its_owner_may_read_is_never_kept() {
        for secret in ["password", "second-factor/begin", "second-factor/confirm", "second-factor/remove"] {
            assert!(!is_for("post", &format!("/api/v1/me/{secret}")), "{secret}");
        }
        assert!(is_for("post", "/api/v1/me/language") && is_for("post", "/api/v1/shares"));
        assert!(!is_for("get", "/api/v1/shares") && !is_for("post", "/shares") && !is_for("post", "/api/v1/feed"));
    }
}
