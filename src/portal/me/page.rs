//! `/me`: who one is here, and from where one is signed in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{Principal, password};
use crate::audit::{self, Change};
use crate::db::users::User;
use crate::db::users::list;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::shown;
use crate::portal::viewer::Viewer;

#[derive(Serialize)]
struct Page {
    name: String,
    address: String,
    role: &'static str,
    branches: Vec<String>,
    /// What only users have.
    account: Option<Account>,
    sessions: Vec<Session>,
    say: Option<&'static str>,
    wrong: bool,
    shortest: usize,
}

#[derive(Serialize)]
struct Account {
    has_password: bool,
    has_second: bool,
    spares: i64,
    locale: String,
}

#[derive(Serialize)]
struct Session {
    mark: String,
    since: String,
    seen: String,
    origin: String,
    agent: String,
    this: bool,
}

/// The user who is signed in; customers have none of what only users have.
pub(super) fn user(viewer: &Viewer) -> Result<&User, Fault> {
    match &viewer.principal {
        Principal::User(user) => Ok(user),
        _ => Err(Fault::NoSuchPage),
    }
}

/// A session's name on the page: its hash, which opens nothing.
pub(in crate::portal) fn mark(token_hash: &[u8]) -> String {
    hex::encode(&token_hash[..token_hash.len().min(12)])
}

pub(super) async fn me(State(state): State<PortalState>, viewer: Viewer) -> Result<Response, Fault> {
    page(&state, &viewer, None, false).await
}

/// The page with a sentence about what was done, or not.
pub(super) async fn page(
    state: &PortalState,
    viewer: &Viewer,
    say: Option<&'static str>,
    wrong: bool,
) -> Result<Response, Fault> {
    let l10n = viewer.l10n(state)?;
    let account = match &viewer.principal {
        Principal::User(user) => {
            let secrets = state.db.user_secrets(user.id).await?;
            Some(Account {
                has_password: secrets.password.is_some(),
                has_second: secrets.totp.is_some(),
                spares: state.db.spares_left(user.id).await?,
                locale: user.locale.clone().unwrap_or_default(),
            })
        }
        _ => None,
    };
    let this = viewer.session.as_ref().map(|session| session.token_hash.clone()).unwrap_or_default();
    let sessions = own(state, viewer).await?.into_iter().map(|session| Session {
        mark: mark(&session.token_hash),
        since: l10n.date_time(session.created_at, Tz::UTC),
        seen: l10n.date_time(session.seen_at, Tz::UTC),
        origin: session.origin,
        agent: shown::line(&session.agent, 140),
        this: session.token_hash == this,
    });
    let (name, branches) = match &viewer.principal {
        Principal::User(user) => {
            (shown::line(&user.name, 120), user.branches.iter().map(ToString::to_string).collect())
        }
        _ => (String::new(), Vec::new()),
    };
    let page = Page {
        name,
        address: viewer.principal.address().unwrap_or_default().to_owned(),
        role: viewer.principal.word(),
        branches,
        account,
        sessions: sessions.collect(),
        say,
        wrong,
        shortest: password::SHORTEST,
    };
    let html = state.view.page("me.html", &l10n, viewer, &page)?;
    Ok((if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, Html(html)).into_response())
}

/// The sessions of whoever is signed in.
pub(in crate::portal) async fn own(
    state: &PortalState,
    viewer: &Viewer,
) -> Result<Vec<crate::db::sessions::Session>, Fault> {
    let (user, address) = match &viewer.principal {
        Principal::User(user) => (Some(user.id), None),
        other => (None, other.address()),
    };
    Ok(state.db.sessions_of(user, address, state.clock.now()).await?)
}

#[derive(Deserialize)]
pub(super) struct Form {
    locale: String,
}

/// Changes the language and conventions in which pages and letters speak.
pub(super) async fn language(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let user = user(&viewer)?;
    if !speak(&state, &viewer, user, form.locale.trim()).await? {
        return page(&state, &viewer, Some("me-language-wrong"), true).await;
    }
    Ok(Redirect::to("/me").into_response())
}

/// Has a user read in a language and its conventions (BCP 47), or, where it is empty, in that of their browser; false
/// where it is no language.
pub(in crate::portal) async fn speak(
    state: &PortalState,
    viewer: &Viewer,
    user: &User,
    locale: &str,
) -> Result<bool, Fault> {
    if locale.len() > 35 || !locale.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Ok(false);
    }
    let locale = Some(locale).filter(|locale| !locale.is_empty());
    let mut tx = state.db.begin().await?;
    list::set_locale(&mut tx, user.id, locale).await?;
    let change = Change {
        actor: viewer.actor(),
        action: "user.language",
        object: format!("user:{}", user.id),
        branch: None,
        detail: json!({ "locale": [user.locale, locale] }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, state.clock.now()).await?;
    tx.commit().await?;
    Ok(true)
}
