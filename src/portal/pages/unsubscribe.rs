//! `/u/{token}`: ending the mails about one site to one contact. Only a POST does it: RFC 8058's one-click POST of a
//! mail program, or the page's button.

use axum::extract::{Path, State};
use axum::response::Html;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::access::{Access, Refused, resolve};
use crate::db::deliveries::Delivery;
use crate::db::unsubscribes;
use crate::model::LinkTarget;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen::{self, Frozen};
use crate::portal::shown;
use crate::portal::visitor::{Visitor, admit};

#[derive(Serialize)]
struct Page<'a> {
    token: &'a str,
    name: String,
    site: String,
    /// Since when the mails have ended.
    since: Option<String>,
}

/// Whose mails about which site.
struct Wish {
    delivery: Delivery,
    visitor: Visitor,
    frozen: Frozen,
}

/// Asks; changes nothing.
pub(in crate::portal) async fn unsubscribe(
    State(state): State<PortalState>,
    Path(token): Path<String>,
) -> Result<Html<String>, Fault> {
    let wish = wish(&state, &token).await?;
    let since = state.db.unsubscribed(&wish.delivery.contact, &wish.frozen.row.location).await?;
    page(&state, &token, &wish, since)
}

/// Does it at once, and once.
pub(in crate::portal) async fn unsubscribe_now(
    State(state): State<PortalState>,
    Path(token): Path<String>,
) -> Result<Html<String>, Fault> {
    let wish = wish(&state, &token).await?;
    let (contact, location) = (&wish.delivery.contact, &wish.frozen.row.location);
    let mut tx = state.db.begin().await?;
    let new = unsubscribes::insert(&mut tx, contact, location, wish.delivery.id, state.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(%contact, %location, new, "a contact has unsubscribed");
    let since = state.db.unsubscribed(contact, location).await?;
    page(&state, &token, &wish, since)
}

/// An expired link still ends the mails: nobody should have to ask for a fresh link in order to get no more of them.
async fn wish(state: &PortalState, token: &str) -> Result<Wish, Fault> {
    let access: Access = match resolve(&state.db, token, state.clock.now()).await {
        Err(Refused::Expired(access)) if access.target == LinkTarget::Unsubscribe => access,
        _ => admit(state, token, |target| *target == LinkTarget::Unsubscribe).await?.access,
    };
    let delivery = state.db.delivery(access.delivery).await?.ok_or(Fault::NoSuchLink)?;
    let frozen = frozen::report(state, access.report).await?;
    let visitor = Visitor { access, delivery: Some(delivery.clone()) };
    Ok(Wish { delivery, visitor, frozen })
}

fn page(state: &PortalState, token: &str, wish: &Wish, since: Option<DateTime<Utc>>) -> Result<Html<String>, Fault> {
    let report = &wish.frozen.report;
    let l10n = wish.visitor.l10n(state, report)?;
    let page = Page {
        token,
        name: shown::line(&wish.delivery.name, 120),
        site: shown::line(&report.site.name, 120),
        since: since.map(|since| l10n.date_time(since, report.site.timezone)),
    };
    state.view.render("unsubscribe.html", &l10n, &page).map(Html)
}
