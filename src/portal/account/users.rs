//! `/account/users`: a branch's team; for operations every user, and what is changed of them.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::head::{Asked, Choice, Head, branch, branches, head};
use super::people::{Changing, Person, adding};
use crate::access::policy::{self, Action, Place};
use crate::accounts::{self, AccountError, By, Desk, NewUser};
use crate::db::sites::Branch;
use crate::db::users::User;
use crate::engine::Engine;
use crate::model::{BranchRef, Role, UserId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::hosted::{Leaf, Leaves, Turn};
use crate::portal::posted::Posted;
use crate::portal::shown;
use crate::portal::viewer::{Viewer, address_in};

#[derive(Serialize)]
struct Page {
    head: Head,
    /// Those of the leaf that was asked for.
    people: Vec<Person>,
    leaf: Option<Leaf>,
    /// Whose role and branches are being changed.
    changing: Option<Changing>,
    /// Whether whoever looks may change users.
    manages: bool,
    roles: [&'static str; 3],
    choices: Vec<Choice>,
}

/// What the page's address says beside its branch.
#[derive(Debug, Default, Deserialize)]
struct Whom {
    /// Whose role and branches are to be changed.
    #[serde(default)]
    user: String,
}

pub(super) async fn list(
    State(state): State<PortalState>,
    viewer: Viewer,
    RawQuery(raw): RawQuery,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = asked.unwrap_or_default();
    let say = match asked.done.as_str() {
        "saved" => Some("account-saved"),
        "invited" => Some("account-invited"),
        _ => None,
    };
    page(&state, &viewer, (&asked.branch, raw.as_deref()), say, false).await
}

async fn page(
    state: &PortalState,
    viewer: &Viewer,
    (raw, query): (&str, Option<&str>),
    say: Option<&'static str>,
    wrong: bool,
) -> Result<Response, Fault> {
    let manages = policy::may(&viewer.principal, Action::ManageUsers, Place::INSTALLATION);
    let branch = match branch(state, viewer, raw).await {
        // Operations make users before there is any branch.
        Err(Fault::NoSuchPage) if manages && raw.is_empty() => {
            Branch { branch: "none".parse().map_err(|_| Fault::NoSuchPage)?, name: String::new() }
        }
        other => other?,
    };
    let l10n = viewer.l10n(state)?;
    let all = branches(state, viewer).await?;
    let choices = |chosen: &[BranchRef]| -> Vec<Choice> {
        let choice = |one: &Branch| Choice {
            branch: one.branch.to_string(),
            name: shown::line(&one.name, 120),
            selected: chosen.contains(&one.branch),
        };
        all.iter().map(choice).collect()
    };
    let users = state.db.users(if manages { None } else { Some(&branch.branch) }).await?;
    let whom: Whom = serde_html_form::from_str(query.unwrap_or_default()).unwrap_or_default();
    let changing = users.iter().find(|user| manages && user.id.to_string() == whom.user);
    let changing = changing.map(|user| Changing::of(user, choices(&user.branches)));
    let people: Vec<Person> = users.into_iter().map(|user| Person::of(user, viewer, (&branch, &all), &l10n)).collect();
    let turn = Turn::of(query, &["branch"], "list");
    let (range, leaf) = Leaves::beside(adding(&all), people.iter().map(Person::weight)).turned(&turn);
    let page = Page {
        people: people.into_iter().skip(range.start).take(range.len()).collect(),
        leaf,
        changing,
        manages,
        roles: ["branch", "staff", "operations"],
        choices: choices(&[]),
        head: head(state, viewer, &branch, "users", say, wrong).await?,
    };
    let html = state.view.page("account_users.html", &l10n, viewer, &page)?;
    Ok((if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, Html(html)).into_response())
}

/// What writes letters to users.
pub(in crate::portal) fn desk(state: &PortalState) -> Desk<'_, Engine> {
    Desk {
        queue: &state.pipeline.queue,
        renderer: &state.pipeline.renderer,
        random: &state.random,
        public_url: &state.config.portal.public_url,
        brand: &state.brand.name,
    }
}

fn by<'a>(state: &PortalState, viewer: &'a Viewer) -> By<'a> {
    By { actor: viewer.actor(), origin: &viewer.origin.address, now: state.clock.now() }
}

/// What is wrong that the one who asked can mend, as a message's key; everything else is ours.
fn told(error: AccountError) -> Result<&'static str, Fault> {
    match error {
        AccountError::Taken => Ok("account-user-taken"),
        AccountError::Last => Ok("account-user-last"),
        AccountError::Address(_) => Ok("signin-no-address"),
        AccountError::Letter(error) => Err(error.into()),
        AccountError::Words(error) => Err(crate::letters::LetterError::Render(error).into()),
        AccountError::Random(error) => Err(error.into()),
        AccountError::Db(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    locale: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    branch: Vec<String>,
}

impl Form {
    /// Role and branches, where they go together and the branches are there.
    fn place(&self, known: &[Branch]) -> Option<(Role, Vec<BranchRef>)> {
        let role: Role = self.role.parse().ok()?;
        let all = known.iter().map(|one| &one.branch).filter(|one| self.branch.iter().any(|raw| raw == one.as_str()));
        let branches: Vec<BranchRef> = if role == Role::Branch { all.cloned().collect() } else { Vec::new() };
        (role != Role::Branch || !branches.is_empty()).then_some((role, branches))
    }
}

/// Makes a user; a letter goes to them.
pub(super) async fn add(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    viewer.may(Action::ManageUsers, Place::INSTALLATION)?;
    let place = form.place(&branches(&state, &viewer).await?);
    let name = shown::line(&form.name, 120);
    let (Some(email), Some((role, branches)), false) = (address_in(&form.email), place, name.is_empty()) else {
        return page(&state, &viewer, ("", None), Some("account-user-wrong"), true).await;
    };
    let locale = form.locale.trim();
    let is_tag =
        !locale.is_empty() && locale.len() <= 35 && locale.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let new = NewUser { email, name, locale: is_tag.then(|| locale.to_owned()), role, branches };
    let mut tx = state.db.begin().await?;
    match accounts::add(&mut tx, &desk(&state), new, &by(&state, &viewer)).await {
        Ok(_) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            return page(&state, &viewer, ("", None), Some(told(error)?), true).await;
        }
    }
    state.pipeline.queue.wake();
    Ok(Redirect::to("/account/users?done=invited").into_response())
}

async fn user(state: &PortalState, viewer: &Viewer, id: &str) -> Result<User, Fault> {
    viewer.may(Action::ManageUsers, Place::INSTALLATION)?;
    let id: UserId = id.parse().map_err(|_| Fault::NoSuchPage)?;
    state.db.user(id).await?.ok_or(Fault::NoSuchPage)
}

/// Changes role and branches.
pub(super) async fn assign(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(id): Path<String>,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let user = user(&state, &viewer, &id).await?;
    let Some((role, branches)) = form.place(&branches(&state, &viewer).await?) else {
        return page(&state, &viewer, ("", None), Some("account-user-wrong"), true).await;
    };
    let mut tx = state.db.begin().await?;
    let done = accounts::assign(&mut tx, &user, role, &branches, &by(&state, &viewer)).await;
    finish(&state, &viewer, tx, done, "saved").await
}

#[derive(Deserialize)]
pub(super) struct Button {}

/// Shuts out, lets in, invites again, or resets.
pub(super) async fn act(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((id, verb)): Path<(String, String)>,
    Posted(Button {}): Posted<Button>,
) -> Result<Response, Fault> {
    let user = user(&state, &viewer, &id).await?;
    let by = by(&state, &viewer);
    let mut tx = state.db.begin().await?;
    let invited = async |tx: &mut _, reset: bool| {
        if reset {
            accounts::reset(tx, &user, None, &by).await?;
        }
        accounts::invite_again(tx, &desk(&state), &user, &by).await.map(|_| ())
    };
    let (done, say) = match verb.as_str() {
        "disable" => (accounts::set_disabled(&mut tx, &user, true, &by).await, "saved"),
        "enable" => (accounts::set_disabled(&mut tx, &user, false, &by).await, "saved"),
        "invite" => (invited(&mut tx, false).await, "invited"),
        "reset" => (invited(&mut tx, true).await, "invited"),
        _ => return Err(Fault::NoSuchPage),
    };
    finish(&state, &viewer, tx, done, say).await
}

async fn finish(
    state: &PortalState,
    viewer: &Viewer,
    tx: crate::db::Tx,
    done: Result<(), AccountError>,
    say: &str,
) -> Result<Response, Fault> {
    if let Err(error) = done {
        drop(tx);
        return page(state, viewer, ("", None), Some(told(error)?), true).await;
    }
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok(Redirect::to(&format!("/account/users?done={say}")).into_response())
}
