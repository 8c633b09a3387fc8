//! `/desk/contact`: an address that staff know better than the feed.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::words;
use crate::access::policy::{Action, Place};
use crate::accounts::By;
use crate::accounts::contacts::{self, Address, Told, Word};
use crate::db::overrides::Reached;
use crate::db::sites::Location;
use crate::model::{ContactRef, EmailAddress, LocationRef, UserId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::shown::line;
use crate::portal::viewer::{Viewer, address_in};

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(rename = "ref")]
    contact: String,
    location: String,
}

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(rename = "ref")]
    contact: String,
    location: String,
    /// The new address; none for the feed's own.
    #[serde(default)]
    email: String,
    #[serde(default)]
    reason: String,
}

#[derive(Serialize)]
struct Page {
    contact: String,
    location: String,
    site: String,
    back: String,
    name: String,
    email: String,
    fed: String,
    /// What somebody typed.
    typed: String,
    /// Message about what is wrong with it.
    wrong: Option<&'static str>,
    reason: String,
    /// Who corrected it before, when and why.
    before: Option<Before>,
}

#[derive(Serialize)]
struct Before {
    by: String,
    at: String,
    reason: String,
}

/// A contact of a location, if the viewer may do this there.
pub(in crate::portal) async fn found(
    state: &PortalState,
    viewer: &Viewer,
    (contact, location): (&str, &str),
    action: Action,
) -> Result<(Location, Reached), Fault> {
    let location: LocationRef = location.parse().map_err(|_| Fault::NoSuchPage)?;
    let contact: ContactRef = contact.parse().map_err(|_| Fault::NoSuchPage)?;
    let site = state.db.location(&location).await?.ok_or(Fault::NoSuchPage)?;
    viewer.may(action, Place::of(&site.branch))?;
    let contacts = state.db.contacts_at(&site.location, &site.branch).await?;
    let reached = contacts.into_iter().find(|one| one.contact == contact).ok_or(Fault::NoSuchPage)?;
    Ok((site, reached))
}

pub(super) async fn ask(
    State(state): State<PortalState>,
    Query(which): Query<Which>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let (site, reached) = found(&state, &viewer, (&which.contact, &which.location), Action::Correct).await?;
    page(&state, &viewer, (&site, &reached), ("", None), "").await
}

async fn page(
    state: &PortalState,
    viewer: &Viewer,
    (site, reached): (&Location, &Reached),
    (typed, wrong): (&str, Option<&'static str>),
    reason: &str,
) -> Result<Response, Fault> {
    let l10n = viewer.l10n(state)?;
    let before = match state.db.contact_override(&reached.contact).await? {
        Some(over) => Some(Before {
            by: named(state, &over.changed_by).await?,
            at: l10n.date_time(over.changed_at, site.timezone),
            reason: line(&over.reason, 400),
        }),
        None => None,
    };
    let page = Page {
        contact: reached.contact.to_string(),
        location: site.location.to_string(),
        site: line(&site.name, 120),
        back: words::location_path(&site.location),
        name: line(&reached.name, 100),
        email: line(&reached.email, 254),
        fed: line(&reached.fed, 254),
        typed: line(typed, 254),
        wrong,
        reason: line(reason, 400),
        before,
    };
    let html = Html(state.view.page("desk/contact.html", &l10n, viewer, &page)?);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, html).into_response())
}

/// Who changed something, as colleagues know them: an account's change is kept by the user's id.
pub(in crate::portal) async fn named(state: &PortalState, by: &str) -> Result<String, Fault> {
    let id = by.strip_prefix("user:").and_then(|id| id.parse::<UserId>().ok());
    let user = match id {
        Some(id) => state.db.user(id).await?,
        None => None,
    };
    Ok(line(user.as_ref().map_or(by, |user| &user.name), 120))
}

pub(super) async fn correct(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(wish): Posted<Wish>,
) -> Result<Response, Fault> {
    let (site, reached) = found(&state, &viewer, (&wish.contact, &wish.location), Action::Correct).await?;
    let (typed, reason) = (wish.email.trim(), line(&wish.reason, 400));
    let email = address_in(typed);
    if email.is_none() && !typed.is_empty() {
        return page(&state, &viewer, (&site, &reached), (typed, Some("desk-contact-bad")), &reason).await;
    }
    if reason.is_empty() {
        return page(&state, &viewer, (&site, &reached), (typed, Some("desk-contact-no-reason")), "").await;
    }
    say(&state, &viewer, (&site, &reached), email.as_ref(), &reason).await?;
    let back = words::path("/desk/location", &[("ref", site.location.as_str()), ("said", "corrected")]);
    Ok(Redirect::to(&back).into_response())
}

/// Has a contact's mails go to another address from the next build on, and revisions that are circulated later; to the
/// feed's own where none is given. The reason has been checked.
pub(in crate::portal) async fn say(
    state: &PortalState,
    viewer: &Viewer,
    (site, reached): (&Location, &Reached),
    email: Option<&EmailAddress>,
    reason: &str,
) -> Result<(), Fault> {
    let name = words::signature(viewer);
    let word = Word {
        contact: &reached.contact,
        branch: Some(&site.branch),
        address: email.map_or(Address::Fed, Address::New),
        notify: None,
        name: &name,
        reason,
    };
    let by = By { actor: viewer.actor(), origin: &viewer.origin.address, now: state.clock.now() };
    let mut tx = state.db.begin().await?;
    if contacts::say(&mut tx, &word, &by).await? == Told::Nobody {
        return Err(Fault::NoSuchPage);
    }
    Ok(tx.commit().await?)
}
