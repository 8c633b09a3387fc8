//! `daybreak keys`: the keys of programs that send feeds or use the JSON API.

use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand, ValueEnum};

use super::{Failure, Global, print};
use crate::access::{MintedKey, NewKey, mint_key, revoke_key, rotate_key};
use crate::app::App;
use crate::audit::{self, Actor, Change};
use crate::config::parse_duration;
use crate::db::api_keys::ApiKey;
use crate::db::{RefTable, Tx};
use crate::model::{BranchRef, KeyRight};
use crate::random::Random;

/// Make, list, rotate and revoke the keys of programs: producers that send feeds, and readers of the JSON API.
///
/// A key is shown once, when it is made; only its hash is kept. Keys are told apart by their first characters.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    List(List),
    Create(Create),
    Rotate(Rotate),
    Revoke(Revoke),
}

impl Keys {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => verb.run(global).await,
            Self::Create(verb) => verb.run(global).await,
            Self::Rotate(verb) => verb.run(global).await,
            Self::Revoke(verb) => verb.run(global).await,
        }
    }
}

/// What a key may do.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Right {
    /// Send feeds and bring media
    Feed,
    /// Read what the JSON API shows
    Read,
    /// Change what the JSON API lets one change
    Write,
}

impl From<Right> for KeyRight {
    fn from(right: Right) -> Self {
        match right {
            Right::Feed => Self::Feed,
            Right::Read => Self::Read,
            Right::Write => Self::Write,
        }
    }
}

/// List the keys that work, newest first.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Those that were revoked or have expired, too
    #[arg(long)]
    ended: bool,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let now = app.pipeline.clock.now();
        let keys = app.pipeline.db.api_keys(self.ended, now).await?;
        app.close().await;
        if global.json {
            print::json(&keys)?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["key", "name", "rights", "branches", "made", "by", "last used", "state"],
            keys.iter().map(|key| {
                vec![
                    key.prefix.clone(),
                    key.name.clone(),
                    words(&key.rights),
                    key.branches.as_ref().map_or_else(|| "all".to_owned(), |branches| words(branches)),
                    minute(key.created_at),
                    key.created_by.clone(),
                    key.last_used_at.map_or_else(|| "never".to_owned(), minute),
                    state(key, now),
                ]
            }),
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn words<T: ToString>(list: &[T]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%MZ").to_string()
}

fn state(key: &ApiKey, now: DateTime<Utc>) -> String {
    match (key.revoked_at, key.expires_at, &key.successor) {
        (Some(at), ..) => format!("revoked {}", minute(at)),
        (_, Some(end), _) if end <= now => format!("expired {}", minute(end)),
        (_, Some(end), Some(_)) => format!("rotated, until {}", minute(end)),
        (_, Some(end), None) => format!("until {}", minute(end)),
        _ => "works".to_owned(),
    }
}

/// Make a key and show it, once.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  daybreak keys create \"recorder north\" --branch north
  daybreak keys create dashboard --right read --all-branches --expires 90d")]
pub(super) struct Create {
    /// What people call it: the program that gets it, say
    name: String,
    /// What it may do; may be given several times [default: feed]
    #[arg(long = "right", value_enum, value_name = "RIGHT")]
    rights: Vec<Right>,
    /// A branch that it is for, by its ref; may be given several times
    #[arg(
        long = "branch",
        value_name = "REF",
        required_unless_present = "all_branches",
        conflicts_with = "all_branches"
    )]
    branches: Vec<BranchRef>,
    /// It is for all branches, and may bring new ones
    #[arg(long)]
    all_branches: bool,
    /// How long it works: 12h, 90d; for ever if left out
    #[arg(long, value_name = "DURATION")]
    expires: Option<String>,
    /// Who makes it, for the record
    #[arg(long, value_name = "NAME", default_value = "command line")]
    by: String,
}

impl Create {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let lasts = self.expires.as_deref().map(duration).transpose()?;
        let app = global.app().await?;
        let now = app.pipeline.clock.now();
        let refs: Vec<String> = self.branches.iter().map(ToString::to_string).collect();
        let known = app.pipeline.db.known_refs(RefTable::Branches, &refs).await?;
        for branch in refs.iter().filter(|branch| !known.contains(*branch)) {
            print::complain(format!(
                "there is no branch {branch:?} yet; its producer must bring it with the first feed"
            ));
        }
        let rights = if self.rights.is_empty() { vec![Right::Feed] } else { self.rights };
        let new = NewKey {
            name: self.name,
            rights: rights.into_iter().map(Into::into).collect(),
            branches: (!self.all_branches).then_some(self.branches),
            expires_at: lasts.map(|lasts| now + lasts),
        };
        let mut tx = app.pipeline.db.begin().await?;
        let minted = mint_key(&mut tx, new, &Random::System.bytes()?, &self.by, now).await?;
        enter(&mut tx, "key.create", &minted.key, &self.by, now).await?;
        tx.commit().await?;
        app.close().await;
        show(&minted, global.json)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Make a key that takes the place of another; the other goes on working for a while.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  daybreak keys rotate dbk_Ab3xYz9k --overlap 7d")]
pub(super) struct Rotate {
    /// The first characters of the old key, as `keys list` shows them
    key: String,
    /// How long the old one goes on working
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    overlap: String,
    /// Who does it, for the record
    #[arg(long, value_name = "NAME", default_value = "command line")]
    by: String,
}

impl Rotate {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let overlap = duration(&self.overlap)?;
        let app = global.app().await?;
        let now = app.pipeline.clock.now();
        let old = find(&app, &self.key).await?;
        let mut tx = app.pipeline.db.begin().await?;
        let random = Random::System.bytes()?;
        let minted = rotate_key(&mut tx, &old, &random, (&self.by, now), now + overlap).await?;
        enter(&mut tx, "key.rotate", &old, &self.by, now).await?;
        enter(&mut tx, "key.create", &minted.key, &self.by, now).await?;
        tx.commit().await?;
        app.close().await;
        show(&minted, global.json)?;
        if !global.json {
            print::complain(format!("{}… works until {}", old.prefix, minute(now + overlap)));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Take a key back, at once and for good.
#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The first characters of the key, as `keys list` shows them
    key: String,
    /// Who does it, for the record
    #[arg(long, value_name = "NAME", default_value = "command line")]
    by: String,
}

impl Revoke {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let key = find(&app, &self.key).await?;
        let now = app.pipeline.clock.now();
        let mut tx = app.pipeline.db.begin().await?;
        let revoked = revoke_key(&mut tx, key.id, &self.by, now).await?;
        if revoked {
            enter(&mut tx, "key.revoke", &key, &self.by, now).await?;
        }
        tx.commit().await?;
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({ "key": key.prefix, "revoked": revoked }))?;
        } else if revoked {
            print::line(format!("{}… ({}) opens nothing any more", key.prefix, key.name));
        } else {
            print::line(format!("{}… ({}) was revoked before", key.prefix, key.name));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The one key that begins so.
async fn find(app: &App, start: &str) -> Result<ApiKey, Failure> {
    let keys = app.pipeline.db.api_keys(true, app.pipeline.clock.now()).await?;
    // Somebody may paste the whole key.
    let begins = |key: &ApiKey| key.prefix.starts_with(start) || start.starts_with(&key.prefix);
    let mut found = keys.into_iter().filter(begins);
    match (found.next(), found.next()) {
        _ if start.is_empty() => Err(Failure::new("name the key by its first characters")),
        (Some(key), None) => Ok(key),
        (None, _) => Err(Failure::new("no key begins so; `daybreak keys list --ended` shows them all")),
        (Some(_), Some(_)) => Err(Failure::new("several keys begin so; give more of its characters")),
    }
}

fn duration(text: &str) -> Result<TimeDelta, Failure> {
    let duration = parse_duration(text).map_err(|error| Failure::new(format!("{text:?}: {error}")))?;
    TimeDelta::from_std(duration).map_err(|_| Failure::new(format!("{text:?} is too long")))
}

/// Enters a change of a key into the audit log.
async fn enter(tx: &mut Tx, action: &'static str, key: &ApiKey, by: &str, now: DateTime<Utc>) -> Result<(), Failure> {
    let detail = serde_json::json!({
        "name": key.name, "rights": key.rights, "branches": key.branches, "expires_at": key.expires_at, "by": by,
    });
    let change = Change {
        actor: Actor::Command("keys"),
        action,
        object: format!("key:{}", key.id),
        branch: None,
        detail,
        origin: "",
    };
    Ok(audit::record(tx, change, now).await?)
}

/// Shows a key for the first and last time.
fn show(minted: &MintedKey, json: bool) -> Result<(), Failure> {
    if json {
        return print::json(&serde_json::json!({ "secret": minted.text.reveal(), "key": minted.key }));
    }
    print::line(minted.text.reveal());
    print::complain("This is the key; it is not shown again. Send it as `Authorization: Bearer KEY`.");
    Ok(())
}
