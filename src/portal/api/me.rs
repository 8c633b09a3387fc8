//! Me: who asks, what they may do, and from where they are signed in.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::caller::Caller;
use super::endpoint::{Door, Endpoint};
use super::page::Page;
use super::problem::Problem;
use crate::access::{Action, Principal};
use crate::db::sessions::Session;
use crate::model::BranchRef;
use crate::portal::PortalState;
use crate::portal::me::{end_those, mark, own};
use crate::portal::viewer::Viewer;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/me", ("whoAmI", "about", "Who asks, and what they may do."), me)
            .answers::<Me>(200, "You."),
        Endpoint::get(
            "/api/v1/me/sessions",
            ("listSessions", "about", "From where you are signed in; keys are not."),
            sessions,
        )
        .behind(Door::Person)
        .answers::<Page<SessionView>>(200, "All of them."),
        Endpoint::post(
            "/api/v1/me/sessions/end-others",
            ("endOtherSessions", "about", "End every session of yours but this one."),
            end_others,
        )
        .behind(Door::Person)
        .answers_with_nothing(204, "They are ended, on every process."),
        Endpoint::post("/api/v1/me/sessions/{session}/end", ("endSession", "about", "End a session of yours."), end)
            .behind(Door::Person)
            .parameter("session", "The session's mark.", None)
            .answers_with_nothing(204, "It is ended, on every process."),
    ]
}

/// Who asks.
#[derive(Serialize, JsonSchema)]
struct Me {
    /// As the audit log names them.
    actor: String,
    /// `branch`, `staff`, `operations`, `customer` or `key`.
    role: &'static str,
    /// The name of a person, or of a key.
    name: Option<String>,
    /// The address of a person.
    address: Option<String>,
    /// In which locale (BCP 47) texts, dates and amounts are written for you.
    locale: String,
    /// The branches that are theirs; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    branches: Option<Vec<BranchRef>>,
    /// What a person's program sends as X-CSRF-Token with a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    csrf: Option<String>,
}

async fn me(caller: Caller, viewer: Viewer) -> Json<Me> {
    Json(Me {
        actor: caller.actor.to_string(),
        role: caller.principal.word(),
        name: match &caller.principal {
            Principal::User(user) => Some(user.name.clone()),
            Principal::Key(key) => Some(key.name.clone()),
            _ => None,
        },
        address: caller.principal.address().map(str::to_owned),
        locale: caller.viewer.locale.clone(),
        branches: caller.branches().map(<[_]>::to_vec),
        csrf: if caller.principal.address().is_some() { viewer.csrf } else { None },
    })
}

/// A browser, or a program, in which one is signed in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct SessionView {
    /// Its name, which opens nothing.
    session: String,
    created_at: DateTime<Utc>,
    /// When it was last used, give or take a minute.
    seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// From which network address it was opened.
    origin: String,
    /// With which program.
    agent: String,
    /// Whether it is the one that asks.
    this: bool,
}

fn this(caller: &Caller) -> String {
    caller.viewer.session.as_ref().map(|session| mark(&session.token_hash)).unwrap_or_default()
}

async fn sessions(State(state): State<PortalState>, caller: Caller) -> Result<Json<Page<SessionView>>, Problem> {
    caller.opens(Action::ManageSelf)?;
    let this = this(&caller);
    let shown = |session: Session| SessionView {
        this: mark(&session.token_hash) == this,
        session: mark(&session.token_hash),
        created_at: session.created_at,
        seen_at: session.seen_at,
        expires_at: session.expires_at,
        origin: session.origin,
        agent: session.agent,
    };
    Ok(Json(Page::whole(own(&state, &caller.viewer).await?.into_iter().map(shown).collect())))
}

async fn end_others(State(state): State<PortalState>, caller: Caller) -> Result<StatusCode, Problem> {
    caller.opens(Action::ManageSelf)?;
    let this = this(&caller);
    end_those(&state, &caller.viewer, |mark| mark != this).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end(
    State(state): State<PortalState>,
    caller: Caller,
    Path(session): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.opens(Action::ManageSelf)?;
    match end_those(&state, &caller.viewer, |mark| mark == session).await? {
        0 => Err(Problem::not_found("you have no such session")),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}
