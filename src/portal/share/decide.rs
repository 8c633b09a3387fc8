//! `/d/{token}`: an owner answers one request by the link of a letter, without signing in, once. The GET shows it; only
//! the POST of a button answers.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::form::{DAYS, End, ends};
use super::found::{latest, narrowed, objects_of, of_item};
use super::letter::{self, Ready};
use super::order;
use super::piece::{Lines, lines, pieces};
use super::request::owners;
use crate::access::share::{self, Wanted};
use crate::access::{Principal, Token, domains};
use crate::audit::{self, Actor, Change};
use crate::db::access_requests::{self, AccessRequest};
use crate::db::shares::{Item, Recipient, Share};
use crate::model::{Language, LetterKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Open;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// A request's card names no more incidents than this.
const MOST_NAMED: usize = 20;

/// The answer.
#[derive(Debug, Deserialize)]
pub(in crate::portal) struct Form {
    /// `grant` or `decline`.
    pub(super) answer: String,
    #[serde(default)]
    pub(super) days: String,
}

impl Form {
    /// What it says.
    pub(super) fn answer(&self, now: DateTime<Utc>) -> Result<Answer, Fault> {
        match self.answer.as_str() {
            "grant" => {
                let days: u16 = self.days.parse().ok().filter(|days| DAYS.contains(days)).ok_or(Fault::Form)?;
                Ok(Answer::Grant { expires_at: now + TimeDelta::days(days.into()) })
            }
            "decline" => Ok(Answer::Decline),
            _ => Err(Fault::Form),
        }
    }
}

/// What is answered.
#[derive(Debug, Clone, Copy)]
pub(in crate::portal) enum Answer {
    /// Let them see it until then.
    Grant {
        /// When their link ends.
        expires_at: DateTime<Utc>,
    },
    /// Do not.
    Decline,
}

/// Who answers.
pub(in crate::portal) struct Owner {
    pub(in crate::portal) actor: Actor,
    pub(in crate::portal) address: String,
    pub(in crate::portal) name: String,
    pub(in crate::portal) origin: String,
}

impl Owner {
    /// Who is signed in, or a program with a key.
    pub(in crate::portal) fn of(state: &PortalState, viewer: &Viewer) -> Self {
        let name = match &viewer.principal {
            Principal::User(user) => user.name.clone(),
            Principal::Key(key) => key.name.clone(),
            _ => String::new(),
        };
        Self {
            actor: viewer.actor(),
            address: viewer.person(),
            name: if name.is_empty() { state.brand.name.clone() } else { name },
            origin: viewer.origin.address.clone(),
        }
    }
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::portal) enum Outcome {
    Granted,
    Declined,
    /// Somebody was quicker.
    Answered,
    /// The account's rules let nothing go to that address.
    Refused,
    /// What was asked for is not there any more.
    Gone,
}

impl Outcome {
    /// Message key.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Granted => "share-done-granted",
            Self::Declined => "share-done-declined",
            Self::Answered => "share-done-answered",
            Self::Refused => "share-done-refused",
            Self::Gone => "share-done-gone",
        }
    }
}

#[derive(Debug, Serialize)]
struct Page<'a> {
    token: &'a str,
    asked: Asked,
    ends: Vec<End>,
    /// Message key of what has happened; the buttons are gone then.
    done: Option<&'static str>,
}

/// A request as a page tells of it.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    pub(super) id: String,
    name: String,
    address: String,
    note: String,
    site: String,
    at: String,
    /// `open`, `granted` or `declined`
    pub(super) state: String,
    decided: Option<String>,
    /// The incidents, night by night, and how many are not named.
    nights: Vec<Lines>,
    more: usize,
}

impl Asked {
    pub(super) async fn of(state: &PortalState, request: &AccessRequest, l10n: &L10n) -> Result<Self, Fault> {
        let site = state.db.location(&request.location).await?;
        let zone = site.as_ref().map_or(chrono_tz::Tz::UTC, |site| site.timezone);
        let mut items = items(state, request).await?;
        let more = items.len().saturating_sub(MOST_NAMED);
        items.truncate(MOST_NAMED);
        Ok(Self {
            id: request.id.to_string(),
            name: line(&request.name, 80),
            address: request.address.clone(),
            note: crate::model::clean(&request.note),
            site: line(site.as_ref().map_or(request.location.as_str(), |site| &site.name), 120),
            at: l10n.date_time(request.asked_at, zone),
            state: request.state.clone(),
            decided: request.decided_at.map(|at| l10n.date_time(at, zone)),
            nights: lines(&pieces(state, &items).await?, l10n),
            more,
        })
    }
}

/// Whose link it is, and for which request; a link that has ended, or whose owner is none any more, is none.
async fn find(state: &PortalState, token: &str) -> Result<(AccessRequest, Owner, String), Fault> {
    let token = Token::parse(token).ok_or(Fault::NoSuchLink)?;
    let (id, address, until) = state.db.access_decider(&token.hash()).await?.ok_or(Fault::NoSuchLink)?;
    if until <= state.clock.now() {
        return Err(Fault::NoSuchLink);
    }
    let request = state.db.access_request(id).await?.ok_or(Fault::NoSuchLink)?;
    let now_owners = owners(state, &request.branch).await?;
    let (_, locale) = now_owners.into_iter().find(|(owner, _)| owner.as_str() == address).ok_or(Fault::NoSuchLink)?;
    let name = state.db.user_by_email(&address).await?.map(|user| user.name).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| state.brand.name.clone());
    let owner = Owner { actor: Actor::Address(address.clone()), address, name, origin: String::new() };
    Ok((request, owner, locale))
}

fn l10n_of(state: &PortalState, locale: &str) -> Result<std::sync::Arc<L10n>, Fault> {
    let language = Language::of_locale(Some(locale));
    state.view.l10n(language, locale).or_else(|_| state.view.l10n(language, language.tag()))
}

pub(in crate::portal) async fn page(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let (request, _, locale) = find(&state, &token).await?;
    let done = (!request.is_open()).then_some(Outcome::Answered.key());
    show(&state, &viewer, &token, (&request, &locale), done).await
}

async fn show(
    state: &PortalState,
    viewer: &Viewer,
    token: &str,
    (request, locale): (&AccessRequest, &str),
    done: Option<&'static str>,
) -> Result<Html<String>, Fault> {
    let l10n = l10n_of(state, locale)?;
    let page = Page { token, asked: Asked::of(state, request, &l10n).await?, ends: ends(None, &l10n), done };
    state.view.page("share/decide.html", &l10n, viewer, &page).map(Html)
}

pub(in crate::portal) async fn answer(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    let (request, owner, locale) = find(&state, &token).await?;
    let owner = Owner { origin: viewer.origin.address.clone(), ..owner };
    let outcome = decide(&state, &request, &owner, form.answer(state.clock.now())?).await?;
    let request = state.db.access_request(request.id).await?.ok_or(Fault::NoSuchLink)?;
    Ok(show(&state, &viewer, &token, (&request, &locale), Some(outcome.key())).await?.into_response())
}

/// What a request is for, as items of a share.
async fn items(state: &PortalState, request: &AccessRequest) -> Result<Vec<Item>, Fault> {
    if let Some(share) = request.share {
        return Ok(state.db.share_items(share).await?);
    }
    let Some(incident) = &request.incident else { return Ok(Vec::new()) };
    let Some(place) = state.db.incident_place(incident).await? else { return Ok(Vec::new()) };
    let Some(found) = latest(state, &place, incident).await? else { return Ok(Vec::new()) };
    let frozen = if found.id.is_some() {
        None
    } else {
        let narrow = narrowed(&found.report, &BTreeSet::from([incident]));
        Some(serde_json::to_string(&narrow).map_err(|error| Fault::Damaged(error.to_string()))?)
    };
    Ok(vec![Item { number: 1, incident: incident.clone(), report: found.id, frozen }])
}

/// Answers a request, once: the asker gets a letter with a link of their own, or that they are not let in.
pub(in crate::portal) async fn decide(
    state: &PortalState,
    request: &AccessRequest,
    owner: &Owner,
    answer: Answer,
) -> Result<Outcome, Fault> {
    if !request.is_open() {
        return Ok(Outcome::Answered);
    }
    let now = state.clock.now();
    let granted = match answer {
        Answer::Grant { expires_at } => match grant(state, request, owner, expires_at).await? {
            Ok(granted) => Some(granted),
            Err(outcome) => return Ok(outcome),
        },
        Answer::Decline => None,
    };
    let site = state.db.location(&request.location).await?;
    let site = site.as_ref().map_or(request.location.as_str(), |site| site.name.as_str());
    let letter = match &granted {
        Some(granted) => &granted.letter,
        None => &letter::declined(state, request, site, now)?,
    };
    let word = if granted.is_some() { "granted" } else { "declined" };
    let mut tx = state.db.begin().await?;
    if !access_requests::decide(&mut tx, request.id, word, &owner.actor.to_string(), now).await? {
        return Ok(Outcome::Answered);
    }
    if let Some(granted) = &granted {
        let recipients = std::slice::from_ref(&granted.recipient);
        let Granted { share, items, objects, .. } = granted;
        share::create(&mut tx, &Wanted { share, items, objects, recipients }).await?;
    }
    letter.write(&mut tx, state, now).await?;
    let share = granted.as_ref().map(|granted| granted.share.id);
    let change = Change {
        actor: owner.actor.clone(),
        action: if granted.is_some() { "access.grant" } else { "access.decline" },
        object: format!("access-request:{}", request.id),
        branch: Some(&request.branch),
        detail: json!({
            "location": request.location,
            "incident": request.incident,
            "share": share,
            "asker": request.address,
        }),
        origin: &owner.origin,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok(if granted.is_some() { Outcome::Granted } else { Outcome::Declined })
}

/// A share that is ready to be made.
struct Granted {
    share: Share,
    items: Vec<Item>,
    objects: BTreeSet<String>,
    recipient: Recipient,
    letter: Ready,
}

async fn grant(
    state: &PortalState,
    request: &AccessRequest,
    owner: &Owner,
    expires_at: DateTime<Utc>,
) -> Result<Result<Granted, Outcome>, Fault> {
    let rules = state.db.domain_rules(&request.branch).await?;
    if !domains::allows(&rules, &request.address) {
        return Ok(Err(Outcome::Refused));
    }
    let items = items(state, request).await?;
    let pieces = pieces(state, &items).await?;
    if pieces.is_empty() {
        return Ok(Err(Outcome::Gone));
    }
    let mut objects = BTreeSet::new();
    for item in items.iter().filter(|item| item.report.is_none()) {
        if let Some(found) = of_item(state, item).await? {
            objects.extend(objects_of(&found.report));
        }
    }
    let now = state.clock.now();
    let share = Share {
        id: state.random.id()?.into(),
        location: request.location.clone(),
        branch: request.branch.clone(),
        actor: owner.actor.to_string(),
        by_address: owner.address.clone(),
        by_name: owner.name.clone(),
        note: String::new(),
        may_comment: false,
        created_at: now,
        expires_at,
    };
    let recipient = order::recipient(state, &share, &request.address, request.language.clone())?;
    let letter = letter::shared(state, &share, &pieces, &recipient, LetterKind::AccessAnswered)?;
    Ok(Ok(Granted { share, items, objects, recipient, letter }))
}
