//! Input: the JSON that a program sends becomes a value, or a problem that says what is wrong with it.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// More than any request of ours has, in bytes.
const MOST: usize = 64 << 10;

/// A body of `application/json` that is one object.
pub(super) struct Input<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let detail = "the body must be JSON, with Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let bytes = to_bytes(request.into_body(), MOST)
            .await
            .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {MOST} bytes")))?;
        let wrong = |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
        // serde would take the list of a value's fields for the value: no document of ours says so.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(wrong("the body must be a JSON object: {…}".into()));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| wrong(format!("the body: {error}")))
    }
}

/// What stands behind the question mark of an address.
pub(super) struct Query<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query
            .map(|query| Self(query.0))
            .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.body_text()))
    }
}
