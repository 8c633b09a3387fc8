//! `/u/{token}`: ending the mails about one site to one contact. Only a POST does it: RFC 8058's one-click POST of a
//! mail program, or the page's button.

use axum::extract::{Path, State};
use axum::response::Html;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::access::{Access, Refused, resolve};
use crate::audit::{self, Actor};
use crate::db::deliveries::Delivery;
use crate::db::unsubscribes;
use crate::model::{LinkTarget, LocationRef};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::shown;
use crate::portal::viewer::Viewer;
use crate::portal::visitor::{Visitor, admit};

#[derive(Serialize)]
struct Page<'a> {
    token: &'a str,
    name: String,
    site: String,
    /// Since when the mails have ended.
    since: Option<String>,
}

/// Whose mails about which site: by rows alone, so that nobody's wish waits for the archive, or is lost with what
/// retention took away.
struct Wish {
    delivery: Delivery,
    access: Access,
    location: LocationRef,
}

/// Asks; changes nothing.
pub(in crate::portal) async fn unsubscribe(
    State(state): State<PortalState>,
    Path(token): Path<String>,
) -> Result<Html<String>, Fault> {
    let wish = wish(&state, &token).await?;
    let since = state.db.unsubscribed(&wish.delivery.contact, &wish.location).await?;
    page(&state, &token, wish, since).await
}

/// Does it at once, and once.
pub(in crate::portal) async fn unsubscribe_now(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let wish = wish(&state, &token).await?;
    let (contact, location) = (&wish.delivery.contact, &wish.location);
    let branch = state.db.location(location).await?.map(|site| site.branch);
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let new = unsubscribes::insert(&mut tx, contact, location, wish.delivery.id, now).await?;
    if new {
        let change = audit::unsubscribed(
            Actor::Link(wish.delivery.id),
            contact,
            (location, branch.as_ref()),
            &viewer.origin.address,
        );
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    tracing::info!(%contact, %location, new, "a contact has unsubscribed");
    let since = state.db.unsubscribed(contact, location).await?;
    page(&state, &token, wish, since).await
}

/// An expired link still ends the mails: nobody should have to ask for a fresh link in order to get no more of them.
async fn wish(state: &PortalState, token: &str) -> Result<Wish, Fault> {
    let access: Access = match resolve(&state.db, token, state.clock.now()).await {
        Err(Refused::Expired(access)) if access.target == LinkTarget::Unsubscribe => access,
        _ => admit(state, token, |target| *target == LinkTarget::Unsubscribe).await?.access,
    };
    let delivery = state.db.delivery(access.delivery).await?.ok_or(Fault::NoSuchLink)?;
    let location = state.db.report(access.report).await?.ok_or(Fault::NoSuchLink)?.location;
    Ok(Wish { delivery, access, location })
}

/// The page, in the words of the frozen report; where that cannot be had, in those of the site's row.
async fn page(
    state: &PortalState,
    token: &str,
    wish: Wish,
    since: Option<DateTime<Utc>>,
) -> Result<Html<String>, Fault> {
    let name = shown::line(&wish.delivery.name, 120);
    let frozen = frozen::report(state, wish.access.report).await;
    let visitor = Visitor { access: wish.access, delivery: Some(wish.delivery) };
    let (l10n, site, zone) = match frozen {
        Ok(frozen) => {
            let site = frozen.report.site.clone();
            (visitor.l10n(state, &frozen.report)?, site.name, site.timezone)
        }
        Err(fault) => {
            tracing::warn!(
                error = &fault as &dyn std::error::Error,
                "the page of an unsubscribing contact is a plain one"
            );
            let language = visitor.language();
            let l10n = state.view.l10n(language, language.tag())?;
            match state.db.location(&wish.location).await? {
                Some(site) => (l10n, site.name, site.timezone),
                None => (l10n, wish.location.as_str().to_owned(), Tz::UTC),
            }
        }
    };
    let page =
        Page { token, name, site: shown::line(&site, 120), since: since.map(|since| l10n.date_time(since, zone)) };
    state.view.render("unsubscribe.html", &l10n, &page).map(Html)
}
