//! `daybreak users`: who signs in to the portal, what they are, and their way in.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Global, print};
use crate::accounts::{self, By, Desk, Invitation, NewUser};
use crate::app::App;
use crate::audit::Actor;
use crate::db::Tx;
use crate::db::users::User;
use crate::engine::Engine;
use crate::model::{BranchRef, EmailAddress, Role};
use crate::random::Random;

/// Make users of the portal, list them, change what they are, and shut them out.
#[derive(Debug, Subcommand)]
pub(super) enum Users {
    Add(Add),
    List(List),
    Role(SetRole),
    Branches(Branches),
    Disable(Disable),
    Enable(Enable),
    Password(Password),
}

impl Users {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => return verb.run(global).await,
            Self::Add(verb) => verb.run(global).await?,
            Self::Role(verb) => {
                let role = verb.role;
                change(global, &verb.address, async |tx, user, by| {
                    accounts::assign(tx, user, role, &user.branches, by).await
                })
                .await?;
            }
            Self::Branches(verb) => {
                change(global, &verb.address, async |tx, user, by| {
                    accounts::assign(tx, user, user.role, &verb.branches, by).await
                })
                .await?;
            }
            Self::Disable(verb) => {
                change(global, &verb.address, async |tx, user, by| accounts::set_disabled(tx, user, true, by).await)
                    .await?;
            }
            Self::Enable(verb) => {
                change(global, &verb.address, async |tx, user, by| accounts::set_disabled(tx, user, false, by).await)
                    .await?;
            }
            Self::Password(verb) => verb.run(global).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Make a user; a letter with a one-time link goes to them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak users add dana@example.com --name 'Dana R.' --role operations --print-link
  daybreak users add jan@example.com --name Jan --role branch --branch north --branch south")]
pub(super) struct Add {
    /// The address with which they sign in
    address: EmailAddress,
    /// Their name
    #[arg(long)]
    name: String,
    /// What they are: branch, staff or operations
    #[arg(long, value_parser = clap::builder::ValueParser::new(role))]
    role: Role,
    /// One of their branches, for a branch user; may be repeated
    #[arg(long = "branch", value_name = "REF")]
    branches: Vec<BranchRef>,
    /// Their locale, such as de-DE, in which letters and pages speak to them
    #[arg(long)]
    locale: Option<String>,
    /// Print the one-time link, too
    #[arg(long)]
    print_link: bool,
}

/// A role by its word.
fn role(word: &str) -> Result<Role, String> {
    word.parse().map_err(|_| "must be branch, staff or operations".to_owned())
}

impl Add {
    async fn run(self, global: &Global) -> Result<(), Failure> {
        let app = global.app().await?;
        known(&app, &self.branches).await?;
        if (self.role == Role::Branch) == self.branches.is_empty() {
            return Err(Failure::new("a branch user has at least one --branch, and nobody else has any"));
        }
        let random = Random::System;
        let new = NewUser {
            email: self.address,
            name: self.name,
            locale: self.locale,
            role: self.role,
            branches: self.branches,
        };
        let mut tx = app.pipeline.db.begin().await?;
        let (user, invitation) = accounts::add(&mut tx, &desk(&app, &random), new, &by(&app)).await?;
        tx.commit().await?;
        app.engine.wake();
        app.close().await;
        tell(global, &user, &invitation, self.print_link)
    }
}

/// List the users.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Of this branch only
    #[arg(long, value_name = "REF")]
    branch: Option<BranchRef>,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let users = app.pipeline.db.users(self.branch.as_ref()).await?;
        app.close().await;
        if global.json {
            print::json(&users)?;
            return Ok(ExitCode::SUCCESS);
        }
        let joined = |user: &User| user.branches.iter().map(BranchRef::as_str).collect::<Vec<_>>().join(", ");
        print::table(
            &["address", "name", "role", "branches", "since", "state"],
            users.iter().map(|user| {
                vec![
                    user.email.clone(),
                    user.name.clone(),
                    user.role.to_string(),
                    joined(user),
                    user.created_at.format("%Y-%m-%d").to_string(),
                    if user.disabled_at.is_some() { "disabled" } else { "" }.to_owned(),
                ]
            }),
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Change what a user is; their sessions end.
#[derive(Debug, Args)]
pub(super) struct SetRole {
    /// Their address
    address: String,
    /// branch, staff or operations
    #[arg(value_parser = clap::builder::ValueParser::new(role))]
    role: Role,
}

/// Replace which branches are a branch user's.
#[derive(Debug, Args)]
pub(super) struct Branches {
    /// Their address
    address: String,
    /// The branches
    #[arg(value_name = "REF", required = true)]
    branches: Vec<BranchRef>,
}

/// Shut a user out at once: no sign-in, and no session holds any more.
#[derive(Debug, Args)]
pub(super) struct Disable {
    /// Their address
    address: String,
}

/// Let a user in again who was shut out.
#[derive(Debug, Args)]
pub(super) struct Enable {
    /// Their address
    address: String,
}

/// Send a user a letter with a one-time link with which they choose a new password.
#[derive(Debug, Args)]
pub(super) struct Password {
    /// Their address
    address: String,
    /// Take password and second factor away, too, and end their sessions: for who lost the phone, or was robbed
    #[arg(long)]
    reset: bool,
    /// Print the one-time link, too
    #[arg(long)]
    print_link: bool,
}

impl Password {
    async fn run(self, global: &Global) -> Result<(), Failure> {
        let app = global.app().await?;
        let user = found(&app, &self.address).await?;
        if user.disabled_at.is_some() {
            return Err(Failure::new(format!("{} is disabled; `daybreak users enable` comes first", user.email)));
        }
        let random = Random::System;
        let mut tx = app.pipeline.db.begin().await?;
        if self.reset {
            accounts::reset(&mut tx, &user, None, &by(&app)).await?;
        }
        let invitation = accounts::invite_again(&mut tx, &desk(&app, &random), &user, &by(&app)).await?;
        tx.commit().await?;
        app.engine.wake();
        app.close().await;
        tell(global, &user, &invitation, self.print_link)
    }
}

async fn change(
    global: &Global,
    address: &str,
    change: impl AsyncFnOnce(&mut Tx, &User, &By<'_>) -> Result<(), accounts::AccountError>,
) -> Result<(), Failure> {
    let app = global.app().await?;
    let user = found(&app, address).await?;
    let mut tx = app.pipeline.db.begin().await?;
    change(&mut tx, &user, &by(&app)).await?;
    tx.commit().await?;
    let user = found(&app, address).await?;
    app.close().await;
    if global.json {
        return print::json(&user);
    }
    let branches: Vec<_> = user.branches.iter().map(BranchRef::as_str).collect();
    let of = if branches.is_empty() { String::new() } else { format!(" of {}", branches.join(", ")) };
    let state = if user.disabled_at.is_some() { "disabled" } else { "enabled" };
    print::line(format!("{} ({}{of}) is {state}", user.email, user.role));
    Ok(())
}

async fn found(app: &App, address: &str) -> Result<User, Failure> {
    let user = app.pipeline.db.user_by_email(&EmailAddress::normalized(address)).await?;
    user.ok_or_else(|| Failure::new(format!("there is no user {address}; `daybreak users list` shows who there is")))
}

async fn known(app: &App, branches: &[BranchRef]) -> Result<(), Failure> {
    let all = app.pipeline.db.branches().await?;
    match branches.iter().find(|branch| !all.iter().any(|known| known.branch == **branch)) {
        Some(branch) => Err(Failure::new(format!("there is no branch {branch}"))),
        None => Ok(()),
    }
}

fn by(app: &App) -> By<'static> {
    By { actor: Actor::Command("users"), origin: "", now: app.pipeline.clock.now() }
}

fn desk<'a>(app: &'a App, random: &'a Random) -> Desk<'a, Engine> {
    Desk {
        queue: &app.pipeline.queue,
        renderer: &app.pipeline.renderer,
        random,
        public_url: &app.config.portal.public_url,
        brand: &app.config.brand.name,
    }
}

fn tell(global: &Global, user: &User, invitation: &Invitation, print_link: bool) -> Result<(), Failure> {
    let link = print_link.then_some(&invitation.url);
    if global.json {
        return print::json(&json!({ "user": user, "link": link, "until": invitation.until }));
    }
    let until = invitation.until.format("%Y-%m-%d %H:%MZ");
    print::line(format!("A letter goes out to {}; its link works once, until {until}.", user.email));
    if let Some(link) = link {
        print::line(link);
    }
    Ok(())
}
