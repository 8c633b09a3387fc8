//! Problems: what is wrong with a program's request, as RFC 9457 says it.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::archive::ArchiveError;
use crate::db::DbError;
use crate::portal::fault::{self, Fault};

/// The media type of every problem.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";
/// When a service that does not answer may be asked again, in seconds.
const RETRY_AFTER: &str = "30";

/// A problem.
#[derive(Debug)]
pub(super) struct Problem(Box<Whole>);

#[derive(Debug)]
struct Whole {
    status: StatusCode,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    more: u64,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "FieldError")]
pub(super) struct FieldError {
    /// The line of the feed, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u64>,
    /// The field, with dots and indexes below the first level; `line` for a feed's line as a whole.
    pub(super) field: String,
    /// What is wrong with it.
    pub(super) detail: String,
}

/// What is wrong with a request (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct ProblemBody {
    /// `about:blank`: the status says what kind of problem it is.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What to do about it, for people.
    detail: Cow<'static, str>,
    /// Every fault of what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    errors: Vec<FieldError>,
    /// How many more faults there are than `errors` lists.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    more: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let headers = match status {
            StatusCode::UNAUTHORIZED => vec![(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))],
            StatusCode::TOO_MANY_REQUESTS => {
                vec![(header::RETRY_AFTER, HeaderValue::from_static(fault::RETRY_AFTER))]
            }
            StatusCode::SERVICE_UNAVAILABLE => vec![(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER))],
            _ => Vec::new(),
        };
        Self(Box::new(Whole { status, detail: detail.into(), errors: Vec::new(), more: 0, headers }))
    }

    /// With the faults of what was sent, and how many more there are.
    pub(super) fn with_errors(mut self, errors: Vec<FieldError>, more: u64) -> Self {
        (self.0.errors, self.0.more) = (errors, more);
        self
    }

    /// With one fault of what was sent.
    pub(super) fn of_field(status: StatusCode, field: &str, detail: impl Into<String>) -> Self {
        let error = FieldError { line: None, field: field.to_owned(), detail: detail.into() };
        let whole = format!("{}: {}", error.field, error.detail);
        Self::new(status, whole).with_errors(vec![error], 0)
    }

    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    pub(super) fn not_found(what: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, what)
    }

    /// A fault of ours: logged here, and told without its cause.
    pub(super) fn ours(error: &(dyn std::error::Error + 'static), may_heal: bool) -> Self {
        tracing::error!(error, "a request of the API could not be answered");
        if may_heal {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "a service behind this one does not answer; send it again later")
        } else {
            Self::new(StatusCode::INTERNAL_SERVER_ERROR, "this could not be done, for a reason that is in the log")
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        Self::ours(&error, error.is_retryable())
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        Self::ours(&error, error.is_retryable())
    }
}

/// What a page would say in words.
impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NoSuchLink | Fault::NoSuchPage | Fault::NoPdf | Fault::NoClip | Fault::NoPhoto => {
                Self::not_found("there is no such thing, or it is not for you")
            }
            Fault::Forbidden | Fault::SignIn(_) => Self::new(StatusCode::FORBIDDEN, "you may not do this"),
            Fault::Form => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "what was sent cannot be done"),
            Fault::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "it is too large"),
            Fault::TooMany => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "this was done as often as it may be; try again later")
            }
            Fault::Removed(at) => {
                Self::new(StatusCode::GONE, format!("it was deleted at {}, as [retention] says", at.to_rfc3339()))
            }
            Fault::Database(error) => error.into(),
            Fault::Archive(error) => error.into(),
            other => Self::ours(&other, false),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Whole { status, detail, errors, more, headers } = *self.0;
        let body = ProblemBody {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail,
            errors,
            more,
        };
        let mut response = (status, axum::Json(body)).into_response();
        let answered = response.headers_mut();
        answered.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        answered.extend(headers);
        response
    }
}

/// Makes a problem of whatever else says that a request failed: the words of libraries are no answer of ours.
pub(super) async fn only_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut problem = Problem::new(status, "the request is not one that this address takes");
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        problem = problem.with_header(header::ALLOW, allowed.clone());
    }
    problem.into_response()
}
