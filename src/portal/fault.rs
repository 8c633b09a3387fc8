//! Faults: whatever goes wrong becomes one page for people, in their language, with the right status.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::PortalState;
use super::viewer::Viewer;
use crate::access::password::PasswordError;
use crate::access::sealed::SealError;
use crate::archive::{ArchiveError, KeyError};
use crate::db::DbError;
use crate::letters::LetterError;
use crate::model::{Language, NightDate};
use crate::pipeline::CirculateError;
use crate::random::NoRandom;
use crate::render::l10n::{Arg, L10n, L10nError};

/// After so many seconds it is worth while to try again what was tried too often.
pub(super) const RETRY_AFTER: &str = "600";

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("no such link")]
    NoSuchLink,
    #[error("no such page")]
    NoSuchPage,
    #[error("not with this method")]
    Method,
    #[error("nobody is signed in")]
    SignIn(Option<String>),
    #[error("not for this role")]
    Forbidden,
    #[error("the form is not one of ours, or its session has ended")]
    Form,
    #[error("the request is too large")]
    TooLarge,
    #[error("too many tries")]
    TooMany,
    #[error("the letter cannot be written")]
    Letter(#[from] LetterError),
    #[error("a revision could not be sent")]
    Send(#[source] Box<CirculateError>),
    #[error("no randomness")]
    Random(#[from] NoRandom),
    #[error("a secret cannot be sealed")]
    Seal(#[from] SealError),
    #[error("a password cannot be hashed")]
    Password(#[from] PasswordError),
    #[error("the link has ended")]
    Ended(Box<Ended>),
    #[error("retention took it away on {0}")]
    Removed(DateTime<Utc>),
    #[error("the report has no PDF")]
    NoPdf,
    #[error("the recording is missing")]
    NoClip,
    #[error("the photo is missing")]
    NoPhoto,
    #[error("the database does not answer")]
    Database(#[from] DbError),
    #[error("the archive does not answer")]
    Archive(#[from] ArchiveError),
    #[error("a row names an impossible object")]
    Key(#[from] KeyError),
    #[error("the report's object is not what was archived: {0}")]
    Damaged(String),
    #[error("the mail cannot be read: {0}")]
    Mail(&'static str),
    #[error("a PDF could not be drawn: {0}")]
    Pdf(String),
    #[error("texts are missing")]
    Language(#[source] L10nError),
    #[error("a template failed")]
    Template(#[source] Arc<tera::Error>),
}

/// A link that was good once.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) token: String,
    pub(super) revoked: bool,
    /// Whether a fresh one has been asked for.
    pub(super) asked: bool,
    pub(super) language: Language,
}

/// What the page of a fault says.
#[derive(Serialize)]
struct FaultPage<'a> {
    title: String,
    text: String,
    /// Token of a link to ask a fresh one for.
    ask: Option<&'a str>,
    asked: bool,
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchLink | Self::NoSuchPage | Self::NoPdf | Self::NoClip | Self::NoPhoto => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignIn(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Form => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Ended(_) | Self::Removed(_) => StatusCode::GONE,
            Self::Database(error) if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Archive(error) if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its messages are `fault-{word}-title` and `fault-{word}-text`.
    fn word(&self) -> &'static str {
        match self {
            Self::NoSuchLink => "link",
            Self::NoSuchPage => "page",
            Self::Method => "method",
            Self::SignIn(_) => "sign-in",
            Self::Forbidden => "forbidden",
            Self::Form => "form",
            Self::TooLarge => "large",
            Self::TooMany => "many",
            Self::Ended(ended) if ended.revoked => "revoked",
            Self::Ended(_) => "expired",
            Self::Removed(_) => "removed",
            Self::NoPdf => "pdf",
            Self::NoClip => "clip",
            Self::NoPhoto => "photo",
            _ => "broken",
        }
    }

    fn page(&self, l10n: &L10n) -> FaultPage<'_> {
        let date =
            if let Self::Removed(at) = self { l10n.date(NightDate::new(at.date_naive())) } else { String::new() };
        let say =
            |part: &str| l10n.message(&format!("fault-{}-{part}", self.word()), &[("date", Arg::from(date.as_str()))]);
        let ended = if let Self::Ended(ended) = self { Some(ended) } else { None };
        FaultPage {
            title: say("title"),
            text: say("text"),
            ask: ended.map(|ended| ended.token.as_str()),
            asked: ended.is_some_and(|ended| ended.asked),
        }
    }
}

/// A fault travels as an empty answer until [`as_page`] writes its page: only there is it known who asks, and how.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Writes the page of a fault, and logs those that are ours.
pub(super) async fn as_page(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let preferred = accepted(request.headers());
    let by_program = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let viewer = response.extensions_mut().remove::<Viewer>();
    let fault = match response.extensions_mut().remove::<Arc<Fault>>() {
        Some(fault) => fault,
        // axum's own word for a path that is no UTF-8.
        None if response.status() == StatusCode::BAD_REQUEST && !is_problem(&response) => Arc::new(Fault::NoSuchPage),
        None => return response,
    };
    if let Fault::SignIn(Some(next)) = &*fault {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    if fault.status().is_server_error() {
        tracing::error!(error = &*fault as &dyn std::error::Error, "a page could not be shown");
    }
    if by_program {
        return super::api::refusal(fault.status());
    }
    let language = if let Fault::Ended(ended) = &*fault { ended.language } else { preferred };
    let page = match viewer.filter(|viewer| viewer.session.is_some()) {
        // Who is signed in has the ways to everything else on this page, too.
        Some(viewer) => {
            (viewer.l10n(&state)).and_then(|l10n| state.view.page("fault.html", &l10n, &viewer, &fault.page(&l10n)))
        }
        None => (state.view.l10n(language, language.tag()))
            .and_then(|l10n| state.view.render("fault.html", &l10n, &fault.page(&l10n))),
    };
    match page {
        Ok(html) if matches!(*fault, Fault::TooMany) => {
            (fault.status(), [(header::RETRY_AFTER, RETRY_AFTER)], Html(html)).into_response()
        }
        Ok(html) => (fault.status(), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "not even the page of a fault can be shown");
            (fault.status(), "This page cannot be shown at the moment.").into_response()
        }
    }
}

/// Whether a program is told in its own words.
fn is_problem(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json")
}

/// The language that the browser prefers among ours.
pub(super) fn accepted(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Browsers list languages in order of preference; weights that contradict the order are not worth a parser.
    wanted
        .split(',')
        .map(|tag| tag.split(';').next().unwrap_or_default().trim())
        .find_map(|tag| {
            let language = Language::of_locale(Some(tag));
            (language != Language::En || tag.to_ascii_lowercase().starts_with("en")).then_some(language)
        })
        .unwrap_or_default()
}

pub(super) async fn no_such_page() -> Fault {
    Fault::NoSuchPage
}

pub(super) async fn no_such_method() -> Fault {
    Fault::Method
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_speaks_the_first_language_that_it_can() {
        let speaks = |wanted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wanted.parse().unwrap());
            accepted(&headers)
        };
        assert_eq!(speaks("fr-FR, pl;q=0.8, en;q=0.5"), Language::Pl);
        assert_eq!(speaks("en-GB,de;q=0.9"), Language::En);
        assert_eq!(speaks("ja"), Language::En);
        assert_eq!(accepted(&HeaderMap::new()), Language::En);
    }
}
