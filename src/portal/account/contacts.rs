//! `/account/contacts`: whom a branch's mornings are mailed to. A person's word on check mark and address stands over the
//! feed's from the next report on. Who belongs to another branch, too, is changed by staff only.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::head::{Asked, Head, branch, head, query, tab_of};
use crate::accounts::{self, By};
use crate::db::overrides::Standing;
use crate::db::sites::Branch;
use crate::model::ContactRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::shown;
use crate::portal::viewer::{Viewer, address_in};

/// So many stand on one page.
const MOST: usize = 50;

#[derive(Serialize)]
struct Page {
    head: Head,
    people: Vec<Person>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Person {
    contact: String,
    name: String,
    email: String,
    notify: bool,
    /// The feed's address, where a person has corrected it.
    was: Option<String>,
    changed: bool,
    /// Whether whoever looks may change them.
    mine: bool,
}

/// Whether whoever asks may change a contact: who belongs to another branch, too, is changed by staff only.
pub(in crate::portal) fn is_mine(viewer: &Viewer, contact: &Standing) -> bool {
    viewer.principal.is_ours() || !contact.elsewhere
}

pub(super) async fn list(
    State(state): State<PortalState>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = asked.unwrap_or_default();
    let branch = branch(&state, &viewer, &asked.branch).await?;
    let say = (asked.done == "saved").then_some("account-saved");
    page(&state, &viewer, &branch, &asked.after, say, false).await
}

async fn page(
    state: &PortalState,
    viewer: &Viewer,
    branch: &Branch,
    after: &str,
    say: Option<&'static str>,
    wrong: bool,
) -> Result<Response, Fault> {
    let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
    let mut found = state.db.contacts_of(&branch.branch, after, limit).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let next = found.last().filter(|_| more).map(|last| query(&branch.branch, &[("after", last.contact.as_str())]));
    let people = found.into_iter().map(|contact| Person {
        mine: is_mine(viewer, &contact),
        contact: contact.contact.to_string(),
        name: shown::line(&contact.name, 120),
        email: contact.address().to_owned(),
        notify: contact.is_notified(),
        was: contact.new_email.is_some().then(|| contact.email.clone()),
        changed: contact.changed_at.is_some(),
    });
    let head = head(state, viewer, branch, "contacts", say, wrong).await?;
    let page = Page { head, people: people.collect(), next };
    let html = state.view.page("account_contacts.html", &*viewer.l10n(state)?, viewer, &page)?;
    Ok((if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, Html(html)).into_response())
}

#[derive(Deserialize)]
pub(super) struct Form {
    branch: String,
    contact: String,
    email: String,
    /// A check mark that is not set is not sent.
    #[serde(default)]
    notify: String,
}

pub(super) async fn change(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let branch = branch(&state, &viewer, &form.branch).await?;
    let contact: ContactRef = form.contact.parse().map_err(|_| Fault::NoSuchPage)?;
    let contact = state.db.contact_of(&branch.branch, &contact).await?.ok_or(Fault::NoSuchPage)?;
    if !is_mine(&viewer, &contact) {
        return page(&state, &viewer, &branch, "", Some("account-contact-elsewhere"), true).await;
    }
    let Some(email) = address_in(&form.email) else {
        return page(&state, &viewer, &branch, "", Some("signin-no-address"), true).await;
    };
    let by = By { actor: viewer.actor(), origin: &viewer.origin.address, now: state.clock.now() };
    let mut tx = state.db.begin().await?;
    let notify = !form.notify.is_empty();
    accounts::contacts::change(&mut tx, Some(&branch.branch), &contact, &email, notify, &by).await?;
    tx.commit().await?;
    Ok(Redirect::to(&tab_of("contacts", &branch.branch, "saved")).into_response())
}
