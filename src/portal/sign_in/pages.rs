//! The pages of the sign-in: where somebody begins, and where they type the code of their letter.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use url::Url;

use super::session;
use crate::access::Principal;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    out: String,
}

/// What the page says, besides its forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    Nothing,
    /// They have signed out.
    Out,
    /// The link is used, or over.
    Over,
    /// What was typed is no address.
    NoAddress,
    /// Address and password do not belong together.
    Wrong,
    /// The provider's account is nobody's here.
    Stranger,
    /// The provider did not answer as it should.
    Provider,
}

impl Say {
    /// Its message, and the status that goes with it.
    const fn word(self) -> (Option<&'static str>, StatusCode) {
        match self {
            Self::Nothing => (None, StatusCode::OK),
            Self::Out => (Some("signin-out"), StatusCode::OK),
            Self::Over => (Some("signin-over"), StatusCode::GONE),
            Self::NoAddress => (Some("signin-no-address"), StatusCode::UNPROCESSABLE_ENTITY),
            Self::Wrong => (Some("signin-wrong"), StatusCode::UNPROCESSABLE_ENTITY),
            Self::Stranger => (Some("signin-stranger"), StatusCode::FORBIDDEN),
            Self::Provider => (Some("signin-provider"), StatusCode::BAD_GATEWAY),
        }
    }
}

#[derive(Serialize)]
struct Page<'a> {
    next: &'a str,
    address: &'a str,
    say: Option<&'static str>,
    /// It is no fault.
    calm: bool,
    /// The password's form is the one to look at.
    password: bool,
    provider: Option<Provider<'a>>,
    /// Where whoever was led here by the link of an incident can ask to be let in.
    ask: Option<String>,
}

/// The way to the OpenID provider.
#[derive(Serialize)]
struct Provider<'a> {
    label: &'a str,
    url: String,
}

/// `GET /sign-in`
pub(super) async fn sign_in(
    State(state): State<PortalState>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = asked.unwrap_or_default();
    let next = own_path(&asked.next);
    if viewer.principal != Principal::Nobody {
        return Ok(Redirect::to(if next == "/" { session::home(&viewer.principal) } else { &next }).into_response());
    }
    page(&state, &viewer, &next, "", if asked.out.is_empty() { Say::Nothing } else { Say::Out })
}

/// The page with a sentence about what was tried.
pub(super) fn page(
    state: &PortalState,
    viewer: &Viewer,
    next: &str,
    address: &str,
    say: Say,
) -> Result<Response, Fault> {
    let (word, status) = say.word();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let provider = state.config.oidc.as_ref();
    let provider = provider.map(|oidc| Provider { label: &oidc.label, url: format!("/sign-in/openid?{query}") });
    let ask = request_path(next);
    let page = Page { next, address, say: word, calm: say == Say::Out, password: say == Say::Wrong, provider, ask };
    let html = state.view.page("sign_in.html", &*viewer.l10n(state)?, viewer, &page)?;
    Ok((status, Html(html)).into_response())
}

/// The page on which access to the incident of a path is asked for.
fn request_path(next: &str) -> Option<String> {
    let incident = next.strip_prefix("/incidents/")?.split(['/', '?', '#']).next()?;
    (!incident.is_empty()).then(|| format!("/incidents/{incident}/request"))
}

#[derive(Serialize)]
struct CodePage {
    wrong: bool,
}

/// `GET /sign-in/code`: the letter is on its way, if there is anybody to write to.
pub(super) async fn code(State(state): State<PortalState>, viewer: Viewer) -> Result<Response, Fault> {
    code_page(&state, &viewer, false)
}

pub(super) fn code_page(state: &PortalState, viewer: &Viewer, wrong: bool) -> Result<Response, Fault> {
    let html = state.view.page("sign_in_code.html", &*viewer.l10n(state)?, viewer, &CodePage { wrong })?;
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}

/// A path of ours, whatever somebody wrote into a link to the sign-in: `/` for everything that leads elsewhere, or back
/// to the sign-in.
pub(super) fn own_path(raw: &str) -> String {
    let base = "https://portal.invalid";
    let plain = raw.starts_with('/') && raw.len() <= 1_000 && !raw.contains(['\\', '\r', '\n', '\t', '\0']);
    let url = Some(raw).filter(|_| plain).and_then(|raw| Url::parse(base).ok()?.join(raw).ok());
    let Some(url) = url.filter(|url| url.origin().ascii_serialization() == base && url.username().is_empty()) else {
        return "/".into();
    };
    let path = url.path();
    if path.starts_with("//") || path.starts_with("/sign-") {
        return "/".into();
    }
    url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for own in ["/locations", "/locations?branch=north&page=2", "/", "/a/%2e%2fb"] {
            assert_eq!(own_path(own), own);
        }
        for foreign in [
            "",
            "https://evil.example.com/",
            "//evil.example.com",
            "/\\evil.example.com",
            "/.//evil.example.com",
            "/a/..//evil.example.com",
            "\\\\evil.example.com",
            "javascript:alert(1)",
            "/\t/evil.example.com",
            "/sign-in?next=/",
            "/sign-out",
            &format!("/{}", "a".repeat(2_000)),
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign}");
        }
        assert_eq!(own_path("/a#b"), "/a");
    }
}
