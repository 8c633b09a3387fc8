//! People: users, their roles and branches, as operations make and change them; a branch's team for its own.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::{Input, Query};
use super::page::Page;
use super::problem::Problem;
use crate::access::policy::{Action, Place};
use crate::accounts::{self, AccountError, By, NewUser};
use crate::db::Tx;
use crate::db::users::User;
use crate::model::{BranchRef, EmailAddress, Role, UserId};
use crate::portal::PortalState;
use crate::portal::account::desk;
use crate::portal::shown::line;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_user = |endpoint: Endpoint| endpoint.parameter("id", "The user's id.", Some("uuid"));
    let act = |path, what| of_user(Endpoint::post(path, what, act)).answers::<UserView>(200, "It is done.");
    let mut all = vec![
        Endpoint::get("/api/v1/users", ("listUsers", "people", "Users, by address."), users)
            .query::<UserQuery>()
            .answers::<Page<UserView>>(200, "All of them, or a branch's team.")
            .problem(404, "There is no such branch, or it is not for whoever asks."),
        Endpoint::post("/api/v1/users", ("addUser", "people", "Make a user; a letter lets them in."), add)
            .takes::<NewPerson>()
            .answers::<UserView>(201, "They are made, and written to.")
            .problem(409, "There is a user with this address, or the same request is under way."),
        of_user(
            Endpoint::post(
                "/api/v1/users/{id}/assign",
                ("assignUser", "people", "Give a user a role, and branches."),
                assign,
            )
            .takes::<Assignment>()
            .answers::<UserView>(200, "They have it.")
            .problem(409, "It is the last user of operations, or the same request is under way."),
        ),
    ];
    all.extend([
        act("/api/v1/users/{id}/disable", ("disableUser", "people", "Shut a user out, at once and on every process."))
            .problem(409, "It is the last user of operations, or the same request is under way."),
        act("/api/v1/users/{id}/enable", ("enableUser", "people", "Let a user in again.")),
        act("/api/v1/users/{id}/invite", ("inviteUser", "people", "Write a user another letter that lets them in.")),
        act(
            "/api/v1/users/{id}/reset",
            ("resetUser", "people", "Take a user's password and second factor away, and write them a letter."),
        ),
    ]);
    all
}

/// Which users.
#[derive(Deserialize, JsonSchema)]
struct UserQuery {
    /// Of this branch's team; whoever does not manage users must name one.
    branch: Option<String>,
}

/// Somebody who signs in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
struct UserView {
    id: UserId,
    email: String,
    name: String,
    /// BCP 47.
    locale: Option<String>,
    role: Role,
    branches: Vec<BranchRef>,
    created_at: DateTime<Utc>,
    /// Since when they are shut out.
    disabled_at: Option<DateTime<Utc>>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            locale: user.locale,
            role: user.role,
            branches: user.branches,
            created_at: user.created_at,
            disabled_at: user.disabled_at,
        }
    }
}

async fn users(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<UserQuery>,
) -> Result<Json<Page<UserView>>, Problem> {
    let found = match query.branch {
        None => {
            caller.may(Action::ManageUsers, Place::INSTALLATION)?;
            state.db.users(None).await?
        }
        Some(branch) => {
            caller.opens(Action::ManageAccount)?;
            let branch = BranchRef::new(branch).map_err(|error| wrong("branch", error.to_string()))?;
            caller.may(Action::ManageAccount, Place::of(&branch))?;
            state.db.users(Some(&branch)).await?
        }
    };
    Ok(Json(Page::whole(found.into_iter().map(UserView::from).collect())))
}

/// A user to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    /// Their address.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// Their name.
    #[schemars(length(min = 1, max = 120))]
    name: String,
    /// In which language and conventions they read (BCP 47).
    #[serde(default)]
    #[schemars(length(max = 35))]
    locale: Option<String>,
    /// What they are.
    role: Role,
    /// Their branches, where they are of a client's team.
    #[serde(default)]
    branches: Vec<BranchRef>,
}

/// What a user is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Assignment {
    /// What they are.
    role: Role,
    /// Their branches, where they are of a client's team.
    #[serde(default)]
    branches: Vec<BranchRef>,
}

/// Branches that are there and go with a role.
async fn placed(state: &PortalState, role: Role, branches: Vec<BranchRef>) -> Result<Vec<BranchRef>, Problem> {
    if role != Role::Branch {
        return Ok(Vec::new());
    }
    let known = state.db.branches().await?;
    if branches.iter().any(|branch| known.iter().all(|known| known.branch != *branch)) {
        return Err(wrong("branches", "names one that is not there".into()));
    }
    if branches.is_empty() {
        return Err(wrong("branches", "a user of a client's team has a branch".into()));
    }
    Ok(branches)
}

fn by<'a>(state: &PortalState, caller: &'a Caller) -> By<'a> {
    By { actor: caller.actor.clone(), origin: &caller.origin, now: state.clock.now() }
}

async fn add(
    State(state): State<PortalState>,
    caller: Caller,
    input: Result<Input<NewPerson>, Problem>,
) -> Result<Response, Problem> {
    caller.may(Action::ManageUsers, Place::INSTALLATION)?;
    let Input(new) = input?;
    let email = EmailAddress::new(EmailAddress::normalized(&new.email));
    let email = email.map_err(|error| wrong("email", error.to_string()))?;
    let name = line(&new.name, 120);
    if name.is_empty() || new.name.chars().count() > 120 {
        return Err(wrong("name", "must have from 1 to 120 characters".into()));
    }
    let is_tag = |locale: &String| {
        (1..=35).contains(&locale.len()) && locale.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if new.locale.as_ref().is_some_and(|locale| !is_tag(locale)) {
        return Err(wrong("locale", "is no language tag such as en-GB".into()));
    }
    let branches = placed(&state, new.role, new.branches).await?;
    let new = NewUser { email, name, locale: new.locale, role: new.role, branches };
    let mut tx = state.db.begin().await?;
    let (user, _) = accounts::add(&mut tx, &desk(&state), new, &by(&state, &caller)).await.map_err(told)?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok((StatusCode::CREATED, Json(UserView::from(user))).into_response())
}

async fn user(state: &PortalState, caller: &Caller, id: &str) -> Result<User, Problem> {
    let nothing = || Problem::not_found("there is no such user");
    caller.may(Action::ManageUsers, Place::INSTALLATION)?;
    let id: UserId = id.parse().map_err(|_| nothing())?;
    state.db.user(id).await?.ok_or_else(nothing)
}

async fn assign(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    input: Result<Input<Assignment>, Problem>,
) -> Result<Json<UserView>, Problem> {
    let user = user(&state, &caller, &id).await?;
    let Input(new) = input?;
    let branches = placed(&state, new.role, new.branches).await?;
    let mut tx = state.db.begin().await?;
    accounts::assign(&mut tx, &user, new.role, &branches, &by(&state, &caller)).await.map_err(told)?;
    finish(&state, tx, user).await
}

async fn act(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
    axum::extract::OriginalUri(address): axum::extract::OriginalUri,
) -> Result<Json<UserView>, Problem> {
    let user = user(&state, &caller, &id).await?;
    let by = by(&state, &caller);
    let mut tx = state.db.begin().await?;
    let done = match address.path().rsplit('/').next().unwrap_or_default() {
        "disable" => accounts::set_disabled(&mut tx, &user, true, &by).await,
        "enable" => accounts::set_disabled(&mut tx, &user, false, &by).await,
        verb => {
            if verb == "reset" {
                accounts::reset(&mut tx, &user, None, &by).await.map_err(told)?;
            }
            accounts::invite_again(&mut tx, &desk(&state), &user, &by).await.map(drop)
        }
    };
    done.map_err(told)?;
    finish(&state, tx, user).await
}

async fn finish(state: &PortalState, tx: Tx, user: User) -> Result<Json<UserView>, Problem> {
    tx.commit().await?;
    state.pipeline.queue.wake();
    let now = state.db.user(user.id).await?;
    Ok(Json(now.unwrap_or(user).into()))
}

fn wrong(field: &str, detail: String) -> Problem {
    Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail)
}

fn told(error: AccountError) -> Problem {
    match error {
        AccountError::Taken | AccountError::Last => Problem::new(StatusCode::CONFLICT, error.to_string()),
        AccountError::Address(_) => wrong("email", error.to_string()),
        AccountError::Db(error) => error.into(),
        other => Problem::ours(&other, false),
    }
}
