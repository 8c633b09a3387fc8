//! Request: who is not let in says who they are and why, and the owners are written to.
//!
//! Whatever was asked for, and whether it exists or not, the answer is the same page.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::letter;
use super::open::{self, Door};
use crate::access::share::Opened;
use crate::access::{Action, Place, Principal, Token};
use crate::audit::{self, Actor, Change};
use crate::db::access_requests::{self, AccessRequest};
use crate::model::{BranchRef, EmailAddress, IncidentRef, LocationRef, ShareId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted;
use crate::portal::viewer::{Viewer, address_in};
use crate::render::l10n::L10n;

/// The longest note and name, in characters.
pub(in crate::portal) const LONGEST: usize = 1_000;
pub(in crate::portal) const LONGEST_NAME: usize = 80;
/// How often one asks: an address within a day, and a network address within an hour.
const MOST_OF_ADDRESS: i64 = 5;
const MOST_OF_ORIGIN: i64 = 20;
/// For how many of these within a day the owners get letters: of one incident or share, and of one branch.
const MOST_OF_THING: i64 = 10;
const MOST_OF_BRANCH: i64 = 50;
/// Longer than it takes to write a request and its letters down.
const WHILE: std::time::Duration = std::time::Duration::from_millis(300);
/// How long an owner's link answers.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(14);

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::portal) struct Form {
    address: String,
    name: String,
    note: String,
}

#[derive(Serialize)]
struct Page<'a> {
    action: String,
    /// The address of who is signed in, which it stays.
    known: Option<&'a str>,
    form: &'a Form,
    fault: Option<&'static str>,
    longest: usize,
    asked: bool,
}

/// What is asked for.
struct Wish {
    location: LocationRef,
    branch: BranchRef,
    incident: Option<IncidentRef>,
    share: Option<ShareId>,
    address: EmailAddress,
    language: String,
}

/// `GET /incidents/{ref}/request`: the form; it says nothing about the incident.
pub(in crate::portal) async fn form(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let incident = IncidentRef::new(incident).map_err(|_| Fault::NoSuchPage)?;
    page(&state, &viewer, &incident, &Form::default(), None, false)
}

fn page(
    state: &PortalState,
    viewer: &Viewer,
    incident: &IncidentRef,
    form: &Form,
    fault: Option<&'static str>,
    asked: bool,
) -> Result<Html<String>, Fault> {
    let action = format!("{}/request", super::canonical::address(incident));
    let known = viewer.principal.address();
    let page = Page { action, known, form, fault, longest: LONGEST, asked };
    let l10n = viewer.l10n(state)?;
    state.view.page("share/request.html", &l10n, viewer, &page).map(Html)
}

/// `POST /incidents/{ref}/request`
pub(in crate::portal) async fn by_incident(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    viewer: Viewer,
    posted::Open(form): posted::Open<Form>,
) -> Result<Response, Fault> {
    let incident = IncidentRef::new(incident).map_err(|_| Fault::NoSuchPage)?;
    let address = match viewer.principal.address() {
        Some(own) => address_in(own),
        None => address_in(&form.address),
    };
    let Some(address) = address else {
        return Ok(page(&state, &viewer, &incident, &form, Some("share-ask-fault-address"), false)?.into_response());
    };
    if form.name.trim().is_empty() {
        return Ok(page(&state, &viewer, &incident, &form, Some("share-ask-fault-name"), false)?.into_response());
    }
    for_incident(&state, &viewer, (&incident, address), (&form.name, &form.note)).await?;
    Ok(page(&state, &viewer, &incident, &form, None, true)?.into_response())
}

/// Asks for an incident in the name of an address; nothing comes of it where there is no such incident, or where whoever
/// asks lets others in there. It is written down before it is answered, and the answer takes the same while for what is
/// there as for what is not.
pub(in crate::portal) async fn for_incident(
    state: &PortalState,
    viewer: &Viewer,
    (incident, address): (&IncidentRef, EmailAddress),
    words: (&str, &str),
) -> Result<(), Fault> {
    limit(state, viewer, &address).await?;
    let (looked, ()) = tokio::join!(look_up(state, viewer, (incident, address), words), tokio::time::sleep(WHILE));
    looked
}

async fn look_up(
    state: &PortalState,
    viewer: &Viewer,
    (incident, address): (&IncidentRef, EmailAddress),
    words: (&str, &str),
) -> Result<(), Fault> {
    let Some(place) = state.db.incident_place(incident).await? else { return Ok(()) };
    if viewer.may(Action::ManageWhitelist, Place::of(&place.branch)).is_ok() {
        return Ok(());
    }
    let wish = Wish {
        location: place.location,
        branch: place.branch,
        incident: Some(incident.clone()),
        share: None,
        address,
        language: viewer.locale.clone(),
    };
    ask(state, viewer, &wish, words).await
}

#[derive(Serialize)]
struct Asked {}

/// `POST /s/{token}/request`: by whoever was shown it once; the answer goes to their own address.
pub(in crate::portal) async fn by_share(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
    posted::Open(form): posted::Open<Form>,
) -> Result<Response, Fault> {
    let opened = match open::knock(&state, &token).await? {
        // It still works: no need to ask.
        Door::Live(_) => return Ok(axum::response::Redirect::to(&format!("/s/{token}")).into_response()),
        Door::Ended(opened) => opened,
    };
    let l10n: std::sync::Arc<L10n> = open::l10n(&state, &opened)?;
    let address = address_in(&opened.recipient.address).ok_or(Fault::NoSuchLink)?;
    limit(&state, &viewer, &address).await?;
    for_share(&state, &viewer, (opened, address), (&form.name, &form.note)).await?;
    Ok(Html(state.view.page("share/asked.html", &l10n, &viewer, &Asked {})?).into_response())
}

async fn for_share(
    state: &PortalState,
    viewer: &Viewer,
    (opened, address): (Opened, EmailAddress),
    words: (&str, &str),
) -> Result<(), Fault> {
    let wish = Wish {
        location: opened.share.location,
        branch: opened.share.branch,
        incident: None,
        share: Some(opened.share.id),
        address,
        language: opened.recipient.language,
    };
    ask(state, viewer, &wish, words).await
}

/// Asks for what was shared with an address by a link that has ended; false where the link still works. Nothing comes of
/// it where nothing was shared with the address.
pub(in crate::portal) async fn once_more(
    state: &PortalState,
    viewer: &Viewer,
    (share, address): (ShareId, EmailAddress),
    words: (&str, &str),
) -> Result<bool, Fault> {
    limit(state, viewer, &address).await?;
    let recipients = state.db.share_recipients(share).await?;
    let own = recipients.into_iter().find(|recipient| recipient.address == address.as_str());
    let (Some(share), Some(recipient)) = (state.db.share(share).await?, own) else { return Ok(true) };
    if recipient.is_live(state.clock.now()) {
        return Ok(false);
    }
    for_share(state, viewer, (Opened { recipient, share }, address), words).await?;
    Ok(true)
}

async fn limit(state: &PortalState, viewer: &Viewer, address: &EmailAddress) -> Result<(), Fault> {
    let now = state.clock.now();
    let origin = format!("ask from {}", viewer.origin.network());
    let by_origin = state.db.throttle(&origin, TimeDelta::hours(1), now).await?;
    let by_address = state.db.throttle(&format!("ask {}", address.as_str()), TimeDelta::days(1), now).await?;
    if by_origin > MOST_OF_ORIGIN || by_address > MOST_OF_ADDRESS { Err(Fault::TooMany) } else { Ok(()) }
}

/// Writes the request and a letter to each owner; the same request that is open already is not told twice.
async fn ask(state: &PortalState, viewer: &Viewer, wish: &Wish, (name, note): (&str, &str)) -> Result<(), Fault> {
    let now = state.clock.now();
    let short = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let request = AccessRequest {
        id: state.random.id()?,
        location: wish.location.clone(),
        branch: wish.branch.clone(),
        incident: wish.incident.clone(),
        share: wish.share,
        address: wish.address.as_str().to_owned(),
        name: short(name, LONGEST_NAME),
        note: short(note, LONGEST),
        language: wish.language.clone(),
        asked_at: now,
        state: "open".into(),
        decided_at: None,
        decided_by: None,
    };
    let site = state.db.location(&wish.location).await?;
    let site = site.as_ref().map_or(wish.location.as_str(), |site| site.name.as_str());
    let mut letters = Vec::new();
    let owners = if is_told(state, wish).await? { owners(state, &wish.branch).await? } else { Vec::new() };
    for (owner, locale) in owners {
        let token = Token::random(state.random.bytes()?);
        let until = now + ANSWERED_WITHIN;
        letters.push((token.hash(), letter::asked(state, &request, (&owner, &locale), (site, &token), until)?));
    }
    let mut tx = state.db.begin().await?;
    if !access_requests::insert(&mut tx, &request).await? {
        return Ok(());
    }
    for (hash, letter) in &letters {
        let until = now + ANSWERED_WITHIN;
        access_requests::insert_decider(&mut tx, hash, request.id, letter.to.as_str(), until).await?;
        letter.write(&mut tx, state, now).await?;
    }
    let change = Change {
        actor: match &viewer.principal {
            Principal::Nobody => Actor::Address(request.address.clone()),
            _ => viewer.actor(),
        },
        action: "access.ask",
        object: format!("access-request:{}", request.id),
        branch: Some(&request.branch),
        detail: json!({"location": request.location, "incident": request.incident, "share": request.share}),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok(())
}

/// Whether the owners get a letter about a request: many who ask for one thing, or of one branch, stand in the list alone.
async fn is_told(state: &PortalState, wish: &Wish) -> Result<bool, Fault> {
    let now = state.clock.now();
    let thing = match (&wish.incident, &wish.share) {
        (Some(incident), _) => format!("asked incident {incident}"),
        (None, Some(share)) => format!("asked share {share}"),
        (None, None) => format!("asked location {}", wish.location),
    };
    let of_thing = state.db.throttle(&thing, TimeDelta::days(1), now).await?;
    let of_branch = state.db.throttle(&format!("asked branch {}", wish.branch), TimeDelta::days(1), now).await?;
    Ok(of_thing <= MOST_OF_THING && of_branch <= MOST_OF_BRANCH)
}

/// Who answers the requests of a branch, with their locale: its users, else the operators, else support, else all of
/// staff and operations.
pub(super) async fn owners(state: &PortalState, branch: &BranchRef) -> Result<Vec<(EmailAddress, String)>, Fault> {
    let english = || "en".to_owned();
    let users = state.db.owners_of(branch).await?;
    let mut owners: Vec<_> = users
        .into_iter()
        .filter_map(|user| Some((EmailAddress::new(user.email).ok()?, user.locale.unwrap_or_else(english))))
        .collect();
    if owners.is_empty() {
        let support = state.brand.support.as_deref().and_then(address_in);
        owners.extend(state.config.alerts.to.clone().or(support).map(|to| (to, english())));
    }
    if owners.is_empty() {
        let people = state.db.house_people().await?.into_iter();
        owners.extend(
            people.filter_map(|one| Some((EmailAddress::new(one.email).ok()?, one.locale.unwrap_or_else(english)))),
        );
    }
    Ok(owners)
}
